package doudian

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// dropshipState is drop-ship (代发): who is bound to whom, and which line of a
// merchant's order is given to which factory.
type dropshipState struct {
	roles  map[*stage.Shop]role
	bonds  []*bond
	distrs map[string]*distr
	// byOrder are the assignments of an order, one for each line, and the record
	// that they were made from.
	byOrder map[string]*distrOrder
	tracks  int64 // waybill numbers made so far
	taken   map[string]*taken
	counts  map[*stage.Shop]*takenCount
	nowhere map[*stage.Shop]bool // factories without a default address to ship from
}

type role int

const (
	roleNone     role = 0
	roleMerchant role = 1
	roleFactory  role = 2
)

// bond is an application of a merchant to a factory and what came of it.
type bond struct {
	stage.Bond
	status  int // bind_status
	refused int64
	alias   int64 // user_id: what the factory knows the merchant by
}

// The states of a bond.
const (
	bindPending   = 1
	bindOK        = 2
	bindRefused   = 3
	bindOver      = 4
	unbindPending = 5 // the merchant's list shows it as bound
)

// distrOrder is one order of a merchant, read once per change.
type distrOrder struct {
	record *stage.Record
	wire   distrWire
	distrs []*distr
}

// distr is one line of an order on its way to a factory (代发单).
type distr struct {
	id        string
	order     *distrOrder
	line      int
	status    int // distr_status
	bond      *bond
	assigned  int64
	updated   int64 // by what happened to the assignment itself
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
	factory  *stage.Shop
	bond     *bond
	company  string
	distr    string
	pack     string
	returned bool
	gone     bool
}

type takenCount struct{ taken, cancelled int }

// distrWire is what drop-ship needs of an order's own wire form, read as well
// as can be.
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
		roles: map[*stage.Shop]role{}, distrs: map[string]*distr{}, byOrder: map[string]*distrOrder{},
		taken: map[string]*taken{}, counts: map[*stage.Shop]*takenCount{}, nowhere: map[*stage.Shop]bool{},
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

// asSide refuses a call of the other side. Its code is not documented: see
// [DropshipRules].WrongRoleSubCode.
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

// partner is a row of either list of partners.
type partner struct {
	shop    *stage.Shop
	bond    *bond
	visible int
}

// partners pages through a list of bonds.
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
		p.Size = 20 // optional there; how many it means is unconfirmed
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
				visible = bindOK // the merchant's list has no such state
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

// takeIn makes assignments of the merchant's orders that were placed after its
// first binding and are paid, and reads those anew that changed.
func (d *platform) takeIn(merchant *stage.Shop) {
	for _, r := range stage.Bonded(merchant, d.dropship.bonds) {
		d.takeInOrder(r)
	}
}

func (d *platform) takeInOrder(r *stage.Record) {
	o := d.dropship.byOrder[r.ID]
	if o != nil && o.record == r {
		return
	}
	var w distrWire
	if json.Unmarshal(r.Wire, &w) != nil || w.Paid == 0 || w.Status == statusReview || w.Status == statusUnpaid {
		return
	}
	if o == nil {
		o = &distrOrder{}
		d.dropship.byOrder[r.ID] = o
	}
	o.record, o.wire = r, w
	for i := len(o.distrs); i < len(w.Lines); i++ {
		x := &distr{id: strconv.FormatInt(firstDistr+int64(len(d.dropship.distrs))+1, 10), order: o, line: i}
		d.dropship.distrs[x.id] = x
		o.distrs = append(o.distrs, x)
	}
}

// distr returns an assignment as it is now.
func (d *platform) distr(id string) *distr {
	x := d.dropship.distrs[id]
	if x == nil {
		return nil
	}
	if r, err := d.world.Order(x.order.record.ID); err == nil {
		d.takeInOrder(r)
	}
	return x
}

// changed is when an assignment or its order last changed.
func (x *distr) changed() int64 { return max(x.updated, x.order.record.Updated) }

// refunding reports whether an after-sale case is open on the line.
func (x *distr) refunding() bool {
	return x.order.wire.Lines[x.line].refunding()
}

func (x *distr) afterSale() int {
	if x.refunding() {
		return 2
	}
	return 1
}

// trade is the status of the line, which only the merchant is told.
func (x *distr) trade() int64 { return int64(x.order.wire.Lines[x.line].Status) }

// sorted are the assignments that fit, oldest change first. Which order the
// platform lists them in is unconfirmed.
func (d *platform) sorted(fits func(*distr) bool, at func(*distr) int64) []*distr {
	var list []*distr
	for _, x := range d.dropship.distrs {
		if fits(x) {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b *distr) int { return cmp.Or(cmp.Compare(at(a), at(b)), cmp.Compare(a.id, b.id)) })
	return list
}

// common are the members that both sides see.
func (x *distr) common() map[string]any {
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
