package doudian

import (
	"encoding/json"
	"testing"

	"github.com/mallwire/mall/client/internal/drivertest"
)

func FuzzSKURecords(f *testing.F) {
	entries := func(data []byte) []json.RawMessage {
		var list []json.RawMessage
		if json.Unmarshal(data, &list) == nil {
			return list
		}
		return []json.RawMessage{data}
	}
	drivertest.FuzzRecords(f, "testdata/sku/*.json", entries, `{"id":1,"stock_num":"13800000000x"}`,
		func(record []byte) []drivertest.Reading {
			k, skuErr := toSKU(record)
			p, productErr := toProduct(record)
			v, variantErr := toVariant(record, "1")
			_, stockErr := toStock(record)
			return []drivertest.Reading{
				{ID: k.ID, Kept: len(k.Raw), Err: skuErr}, {ID: p.ID, Kept: len(p.Raw), Err: productErr},
				{ID: v.ID, Kept: len(v.Raw), Err: variantErr}, {ID: "stock", Kept: len(record), Err: stockErr},
			}
		})
}
