package mall_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/open"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
)

// connect makes an app of each platform and takes a shop of each.
func connect(dd doudian.Config, ks kuaishou.Config) ([]*client.Shop, error) {
	first, err := doudian.New(dd) // AppKey, AppSecret
	if err != nil {
		return nil, err
	}
	second, err := kuaishou.New(ks) // AppKey, AppSecret, SignSecret
	if err != nil {
		return nil, err
	}
	return []*client.Shop{first.Shop("10000001"), second.Shop("1000000001")}, nil
}

// pull is the start that the READMEs show. It names no platform.
func pull(ctx context.Context, shop *client.Shop) error {
	week := order.Query{From: time.Now().AddDate(0, 0, -7)}
	for o, err := range shop.Orders.All(ctx, week) {
		if err != nil {
			return err
		}
		if o.Status != order.StatusToShip || o.Refund.Open() {
			continue
		}
		for _, l := range o.Lines {
			fmt.Println(o.Platform, o.ID, l.Effective.Code, l.Quantity, o.Receiver.Name.Mask)
		}
	}
	return nil
}

// advice is how the READMEs tell failures apart.
func advice(err error) string {
	switch {
	case errors.Is(err, mall.ErrReauthorize):
		return "ask the merchant to authorise again"
	case errors.Is(err, mall.ErrUnknownOutcome):
		return "look before repeating it"
	case errors.Is(err, mall.ErrRateLimited):
		return "come back later"
	}
	if e, ok := errors.AsType[*mall.Error](err); ok {
		return fmt.Sprint("quote to the platform's support: ", e.RequestID)
	}
	return ""
}

// native reads a field that the neutral model does not name.
func native(o order.Order) (int, error) {
	own, err := mall.Native[struct {
		Channel int `json:"b_type"`
	}](o)
	return own.Channel, err
}

// anyMethod calls a method that has no function of its own.
func anyMethod(ctx context.Context, shop *client.Shop) error {
	provinces, err := client.Call[[]struct {
		ID   int    `json:"province_id"`
		Name string `json:"province"`
	}](ctx, shop, "address.getProvince", nil)
	if err != nil {
		return err
	}
	fmt.Println(len(provinces))
	return nil
}

// newSyncer hands every change of every order to save.
func newSyncer(shops []*order.Service, save order.Handler) (*order.Syncer, error) {
	checkpoints, err := order.NewFileCheckpoints("state")
	if err != nil {
		return nil, err
	}
	return order.NewSyncer(shops, save, order.SyncOptions{Checkpoints: checkpoints})
}

// pushes makes hints of what the platforms push.
func pushes(dd webhook.DoudianPush, ks webhook.KuaishouPush, syncer *order.Syncer) (*http.ServeMux, error) {
	hint := webhook.Handlers{
		OrderChanged: func(ctx context.Context, e webhook.OrderEvent) error {
			syncer.Hint(order.ShopKey{Platform: e.Platform, ShopID: e.ShopID}, e.OrderID)
			return nil
		},
	}
	first, err := webhook.New(dd, hint, webhook.Options{}) // AppKey, Secrets
	if err != nil {
		return nil, err
	}
	second, err := webhook.New(ks, hint, webhook.Options{}) // AppKey, MessageKeys, Orders
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("POST /doudian/push", first)
	mux.Handle("POST /kuaishou/push", second)
	return mux, nil
}

// tried returns the shops of a sandbox, as a user's test would.
func tried(ctx context.Context) ([]*client.Shop, error) {
	box := sandbox.New()
	shops, err := open.Shops(ctx, box) // client/sandbox/open
	return shops, err
}

func Example() {
	ctx := context.Background()
	box := sandbox.New()
	shops, err := open.Shops(ctx, box)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, shop := range shops {
		count := map[order.Status]int{}
		for o, err := range shop.Orders.All(ctx, order.Query{}) {
			if err != nil {
				fmt.Println(err)
				return
			}
			count[o.Status]++
		}
		fmt.Println(shop.App().Platform(), shop.ID(), count[order.StatusToShip], "to ship,", count[order.StatusUnpaid], "unpaid")
	}
	// Output:
	// doudian 10000001 16 to ship, 4 unpaid
	// doudian 10000002 4 to ship, 2 unpaid
	// kuaishou 1000000001 12 to ship, 3 unpaid
	// kuaishou 1000000002 4 to ship, 2 unpaid
}

// TestReadmeSnippets keeps the code of the READMEs compiling: each block stands
// in this file, which the compiler reads.
func TestReadmeSnippets(t *testing.T) {
	compiled, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := flatten(string(compiled))
	var blocks [2]int
	for i, name := range []string{"README.md", "README.en.md"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "```go\n")[1:] {
			block, _, _ := strings.Cut(part, "```")
			blocks[i]++
			if !strings.Contains(code, flatten(block)) {
				t.Errorf("%s: this code does not stand in example_test.go:\n%s", name, block)
			}
		}
	}
	if blocks[0] == 0 || blocks[0] != blocks[1] {
		t.Errorf("%d snippets in README.md, %d in README.en.md", blocks[0], blocks[1])
	}
	_ = []any{connect, pull, advice, native, anyMethod, newSyncer, pushes, tried}
}

// flatten removes indentation.
func flatten(code string) string {
	lines := strings.Split(code, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
