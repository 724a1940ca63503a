package kuaishou_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/dropship"
)

// tradeOrderRemark takes 128 characters in both waybill methods; a longer one
// would have the number refused.
func TestALongRemarkIsCutOnLabels(t *testing.T) {
	wire := &tape{name: "ship"} // success, and no more
	driver := kuaishou.DropshipOf(shopOver(t, wire)).(dropship.WaybillTaker)
	_, err := driver.TakeWaybills(t.Context(), dropship.WaybillRequest{
		Carrier: "ZTO", Template: "https://example.com/template",
		Sender: dropship.Sender{Name: "示例发件人", Mobile: "19900000009", From: dropship.Place{Detail: "示例路1号"}},
		Entries: []dropship.WaybillEntry{{
			ID: dropship.FactoryID{Shop: "U0001", ID: "AL25000000000001"}, Items: []dropship.Item{{Name: "示例", Quantity: 1}},
			Remark: strings.Repeat("备", 129),
		}},
	})
	require.NoError(t, err)
	var sent struct {
		List []struct {
			Remark string `json:"tradeOrderRemark"`
		} `json:"dsOrderGetReq"`
	}
	require.NoError(t, json.Unmarshal(wire.asked[0].Param, &sent))
	require.Len(t, sent.List, 1)
	assert.Equal(t, 128, utf8.RuneCountInString(sent.List[0].Remark))
}
