package kuaishou

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// waybill is an electronic waybill (电子面单).
type waybill struct {
	number    string
	carrier   carrier
	shop      *stage.Shop
	pack      pack
	phone     string // of the receiver, as the carrier knows it
	detail    string
	subs      []string
	cancelled bool
	collected int64 // when the carrier collected the parcel; 0: not yet
	version   int   // number of updates
}

// pack identifies what a waybill is taken for: the same order and parcel get
// the same number.
type pack struct{ shopID, orderID, packID string }

// contact is a sender or receiver; the wire of waybills misspells it
// "Contract".
type contact struct {
	Name      string `json:"name"`
	Mobile    string `json:"mobile"`
	Telephone string `json:"telephone"`
}

type placeAsked struct {
	Province string `json:"provinceName"`
	City     string `json:"cityName"`
	District string `json:"districtName"`
	Street   string `json:"streetName"`
	Detail   string `json:"detailAddress"`
}

func (p placeAsked) complete() bool {
	return p.Province != "" && p.City != "" && p.District != "" && p.Detail != ""
}

type itemAsked struct {
	Title string `json:"itemTitle"`
	Count int64  `json:"itemQuantity"`
}

// billAsked holds the parameters of waybill methods.
type billAsked struct {
	MerchantID   string      `json:"merchantCode"`
	MerchantName string      `json:"merchantName"`
	Pieces       int         `json:"totalPackageQuantity"`
	PackID       string      `json:"packageCode"`
	Items        []itemAsked `json:"itemList"`
	ExtData      string      `json:"extData"`
	Receiver     *contact    `json:"receiverContract"`
	Sender       *contact    `json:"senderContract"`
	SiteCode     string      `json:"netSiteCode"`
	SiteName     string      `json:"netSiteName"`
	Carrier      string      `json:"expressCompanyCode"`
	Channel      string      `json:"orderChannel"`
	OrderID      string      `json:"tradeOrderCode"`
	From         *placeAsked `json:"senderAddress"`
	To           *placeAsked `json:"receiverAddress"`
	RequestID    string      `json:"requestId"`
	Account      string      `json:"settleAccount"`
	Add          int         `json:"addPackageQuantity"`
	Number       string      `json:"waybillCode"`
	Parent       string      `json:"parentWaybillCode"`
}

// billsAtOnce is the most waybills of one call.
const billsAtOnce = 10

// ebillGet takes numbers. A refused entry does not stop the others; the texts
// of such refusals are invented.
func (k *platform) ebillGet(c *stage.Call) stage.Result {
	var p struct {
		Asked []billAsked `json:"getEbillOrderRequest"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.Asked) == 0 || len(p.Asked) > billsAtOnce {
		return k.invalid("getEbillOrderRequest为1到10个")
	}
	seen := map[string]bool{}
	for _, a := range p.Asked {
		if a.RequestID == "" || len(a.RequestID) > 128 || seen[a.RequestID] {
			return k.invalid("requestId")
		}
		seen[a.RequestID] = true
	}
	list := []any{}
	for _, a := range p.Asked {
		w, text := k.takeBill(c, a)
		rows, outcome := []any{}, map[string]any{"result": 0, "success": false, "message": text}
		if w != nil {
			rows, outcome = w.rows(append([]string{w.number}, w.subs...)),
				map[string]any{"result": 1, "success": true, "message": "success"}
		}
		list = append(list, map[string]any{"data": rows, "baseResponse": outcome, "requestId": a.RequestID})
	}
	return k.succeed(list)
}

// takeBill returns the waybill of an order's parcel, a new one if it has none,
// or the text of a refusal.
func (k *platform) takeBill(c *stage.Call, a billAsked) (w *waybill, text string) {
	carrier, known := carrierBy(a.Carrier)
	switch {
	case !known:
		return nil, "快递公司不支持电子面单"
	case a.MerchantName == "", a.Channel == "", a.PackID == "", a.OrderID == "", len(a.OrderID) > 32, len(a.Items) == 0,
		a.Sender == nil, a.Receiver == nil, a.From == nil, a.To == nil:
		return nil, "缺少必填参数"
	case !itemsNamed(a.Items):
		return nil, "商品信息有误"
	case a.Sender.Name == "", a.Sender.Mobile == "" && a.Sender.Telephone == "", !senderKnown(*a.From):
		return nil, "发件地址未开通电子面单"
	case carrier.direct && a.Account != accountNo:
		return nil, "月结账号有误"
	case !carrier.direct && (a.SiteCode != siteCode || a.SiteName != siteName):
		return nil, "网点信息有误"
	}
	var data map[string]any
	if a.ExtData != "" && json.Unmarshal([]byte(a.ExtData), &data) != nil {
		return nil, "extData不是JSON"
	}
	switch {
	case carrier.letters == "SF" && data["isvClientCode"] == nil:
		return nil, "顺丰需要isvClientCode"
	case carrier.letters == "POSTB" && data["oneBillFeeType"] != 1.0:
		return nil, "邮政需要oneBillFeeType"
	}
	phone, detail, text := k.billReceiver(c, a)
	if text != "" {
		return nil, text
	}
	pack := pack{c.Shop.ID, a.OrderID, a.PackID}
	if w := k.logistics.taken[pack]; w != nil && (!w.cancelled || k.rules.CancelledWaybillReturns) {
		if w.carrier.number != carrier.number {
			return nil, "该包裹已从其他快递公司取号"
		}
		return w, ""
	}
	k.logistics.billNo++
	w = &waybill{
		number: carrier.prefix + strconv.FormatInt(3_000_000_000_000+k.logistics.billNo, 10), carrier: carrier,
		shop: c.Shop, pack: pack, phone: phone, detail: detail,
	}
	w.grow(min(a.Pieces, 100) - 1)
	k.logistics.waybills[w.number], k.logistics.taken[pack] = w, w
	return w, ""
}

// itemsNamed reports whether each item has a title and a count.
func itemsNamed(list []itemAsked) bool {
	return !slices.ContainsFunc(list, func(i itemAsked) bool { return i.Title == "" || i.Count < 1 })
}

// billReceiver returns the receiver of a new waybill. Orders of the platform
// must exist, and their receivers must be ciphers.
func (k *platform) billReceiver(c *stage.Call, a billAsked) (phone, detail, text string) {
	if a.Channel != channel { // an order of another platform
		return a.Receiver.Mobile, a.To.Detail, ""
	}
	r, err := k.world.Order(a.OrderID)
	switch {
	case err != nil:
		return "", "", "订单不存在"
	case r.Shop != c.Shop || a.MerchantID != openID(c.Shop):
		return "", "", "订单不属于该商家"
	}
	phone, detail, ok := k.openContact(*a.Receiver, *a.To, a.OrderID)
	if !ok {
		return "", "", "收件人信息须为该订单的密文"
	}
	return phone, detail, ""
}

// channel stands for the platform's own orders. One public client sends it.
const channel = "KUAI_SHOU"

// openContact decrypts a receiver. Its ciphers must have been made for the
// order, or be shown in it.
func (k *platform) openContact(who contact, where placeAsked, orderID string) (phone, detail string, ok bool) {
	var shown string
	if r, err := k.world.Order(orderID); err == nil {
		o := readShipOrder(r).Ciphers
		shown = o.Name + "\n" + o.Mobile + "\n" + o.Address
	}
	ok = where.complete()
	open := func(cipher string, kind textKind) string {
		plain := k.vault[cipher]
		ok = ok && plain.kind == kind && (plain.orderID == orderID || strings.Contains(shown, cipher))
		return plain.text
	}
	open(who.Name, kindName)
	return open(who.Mobile, kindPhone), open(where.Detail, kindAddress), ok
}

// grow adds n pieces (子单).
func (w *waybill) grow(n int) {
	for range n {
		w.subs = append(w.subs, fmt.Sprintf("%s%03d", w.number, len(w.subs)+1))
	}
}

// rows returns numbers with the data that their labels are printed from. The
// data shows nothing of the receiver and changes with each update.
func (w *waybill) rows(numbers []string) []any {
	rows := []any{}
	for _, no := range numbers {
		sum := sha256.Sum256(fmt.Appendf(nil, "label|%s|%d|%s|%s", no, w.version, w.phone, w.detail))
		parent := ""
		if no != w.number {
			parent = w.number
		}
		rows = append(rows, map[string]string{
			"waybillCode": no, "parentWaybillCode": parent, "waybillPackageCode": "", "version": "waybill_print_secret_version_1", "key": "example-print-key",
			"printData": base64.StdEncoding.EncodeToString(sum[:]), "signature": hex.EncodeToString(sum[:16]),
		})
	}
	return rows
}

// billOf returns the waybill that a call is about, or a refusal with an
// invented text.
func (k *platform) billOf(c *stage.Call, letters, number string) (*waybill, stage.Result, bool) {
	w := k.logistics.waybills[number]
	switch {
	case number == "" || letters == "":
		return nil, k.invalid("waybillCode"), false
	case w == nil || w.shop != c.Shop || w.carrier.letters != letters:
		return nil, k.rejected("电子面单不存在"), false
	case w.cancelled:
		return nil, k.rejected(k.rules.CancelledWaybillMsg), false
	case w.collected != 0:
		return nil, k.rejected("快递已揽收，不可变更"), false
	}
	return w, stage.Result{}, true
}

// ebillUpdate changes the data of a waybill; carrier and number stay.
func (k *platform) ebillUpdate(c *stage.Call) stage.Result {
	var p billAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	w, refusal, ok := k.billOf(c, p.Carrier, p.Number)
	if !ok {
		return refusal
	}
	if !itemsNamed(p.Items) {
		return k.invalid("itemList")
	}
	if p.Receiver != nil && p.To != nil {
		phone, detail, ok := k.openContact(*p.Receiver, *p.To, w.pack.orderID)
		if !ok {
			return k.rejected("收件人信息须为该订单的密文")
		}
		w.phone, w.detail = phone, detail
	}
	w.version++
	return k.succeed(w.rows(append([]string{w.number}, w.subs...)))
}

// ebillCancel cancels a waybill, unless its order was shipped with it.
func (k *platform) ebillCancel(c *stage.Call) stage.Result {
	var p billAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	w, refusal, ok := k.billOf(c, p.Carrier, p.Number)
	if !ok {
		return refusal
	}
	if r, err := k.world.Order(w.pack.orderID); err == nil && readShipOrder(r).has(w.number) {
		return k.rejected("订单已使用该运单号发货，不可取消")
	}
	w.cancelled = true
	return k.Success(nil)
}

// ebillAppend adds pieces and answers the new ones; repeating the call adds
// more. Only one carrier supports it so far.
func (k *platform) ebillAppend(c *stage.Call) stage.Result {
	var p billAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.Carrier != "SF" || p.Add < 1 || p.Add > 100 {
		return k.invalid("目前仅支持顺丰，addPackageQuantity大于0")
	}
	w, refusal, ok := k.billOf(c, p.Carrier, p.Parent)
	if !ok {
		return refusal
	}
	before := len(w.subs)
	w.grow(p.Add)
	return k.succeed(w.rows(w.subs[before:]))
}
