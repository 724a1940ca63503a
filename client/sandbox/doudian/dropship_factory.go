package doudian

import (
	"fmt"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

func (d *platform) iopOrderList(c *stage.Call) stage.Result {
	var q distrQuery
	if r, ok := parse(c, &q); !ok {
		return r
	}
	from, to, byUpdate, r, ok := q.window(q.DistrStart, q.DistrEnd, 1)
	if !ok {
		return r
	}
	at := (*assignment).changed
	if !byUpdate {
		at = func(x *assignment) int64 { return x.assigned }
	}
	for _, b := range d.dropship.bonds {
		if b.Factory == c.Shop {
			d.refresh(b.Merchant)
		}
	}
	list := d.sorted(func(x *assignment) bool {
		return x.bond != nil && x.bond.Factory == c.Shop && (q.Status == nil || int(*q.Status) == x.status) &&
			inWindow(at(x), from, to)
	}, at)
	rows := []map[string]any{}
	for _, x := range stage.PageOf(list, int(*q.Page), int(*q.Size)) {
		v := d.factoryView(x)
		v["aftersale_status"], v["spec"] = x.afterSale(), x.order.wire.Lines[x.line].Specs
		rows = append(rows, v)
	}
	return d.succeed(map[string]any{"order_list": rows, "total": len(list)})
}

// factoryView returns an assignment as its factory sees it: without the order's
// number, the receiver's name and phone.
func (d *platform) factoryView(x *assignment) map[string]any {
	v := x.common()
	v["user_id"], v["user_name"] = x.bond.alias, x.bond.Merchant.Name
	v["receiver_id"], v["buyer_words"] = "rcv-"+searchIndex(kindAddress, x.order.wire.AddressID),
		x.order.wire.BuyerWords
	packs := []distrPack{}
	for _, p := range x.packs {
		packs = append(packs, distrPack{ID: p.ID, TrackNo: p.TrackNo, Company: p.Company})
	}
	v["pack_list"] = packs
	return v
}

// assignmentFor returns an assignment that is given to the calling factory, or
// nil.
func (d *platform) assignmentFor(c *stage.Call, alias lenientInt, id lenientText) *assignment {
	x := d.assignment(string(id))
	if x == nil || x.bond == nil || x.bond.Factory != c.Shop || x.bond.alias != int64(alias) {
		return nil
	}
	return x
}

// iopOrderInfo answers one assignment. One that the merchant took back is not
// found.
func (d *platform) iopOrderInfo(c *stage.Call) stage.Result {
	var p struct {
		Alias lenientInt  `json:"user_id"`
		ID    lenientText `json:"distr_order_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	x := d.assignmentFor(c, p.Alias, p.ID)
	if x == nil || x.status == distrTakenBack {
		return refuse(40004, "isv.parameter-invalid:40000", "订单号不存在")
	}
	v := d.factoryView(x)
	v["distr_order_aftersale_status"] = x.afterSale()
	return d.succeed(v)
}

func (d *platform) iopWaybillGet(c *stage.Call) stage.Result {
	var p struct {
		Sender struct {
			Contact struct {
				Name   string `json:"name"`
				Phone  string `json:"phone"`
				Mobile string `json:"mobile"`
			} `json:"contact"`
			Address struct {
				Country  string `json:"countryCode"`
				Province string `json:"provinceName"`
				City     string `json:"cityName"`
				District string `json:"districtName"`
				Detail   string `json:"detailAddress"`
			} `json:"address"`
		} `json:"sender"`
		Trades []struct {
			Alias   lenientInt `json:"user_id"`
			Company string     `json:"company_code"`
			Orders  []struct {
				ID    lenientText `json:"distr_order_id"`
				Pack  string      `json:"pack_id"`
				Items []struct {
					Name  string     `json:"item_name"`
					Count lenientInt `json:"item_count"`
				} `json:"items"`
			} `json:"order_infos"`
		} `json:"trade_order_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	n, carriers := 0, true
	for _, t := range p.Trades {
		n += len(t.Orders)
		carriers = carriers && t.Company != ""
	}
	contact, address := p.Sender.Contact, p.Sender.Address
	switch {
	case n > waybillsMost:
		return refuse(40004, "isv.parameter-invalid:10000", "取号信息一次最多支持10个")
	case n == 0, !carriers, contact.Name == "", contact.Phone == "" && contact.Mobile == "",
		address.Country == "", address.Province == "", address.City == "", address.District == "", address.Detail == "":
		return badDistr
	}
	bills, failures := []map[string]any{}, []map[string]any{}
	for _, t := range p.Trades {
		for _, o := range t.Orders {
			x := d.assignmentFor(c, t.Alias, o.ID)
			why := ""
			switch {
			case x == nil || x.status == distrTakenBack:
				why = "示例：代发单不存在"
			case x.status != distrAssigned || x.lineStatus() != statusPrepare:
				why = "示例：代发单状态不允许取号"
			case x.refunding() && !d.rules.Dropship.WaybillInRefund:
				why = "示例：代发单售后中"
			case len(o.Items) == 0:
				why = "示例：商品明细为空"
			}
			if why != "" {
				failures = append(failures, map[string]any{"distr_order_id": string(o.ID), "pack_id": o.Pack,
					"err_code": d.rules.Dropship.WaybillErrCode, "err_msg": why})
				continue
			}
			a := x.order.wire.Address
			bills = append(bills, map[string]any{
				"distr_order_id": x.id, "pack_id": o.Pack, "track_no": d.takeTrack(c.Shop, x, t.Company, o.Pack),
				"sort_code": "210-A01-000", "package_code": a.City.ID, "package_code_name": a.City.Name + "集",
				"mark_destination_code": a.City.ID, "mark_destination_code_name": a.City.Name,
				"extra": "", "extra_resp": "", "sub_waybill_codes": "",
			})
		}
	}
	return d.succeed(map[string]any{"ebill_infos": bills, "err_infos": failures})
}

// takeTrack makes a waybill number. If the rules say so, it returns the number
// taken before for the same parcel.
func (d *platform) takeTrack(factory *stage.Shop, x *assignment, company, pack string) string {
	s := d.dropship
	if d.rules.Dropship.WaybillRepeats {
		for no, t := range s.taken {
			if t.assignment == x.id && t.pack == pack && t.company == company && !t.gone {
				return no
			}
		}
	}
	s.tracks++
	no := fmt.Sprintf("EX%013d", s.tracks)
	s.taken[no] = &taken{factory: factory, bond: x.bond, company: company, assignment: x.id, pack: pack}
	d.takenCount(factory).taken++
	return no
}

func (d *platform) takenCount(factory *stage.Shop) *takenCount {
	n := d.dropship.counts[factory]
	if n == nil {
		n = &takenCount{}
		d.dropship.counts[factory] = n
	}
	return n
}

func (d *platform) iopWaybillReturn(c *stage.Call) stage.Result {
	var p struct {
		Alias     lenientInt  `json:"user_id"`
		ID        lenientText `json:"distr_order_id"`
		Company   string      `json:"company_code"`
		TrackNo   string      `json:"track_no"`
		Refuse    lenientBool `json:"is_refund_reject"`
		AddressID lenientInt  `json:"address_id"`
		From      *struct {
			Detail string `json:"detail"`
		} `json:"send_addr"`
		Packs []struct {
			TrackNo string     `json:"track_no"`
			Pieces  lenientInt `json:"ship_num"`
			Company string     `json:"company_code"`
		} `json:"pack_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.Packs) == 0 && (p.Company == "" || p.TrackNo == "") {
		return badDistr
	}
	x := d.assignmentFor(c, p.Alias, p.ID)
	if x == nil {
		return refuse(50002, "isv.business-failed:41002", "代发单不存在")
	}
	l := x.order.wire.Lines[x.line]
	packs, pieces := []distrPack{}, int64(0)
	for i, k := range p.Packs {
		if k.TrackNo == "" || k.Company == "" || k.Pieces <= 0 {
			return badDistr
		}
		packs = append(packs, distrPack{ID: x.parcelID(i), TrackNo: k.TrackNo, Pieces: int64(k.Pieces),
			Company: k.Company})
		pieces += int64(k.Pieces)
	}
	if len(packs) == 0 { // the older members company_code and track_no ship everything in one parcel
		packs, pieces = []distrPack{{ID: x.parcelID(0), TrackNo: p.TrackNo, Pieces: int64(l.Count),
			Company: p.Company}}, int64(l.Count)
	}
	// Three numbers have the same text, "the state does not allow it". Which
	// one stands for which state is assumed.
	notNow := func(n string) stage.Result {
		return refuse(50002, "isv.business-failed:"+n, "代打订单状态不允许发货")
	}
	switch {
	case x.status == distrReturned:
		return notNow("41000")
	case x.status != distrAssigned:
		return notNow("41001")
	case x.lineStatus() != statusPrepare:
		return notNow("41004")
	case x.refunding() && !bool(p.Refuse):
		return refuse(50002, d.rules.Dropship.ReturnInRefundSubCode, "代打订单状态不允许发货")
	case d.dropship.noSender[c.Shop] && p.AddressID == 0 && p.From == nil:
		return refuse(50002, "isv.business-failed:41003", "没有找到默认的发货地址")
	case pieces != int64(l.Count):
		return refuse(50002, "isv.business-failed:41007", "发货失败，请重新检查当前请求发货的全部件数，等于代发单的剩余待发")
	}
	if r, ok := d.shipDistr(x, packs, c.Now.Unix()); !ok {
		return r
	}
	return d.succeed(map[string]any{"return_result": true, "delivery_id": packs[0].ID, "pack_list": packs})
}

// parcelID returns the id of the assignment's parcel i.
func (x *assignment) parcelID(i int) string {
	return strconv.FormatInt(firstParcel+(stage.Number(x.id, 0)-firstDistr)*idStep+int64(i), 10)
}

func (d *platform) iopWaybillUpdate(c *stage.Call) stage.Result {
	var p struct {
		Alias    lenientInt  `json:"user_id"`
		ID       lenientText `json:"distr_order_id"`
		TrackNo  string      `json:"track_no"`
		Company  string      `json:"company_code"`
		Delivery lenientText `json:"delivery_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.TrackNo == "" || p.Company == "" || p.Delivery == "" {
		return badDistr
	}
	x := d.assignmentFor(c, p.Alias, p.ID)
	switch {
	case x == nil:
		return refuse(50002, "isv.business-failed:41002", "代发单不存在")
	case x.status != distrReturned:
		return refuse(50002, "isv.business-failed:41000", "代发单状态不允许发货")
	}
	for i := range x.packs {
		if x.packs[i].ID != string(p.Delivery) {
			continue
		}
		if err := d.renumber(x, string(p.Delivery), p.TrackNo, p.Company); err != nil {
			return refuse(20000, "isp.service-error:88888", "发货失败，请稍后重试")
		}
		x.packs[i].TrackNo, x.packs[i].Company, x.updated = p.TrackNo, p.Company, c.Now.Unix()
		return d.succeed(map[string]any{"return_result": true, "delivery_id": string(p.Delivery)})
	}
	return refuse(50002, "isv.business-failed:41005", "发货失败")
}

// iopWaybillCancel cancels a waybill number, as long as the share of cancelled
// numbers stays within the limit.
func (d *platform) iopWaybillCancel(c *stage.Call) stage.Result {
	var p struct {
		Alias   lenientInt `json:"user_id"`
		Company string     `json:"company_code"`
		TrackNo string     `json:"track_no"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	t := d.dropship.taken[p.TrackNo]
	if t == nil || t.factory != c.Shop || t.bond.alias != int64(p.Alias) || t.company != p.Company || t.gone ||
		t.returned {
		return d.succeed(map[string]any{"return_result": false}) // how the platform answers this is unconfirmed
	}
	n := d.takenCount(c.Shop)
	if 100*(n.cancelled+1) > d.rules.Dropship.WaybillCancelPercent*n.taken {
		return refuse(50002, "isv.business-failed:88888", "取消总数/取号总数超过最大比例")
	}
	n.cancelled++
	t.gone = true
	return d.succeed(map[string]any{"return_result": true})
}
