package sku_test

import (
	"context"
	"fmt"

	"github.com/mallwire/mall/sku"
)

// A platform asks whether another SKU may be shipped than was ordered. It asks
// twice, because the first answer was lost, and gets the same answer.
func ExampleJudge() {
	ctx, changes := context.Background(), sku.NewMemoryChanges()
	request := sku.ChangeRequest{
		Platform: "doudian", ShopID: "10000001", ID: "request-1", OrderID: "6920000000000000001", LineID: "6920000000000000001",
		From: sku.Ref{ID: "1780000000000001"}, To: sku.Ref{ID: "1780000000000102", Code: "TS-RED-L"},
	}
	facts := sku.ChangeFacts{Style: sku.StyleVerdict, Stage: sku.StageToShip, Progress: sku.ProgressOpen, Domestic: true}
	for range 2 {
		verdict, err := sku.Judge(ctx, changes, request, facts, nil, func(context.Context) (sku.Verdict, error) {
			fmt.Println("asked: is", request.To.Code, "in stock?")
			return sku.Verdict{Accept: true}, nil
		})
		fmt.Println(verdict.Accept, err)
	}
	accepted, err := changes.Accepted(ctx, "doudian", "10000001", "6920000000000000001")
	fmt.Println(accepted[0].From.ID, "->", accepted[0].To.ID, err)

	facts.Virtual = true
	request.ID = "request-2"
	verdict, err := sku.Judge(ctx, changes, request, facts, nil, nil)
	fmt.Println(verdict.Accept, verdict.Code, verdict.Reason, err)
	// Output:
	// asked: is TS-RED-L in stock?
	// true <nil>
	// true <nil>
	// 1780000000000001 -> 1780000000000102 <nil>
	// false virtual_goods 虚拟商品不支持改规格 <nil>
}
