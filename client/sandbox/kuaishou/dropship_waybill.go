package kuaishou

import (
	"encoding/json"
	"fmt"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// taken is a waybill number that a factory took.
type taken struct {
	allocation *allocation
	company    string
	pack       string
	used       bool // a parcel was shipped with it
	gone       bool // cancelled
}

const ebillMost = 10

// ebillEntry is one waybill to take. Only some members are checked.
type ebillEntry struct {
	RequestID string `json:"requestId"`
	Code      string `json:"allocateOrderCode"`
	Alias     string `json:"userCode"`
	Pack      string `json:"packageCode"`
	Quantity  int    `json:"totalPackageQuantity"`
	Company   string `json:"expressCompanyCode"`
	Channel   string `json:"orderChannel"`
	Template  string `json:"templateUrl"`
	Site      string `json:"netSiteCode"`
	SiteName  string `json:"netSiteName"`
	Account   string `json:"settleAccount"`
	Extra     string `json:"extData"`
	Contact   struct {
		Name   string `json:"name"`
		Mobile string `json:"mobile"`
	} `json:"senderContract"`
	Address distrAddress `json:"senderAddress"`
	Items   []struct {
		Title string `json:"itemTitle"`
		Num   int64  `json:"itemQuantity"`
	} `json:"itemList"`
}

// dsEbillGet takes waybill numbers. Its payload stands beside result, not in
// data.
func (k *platform) dsEbillGet(c *stage.Call) stage.Result {
	var p struct {
		List []ebillEntry `json:"dsOrderGetReq"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if len(p.List) == 0 || len(p.List) > ebillMost {
		return k.invalid("dsOrderGetReq一次最多10个")
	}
	rows := []map[string]any{}
	for _, e := range p.List {
		data, base := []map[string]any{}, map[string]any{"result": 1, "success": true, "message": "success"}
		a := k.allocation(c, e.Alias, e.Code)
		if why := k.mayTake(a, e); why != "" {
			base = map[string]any{"result": 0, "success": false, "message": "示例：" + why}
		} else {
			data = append(data, map[string]any{
				"waybillCode": k.takeTrack(a, e), "printData": "RW5jcnlwdGVkUHJpbnREYXRh", "parentWaybillCode": "", "signature": "c2ln",
				"version": "1", "key": "key1", "waybillPackageCode": "",
			})
		}
		rows = append(rows, map[string]any{"data": data, "baseResponse": base, "requestId": e.RequestID})
	}
	return k.succeedTop(map[string]any{"dsOrderGetResp": rows})
}

// mayTake says why an entry gets no waybill number, or "".
func (k *platform) mayTake(a *allocation, e ebillEntry) string {
	carrier, known := carrierBy(e.Company)
	var extra map[string]any
	_ = json.Unmarshal([]byte(e.Extra), &extra)
	switch {
	case e.RequestID == "" || e.Pack == "" || e.Quantity < 1 || e.Channel == "" || e.Template == "" ||
		e.Contact.Name == "" || e.Contact.Mobile == "" ||
		e.Address.Province == "" || e.Address.City == "" || e.Address.Detail == "" || len(e.Items) == 0 ||
		e.Items[0].Title == "" || e.Items[0].Num < 1:
		return "缺少必填参数"
	case a == nil:
		return k.rules.Dropship.MissingMsg
	case a.status != distrAllocated || a.dsOrder.tradeStatus() != 100:
		return "订单状态不允许取号"
	case a.dsOrder.refund() == 200 && !k.rules.Dropship.WaybillInRefund:
		return "订单售后中"
	case !known:
		return "快递公司不存在"
	case !carrier.direct && (e.Site == "" || e.SiteName == ""):
		return "请填写网点"
	case carrier.direct && e.Account == "":
		return "请填写月结账号"
	case e.Company == "SF" && extra["isvClientCode"] == nil, e.Company == "POSTB" && extra["oneBillFeeType"] == nil:
		return "缺少扩展信息"
	}
	return ""
}

// takeTrack makes a waybill number. If the rules say so, it returns the number
// taken before for the same parcel.
func (k *platform) takeTrack(a *allocation, e ebillEntry) string {
	if k.rules.Dropship.WaybillRepeats {
		for no, t := range k.dropship.taken {
			if t.allocation == a && t.pack == e.Pack && t.company == e.Company && !t.gone {
				return no
			}
		}
	}
	k.dropship.tracks++
	no := fmt.Sprintf("%s%013d", e.Company, k.dropship.tracks)
	k.dropship.taken[no] = &taken{allocation: a, company: e.Company, pack: e.Pack}
	return no
}

// dsEbillCancel cancels a waybill number that no parcel was shipped with.
func (k *platform) dsEbillCancel(c *stage.Call) stage.Result {
	var p struct {
		distrParcel
		Alias string `json:"userCode"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	t := k.dropship.taken[p.TrackNo]
	switch {
	case t == nil || t.gone || t.allocation.bond.Factory != c.Shop || t.allocation.bond.alias != p.Alias ||
		t.company != p.Company:
		return k.rejected("示例：运单号不存在")
	case t.used:
		return k.rejected("示例：运单已使用")
	}
	t.gone = true
	return k.Success(nil)
}
