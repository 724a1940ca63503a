package doudian

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	remarkLength = 500 // characters
	mergeDays    = 15
	mergeMost    = 100
)

// orderDetail answers one order, by its own id only: the id of another line
// does not find it.
func (d *platform) orderDetail(c *stage.Call) stage.Result {
	var p struct {
		ID lenientText `json:"shop_order_id"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	id := string(p.ID)
	if id == "" {
		return refuse(40002, "isv.missing-parameter:20000", "请输入查询订单号")
	}
	if !stage.Digits(id, 19) {
		// Old answers append the letter A to ids, which apps must remove before
		// use. This refusal shows an app that does not.
		return refuse(40003, "isv.parameter-invalid", "shop_order_id参数不合法")
	}
	r, err := d.world.Order(id)
	switch {
	case err != nil:
		return refuse(40004, "isv.parameter-invalid:20014", "查询订单不存在")
	case r.Shop != c.Shop:
		return refuse(50002, "isv.business-failed:20015", "订单不是该店铺下的订单，无权查询")
	}
	return d.Success(fmt.Appendf(nil, `{"shop_order_detail":%s}`, r.Wire))
}

// orderAddRemark overwrites the merchant's remark and, with is_add_star, the
// star.
func (d *platform) orderAddRemark(c *stage.Call) stage.Result {
	var p struct {
		ID      lenientText `json:"order_id"`
		Remark  *string     `json:"remark"`
		AddStar lenientBool `json:"is_add_star"`
		Star    lenientText `json:"star"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	switch {
	case !stage.Digits(string(p.ID), 19):
		return refuse(40004, "isv.parameter-invalid:50001", "50001:orderId参数不合法，建议根据文档检查传入数据")
	case p.Remark == nil, bool(p.AddStar) && !slices.Contains([]string{"0", "1", "2", "3", "4", "5"}, string(p.Star)):
		return refuse(40004, "isv.parameter-invalid:50002", "50002:参数不合法，建议根据文档检查传入数据")
	case utf8.RuneCountInString(*p.Remark) > remarkLength:
		return refuse(50002, "isv.business-failed:50056", "50056:订单备注内容超过规定字数")
	}
	r, err := d.world.Order(string(p.ID))
	if err != nil || r.Shop != c.Shop {
		return refuse(40004, "isv.parameter-invalid:20002", "20002:orderId不存在，请检查订单号")
	}
	change := stage.Object{"seller_words": *p.Remark}
	if p.AddStar {
		change["seller_remark_stars"] = stage.Number(string(p.Star), 0)
	}
	if err := d.ChangeOrder(r, change); err != nil {
		return refuse(20000, "isp.service-error:8888", "8888:系统繁忙，请稍后重试")
	}
	return d.Success(nil)
}

// orderCancel closes an unpaid order. The numbers that refuse a paid or unknown
// order are not documented; the general one is used.
func (d *platform) orderCancel(c *stage.Call) stage.Result {
	var p struct {
		ID     lenientText `json:"shop_order_id"`
		Reason string      `json:"cancel_reason"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	switch {
	case p.ID == "":
		return refuse(40002, "isv.missing-parameter:50001", "订单id不能为空")
	case p.Reason == "":
		return refuse(40002, "isv.missing-parameter:50003", "缺少必选参数")
	}
	failed := refuse(50002, "isv.business-failed:50004", "业务处理失败")
	r, err := d.world.Order(string(p.ID))
	if err != nil || r.Shop != c.Shop {
		return failed
	}
	switch status := int(factsOf(r).Status); {
	case status == statusCanceled:
		return refuse(50002, "isv.business-failed:50005", "订单已取消")
	case status != statusUnpaid:
		return failed
	case c.Now.Unix()-r.Created < 60:
		return refuse(50002, "isv.business-failed:50007", "距用户下单时间未超过1分钟，请稍后再试")
	}
	if err := d.ChangeOrder(r, stage.Object{"order_status": statusCanceled, "cancel_reason": p.Reason}); err != nil {
		return failed
	}
	return d.Success(nil)
}

// orderMerge answers which orders may share a parcel; it changes nothing.
// Orders that may not be merged stand alone in the answer. An address id that
// is not the order's is refused.
func (d *platform) orderMerge(c *stage.Call) stage.Result {
	var p struct {
		List []struct {
			ID        lenientText `json:"order_id"`
			AddressID string      `json:"open_address_id"`
		} `json:"merge_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	bad := refuse(40004, "isv.parameter-invalid:100000", "参数错误")
	if len(p.List) < 2 || len(p.List) > mergeMost {
		return bad
	}
	oldest := c.Now.AddDate(0, 0, -mergeDays).Unix()
	groups, place := [][]string{}, map[string]int{}
	for _, m := range p.List {
		r, err := d.world.Order(string(m.ID))
		if err != nil || r.Shop != c.Shop || factsOf(r).AddressID != m.AddressID {
			return bad
		}
		if r.Created < oldest || !d.mergeable(factsOf(r)) {
			groups = append(groups, []string{r.ID})
			continue
		}
		i, ok := place[m.AddressID]
		if !ok {
			i = len(groups)
			place[m.AddressID] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], r.ID)
	}
	list := []string{}
	for _, g := range groups {
		list = append(list, strings.Join(g, ","))
	}
	return d.succeed(map[string]any{"order_list": list})
}

// mergeable reports whether nothing of the order was shipped and no after-sale
// case is open.
func (d *platform) mergeable(f *facts) bool {
	for i := range f.Lines {
		if inAfterSale("in_aftersale", int64(f.Lines[i].AfterSale.Status), 0, 0) {
			return false
		}
	}
	return slices.Contains(d.rules.MergeStatuses, int64(f.Status))
}
