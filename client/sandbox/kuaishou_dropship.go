package sandbox

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ksDropship is drop-ship (代发): who is bound to whom, and which order of a
// merchant is given to which factory.
type ksDropship struct {
	sides   map[*stage.Shop]ksSide
	codes   map[*stage.Shop]string // what drop-ship calls a shop
	bonds   []*ksBond              // oldest first; the last of a pair counts
	distrs  []*ksDistr
	byCode  map[string]*ksDistr
	byOrder map[string]*ksDistr // by the trade's number
	given   []*ksAllocation
	byGiven map[string]*ksAllocation
	taken   map[string]*ksTaken // waybills
	tracks  int64               // numbers made so far
}

// ksSide is roleType.
type ksSide int

const (
	ksNoSide   ksSide = 0
	ksMerchant ksSide = 1
	ksFactory  ksSide = 2
)

// ksDistr is an order of a merchant that may be given to a factory (代发订单):
// one of the trade, or one that the merchant added.
type ksDistr struct {
	no       int64  // of all, and the seam of cursors
	code     string // dropshippingOrderCode
	merchant *stage.Shop
	trade    *stage.Record // of the order; of one that was added, of the order it hangs on
	order    ksOrder       // the trade as last read
	kind     int           // orderType
	added    *ksAdded
	status   int // dropshippingStatus
	given    *ksAllocation
	created  int64
	updated  int64 // by what happened to the assignment itself
}

// ksAdded is what the merchant said of an order that it added.
type ksAdded struct {
	items   []ksDistrItem
	note    string
	contact *ksContact
	address *ksDistrAddress
}

// ksAllocation is an order given to a factory. It has a code of its own: nothing
// may be concluded from that of the merchant's side.
type ksAllocation struct {
	no        int64
	code      string // allocateOrderCode
	distr     *ksDistr
	bond      *ksBond
	status    int           // allocateStatus
	items     []ksDistrItem // as they were then
	allocated int64
	updated   int64
	shipped   int64
	cancelled int64
	reason    string
	parcel    ksDistrParcel
}

// The numbers of dropshippingStatus and, but for the first, of allocateStatus.
const (
	ksToAllocate  = 1
	ksTakenBack   = 2
	ksAllocated   = 3
	ksShippedBack = 4
)

// The numbers of orderType.
const ksTradeOrder = 100

var ksAddedTypes = []int{200, 300, 400, 1000} // gift, resend, exchange, other

type ksDistrItem struct {
	SKUID int64  `json:"skuId"`
	Desc  string `json:"skuDesc"`
	Nick  string `json:"skuNick"`
	Num   int64  `json:"skuNum"`
	Item  int64  `json:"itemId"`
	Title string `json:"itemTitle"`
	Pic   string `json:"itemPicUrl"`
}

type ksDistrParcel struct {
	TrackNo string `json:"waybillCode"`
	Company string `json:"expressCompanyCode"`
}

// ksDistrAddress has its codes as text, unlike an order.
type ksDistrAddress struct {
	Detail       string `json:"detailAddress"`
	ID           string `json:"addressId"`
	CityCode     string `json:"cityCode"`
	ProvinceCode string `json:"provinceCode"`
	StreetCode   string `json:"streetCode"`
	Street       string `json:"streetName"`
	Province     string `json:"provinceName"`
	CountryCode  string `json:"countryCode"`
	District     string `json:"districtName"`
	City         string `json:"cityName"`
	DistrictCode string `json:"districtCode"`
	Country      string `json:"countryName"`
}

func newKsDropship() *ksDropship {
	return &ksDropship{
		sides: map[*stage.Shop]ksSide{}, codes: map[*stage.Shop]string{}, byCode: map[string]*ksDistr{}, byOrder: map[string]*ksDistr{},
		byGiven: map[string]*ksAllocation{}, taken: map[string]*ksTaken{},
	}
}

func (k *kuaishou) dropshipMethods() map[string]ksMethod {
	merchant := func(run func(*stage.Call) stage.Result) ksMethod {
		return ksMethod{verb: http.MethodPost, run: k.asSide(ksMerchant, run)}
	}
	factory := func(run func(*stage.Call) stage.Result) ksMethod {
		return ksMethod{verb: http.MethodPost, run: k.asSide(ksFactory, run)}
	}
	return map[string]ksMethod{
		"open.dropshipping.role.query":                     {verb: http.MethodGet, run: k.dsRoleQuery},
		"open.dropshipping.relation.list":                  merchant(k.dsRelationList),
		"open.dropshipping.relation.merchant.batch.apply":  merchant(k.dsApply),
		"open.dropshipping.relation.merchant.batch.unbind": merchant(k.dsUnbind),
		"open.dropshipping.order.merchant.list":            merchant(k.dsMerchantList),
		"open.dropshipping.order.merchant.detail":          merchant(k.dsMerchantDetail),
		"open.dropshipping.order.batch.allocate":           merchant(k.dsAllocate),
		"open.dropshipping.order.batch.allocate.cancel":    merchant(k.dsCancel),
		"open.dropshipping.order.batch.append":             merchant(k.dsAppend),
		"open.dropshipping.order.batch.delete":             merchant(k.dsDelete),
		"open.dropshipping.order.list":                     factory(k.dsFactoryList),
		"open.dropshipping.order.detail.query":             factory(k.dsFactoryDetail),
		"open.dropshipping.ebill.batch.get":                factory(k.dsEbillGet),
		"open.dropshipping.ebill.cancel":                   factory(k.dsEbillCancel),
		"open.dropshipping.order.deliver":                  factory(k.dsDeliver),
		"open.dropshipping.order.logistics.update":         factory(k.dsLogisticsUpdate),
	}
}

// asSide refuses a call of the other side.
func (k *kuaishou) asSide(want ksSide, run func(*stage.Call) stage.Result) func(*stage.Call) stage.Result {
	return func(c *stage.Call) stage.Result {
		if k.dropship.sides[c.Shop] != want {
			return k.rejected(k.rules.Dropship.WrongRoleMsg)
		}
		return run(c)
	}
}

func (k *kuaishou) dsRoleQuery(c *stage.Call) stage.Result {
	return k.succeed(map[string]any{"roleType": k.dropship.sides[c.Shop]})
}

// outcome is the answer to one entry of a batch.
func (k *kuaishou) outcome(name, id, why string) map[string]any {
	code := k.rules.Dropship.EntryDoneCode
	if why != "" {
		code, why = k.rules.Dropship.EntryFailedCode, "示例："+why
	}
	return map[string]any{name: id, "code": code, "message": why}
}

// takeIn makes drop-ship orders of the merchant's trades that were placed after
// its first binding and are paid, and reads those anew that changed.
func (k *kuaishou) takeIn(merchant *stage.Shop) {
	for _, r := range stage.Bonded(merchant, k.dropship.bonds) {
		k.takeInOrder(r)
	}
}

func (k *kuaishou) takeInOrder(r *stage.Record) {
	x := k.dropship.byOrder[r.ID]
	if x != nil && x.trade == r {
		return
	}
	o := ksReadOrder(r)
	if x == nil && o.Base.PayTime == 0 {
		return
	}
	if x == nil {
		x = k.newDistr(&ksDistr{merchant: r.Shop, kind: ksTradeOrder, created: r.Created})
		k.dropship.byOrder[r.ID] = x
	}
	x.trade, x.order = r, o
}

// newDistr gives an order its code.
func (k *kuaishou) newDistr(x *ksDistr) *ksDistr {
	x.no, x.status = int64(len(k.dropship.distrs))+1, ksToAllocate
	x.code = fmt.Sprintf("DS25%012d", x.no)
	k.dropship.distrs = append(k.dropship.distrs, x)
	k.dropship.byCode[x.code] = x
	return x
}

// distr returns an order of the calling merchant as it is now, or nil.
func (k *kuaishou) distr(c *stage.Call, code string) *ksDistr {
	x := k.dropship.byCode[code]
	if x == nil || x.merchant != c.Shop {
		return nil
	}
	k.reread(x)
	return x
}

// reread looks at the trade anew.
func (k *kuaishou) reread(x *ksDistr) {
	if r, err := k.world.Order(x.trade.ID); err == nil && r != x.trade {
		x.trade, x.order = r, ksReadOrder(r)
	}
}

// changed is when an order or its trade last changed.
func (x *ksDistr) changed() int64 { return max(x.updated, x.trade.Updated) }

// refund is refundStatus: of the trade, and of what was added none.
func (x *ksDistr) refund() int {
	if x.added != nil || len(x.order.Refunds) == 0 {
		return 100
	}
	if slices.ContainsFunc(x.order.Refunds, func(r ksRefund) bool { return r.Status != 60 && r.Status != 70 }) {
		return 200
	}
	return 500
}

// tradeStatus is orderStatus.
func (x *ksDistr) tradeStatus() int {
	status := x.order.Base.Status
	if x.added != nil {
		status = ksPaid
		if x.status == ksShippedBack {
			status = ksShipped
		}
	}
	switch {
	case status == ksFailed:
		return 500
	case status >= ksShipped:
		return 200
	}
	return 100
}

// items are what is in the order now.
func (x *ksDistr) items() []ksDistrItem {
	if x.added != nil {
		return x.added.items
	}
	i := x.order.Item
	return []ksDistrItem{{SKUID: i.SKUID, Desc: i.Desc, Nick: i.Nick, Num: i.Num, Item: i.ItemID, Title: i.Title, Pic: i.PicURL}}
}

// shown are the items as both sides see them.
func (k *kuaishou) shown(x *ksDistr, a *ksAllocation) []ksDistrItem {
	if a == nil || k.rules.Dropship.FollowSpec {
		return x.items()
	}
	return a.items
}

// address is where it goes. That the street is masked is a guess.
func (x *ksDistr) address() ksDistrAddress {
	if x.added != nil && x.added.address != nil {
		return *x.added.address
	}
	a := x.order.Address
	return ksDistrAddress{
		Detail: string(a.MaskAddress), ProvinceCode: ksID(a.ProvinceCode), Province: a.Province, CityCode: ksID(a.CityCode), City: a.City,
		DistrictCode: ksID(a.DistrictCode), District: a.District, StreetCode: ksID(a.TownCode), Street: a.Town,
	}
}

// receiverID is equal for equal receivers.
func (x *ksDistr) receiverID() string {
	who := x.order.Delivery.OpenAddressID
	if x.added != nil && x.added.contact != nil {
		who = fmt.Sprint(x.added.contact.Name, x.added.contact.Mobile, x.added.address)
	}
	return fmt.Sprintf("r%x", sha256.Sum256([]byte(who)))[:17]
}

// sellerNotes are the merchant's notes, oldest first.
func (x *ksDistr) sellerNotes() []string {
	if x.added != nil {
		return slices.DeleteFunc([]string{x.added.note}, func(s string) bool { return s == "" })
	}
	notes := []string{}
	for _, n := range slices.Backward(x.order.Note.List) {
		notes = append(notes, n.Note)
	}
	return notes
}

func (x *ksDistr) buyerNotes() []string {
	return slices.DeleteFunc([]string{x.order.Base.Remark}, func(s string) bool { return s == "" || x.added != nil })
}
