package doudian

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
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
	shipped   bool
	version   int // number of updates
	routes    []route
}

// pack identifies what a waybill is taken for. That another carrier gives
// another number to the same order and pack is inferred.
type pack struct{ shopID, carrier, orderID, packID string }

// collected reports whether the carrier has the parcel.
func (w *waybill) collected() bool { return len(w.routes) > 0 }

// person is a sender or receiver.
type person struct {
	Address placeAsked `json:"address"`
	Contact struct {
		Name   string `json:"name"`
		Phone  string `json:"phone"`
		Mobile string `json:"mobile"`
	} `json:"contact"`
}

type placeAsked struct {
	Country  string `json:"country_code"`
	Province string `json:"province_name"`
	City     string `json:"city_name"`
	District string `json:"district_name"`
	Street   string `json:"street_name"`
	Detail   string `json:"detail_address"`
}

// complete reports whether all mandatory parts are there.
func (p placeAsked) complete() bool {
	return p.Country == "CHN" && p.Province != "" && p.City != "" && p.District != "" && p.Detail != ""
}

// waybillAsked holds the parameters of waybill methods. Here logistics_code is
// the carrier.
type waybillAsked struct {
	Carrier  string         `json:"logistics_code"`
	TrackNo  string         `json:"track_no"`
	Sender   person         `json:"sender_info"`
	Receiver *person        `json:"receiver_info"`
	Add      lenientInt     `json:"pack_add_quantity"`
	Full     lenientBool    `json:"is_return_full_sub_codes"`
	Applies  []waybillAsked `json:"waybill_applies"`
}

type orderAsked struct {
	OrderID  string     `json:"order_id"`
	PackID   string     `json:"pack_id"`
	Receiver person     `json:"receiver_info"`
	Pieces   lenientInt `json:"total_pack_count"`
	Combined []string   `json:"combine_orders"`
	Items    []struct {
		Name  string     `json:"item_name"`
		Count lenientInt `json:"item_count"`
	} `json:"items"`
}

// waybillCreate takes numbers. A refused order does not stop the others.
func (d *platform) waybillCreate(c *stage.Call) stage.Result {
	var p struct {
		waybillAsked
		Orders []orderAsked `json:"order_infos"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	carrier, known := carrierOf(p.Carrier)
	switch {
	case p.Sender.Contact.Name == "":
		return refuse(40004, "isv.parameter-invalid:4006", "寄件人姓名不能为空")
	case !known, len(p.Orders) == 0, len(p.Orders) > d.rules.WaybillBatch, !senderKnown(p.Sender.Address):
		return refuse(40004, "isv.parameter-invalid:1000", "拼接参数异常")
	}
	made, failed := []any{}, []any{}
	for _, o := range p.Orders {
		w, number, text := d.take(c, carrier, o)
		if w == nil {
			failed = append(failed, map[string]string{
				"order_id": o.OrderID, "pack_id": o.PackID, "err_code": number, "err_msg": text, "order_channel": "1",
			})
			continue
		}
		made = append(made, map[string]string{
			"company": carrier.Code, "hint_msg": "", "order_id": o.OrderID, "pack_id": o.PackID, "track_no": w.number,
			"sort_code": "512-A", "package_center_code": "", "package_center_name": "", "short_address_code": "", "short_address_name": "",
			"extra_resp": "{}", "sub_waybill_codes": strings.Join(w.subs, ","), "order_channel": "1", "shipping_code": "",
		})
	}
	return d.succeed(map[string]any{"ebill_infos": made, "err_infos": failed})
}

// take returns the waybill of an order's pack, a new one if it has none, or
// number and text of a refusal.
func (d *platform) take(c *stage.Call, carrier carrier, o orderAsked) (w *waybill, number, text string) {
	for _, id := range append([]string{o.OrderID}, o.Combined...) {
		r, err := d.world.Order(id)
		if err != nil {
			return nil, "15002", "订单信息不存在"
		}
		if r.Shop != c.Shop {
			return nil, "15000", "订单不是该店铺下的订单"
		}
	}
	phone, detail, ok := d.openReceiver(o.Receiver, o.OrderID)
	if !ok || !isPackID(o.PackID) || len(o.Items) == 0 {
		return nil, "1000", "拼接参数异常"
	}
	pack := pack{c.Shop.ID, carrier.Code, o.OrderID, o.PackID}
	if w := d.logistics.taken[pack]; w != nil && (!w.cancelled || d.rules.CancelledWaybillReturns) {
		return w, "", ""
	}
	d.logistics.billNo++
	w = &waybill{
		number: carrier.prefix + strconv.FormatInt(1_000_000_000_000+d.logistics.billNo, 10), carrier: carrier,
		shop: c.Shop, pack: pack, phone: phone, detail: detail,
	}
	if o.Pieces > 1 {
		w.grow(int(min(o.Pieces, 100)) - 1)
	}
	d.logistics.waybills[w.number], d.logistics.taken[pack] = w, w
	return w, "", ""
}

// grow adds n sub-waybills (子单).
func (w *waybill) grow(n int) {
	for range n {
		w.subs = append(w.subs, fmt.Sprintf("%s%03d", w.number, len(w.subs)+1))
	}
}

// openReceiver reads a receiver whose texts may be ciphers of this order. It is
// not ok with ciphers of another order or missing parts.
func (d *platform) openReceiver(r person, orderID string) (phone, detail string, ok bool) {
	open := func(text string) string {
		if plain, sealed := d.vault[text]; sealed {
			ok = ok && plain.orderID == orderID
			return plain.text
		}
		return text
	}
	if r.Contact.Mobile == "" {
		r.Contact.Mobile = r.Contact.Phone
	}
	ok = r.Address.complete() && r.Contact.Name != "" && r.Contact.Mobile != ""
	_ = open(r.Contact.Name)
	phone, detail = open(r.Contact.Mobile), open(r.Address.Detail)
	return phone, detail, ok
}

// isPackID checks the form of a pack id; empty is the first parcel.
func isPackID(id string) bool {
	return len(id) <= 15 && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// waybillOf returns the shop's waybill with that carrier and number, or nil.
func (d *platform) waybillOf(c *stage.Call, p waybillAsked) *waybill {
	w := d.logistics.waybills[p.TrackNo]
	if w == nil || w.shop != c.Shop || w.carrier.Code != p.Carrier {
		return nil
	}
	return w
}

// waybillUpdate changes the data of a waybill.
func (d *platform) waybillUpdate(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	w := d.waybillOf(c, p)
	switch {
	case w == nil:
		return refuse(40004, "isv.parameter-invalid:10014", "电子面单号不存在")
	case w.cancelled:
		return refuse(40004, "isv.parameter-invalid:10901", "订单已取消，不允许变更")
	case w.collected():
		return refuse(40004, "isv.parameter-invalid:10902", "订单已取件，不允许变更")
	}
	if p.Receiver != nil {
		phone, detail, ok := d.openReceiver(*p.Receiver, w.pack.orderID)
		if !ok {
			return refuse(40004, "isv.parameter-invalid:10000", "参数错误")
		}
		w.phone, w.detail = phone, detail
	}
	w.version++
	return d.succeed(map[string]string{
		"track_no": w.number, "sort_code": "512-A", "package_center_code": "", "package_center_name": "", "short_address_code": "",
		"short_address_name": "", "extra_resp": "{}",
	})
}

// waybillCancel cancels a waybill.
func (d *platform) waybillCancel(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	w := d.waybillOf(c, p)
	switch {
	case p.TrackNo == "":
		return refuse(40002, "isv.missing-parameter:400", "物流单号不能为空")
	case w == nil:
		return refuse(40004, "isv.parameter-invalid:10014", "电子面单号不存在")
	case w.cancelled:
		return refuse(50002, "isv.business-failed:10901", "已经取消过了，无需再次取消")
	case w.collected():
		return refuse(50002, "isv.business-failed:10804", "错误：该运单号"+w.number+"已经有物流信息")
	case w.shipped:
		return refuse(50002, "isv.business-failed:4007", "订单已发货，取消面单号失败")
	}
	w.cancelled = true
	return d.succeed(map[string]any{"cancel_result": map[string]bool{"success": true}})
}

// waybillApply answers the data that labels are printed from. Like the
// platform, it does not check that the address is still the order's.
func (d *platform) waybillApply(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.Applies) == 0 || len(p.Applies) > d.rules.WaybillBatch {
		return refuse(40002, "isv.missing-parameter:1001", "参数有误，请检查请求参数")
	}
	made, failed := []any{}, []any{}
	for _, a := range p.Applies {
		w := d.waybillOf(c, a)
		if w == nil || w.cancelled {
			failed = append(failed, map[string]any{"track_no": a.TrackNo, "order_id": "", "err_code": 1003,
				"err_msg": "1003:运单号有误，请检查运单号"})
			continue
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "label|%s|%d|%s|%s", w.number, w.version, w.phone, w.detail))
		made = append(made, map[string]string{
			"order_id": w.pack.orderID, "track_no": w.number,
			"print_data": base64.StdEncoding.EncodeToString(sum[:]), "sign": hex.EncodeToString(sum[:16]),
		})
	}
	return d.succeed(map[string]any{"waybill_infos": made, "err_infos": failed})
}

// waybillAppend adds sub-waybills. Repeating the call adds more.
func (d *platform) waybillAppend(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	w := d.waybillOf(c, p)
	switch {
	case p.Add < 1 || p.Add > 100:
		return refuse(40004, "isv.parameter-invalid:400", "参数错误")
	case w == nil:
		return refuse(50002, "isv.business-failed:10014", "电子面单号不存在")
	case w.cancelled:
		return refuse(50002, "isv.business-failed:10901", "订单已取消，不允许变更")
	case w.collected():
		return refuse(50002, "isv.business-failed:8168", "订单已生成路由不能申请子单")
	}
	before := len(w.subs)
	w.grow(int(p.Add))
	codes := w.subs[before:]
	if p.Full {
		codes = w.subs
	}
	return d.succeed(map[string]any{"track_no": w.number, "pack_quantity": 1 + len(w.subs),
		"sub_waybill_codes": strings.Join(codes, ",")})
}
