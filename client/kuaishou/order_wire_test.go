package kuaishou

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

	a, err := distribution{}.merchantAssignment("", json.RawMessage(`{"orderBaseInfo":{"dropshippingOrderCode":"DS1","oid":0},
		"orderItemList":[{"skuId":0,"itemId":0,"skuNum":1}]}`))
	require.NoError(t, err)
	assert.Empty(t, a.OrderID, "an added order is no trade")
	assert.Empty(t, a.Lines[0].SKU.ID+a.Lines[0].SKU.ProductID)
	for _, record := range []string{`{"orderBaseInfo":{"oid":0}}`, `{"orderBaseInfo":{}}`} {
		_, err := readOrder(json.RawMessage(record))
		assert.ErrorIs(t, err, errNoID, record)
	}
}
