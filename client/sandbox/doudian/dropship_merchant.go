package doudian

import (
	"fmt"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// distrQuery holds the parameters of both lists of assignments.
type distrQuery struct {
	UpdateStart lenientInt  `json:"start_update_time"`
	UpdateEnd   lenientInt  `json:"end_update_time"`
	DealStart   lenientInt  `json:"start_deal_time"` // merchant
	DealEnd     lenientInt  `json:"end_deal_time"`
	DistrStart  lenientInt  `json:"start_distr_time"` // factory
	DistrEnd    lenientInt  `json:"end_distr_time"`
	Page        *lenientInt `json:"page"`
	Size        *lenientInt `json:"size"`
	Status      *lenientInt `json:"distr_status"`
	OrderID     lenientText `json:"shop_order_id"`
	DistrID     lenientText `json:"distr_order_id"`
	OrderStatus *lenientInt `json:"order_status"`
	AfterSale   *lenientInt `json:"after_sale_status"`
	Supplier    lenientInt  `json:"supplier_shop_id"`
	ProductID   lenientText `json:"product_id"`
	ProductName string      `json:"product_name"`
	Province    lenientText `json:"province_id"`
}

// window returns the requested range in seconds: of update times if those are
// given, else from start to end, which count unit to the second.
func (q distrQuery) window(start, end lenientInt, unit int64) (from, to int64, byUpdate bool, r stage.Result, ok bool) {
	byUpdate = q.UpdateStart != 0 || q.UpdateEnd != 0
	if byUpdate {
		start, end, unit = q.UpdateStart, q.UpdateEnd, 1
	}
	switch {
	case q.Page == nil || q.Size == nil || *q.Page < 0 || *q.Size <= 0 || *q.Size > distrPageSize, start <= 0 ||
		end <= 0:
		return 0, 0, false, badDistr, false
	case end < start:
		return 0, 0, false, refuse(40004, "isv.parameter-invalid:10000", "结束时间不可以小于开始时间"), false
	case int64(end-start) > distrWindow*unit:
		return 0, 0, false, refuse(40004, "isv.parameter-invalid:10000", "时间跨度不能超过30分钟"), false
	}
	return int64(start) / unit, int64(end) / unit, byUpdate, stage.Result{}, true
}

func (d *platform) iopSellerOrderList(c *stage.Call) stage.Result {
	var q distrQuery
	if r, ok := parse(c, &q); !ok {
		return r
	}
	unit := int64(1000)
	if d.rules.Dropship.DealTimeInSeconds {
		unit = 1
	}
	from, to, byUpdate, r, ok := q.window(q.DealStart, q.DealEnd, unit)
	if !ok {
		return r
	}
	at := (*assignment).changed
	if !byUpdate {
		at = func(x *assignment) int64 { return x.order.record.Created }
	}
	d.refresh(c.Shop)
	list := d.sorted(func(x *assignment) bool {
		return x.order.record.Shop == c.Shop && q.fits(x) &&
			inWindow(at(x), from, to)
	}, at)
	rows := []map[string]any{}
	for _, x := range stage.PageOf(list, int(*q.Page), int(*q.Size)) {
		rows = append(rows, d.sellerView(x))
	}
	return d.succeed(map[string]any{"distr_order_list": rows, "page": *q.Page, "size": *q.Size, "total": len(list)})
}

func inWindow(at, from, to int64) bool { return from <= at && at <= to }

// fits reports whether the assignment passes the filters.
func (q distrQuery) fits(x *assignment) bool {
	l := x.order.wire.Lines[x.line]
	return (q.Status == nil || int(*q.Status) == x.status) &&
		(q.OrderID == "" || string(q.OrderID) == x.order.record.ID) &&
		(q.DistrID == "" || string(q.DistrID) == x.id) &&
		(q.OrderStatus == nil || int64(*q.OrderStatus) == x.lineStatus()) &&
		(q.AfterSale == nil || int(*q.AfterSale) == x.afterSale()) &&
		(q.Supplier == 0 || x.bond != nil && strconv.FormatInt(int64(q.Supplier), 10) == x.bond.Factory.ID) &&
		(q.ProductID == "" || string(q.ProductID) == l.ProductText) &&
		(q.ProductName == "" || q.ProductName == l.ProductName) &&
		(q.Province == "" || string(q.Province) == x.order.wire.Address.Province.ID)
}

func (d *platform) iopSellerOrderInfo(c *stage.Call) stage.Result {
	var p struct {
		ID lenientText `json:"distr_order_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.ID == "" {
		return refuse(40004, "isv.parameter-invalid:10000", "代发订单不能为空")
	}
	d.refresh(c.Shop)
	x := d.assignment(string(p.ID))
	if x == nil || x.order.record.Shop != c.Shop {
		return refuse(50002, "isv.business-failed:40000", "代发单不存在")
	}
	return d.succeed(map[string]any{"distr_order_detail": d.sellerView(x)})
}

// sellerView returns an assignment as its merchant sees it.
func (d *platform) sellerView(x *assignment) map[string]any {
	v := x.common()
	v["shop_order_id"], v["order_status"], v["after_sale_status"] = x.order.record.ID, x.lineStatus(), x.afterSale()
	v["pay_time"], v["tracking_no"], v["company_name"] = x.order.wire.Paid, "", ""
	v["supplier_shop_id"], v["supplier_shop_name"] = 0, ""
	if x.bond != nil {
		v["supplier_shop_id"], v["supplier_shop_name"] = stage.Number(x.bond.Factory.ID, 0), x.bond.Factory.Name
	}
	packs := []map[string]any{}
	for _, p := range x.packs {
		// The merchant's side has no parcel id.
		packs = append(packs, map[string]any{"track_no": p.TrackNo, "company_code": p.Company})
		v["tracking_no"], v["company_name"] = p.TrackNo, p.Company
	}
	v["pack_list"] = packs
	return v
}

func (d *platform) iopSellerDistribute(c *stage.Call) stage.Result {
	var p struct {
		List []struct {
			Supplier lenientInt  `json:"supplier_shop_id"`
			ID       lenientText `json:"distr_order_id"`
		} `json:"distribute_order_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.List) == 0 || len(p.List) > distrMost {
		return badDistr
	}
	d.refresh(c.Shop)
	rows := []map[string]any{}
	for _, item := range p.List {
		errNo, message := 0, ""
		if why := d.distribute(c, string(item.ID), strconv.FormatInt(int64(item.Supplier), 10)); why != "" {
			errNo, message = d.rules.Dropship.DistributeErrNo, why
		}
		rows = append(rows, map[string]any{"supplier_shop_id": item.Supplier, "distr_order_id": string(item.ID),
			"err_no": errNo, "message": message})
	}
	return d.succeed(map[string]any{"distribute_order_reuslts": rows})
}

// distribute assigns an assignment to a factory, or returns why it cannot. The
// texts are invented; the rules are those of the platform's help page and, for
// an open refund, assumed.
func (d *platform) distribute(c *stage.Call, id, supplier string) string {
	x := d.assignment(id)
	if x == nil || x.order.record.Shop != c.Shop {
		return "示例：代发单不存在"
	}
	bond := d.bond(c.Shop, supplier)
	switch {
	case bond == nil || bond.status != bindOK && bond.status != unbindPending:
		return "示例：未绑定该厂家"
	case x.order.record.Created < bond.Bound:
		return "示例：订单早于绑定时间"
	case x.status == distrAssigned:
		return "示例：代发单已分配"
	case x.status == distrReturned:
		return "示例：代发单已回传"
	case x.lineStatus() != statusPrepare:
		return "示例：订单状态不允许分配"
	case x.refunding():
		return "示例：订单售后中"
	}
	x.status, x.bond, x.assigned, x.updated, x.cancelled = distrAssigned, bond, c.Now.Unix(), c.Now.Unix(), ""
	d.tellFactory("501", x, nil)
	return ""
}

// bond returns the relation of a merchant with a factory, or nil.
func (d *platform) bond(merchant *stage.Shop, factory string) *bond {
	for _, b := range d.dropship.bonds {
		if b.Merchant == merchant && b.Factory.ID == factory {
			return b
		}
	}
	return nil
}

func (d *platform) iopSellerCancel(c *stage.Call) stage.Result {
	var p struct {
		IDs []lenientText `json:"distr_order_ids"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	switch {
	case len(p.IDs) == 0:
		return badDistr
	case len(p.IDs) > distrMost:
		return refuse(50002, "isv.business-failed:10000", fmt.Sprintf("一次最多取消:%d", distrMost))
	}
	d.refresh(c.Shop)
	done, failed := []string{}, map[string]string{}
	for _, id := range p.IDs {
		x, why := d.assignment(string(id)), ""
		switch {
		case x == nil || x.order.record.Shop != c.Shop:
			why = "示例：代发单不存在"
		case x.status == distrReturned:
			why = "示例：代发单已回传"
		case x.status != distrAssigned:
			why = "示例：代发单未分配"
		}
		if why != "" {
			failed[string(id)] = why
			continue
		}
		x.status, x.updated, x.cancelled = distrTakenBack, c.Now.Unix(), "示例：商家取消分配"
		d.tellFactory(d.rules.Dropship.CancelTag, x, nil)
		done = append(done, x.id)
	}
	var fail any = failed
	if len(failed) == 0 && d.rules.Dropship.EmptyMapAsList {
		fail = []string{}
	}
	return d.succeed(map[string]any{"succ_distr_order_ids": done, "fail_distr_order_ids": fail})
}
