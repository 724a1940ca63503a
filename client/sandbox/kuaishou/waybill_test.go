package kuaishou_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// bill takes one waybill.
func (w wire) bill(id string, change map[string]any) (number, message string) {
	w.T.Helper()
	o := w.detail(id)
	var seller struct {
		ID string `json:"openId"`
	}
	w.get("open.user.seller.get", map[string]any{}).data(w.T, &seller)
	ask := map[string]any{
		"merchantCode": seller.ID, "merchantName": "示例小店", "packageCode": "1", "requestId": "r1", "orderChannel": "KUAI_SHOU", "tradeOrderCode": id,
		"expressCompanyCode": "YTO", "netSiteCode": "571001", "netSiteName": "杭州示例网点",
		"itemList":         []any{map[string]any{"itemTitle": "示例", "itemQuantity": 1}},
		"senderContract":   map[string]any{"name": "示例发件人", "mobile": "19900000009"},
		"senderAddress":    map[string]any{"provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "detailAddress": "示例路1号"},
		"receiverContract": map[string]any{"name": o.Address.Name, "mobile": o.Address.Mobile},
		"receiverAddress":  map[string]any{"provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "detailAddress": o.Address.Address},
	}
	for k, v := range change {
		ask[k] = v
	}
	var list []struct {
		Rows []struct {
			No   string `json:"waybillCode"`
			Data string `json:"printData"`
			Key  string `json:"key"`
		} `json:"data"`
		Outcome struct {
			OK      bool   `json:"success"`
			Message string `json:"message"`
		} `json:"baseResponse"`
		RequestID string `json:"requestId"`
	}
	w.post("open.express.ebill.get", map[string]any{"getEbillOrderRequest": []any{ask}}).data(w.T, &list)
	require.Len(w.T, list, 1)
	assert.Equal(w.T, ask["requestId"], list[0].RequestID)
	if !list[0].Outcome.OK {
		return "", list[0].Outcome.Message
	}
	require.NotEmpty(w.T, list[0].Rows)
	assert.NotEmpty(w.T, list[0].Rows[0].Data)
	assert.NotEmpty(w.T, list[0].Rows[0].Key)
	return list[0].Rows[0].No, ""
}

// TestWaybill: the same parcel gets the same number; what a carrier needs must
// be there; receivers are ciphers of their order.
func TestWaybill(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id, _ := w.addPieces(1, false)
	other, _ := w.addPieces(1, false)
	first, message := w.bill(id, nil)
	require.Empty(t, message)
	again, _ := w.bill(id, map[string]any{"requestId": "r2"})
	assert.Equal(t, first, again)
	next, _ := w.bill(id, map[string]any{"packageCode": "2"})
	assert.NotEqual(t, first, next)
	foreign := w.detail(other).Address
	for want, change := range map[string]map[string]any{
		"快递公司不支持电子面单":        {"expressCompanyCode": "YUANTONG"},
		"缺少必填参数":             {"itemList": []any{}},
		"网点信息有误":             {"netSiteCode": "1"},
		"月结账号有误":             {"expressCompanyCode": "SF"},
		"顺丰需要isvClientCode":  {"expressCompanyCode": "SF", "settleAccount": "0000000000"},
		"邮政需要oneBillFeeType": {"expressCompanyCode": "POSTB", "settleAccount": "0000000000", "extData": `{"oneBillFeeType":2}`},
		"extData不是JSON":      {"expressCompanyCode": "POSTB", "settleAccount": "0000000000", "extData": `{`},
		"收件人信息须为该订单的密文":      {"receiverContract": map[string]any{"name": "示例", "mobile": "19900000001"}},
		"订单不存在":              {"tradeOrderCode": "2500000000999999"},
		"订单不属于该商家":           {"merchantCode": "somebody"},
		"发件地址未开通电子面单":        {"senderAddress": map[string]any{"provinceName": "江苏省", "cityName": "苏州市", "districtName": "吴中区", "detailAddress": "示例路9号"}},
		"该包裹已从其他快递公司取号":      {"expressCompanyCode": "SF", "settleAccount": "0000000000", "extData": `{"isvClientCode":"x"}`},
	} {
		number, message := w.bill(id, change)
		assert.Empty(t, number, want)
		assert.Equal(t, want, message)
	}
	_, message = w.bill(id, map[string]any{"packageCode": "3",
		"receiverContract": map[string]any{"name": foreign.Name, "mobile": foreign.Mobile}})
	assert.Equal(t, "收件人信息须为该订单的密文", message, "ciphers of another order")
	_, message = w.bill(id, map[string]any{"packageCode": "4", "orderChannel": "OTHER", "tradeOrderCode": "X1",
		"receiverContract": map[string]any{"name": "示例", "mobile": "19900000001"}})
	assert.Empty(t, message, "an order from elsewhere is in plain text")
	asks := make([]any, 11)
	for i := range asks {
		asks[i] = map[string]any{"requestId": fmt.Sprint(i)}
	}
	assert.Equal(t, ksParameter+"getEbillOrderRequest为1到10个",
		w.post("open.express.ebill.get", map[string]any{"getEbillOrderRequest": asks}).outcome())

	cancel := map[string]any{"expressCompanyCode": "YTO", "waybillCode": first}
	update := map[string]any{"expressCompanyCode": "YTO", "waybillCode": first,
		"itemList": []any{map[string]any{"itemTitle": "示例"}}}
	assert.Equal(t, ksParameter+"itemList", w.post("open.express.ebill.update", update).outcome(),
		"how many is required")
	require.Equal(t, "1", w.get("open.express.ebill.cancel", cancel).outcome(), "a write by GET")
	assert.Equal(t, "21 电子面单已取消", w.get("open.express.ebill.cancel", cancel).outcome())
	again, _ = w.bill(id, nil)
	assert.Equal(t, first, again, "the rule says so")
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.CancelledWaybillReturns = false }))
	again, _ = w.bill(id, nil)
	assert.NotEqual(t, first, again)
}
