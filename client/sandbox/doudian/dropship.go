package doudian

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// dropshipState is the state of drop-ship (代发): the relations of merchants and
// factories, and which line of a merchant's order is assigned to which factory.
type dropshipState struct {
	roles       map[*stage.Shop]role
	bonds       []*bond
	assignments map[string]*assignment
	// byOrder holds the assignments of each order, one for each line, by order
	// id.
	byOrder  map[string]*assignedOrder
	tracks   int64 // number of waybills made so far
	taken    map[string]*taken
	counts   map[*stage.Shop]*takenCount
	noSender map[*stage.Shop]bool // factories without a default address to ship from
}

type role int

const (
	roleNone     role = 0
	roleMerchant role = 1
	roleFactory  role = 2
)

// bond is a relation between a merchant and a factory (代发关系), from the
// application on.
type bond struct {
	stage.Bond
	status  int   // bind_status
	refused int64 // time of refusal; 0: never
	alias   int64 // user_id: the id that stands for the merchant on the factory's side
}

// The states of a bond.
const (
	bindPending   = 1
	bindOK        = 2
	bindRefused   = 3
	bindOver      = 4
	unbindPending = 5 // the merchant's list shows bindOK instead
)

// assignedOrder is one order of a merchant, decoded once per change of the
// order.
type assignedOrder struct {
	record      *stage.Record
	wire        distrWire
	assignments []*assignment
}

// assignment is one line of an order to be given to a factory (代发单).
type assignment struct {
	id        string
	order     *assignedOrder
	line      int
	status    int // distr_status
	bond      *bond
	assigned  int64
	updated   int64 // when the assignment itself changed, as opposed to its order
	cancelled string
	shipped   int64
	packs     []distrPack
}

// The states of an assignment.
const (
	distrUnassigned = 0
	distrAssigned   = 1
	distrReturned   = 2
	distrTakenBack  = 3
)

type distrPack struct {
	ID      string `json:"deliver_id"`
	TrackNo string `json:"track_no"`
	Pieces  int64  `json:"ship_num,omitempty"`
	Company string `json:"company_code"`
}

type taken struct {
	factory    *stage.Shop
	bond       *bond
	company    string
	assignment string
	pack       string
	returned   bool
	gone       bool
}

type takenCount struct{ taken, cancelled int }

// distrWire is what drop-ship reads of an order's wire form, tolerating orders
// made unreadable on purpose.
type distrWire struct {
	Status      stage.Lax `json:"order_status"`
	Paid        stage.Lax `json:"pay_time"`
	SellerWords string    `json:"seller_words"`
	BuyerWords  string    `json:"buyer_words"`
	AddressID   string    `json:"open_address_id"`
	Address     address   `json:"post_addr"`
	Lines       []struct {
		shipLine
		ShipBy stage.Lax `json:"exp_ship_time"`
	} `json:"sku_order_list"`
}

const (
	firstDistr  = 7_100_000_000_000_000_000
	firstAlias  = 7_300_000_000_000_000_000
	firstParcel = 7_200_000_000_000_000_000

	distrWindow   = 30 * 60 // seconds
	distrPageSize = 100
	distrMost     = 100 // assignments in one call
	waybillsMost  = 10
)

func newDropship() *dropshipState {
	return &dropshipState{
		roles: map[*stage.Shop]role{}, assignments: map[string]*assignment{}, byOrder: map[string]*assignedOrder{},
		taken: map[string]*taken{}, counts: map[*stage.Shop]*takenCount{}, noSender: map[*stage.Shop]bool{},
	}
}

func (d *platform) dropshipMethods() map[string]method {
	merchant := func(run func(*stage.Call) stage.Result) method { return method{run: d.asSide(roleMerchant, run)} }
	factory := func(run func(*stage.Call) stage.Result) method { return method{run: d.asSide(roleFactory, run)} }
	return map[string]method{
		"iop.roleGet":                {run: d.iopRoleGet},
		"iop.sellerSupplierList":     merchant(d.iopSellerSupplierList),
		"iop.getSellerList":          factory(d.iopGetSellerList),
		"iop.sellerOrderList":        merchant(d.iopSellerOrderList),
		"iop.sellerOrderInfo":        merchant(d.iopSellerOrderInfo),
		"iop.sellerDistribute":       merchant(d.iopSellerDistribute),
		"iop.sellerCancleDistribute": merchant(d.iopSellerCancel),
		"iop.orderList":              factory(d.iopOrderList),
		"iop.orderInfo":              factory(d.iopOrderInfo),
		"iop.waybillGet":             factory(d.iopWaybillGet),
		"iop.waybillReturn":          factory(d.iopWaybillReturn),
		"iop.waybillUpdate":          factory(d.iopWaybillUpdate),
		"iop.waybillCancel":          factory(d.iopWaybillCancel),
	}
}

var (
	badDistr  = refuse(40004, "isv.parameter-invalid:10000", "参数错误")
	wrongSide = "代发身份不符"
)

// asSide refuses calls of a shop in the other role. The refusal's code is not
// documented: see [DropshipRules].WrongRoleSubCode.
func (d *platform) asSide(want role, run func(*stage.Call) stage.Result) func(*stage.Call) stage.Result {
	return func(c *stage.Call) stage.Result {
		if d.dropship.roles[c.Shop] != want {
			return refuse(50002, d.rules.Dropship.WrongRoleSubCode, wrongSide)
		}
		return run(c)
	}
}

func (d *platform) iopRoleGet(c *stage.Call) stage.Result {
	return d.succeed(map[string]any{"role_type": d.dropship.roles[c.Shop]})
}

// partner is a row of the merchant's or the factory's list of partners.
type partner struct {
	shop    *stage.Shop
	bond    *bond
	visible int
}

// partners answers one page of a list of relations.
func (d *platform) partners(c *stage.Call, list []partner, key, idKey, nameKey string) stage.Result {
	var p struct {
		Page   lenientInt   `json:"page"`
		Size   lenientInt   `json:"page_size"`
		States []lenientInt `json:"bind_status"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.Size == 0 && key == "seller_shop_list" {
		p.Size = 20 // optional in this list; its default is unconfirmed
	}
	if p.Page < 0 || p.Size <= 0 || p.Size > distrPageSize {
		return badDistr
	}
	rows := []map[string]any{}
	for _, x := range list {
		if len(p.States) > 0 && !slices.Contains(p.States, lenientInt(x.visible)) {
			continue
		}
		rows = append(rows, map[string]any{
			idKey: stage.Number(x.shop.ID, 0), nameKey: x.shop.Name, "apply_time": x.bond.Applied,
			"band_time":   x.bond.Bound,
			"refuse_time": x.bond.refused, "bind_status": x.visible,
		})
	}
	total := len(rows)
	return d.succeed(map[string]any{key: stage.PageOf(rows, int(p.Page), int(p.Size)), "page": p.Page,
		"page_size": p.Size, "total": total})
}

func (d *platform) iopSellerSupplierList(c *stage.Call) stage.Result {
	var list []partner
	for _, b := range d.dropship.bonds {
		if b.Merchant == c.Shop {
			visible := b.status
			if visible == unbindPending {
				visible = bindOK // the merchant's list has no state for it
			}
			list = append(list, partner{b.Factory, b, visible})
		}
	}
	return d.partners(c, list, "supplier_shop_list", "supplier_shop_id", "supplier_shop_name")
}

func (d *platform) iopGetSellerList(c *stage.Call) stage.Result {
	var list []partner
	for _, b := range d.dropship.bonds {
		if b.Factory == c.Shop {
			list = append(list, partner{b.Merchant, b, b.status})
		}
	}
	return d.partners(c, list, "seller_shop_list", "seller_shop_id", "seller_shop_name")
}

// refresh makes assignments of the merchant's paid orders that were placed
// since its first binding, and decodes changed orders again.
func (d *platform) refresh(merchant *stage.Shop) {
	for _, r := range stage.Bonded(merchant, d.dropship.bonds) {
		d.refreshOrder(r)
	}
}

func (d *platform) refreshOrder(r *stage.Record) {
	o := d.dropship.byOrder[r.ID]
	if o != nil && o.record == r {
		return
	}
	var w distrWire
	if json.Unmarshal(r.Wire, &w) != nil || w.Paid == 0 || w.Status == statusReview || w.Status == statusUnpaid {
		return
	}
	if o == nil {
		o = &assignedOrder{}
		d.dropship.byOrder[r.ID] = o
	}
	o.record, o.wire = r, w
	for i := len(o.assignments); i < len(w.Lines); i++ {
		x := &assignment{id: strconv.FormatInt(firstDistr+int64(len(d.dropship.assignments))+1, 10), order: o, line: i}
		d.dropship.assignments[x.id] = x
		o.assignments = append(o.assignments, x)
	}
}

// assignment returns the assignment with that id, its order decoded again if it
// changed, or nil.
func (d *platform) assignment(id string) *assignment {
	x := d.dropship.assignments[id]
	if x == nil {
		return nil
	}
	if r, err := d.world.Order(x.order.record.ID); err == nil {
		d.refreshOrder(r)
	}
	return x
}

// changed returns when the assignment or its order last changed.
func (x *assignment) changed() int64 { return max(x.updated, x.order.record.Updated) }

// refunding reports whether an after-sale case is open on the line.
func (x *assignment) refunding() bool {
	return x.order.wire.Lines[x.line].refunding()
}

func (x *assignment) afterSale() int {
	if x.refunding() {
		return 2
	}
	return 1
}

// lineStatus returns the status of the order's line, which only the merchant
// sees.
func (x *assignment) lineStatus() int64 { return int64(x.order.wire.Lines[x.line].Status) }

// sorted returns the assignments that fit, oldest first by at. In which order
// the platform lists them is unconfirmed.
func (d *platform) sorted(fits func(*assignment) bool, at func(*assignment) int64) []*assignment {
	var list []*assignment
	for _, x := range d.dropship.assignments {
		if fits(x) {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *assignment) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.id, b.id)) })
	return list
}

// common returns the members that both sides see.
func (x *assignment) common() map[string]any {
	w, l := x.order.wire, x.order.wire.Lines[x.line]
	spec := ""
	for i, s := range l.Specs {
		if i > 0 {
			spec += ";"
		}
		spec += s.Value
	}
	return map[string]any{
		"distr_order_id": x.id, "seller_words": w.SellerWords, "distr_time": x.assigned, "distr_status": x.status,
		"product_name": l.ProductName, "product_count": l.Count, "product_id": l.ProductText, "product_price": l.Price,
		"sku_spec": spec, "out_sku_id": l.Code,
		"province": w.Address.Province.Name, "city": w.Address.City.Name, "district": w.Address.Town.Name, "street": w.Address.Street.Name,
		"province_id": w.Address.Province.ID, "city_id": w.Address.City.ID, "district_id": w.Address.Town.ID, "street_id": w.Address.Street.ID,
		"distr_cancel_reason": x.cancelled, "exp_ship_time": l.ShipBy, "ship_time": x.shipped, "serial_number_list": []string{},
	}
}
