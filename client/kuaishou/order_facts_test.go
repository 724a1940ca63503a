package kuaishou

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/order"
)

// A deposit presale is told twice, by the activity and by the steps of the
// payment, which a record may leave out. preSale means another thing.
func TestDepositIsToldTwice(t *testing.T) {
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
