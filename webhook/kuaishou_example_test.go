package webhook_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// shelf stands for app.Shop(shopID).Orders of package client.
type shelf map[string]order.Order

func (s shelf) Get(_ context.Context, id string) (order.Order, error) {
	o, ok := s[id]
	if !ok {
		return order.Order{}, mall.ErrNotFound
	}
	return o, nil
}

func (shelf) GetCase(context.Context, string) (order.Case, error) {
	return order.Case{}, mall.ErrNotFound
}

func ExampleKuaishouPush() {
	const appKey, messageKey = "ks600000000000000001", mall.Secret("AAECAwQFBgcICQoLDA0ODw==")
	orders := shelf{"2500000000000001": {ShopID: "1000000001", ID: "2500000000000001", Status: order.StatusUnpaid}}
	push, err := webhook.New(
		webhook.KuaishouPush{
			AppKey: appKey, MessageKeys: []mall.Secret{messageKey},
			Orders: func(string) webhook.OrderReader { return orders },
		},
		webhook.Handlers{
			OrderChanged: func(_ context.Context, e webhook.OrderEvent) error {
				fmt.Println(e.Kind, "of", e.OrderID, "which is", e.Order.Status)
				return nil
			},
		},
		webhook.Options{Observer: func(o webhook.Observation) {
			if o.Err != nil {
				fmt.Println(o.Err)
			}
		}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer push.Close()

	// Who has the message key can say anything. What is so is read.
	sender := webhooktest.Kuaishou{AppKey: appKey, MessageKey: messageKey}
	for _, id := range []int64{2500000000000001, 2500000000000002} {
		r, err := sender.Push("/push", webhooktest.KuaishouEvent{
			Event: "kwaishop_order_paySuccess", ID: "m-1", ShopID: 1000000001, BizID: id, Info: map[string]any{"oid": id, "status": 30},
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
	// order.created of 2500000000000001 which is unpaid
	// {"result":1}
	// handle event: kuaishou: not found: the platform does not know what the push is about
	// {"result":1}
}
