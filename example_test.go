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
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
)

// pull is the start that the READMEs show.
func pull(ctx context.Context, key string, secret mall.Secret) error {
	app, err := doudian.New(doudian.Config{AppKey: key, AppSecret: secret, SelfUse: true})
	if err != nil {
		return err
	}
	shop := app.Shop("10000001")
	week := order.Query{From: time.Now().AddDate(0, 0, -7)}
	for o, err := range shop.Orders.All(ctx, week) {
		if err != nil {
			return err
		}
		if o.Status != order.StatusToShip || o.Refund.Open() {
			continue
		}
		for _, l := range o.Lines {
			fmt.Println(o.ID, l.Effective.Code, l.Quantity, o.Receiver.Name.Mask)
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
	own, err := order.Native[struct {
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

// follow hands every change of every order to the app.
func follow(ctx context.Context, shops []*order.Service, save order.Handler) (*order.Syncer, error) {
	checkpoints, err := order.FileCheckpoints("state")
	if err != nil {
		return nil, err
	}
	syncer, err := order.NewSyncer(shops, save, order.SyncOptions{Checkpoints: checkpoints})
	if err != nil {
		return nil, err
	}
	return syncer, syncer.Run(ctx)
}

// pushes makes hints of what the platform pushes.
func pushes(key string, secret mall.Secret, syncer *order.Syncer) (http.Handler, error) {
	return webhook.New(
		webhook.DoudianPush{AppKey: key, Secrets: []mall.Secret{secret}},
		webhook.Handlers{
			OrderChanged: func(ctx context.Context, e webhook.OrderEvent) error {
				syncer.Hint(order.ShopKey{Platform: e.Platform, ShopID: e.ShopID}, e.OrderID)
				return nil
			},
		})
}

func Example() {
	box := sandbox.New()
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	here := server.Manifest().Platforms[mall.Doudian]

	app, err := doudian.New(doudian.Config{
		AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, SelfUse: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	count := map[order.Status]int{}
	for o, err := range app.Shop(here.Shops[1].ShopID).Orders.All(context.Background(), order.Query{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		count[o.Status]++
	}
	fmt.Println(count[order.StatusToShip], "to ship,", count[order.StatusUnpaid], "unpaid")
	// Output: 4 to ship, 2 unpaid
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
	_ = []any{pull, advice, native, anyMethod, follow, pushes}
}

// flatten removes indentation.
func flatten(code string) string {
	lines := strings.Split(code, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(lines, "\n")
}
