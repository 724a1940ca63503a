package kuaishou_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// TestEbills: numbers are answered beside the result, one for each entry, and
// can be cancelled once.
func TestEbills(t *testing.T) {
	t.Parallel()
	w := serve(t)
	g := w.allocate(w.line(nil).Base.Code)
	entry := func(change map[string]any) map[string]any {
		e := map[string]any{
			"requestId": "r", "allocateOrderCode": g.Code, "userCode": g.Alias, "packageCode": "1", "totalPackageQuantity": 1, "orderChannel": "KUAI_SHOU",
			"templateUrl": "https://example.com/t", "expressCompanyCode": "SF", "settleAccount": "1", "extData": `{"isvClientCode":"x"}`,
			"senderContract": map[string]any{"name": "示例", "mobile": "19900000001"}, "itemList": []any{map[string]any{"itemTitle": "示例", "itemQuantity": 1}},
			"senderAddress": map[string]any{"provinceName": "浙江省", "cityName": "杭州市", "detailAddress": "示例路1号"},
		}
		for k, v := range change {
			e[k] = v
		}
		return e
	}
	take := func(list ...any) (numbers []string) {
		var got struct {
			List []struct {
				Base struct {
					Success bool   `json:"success"`
					Message string `json:"message"`
				} `json:"baseResponse"`
				Data []struct {
					No string `json:"waybillCode"`
				} `json:"data"`
			} `json:"dsOrderGetResp"`
		}
		a := w.as(ksWorks1, "ebill.batch.get", map[string]any{"dsOrderGetReq": list})
		require.Equal(t, 1, a.Result, "%s", a.raw)
		require.NoError(t, json.Unmarshal(a.raw, &got))
		for _, e := range got.List {
			require.Equal(t, e.Base.Success, len(e.Data) == 1)
			if e.Base.Success {
				numbers = append(numbers, e.Data[0].No)
			} else {
				numbers = append(numbers, e.Base.Message)
			}
		}
		return numbers
	}
	numbers := take(entry(nil), entry(nil), entry(map[string]any{"extData": ""}),
		entry(map[string]any{"settleAccount": ""}),
		entry(map[string]any{"expressCompanyCode": "ZTO"}), entry(map[string]any{"allocateOrderCode": "AL0"}),
		entry(map[string]any{"templateUrl": ""}))
	require.Len(t, numbers, 7)
	assert.NotEqual(t, numbers[0], numbers[1], "asked again, another is charged")
	for i, want := range []string{"扩展信息", "月结账号", "网点", "不存在", "必填参数"} {
		assert.Contains(t, numbers[i+2], want)
	}
	require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.Dropship.WaybillRepeats = true }))
	assert.Contains(t, numbers[:2], take(entry(nil))[0])

	cancel := func(no string) answer {
		return w.as(ksWorks1, "ebill.cancel",
			map[string]any{"waybillCode": no, "expressCompanyCode": "SF", "userCode": g.Alias})
	}
	assert.Equal(t, 1, cancel(numbers[1]).Result)
	assert.Contains(t, cancel(numbers[1]).ErrorMsg, "不存在")
	assert.Equal(t, "11 电子面单取号与发货快递公司不一致", w.deliver(g, numbers[0]).outcome())
	assert.Equal(t, "11 回传运单号与电子面单不一致", w.deliver(g, "YT1").outcome())
	assert.Equal(t, 1, cancel(numbers[0]).Result)
	assert.Equal(t, 1, w.deliver(g, "YT1").Result, "no number is held any more")
}
