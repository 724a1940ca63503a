package doudian

import (
	"testing"

	"github.com/mallwire/mall/order"
)

// FuzzCase: reading any record gives a case that has an id and keeps the
// record, or an error.
func FuzzCase(f *testing.F) {
	f.Add([]byte(`{"aftersale_info":{"aftersale_id":"7000893114000949501","aftersale_type":0,"aftersale_status":6},"order_info":{"shop_order_id":"1"}}`))
	f.Add([]byte(`{"process_info":{"after_sale_info":{"after_sale_id":1,"update_time":"2025-01-01T02:33:20+08:00"},"logistics_info":{"return":[]}},"order_info":[]}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		for _, read := range []func([]byte) (order.Case, error){listedCase, detailedCase} {
			c, err := read(record)
			if err == nil && (c.ID == "" || string(c.Raw) != string(record)) {
				t.Fatalf("case %q of %q", c.ID, record)
			}
		}
	})
}
