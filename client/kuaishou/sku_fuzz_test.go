package kuaishou

import (
	"encoding/json"
	"testing"

	"github.com/mallwire/mall/client/internal/drivertest"
)

func FuzzSKURecords(f *testing.F) {
	entries := func(data []byte) []json.RawMessage {
		var lists struct{ SKUList, Items []json.RawMessage }
		_ = json.Unmarshal(data, &lists) // a product has none
		return append(append(lists.SKUList, lists.Items...), data)
	}
	drivertest.FuzzRecords(f, "testdata/sku/*.json", entries, `{"kwaiSkuId":1,"skuStock":"13800000000x"}`,
		func(record []byte) []drivertest.Reading {
			k, skuErr := toSKU(record, "1")
			p, productErr := toProduct(record)
			return []drivertest.Reading{{ID: k.ID, Kept: len(k.Raw), Err: skuErr}, {ID: p.ID, Kept: len(p.Raw), Err: productErr}}
		})
}
