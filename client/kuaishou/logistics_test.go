package kuaishou

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
)

// TestShipRefusalTexts: each documented text has its own reason, also within a
// longer text.
func TestShipRefusalTexts(t *testing.T) {
	seen := map[logistics.Reason]bool{}
	for _, s := range stops {
		err := stopped(&mall.Error{Kind: mall.ErrRejected, Code: "11", Message: "发货失败：" + s.text + "，请核实"})
		r, ok := errors.AsType[*logistics.Refusal](err)
		require.True(t, ok, s.text)
		assert.Equal(t, s.reason, r.Reason, s.text)
		assert.ErrorIs(t, err, mall.ErrRejected)
		seen[r.Reason] = true
	}
	assert.Len(t, seen, 10)
	for _, err := range []error{nil, errors.New("x"),
		&mall.Error{Kind: mall.ErrRejected, Code: "21", Message: "订单状态不允许"}} {
		assert.Equal(t, err, stopped(err))
	}
}

// TestCarriers: no number is used twice, and a carrier has letters only where a
// source gives them.
func TestCarriers(t *testing.T) {
	byCode := map[string]logistics.Carrier{}
	list := Assumptions{WaybillCarriers: map[string]string{"127": "FENGWANG", "9": ""}}.withDefaults().carrierList()
	for _, c := range list {
		assert.NotEmpty(t, c.Name)
		byCode[c.Code] = c
	}
	assert.Len(t, byCode, len(list))
	assert.Equal(t, logistics.Carrier{Code: "4", Name: "顺丰速运", WaybillCode: "SF"}, byCode["4"])
	assert.Equal(t, "FENGWANG", byCode["127"].WaybillCode, "the app's word")
	assert.Empty(t, byCode["9"].WaybillCode, "also against ours")
	assert.Empty(t, byCode["1"].WaybillCode)
	assert.Empty(t, waybillCarriers["127"], "the table is left as it was")
}

// TestSerials: the order says which kind of serial numbers it needs; otherwise
// their form decides.
func TestSerials(t *testing.T) {
	const imei, sn = "860000000000001", "ABC123"
	var o wireOrder
	assert.Equal(t, serialParams{Serials: []string{sn}, IMEIs: []string{imei}}, o.serials([]string{sn, imei}))
	o.Delivery.V.Serials.V.Types = append(o.Delivery.V.Serials.V.Types, 1)
	assert.Equal(t, serialParams{Serials: []string{sn, imei}}, o.serials([]string{sn, imei}),
		"a serial number may be digits")
	o.Delivery.V.Serials.V.Types[0] = 2
	assert.Equal(t, serialParams{IMEIs: []string{sn}}, o.serials([]string{sn}))
	assert.Empty(t, o.serials(nil))
}
