package sku_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// A shop is set to the counts in the app's own books. Each write is answered by
// itself; Version keeps an older booking from overtaking a newer one.
func ExampleService_WriteStock() {
	f := &full{stock: func(_ context.Context, writes []sku.StockWrite) []error {
		errs := make([]error, len(writes))
		for i, w := range writes {
			if w.SKUID == "1780000000000009" {
				errs[i] = &mall.Error{Kind: mall.ErrNotFound, Message: "SKU 1780000000000009 was deleted"}
			}
		}
		return errs
	}}
	results, err := service(f).WriteStock(context.Background(),
		sku.StockWrite{SKUID: "1780000000000001", Mode: sku.Set, Quantity: 12, Version: 4711},
		sku.StockWrite{SKUID: "1780000000000002", Mode: sku.Set, Quantity: 0, Version: 4711},
		sku.StockWrite{SKUID: "1780000000000009", Mode: sku.Set, Quantity: 3, Version: 4711},
	)
	for _, r := range results {
		switch {
		case r.Err == nil:
			fmt.Println(r.Item.SKUID, "is set")
		case errors.Is(r.Err, mall.ErrUnknownOutcome):
			fmt.Println(r.Item.SKUID, "may be set: set it again later")
		default:
			fmt.Println(r.Err)
		}
	}
	fmt.Println(err)
	// Output:
	// 1780000000000001 is set
	// 1780000000000002 is set
	// write stock: fake: not found: SKU 1780000000000009 was deleted
	// write stock: fake: not found: 1 of 3 failed: SKU 1780000000000009 was deleted
}
