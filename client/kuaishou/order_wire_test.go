package kuaishou

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/order"
)

// TestZeroIsNoID: the platform writes 0 where there is no id.
func TestZeroIsNoID(t *testing.T) {
	w, err := readOrder(json.RawMessage(`{"orderBaseInfo":{"oid":1,"status":40},"orderItemInfo":{"skuId":0,"itemId":0,"relSkuId":0,"num":1},
		"orderLogisticsInfo":[{"logisticsId":0,"expressNo":"YT1","expressCode":0}]}`))
	require.NoError(t, err)
	o := w.order(nil)
	require.Len(t, o.Parcels, 1)
	assert.Empty(t, o.Parcels[0].ID+o.Parcels[0].CarrierCode)
	assert.Empty(t, o.Lines[0].SKU.ID+o.Lines[0].SKU.ProductID+o.Lines[0].SKU.Code)

	a, err := dropshipDriver{}.merchantAssignment(merchantDetail.Method, json.RawMessage(`{"orderBaseInfo":{"dropshippingOrderCode":"DS1","oid":0},
		"orderItemList":[{"skuId":0,"itemId":0,"skuNum":1}]}`))
	require.NoError(t, err)
	assert.Empty(t, a.OrderID, "an added order is no buyer's order")
	assert.Empty(t, a.Lines[0].SKU.ID+a.Lines[0].SKU.ProductID)
	for _, record := range []string{`{"orderBaseInfo":{"oid":0}}`, `{"orderBaseInfo":{}}`} {
		_, err := readOrder(json.RawMessage(record))
		assert.ErrorIs(t, err, errNoID, record)
	}
}

// TestDepositPresale: the activity and the steps of payment both mark a deposit
// presale, and a record may hold one of them. The field preSale means something
// else.
func TestDepositPresale(t *testing.T) {
	const steps = `,"orderStepInfo":{"orderPaymentStatus":{"payStepType":1,"orderPayStatus":1130230}}`
	for _, c := range []struct {
		base, steps string
		want        []order.Trait
		word        string
	}{
		{`"allActivityType":[6]`, steps, []order.Trait{order.TraitDeposit}, "30/1130230"},
		{`"allActivityType":[17,6]`, "", []order.Trait{order.TraitDeposit}, "30"},
		{`"allActivityType":null`, steps, []order.Trait{order.TraitDeposit}, "30/1130230"},
		{`"allActivityType":[17],"preSale":1`, "", []order.Trait{order.TraitPresale}, "30"},
		{`"allActivityType":[]`, `,"orderStepInfo":{}`, nil, "30"},
	} {
		record := fmt.Appendf(nil, `{"orderBaseInfo":{"oid":2500000000000001,"status":30,"validPromiseShipmentTimeStamp":1790172800000,%s},
			"orderItemInfo":{"skuId":1,"itemId":2,"num":1},
			"orderAddress":{"encryptedConsignee":"#n#","encryptedMobile":"$m$","encryptedAddress":"~a~"}%s}`, c.base, c.steps)
		w, err := readOrder(json.RawMessage(record))
		require.NoError(t, err)
		o := w.order(record)
		assert.Equal(t, c.want, o.Traits, c.base)
		assert.Equal(t, c.word, o.PlatformStatus, c.base)
		assert.Equal(t, order.StatusToShip, o.Status, c.base)
	}
}
