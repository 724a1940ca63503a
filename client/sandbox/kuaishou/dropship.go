package kuaishou

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// dropshipState is the state of drop-ship (代发): the relations of merchants and
// factories, and which order of a merchant is allocated to which factory.
type dropshipState struct {
	roles             map[*stage.Shop]role
	codes             map[*stage.Shop]string // merchantCode or factoryCode
	bonds             []*bond                // oldest first; the newest between two shops counts
	dsOrders          []*dsOrder
	byCode            map[string]*dsOrder
	byOrder           map[string]*dsOrder // by the id of the order
	allocations       []*allocation
	allocationsByCode map[string]*allocation
	taken             map[string]*taken // waybills
	tracks            int64             // number of waybills made so far
}

// role is roleType.
type role int

const (
	roleNone     role = 0
	roleMerchant role = 1
	roleFactory  role = 2
)

// dsOrder is a drop-ship order (代发订单) of a merchant, which it may allocate to a
// factory: one of its orders, or one that it added to an order.
type dsOrder struct {
	no         int64  // counts all drop-ship orders; cursors use it
	code       string // dropshippingOrderCode
	merchant   *stage.Shop
	record     *stage.Record // the order, or the order that it was added to
	order      order         // record, decoded
	kind       int           // orderType
	added      *added
	status     int // dropshippingStatus
	allocation *allocation
	created    int64
	updated    int64 // when the drop-ship order itself changed, as opposed to its order
}

// added is what the merchant gave for an order that it added.
type added struct {
	items   []distrItem
	note    string
	contact *contact
	address *distrAddress
}

// allocation is a drop-ship order allocated to a factory. Its code tells
// nothing about the code on the merchant's side.
type allocation struct {
	no        int64
	code      string // allocateOrderCode
	dsOrder   *dsOrder
	bond      *bond
	status    int         // allocateStatus
	items     []distrItem // as they were when it was allocated
	allocated int64
	updated   int64
	shipped   int64
	cancelled int64
	reason    string
	parcel    distrParcel
}

// The values of dropshippingStatus and, except the first, of allocateStatus.
const (
	distrToAllocate  = 1
	distrTakenBack   = 2
	distrAllocated   = 3
	distrShippedBack = 4
)

// The values of orderType.
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

// distrAddress is an address whose codes are text, unlike those of an order.
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
		roles: map[*stage.Shop]role{}, codes: map[*stage.Shop]string{}, byCode: map[string]*dsOrder{},
		byOrder:           map[string]*dsOrder{},
		allocationsByCode: map[string]*allocation{}, taken: map[string]*taken{},
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

// asSide refuses calls of a shop in the other role.
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

// outcome returns the answer to one entry of a batch; why is the reason of a
// failure, or "".
func (k *platform) outcome(name, id, why string) map[string]any {
	code := k.rules.Dropship.EntryDoneCode
	if why != "" {
		code, why = k.rules.Dropship.EntryFailedCode, "示例："+why
	}
	return map[string]any{name: id, "code": code, "message": why}
}

// refresh makes drop-ship orders of the merchant's paid orders that were placed
// since its first binding, and decodes changed orders again.
func (k *platform) refresh(merchant *stage.Shop) {
	for _, r := range stage.Bonded(merchant, k.dropship.bonds) {
		k.refreshOrder(r)
	}
}

func (k *platform) refreshOrder(r *stage.Record) {
	x := k.dropship.byOrder[r.ID]
	if x != nil && x.record == r {
		return
	}
	o := readOrder(r)
	if x == nil && o.Base.PayTime == 0 {
		return
	}
	if x == nil {
		x = k.newDSOrder(&dsOrder{merchant: r.Shop, kind: tradeOrder, created: r.Created})
		k.dropship.byOrder[r.ID] = x
	}
	x.record, x.order = r, o
}

// newDSOrder numbers and stores a drop-ship order.
func (k *platform) newDSOrder(x *dsOrder) *dsOrder {
	x.no, x.status = int64(len(k.dropship.dsOrders))+1, distrToAllocate
	x.code = fmt.Sprintf("DS25%012d", x.no)
	k.dropship.dsOrders = append(k.dropship.dsOrders, x)
	k.dropship.byCode[x.code] = x
	return x
}

// dsOrder returns a drop-ship order of the calling merchant, its order decoded
// again if it changed, or nil.
func (k *platform) dsOrder(c *stage.Call, code string) *dsOrder {
	x := k.dropship.byCode[code]
	if x == nil || x.merchant != c.Shop {
		return nil
	}
	k.reread(x)
	return x
}

// reread decodes the order again if it changed.
func (k *platform) reread(x *dsOrder) {
	if r, err := k.world.Order(x.record.ID); err == nil && r != x.record {
		x.record, x.order = r, readOrder(r)
	}
}

// changed returns when the drop-ship order or its order last changed.
func (x *dsOrder) changed() int64 { return max(x.updated, x.record.Updated) }

// refund returns refundStatus: that of the order, or none for an added one.
func (x *dsOrder) refund() int {
	if x.added != nil || len(x.order.Refunds) == 0 {
		return 100
	}
	if slices.ContainsFunc(x.order.Refunds, func(r refund) bool { return r.Status != 60 && r.Status != 70 }) {
		return 200
	}
	return 500
}

// tradeStatus returns orderStatus.
func (x *dsOrder) tradeStatus() int {
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

// items returns the present items of the drop-ship order.
func (x *dsOrder) items() []distrItem {
	if x.added != nil {
		return x.added.items
	}
	i := x.order.Item
	return []distrItem{{SKUID: i.SKUID, Desc: i.Desc, Nick: i.Nick, Num: i.Num, Item: i.ItemID, Title: i.Title,
		Pic: i.PicURL}}
}

// shown returns the items as both sides see them.
func (k *platform) shown(x *dsOrder, a *allocation) []distrItem {
	if a == nil || k.rules.Dropship.FollowSpec {
		return x.items()
	}
	return a.items
}

// address returns where to ship. That the street is masked is a guess.
func (x *dsOrder) address() distrAddress {
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

// receiverID returns an id that is equal for equal receivers.
func (x *dsOrder) receiverID() string {
	who := x.order.Delivery.OpenAddressID
	if x.added != nil && x.added.contact != nil {
		who = fmt.Sprint(x.added.contact.Name, x.added.contact.Mobile, x.added.address)
	}
	return fmt.Sprintf("r%x", sha256.Sum256([]byte(who)))[:17]
}

// sellerNotes returns the merchant's notes, oldest first.
func (x *dsOrder) sellerNotes() []string {
	if x.added != nil {
		return slices.DeleteFunc([]string{x.added.note}, func(s string) bool { return s == "" })
	}
	notes := []string{}
	for _, n := range slices.Backward(x.order.Note.List) {
		notes = append(notes, n.Note)
	}
	return notes
}

func (x *dsOrder) buyerNotes() []string {
	return slices.DeleteFunc([]string{x.order.Base.Remark}, func(s string) bool { return s == "" || x.added != nil })
}
