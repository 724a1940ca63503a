package kuaishou

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// dropshipState is drop-ship (代发): who is bound to whom, and which order of a
// merchant is given to which factory.
type dropshipState struct {
	roles   map[*stage.Shop]role
	codes   map[*stage.Shop]string // what drop-ship calls a shop
	bonds   []*bond                // oldest first; the last of a pair counts
	distrs  []*distr
	byCode  map[string]*distr
	byOrder map[string]*distr // by the trade's number
	given   []*allocation
	byGiven map[string]*allocation
	taken   map[string]*taken // waybills
	tracks  int64             // numbers made so far
}

// role is roleType.
type role int

const (
	roleNone     role = 0
	roleMerchant role = 1
	roleFactory  role = 2
)

// distr is an order of a merchant that may be given to a factory (代发订单):
// one of the trade, or one that the merchant added.
type distr struct {
	no       int64  // of all, and the seam of cursors
	code     string // dropshippingOrderCode
	merchant *stage.Shop
	trade    *stage.Record // of the order; of one that was added, of the order it hangs on
	order    order         // the trade as last read
	kind     int           // orderType
	added    *added
	status   int // dropshippingStatus
	given    *allocation
	created  int64
	updated  int64 // by what happened to the assignment itself
}

// added is what the merchant said of an order that it added.
type added struct {
	items   []distrItem
	note    string
	contact *contact
	address *distrAddress
}

// allocation is an order given to a factory. It has a code of its own: nothing
// may be concluded from that of the merchant's side.
type allocation struct {
	no        int64
	code      string // allocateOrderCode
	distr     *distr
	bond      *bond
	status    int         // allocateStatus
	items     []distrItem // as they were then
	allocated int64
	updated   int64
	shipped   int64
	cancelled int64
	reason    string
	parcel    distrParcel
}

// The numbers of dropshippingStatus and, but for the first, of allocateStatus.
const (
	distrToAllocate  = 1
	distrTakenBack   = 2
	distrAllocated   = 3
	distrShippedBack = 4
)

// The numbers of orderType.
const tradeOrder = 100

var addedTypes = []int{200, 300, 400, 1000} // gift, resend, exchange, other

type distrItem struct {
	SKUID int64  `json:"skuId"`
	Desc  string `json:"skuDesc"`
	Nick  string `json:"skuNick"`
	Num   int64  `json:"skuNum"`
	Item  int64  `json:"itemId"`
	Title string `json:"itemTitle"`
	Pic   string `json:"itemPicUrl"`
}

type distrParcel struct {
	TrackNo string `json:"waybillCode"`
	Company string `json:"expressCompanyCode"`
}

// distrAddress has its codes as text, unlike an order.
type distrAddress struct {
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

func newDropship() *dropshipState {
	return &dropshipState{
		roles: map[*stage.Shop]role{}, codes: map[*stage.Shop]string{}, byCode: map[string]*distr{},
		byOrder: map[string]*distr{},
		byGiven: map[string]*allocation{}, taken: map[string]*taken{},
	}
}

func (k *platform) dropshipMethods() map[string]method {
	merchant := func(run func(*stage.Call) stage.Result) method {
		return method{verb: http.MethodPost, run: k.asSide(roleMerchant, run)}
	}
	factory := func(run func(*stage.Call) stage.Result) method {
		return method{verb: http.MethodPost, run: k.asSide(roleFactory, run)}
	}
	return map[string]method{
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
func (k *platform) asSide(want role, run func(*stage.Call) stage.Result) func(*stage.Call) stage.Result {
	return func(c *stage.Call) stage.Result {
		if k.dropship.roles[c.Shop] != want {
			return k.rejected(k.rules.Dropship.WrongRoleMsg)
		}
		return run(c)
	}
}

func (k *platform) dsRoleQuery(c *stage.Call) stage.Result {
	return k.succeed(map[string]any{"roleType": k.dropship.roles[c.Shop]})
}

// outcome is the answer to one entry of a batch.
func (k *platform) outcome(name, id, why string) map[string]any {
	code := k.rules.Dropship.EntryDoneCode
	if why != "" {
		code, why = k.rules.Dropship.EntryFailedCode, "示例："+why
	}
	return map[string]any{name: id, "code": code, "message": why}
}

// takeIn makes drop-ship orders of the merchant's trades that were placed after
// its first binding and are paid, and reads those anew that changed.
func (k *platform) takeIn(merchant *stage.Shop) {
	for _, r := range stage.Bonded(merchant, k.dropship.bonds) {
		k.takeInOrder(r)
	}
}

func (k *platform) takeInOrder(r *stage.Record) {
	x := k.dropship.byOrder[r.ID]
	if x != nil && x.trade == r {
		return
	}
	o := readOrder(r)
	if x == nil && o.Base.PayTime == 0 {
		return
	}
	if x == nil {
		x = k.newDistr(&distr{merchant: r.Shop, kind: tradeOrder, created: r.Created})
		k.dropship.byOrder[r.ID] = x
	}
	x.trade, x.order = r, o
}

// newDistr gives an order its code.
func (k *platform) newDistr(x *distr) *distr {
	x.no, x.status = int64(len(k.dropship.distrs))+1, distrToAllocate
	x.code = fmt.Sprintf("DS25%012d", x.no)
	k.dropship.distrs = append(k.dropship.distrs, x)
	k.dropship.byCode[x.code] = x
	return x
}

// distr returns an order of the calling merchant as it is now, or nil.
func (k *platform) distr(c *stage.Call, code string) *distr {
	x := k.dropship.byCode[code]
	if x == nil || x.merchant != c.Shop {
		return nil
	}
	k.reread(x)
	return x
}

// reread looks at the trade anew.
func (k *platform) reread(x *distr) {
	if r, err := k.world.Order(x.trade.ID); err == nil && r != x.trade {
		x.trade, x.order = r, readOrder(r)
	}
}

// changed is when an order or its trade last changed.
func (x *distr) changed() int64 { return max(x.updated, x.trade.Updated) }

// refund is refundStatus: of the trade, and of what was added none.
func (x *distr) refund() int {
	if x.added != nil || len(x.order.Refunds) == 0 {
		return 100
	}
	if slices.ContainsFunc(x.order.Refunds, func(r refund) bool { return r.Status != 60 && r.Status != 70 }) {
		return 200
	}
	return 500
}

// tradeStatus is orderStatus.
func (x *distr) tradeStatus() int {
	status := x.order.Base.Status
	if x.added != nil {
		status = statusPaid
		if x.status == distrShippedBack {
			status = statusShipped
		}
	}
	switch {
	case status == statusFailed:
		return 500
	case status >= statusShipped:
		return 200
	}
	return 100
}

// items are what is in the order now.
func (x *distr) items() []distrItem {
	if x.added != nil {
		return x.added.items
	}
	i := x.order.Item
	return []distrItem{{SKUID: i.SKUID, Desc: i.Desc, Nick: i.Nick, Num: i.Num, Item: i.ItemID, Title: i.Title,
		Pic: i.PicURL}}
}

// shown are the items as both sides see them.
func (k *platform) shown(x *distr, a *allocation) []distrItem {
	if a == nil || k.rules.Dropship.FollowSpec {
		return x.items()
	}
	return a.items
}

// address is where it goes. That the street is masked is a guess.
func (x *distr) address() distrAddress {
	if x.added != nil && x.added.address != nil {
		return *x.added.address
	}
	a := x.order.Address
	return distrAddress{
		Detail: string(a.MaskAddress), ProvinceCode: formatID(a.ProvinceCode), Province: a.Province,
		CityCode: formatID(a.CityCode), City: a.City,
		DistrictCode: formatID(a.DistrictCode), District: a.District, StreetCode: formatID(a.TownCode), Street: a.Town,
	}
}

// receiverID is equal for equal receivers.
func (x *distr) receiverID() string {
	who := x.order.Delivery.OpenAddressID
	if x.added != nil && x.added.contact != nil {
		who = fmt.Sprint(x.added.contact.Name, x.added.contact.Mobile, x.added.address)
	}
	return fmt.Sprintf("r%x", sha256.Sum256([]byte(who)))[:17]
}

// sellerNotes are the merchant's notes, oldest first.
func (x *distr) sellerNotes() []string {
	if x.added != nil {
		return slices.DeleteFunc([]string{x.added.note}, func(s string) bool { return s == "" })
	}
	notes := []string{}
	for _, n := range slices.Backward(x.order.Note.List) {
		notes = append(notes, n.Note)
	}
	return notes
}

func (x *distr) buyerNotes() []string {
	return slices.DeleteFunc([]string{x.order.Base.Remark}, func(s string) bool { return s == "" || x.added != nil })
}
