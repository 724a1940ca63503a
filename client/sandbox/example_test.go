package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/open"
	"github.com/mallwire/mall/order"
)

// All shops of a sandbox, signed in and called in the process.
func Example() {
	ctx, box := context.Background(), sandbox.New()
	shops, err := open.Shops(ctx, box)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, shop := range shops {
		toShip := 0
		for _, err := range shop.Orders.All(ctx, order.Query{Status: order.StatusToShip}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			toShip++
		}
		fmt.Println(shop.ID(), toShip)
	}
	// Output:
	// 10000001 16
	// 10000002 4
	// 1000000001 12
	// 1000000002 4
}

// A write whose answer is lost: it was carried out, but the caller cannot know.
func ExampleSandbox_Arm() {
	ctx, box := context.Background(), sandbox.New(sandbox.Only(mall.Doudian))
	app, err := open.App(ctx, box, mall.Doudian, client.WithRetries(0))
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := box.On(mall.Doudian).AddOrder("10000001", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = box.Arm(sandbox.Fault{Method: "order.addOrderRemark", Kind: sandbox.FaultCutAfter})
	if err != nil {
		fmt.Println(err)
		return
	}
	shop := app.Shop("10000001")
	_, err = client.Call[any](ctx, shop, "order.addOrderRemark", map[string]any{"order_id": id, "remark": "易碎"})
	fmt.Println(errors.Is(err, mall.ErrUnavailable))
	o, err := shop.Orders.Get(ctx, id)
	fmt.Println(o.Remark.Text, err)
	// Output:
	// true
	// 易碎 <nil>
}

// What the platform pushes, delivered to a handler in the same process.
func ExampleSandbox_Deliver() {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Println(r.Header.Get("app-id"), len(body) > 0)
		_, _ = io.WriteString(w, `{"code":0}`)
	})
	box := sandbox.New(sandbox.Only(mall.Doudian), sandbox.WithCallbackTransport(toHandler{handler}))
	dd := box.On(mall.Doudian)
	if err := dd.SetCallbacks(sandbox.Callbacks{Push: "http://127.0.0.1/push"}); err != nil { // and the platform probes it
		fmt.Println(err)
		return
	}
	if _, err := dd.AddPush("10000001", "400", map[string]any{"product_id": 1}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(box.Deliver(context.Background()).Delivered)
	// Output:
	// 7100000000000000001 true
	// 7100000000000000001 true
	// 1
}

// toHandler is a transport that calls a handler.
type toHandler struct{ handler http.Handler }

func (t toHandler) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	t.handler.ServeHTTP(rec, r)
	return rec.Result(), nil
}

// Rules are behaviour that no document confirms; a test can change them.
func ExampleChange() {
	box := sandbox.New(sandbox.Only(mall.Doudian))
	err := sandbox.Change(box, func(r *doudian.Rules) {
		r.TimestampToleranceSeconds = -1 // the caller's clock stays behind
		r.WindowEndExclusive = true
	})
	box.Advance(24 * time.Hour)
	fmt.Println(err)
	// Output: <nil>
}
