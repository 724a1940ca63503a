package kuaishou

import (
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// The shop's net site (网点) and account, one of each kind.
const (
	siteCode  = "571001"
	siteName  = "杭州示例网点"
	accountNo = "0000000000"
)

var senders = []map[string]string{
	{"provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "streetName": "示例街道", "detailAddress": "示例路1号"},
	{"provinceName": "浙江省", "cityName": "杭州市", "districtName": "西湖区", "streetName": "示例街道", "detailAddress": "示例路2号"},
}

// senderKnown reports whether waybills may be taken for a sender's address.
// That the platform checks this is inferred.
func senderKnown(p placeAsked) bool {
	return slices.ContainsFunc(senders, func(s map[string]string) bool {
		return p.Province == s["provinceName"] && p.City == s["cityName"] && p.District == s["districtName"] &&
			p.Detail == s["detailAddress"]
	})
}

// expressSubscribe answers the shop's net sites and accounts, of one carrier or
// of all.
func (k *platform) expressSubscribe(c *stage.Call) stage.Result {
	var p billAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	list := []any{}
	for _, carrier := range carriers {
		if carrier.letters == "" || p.Carrier != "" && p.Carrier != carrier.letters {
			continue
		}
		site := map[string]any{
			"netSiteCode": "", "netSiteName": "", "settleAccount": accountNo, "expressCompanyType": 1, "expressCompanyCode": carrier.letters,
			"availableQuantity": 980, "allocatedQuantity": 20, "usedQuantity": 0, "cancelQuantity": 0, "recycledQuantity": 0, "senderAddress": senders,
		}
		if !carrier.direct {
			site["netSiteCode"], site["netSiteName"], site["settleAccount"], site["expressCompanyType"] = siteCode,
				siteName, "", 2
		}
		list = append(list, site)
	}
	return k.succeed(list)
}

// standardTemplates answers the platform's print templates.
func (k *platform) standardTemplates(c *stage.Call) stage.Result {
	var p billAsked
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	list := []any{}
	for _, carrier := range carriers {
		if carrier.letters == "" || p.Carrier != "" && p.Carrier != carrier.letters {
			continue
		}
		list = append(list, map[string]any{
			"templateName": carrier.name + "一联单", "templateUrl": "https://example.com/template/" + carrier.letters, "waybillType": 6,
			"templateExampleUrl": "https://example.com/preview.png", "expressCompanyCode": carrier.letters, "templateCode": carrier.letters + "_76_130",
		})
	}
	return k.succeed(list)
}

// customTemplates answers the print templates of the merchant and of the app.
// Only the first carrier has one of each.
func (k *platform) customTemplates(c *stage.Call) stage.Result {
	var p struct {
		Standard string `json:"standardTemplateCode"`
		Type     int    `json:"type"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.Type < 1 || p.Type > 3 {
		return k.invalid("type")
	}
	list, first := []any{}, carriers[0]
	of := first.letters + "_76_130"
	for kind, name := range []string{"示例自定义区", "示例预置模板"} {
		if kind++; p.Type != 3 && p.Type != kind || p.Standard != "" && p.Standard != of {
			continue
		}
		code := []string{"own_1", "isv_1"}[kind-1]
		list = append(list, map[string]any{
			"customTemplateName": name, "customTemplateCode": code, "standardTemplateCode": of, "customTemplateUrl": "https://example.com/custom/" + code,
			"expressCompanyName": first.name, "type": kind, "expressCompanyCode": first.letters, "placeholderKeys": []string{"itemTitle"},
		})
	}
	return k.succeed(list)
}

// printerElements answers the elements that a label can show.
func (k *platform) printerElements(*stage.Call) stage.Result {
	return k.succeed([]any{
		map[string]any{"itemCode": "itemTitle", "itemName": "商品名称", "itemRemark": "", "itemType": 1,
			"itemContent": "示例商品"},
		map[string]any{"itemCode": "sellerNote", "itemName": "卖家备注", "itemRemark": "示例", "itemType": 2,
			"itemContent": ""},
	})
}

// expressReachable answers "out of range" (超区) for receivers whose district or
// street contains 超区. That rule is the sandbox's own, as is the number.
func (k *platform) expressReachable(c *stage.Call) stage.Result {
	var p struct {
		Asked []struct {
			RequestID string      `json:"requestId"`
			Carrier   string      `json:"expressCompanyCode"`
			Type      *int        `json:"type"`
			From      *placeAsked `json:"senderAddress"`
			To        *placeAsked `json:"receiverAddress"`
		} `json:"reachableRequests"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.Asked) == 0 || len(p.Asked) >= 10 {
		return k.invalid("reachableRequests少于10个")
	}
	list := []any{}
	for _, a := range p.Asked {
		_, known := carrierBy(a.Carrier)
		switch {
		case a.RequestID == "" || a.Type == nil || *a.Type < 0 || *a.Type > 2 || !known ||
			a.Carrier != p.Asked[0].Carrier:
			return k.invalid("reachableRequests")
		case *a.Type != 2 && (a.From == nil || !a.From.complete()), *a.Type != 1 && (a.To == nil || !a.To.complete()):
			return k.invalid("地址不完整")
		}
		row := map[string]any{"requestId": a.RequestID, "reachable": true, "errorCode": 0, "errorMessage": ""}
		if *a.Type != 1 && strings.Contains(a.To.District+a.To.Street, "超区") {
			row["reachable"], row["errorCode"], row["errorMessage"] = false, 1001, "超区，不可派送"
		}
		list = append(list, row)
	}
	return k.succeed(list)
}

// ReportRoute adds a carrier's report. With the first one the parcel is
// collected. No method of the platform answers where a parcel is.
func (k *platform) ReportRoute(trackingNo string, _ stage.Route) (any, error) {
	w := k.logistics.waybills[trackingNo]
	if w == nil {
		return nil, stage.Errorf(stage.ErrUnknownID, "waybill %.40q", trackingNo)
	}
	if w.collected == 0 {
		w.collected = k.world.Now().UnixMilli()
	}
	return []any{}, nil
}
