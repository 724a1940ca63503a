package doudian

import (
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// senders are the addresses that the shop may send from, at each of its net
// sites (网点).
var senders = []map[string]string{
	{"province_name": "江苏省", "city_name": "苏州市", "district_name": "吴中区", "street_name": "示例街道", "detail_address": "示例路1号"},
	{"province_name": "浙江省", "city_name": "杭州市", "district_name": "西湖区", "street_name": "示例街道", "detail_address": "示例路2号"},
}

// senderKnown reports whether waybills may be taken for a sender's address.
func senderKnown(p placeAsked) bool {
	return slices.ContainsFunc(senders, func(s map[string]string) bool {
		return p.Country == "CHN" && p.Province == s["province_name"] && p.City == s["city_name"] &&
			p.District == s["district_name"] && p.Detail == s["detail_address"]
	})
}

// waybillSites answers the shop's net sites, of one carrier or of all.
func (d *platform) waybillSites(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	sites := []any{}
	var kind int
	for _, carrier := range carriers {
		if p.Carrier != "" && p.Carrier != carrier.Code {
			continue
		}
		kind = carrier.kind
		site := map[string]any{
			"netsite_code": "", "netsite_name": "", "amount": "-1", "sender_address": senders,
			"allocated_quantity": -1, "cancelled_quantity": -1, "recycled_quantity": -1, "company": carrier.Code, "company_type": carrier.kind,
		}
		if carrier.kind == 2 {
			site["netsite_code"], site["netsite_name"], site["amount"] = "512001", "苏州示例网点", "980"
		}
		sites = append(sites, site)
	}
	return d.succeed(map[string]any{"netsites": sites, "logistics_code": p.Carrier, "company_type": kind})
}

// waybillTemplates answers the platform's print templates.
func (d *platform) waybillTemplates(*stage.Call) stage.Result {
	groups := []any{}
	for i, c := range carriers {
		groups = append(groups, map[string]any{"logistics_code": c.Code, "template_infos": []any{map[string]any{
			"template_id": i + 1, "template_code": c.Code + "_76_130", "template_name": c.Name + "一联单",
			"template_url": "https://example.com/template/" + c.Code, "version": 1, "template_type": 1, "perview_url": "https://example.com/preview.png",
		}}})
	}
	return d.succeed(map[string]any{"template_data": groups})
}

// waybillCustomTemplates answers the shop's own print templates. Only the first
// carrier has one.
func (d *platform) waybillCustomTemplates(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if _, ok := carrierOf(p.Carrier); !ok && p.Carrier != "" {
		return refuse(50002, "isv.business-failed:4006", "不支持的服务商")
	}
	groups := []any{}
	if first := carriers[0].Code; p.Carrier == "" || p.Carrier == first {
		groups = append(groups, map[string]any{"logistics_code": first,
			"custom_template_infos": []any{map[string]string{
				"custom_template_code": "own_1", "custom_template_url": "https://example.com/custom/1",
				"custom_template_name": "示例自定义区", "parent_template_code": first + "_76_130",
			}}})
	}
	return d.succeed(map[string]any{"custom_template_data": groups})
}

// waybillOutRange answers "out of range" (超区) for receivers whose district or
// street contains 超区. That rule is the sandbox's own.
func (d *platform) waybillOutRange(c *stage.Call) stage.Result {
	var p struct {
		Carrier  string      `json:"logistics_code"`
		Receiver placeAsked  `json:"receiver_address"`
		Type     *lenientInt `json:"type"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if _, ok := carrierOf(p.Carrier); !ok {
		return refuse(40004, "isv.parameter-invalid:4006", p.Carrier+" 物流服务商不支持该接口")
	}
	if p.Type == nil {
		return refuse(50002, "isv.business-failed:1000", "1000:request param [type]")
	}
	if *p.Type != 1 && strings.Contains(p.Receiver.District+p.Receiver.Street, "超区") {
		return d.succeed(map[string]any{"is_out_range": true, "out_range_reason": "4"})
	}
	return d.succeed(map[string]any{"is_out_range": false, "out_range_reason": ""})
}

// route is one tracking report of a carrier.
type route struct {
	Content string `json:"content"`
	Time    string `json:"timestamp"`
	State   string `json:"state"`
	Words   string `json:"state_description"`
	Site    string `json:"site_name"`
}

// waybillRoute answers the tracking reports of a parcel whose waybill was taken
// and shipped here.
func (d *platform) waybillRoute(c *stage.Call) stage.Result {
	var p waybillAsked
	if r, ok := parse(c, &p); !ok {
		return r
	}
	w := d.waybillOf(c, p)
	switch {
	case p.TrackNo == "":
		return refuse(50002, "isv.business-failed:4006", "运单号不能为空")
	case w == nil && d.logistics.waybills[p.TrackNo] == nil:
		return refuse(50002, "isv.business-failed:10015", "非抖音电商电子面单不支持查询轨迹")
	case w == nil || !w.shipped:
		return refuse(50002, "isv.business-failed:-10004", "记录不存在")
	}
	return d.succeed(map[string]any{
		"route__node_list": append([]route{}, w.routes...), "track_info": map[string]string{"track_no": w.number, "express": w.carrier.Code},
	})
}

// ReportRoute adds a tracking report. With the first one the parcel is
// collected and its waybill can no longer be changed.
func (d *platform) ReportRoute(trackingNo string, r stage.Route) (any, error) {
	w := d.logistics.waybills[trackingNo]
	if w == nil {
		return nil, stage.Errorf(stage.ErrUnknownID, "waybill %.40q", trackingNo)
	}
	w.routes = append(w.routes, route{Content: r.Text, Time: strconv.FormatInt(d.world.Now().Unix(), 10),
		State: r.State, Words: r.Text, Site: r.Place})
	return w.routes, nil
}
