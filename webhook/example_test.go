package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

func Example() {
	const appKey, appSecret = "7000000000000000001", mall.Secret("test-secret")
	push, err := webhook.New(
		webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{appSecret}},
		webhook.Handlers{
			OrderChanged: func(_ context.Context, e webhook.OrderEvent) error {
				fmt.Println("pull", e.ShopID, e.OrderID, "because of", e.Kind)
				return nil
			},
		}, webhook.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer push.Close()

	// What the platform sends; an app's own test does the same.
	platform := webhooktest.Doudian{AppKey: appKey, Secret: appSecret}
	for range 2 {
		r, err := platform.Push("/push", webhooktest.Message{
			Tag: "101", ID: "m-1", Data: map[string]any{"p_id": 6920000000000000001, "shop_id": 10000001},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		answer := httptest.NewRecorder()
		push.ServeHTTP(answer, r)
		fmt.Println(answer.Body)
	}
	// Output:
	// pull 10000001 6920000000000000001 because of order.paid
	// {"code":0,"msg":"success"}
	// {"code":0,"msg":"success"}
}

// A push is put on a queue of the app's own, and handled by a worker.
func ExampleOptions() {
	const appKey, appSecret = "7000000000000000001", mall.Secret("test-secret")
	queue := make(chan webhook.Delivery, 1)
	push, err := webhook.New(
		webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{appSecret}},
		webhook.Handlers{OrderChanged: func(_ context.Context, e webhook.OrderEvent) error {
			fmt.Println("handled:", e.Kind, "of", e.OrderID)
			return nil
		}},
		webhook.Options{Queue: func(_ context.Context, d webhook.Delivery) error {
			queue <- d // an app of several processes stores it
			return nil
		}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer push.Close()
	r, err := webhooktest.Doudian{AppKey: appKey, Secret: appSecret}.Push("/push", webhooktest.Message{
		Tag: "101", ID: "m-1", Data: map[string]any{"p_id": 6920000000000000001, "shop_id": 10000001},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := httptest.NewRecorder()
	push.ServeHTTP(answer, r)
	fmt.Println("answered:", answer.Body)

	if err := push.Handle(context.Background(), <-queue); err != nil {
		fmt.Println(err) // and handle it again later
	}
	// Output:
	// answered: {"code":0,"msg":"success"}
	// handled: order.paid of 6920000000000000001
}

func ExampleHandlers_specChange() {
	const appKey, appSecret = "7000000000000000001", mall.Secret("test-secret")
	spi, err := webhook.New(
		webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{appSecret}},
		webhook.Handlers{
			SpecChange: func(_ context.Context, r change.Request) (change.Verdict, error) {
				if r.ToSKU.ID != "1780000000000004" {
					return change.Verdict{Reason: "not on stock"}, nil
				}
				return change.Verdict{Accept: true}, nil
			},
		}, webhook.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer spi.Close()
	r, err := webhooktest.Doudian{AppKey: appKey, Secret: appSecret}.SPI("/spi", time.Now(), map[string]any{
		"shop_id": 10000001, "shop_order_id": "6920000000000000001", "sku_order_id": "6920000000000000002",
		"after_sku_id": "1780000000000005", "request_id": "r-1",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer := httptest.NewRecorder()
	spi.ServeHTTP(answer, r)
	fmt.Println(answer.Body)
	// Output:
	// {"code":0,"message":"not on stock","data":{"success":false,"reason_code":1,"reason":"not on stock"}}
}
