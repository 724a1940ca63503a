package kuaishou

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// TestNumberErrors: the error names the argument that is not a number.
func TestNumberErrors(t *testing.T) {
	for text, params := range map[string]any{
		`order id "abc" is not a number of up to 19 digits`:    detailParams{"abc"},
		`order id "" is not a number of up to 19 digits`:       detailParams{},
		`carrier code "SF" is not a number of up to 19 digits`: deliverParams{OrderID: "1", Carrier: "SF"},
		`case id "12345678901234567890" is not a number`: rejectParams{ID: "12345678901234567890",
			Reason: "1"},
		`province code "粤" is not a number`: addressParams{ID: "1",
			addressRegions: &addressRegions{ProvinceCode: "粤"}},
		`order id "0123" is not a number of up to 19 digits`: splitParams{OrderID: "1",
			Packs: []splitPack{{Carrier: "4", Goods: []splitGoods{{OrderID: "0123"}}}}},
		`an id "x" is not a number of up to 19 digits`: []struct{ N number }{{"x"}},
		`SKU id "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not a`: stockParams{ItemID: "1",
			SKUID: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	} {
		_, err := testProtocol(t).Encode(client.Draft{Method: "open.some.day", Params: params, Codec: plainCodec})
		require.ErrorIs(t, err, mall.ErrInvalid)
		assert.Contains(t, err.Error(), text)
	}
	_, err := testProtocol(t).Encode(client.Draft{Method: "open.some.day",
		Params: deliverParams{OrderID: "1", Carrier: "4"}, Codec: plainCodec})
	require.NoError(t, err, "an empty one that may be left out is")
}
