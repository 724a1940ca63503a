package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const wanted = "1780000000000099" // a SKU that nobody ordered

// program is the example as it runs.
type program struct {
	t         *testing.T
	lines     chan string
	callbacks sandbox.Callbacks
}

// launch runs the program until the test ends.
func launch(t *testing.T, environ map[string]string, stderr io.Writer, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	p := &program{t: t, lines: make(chan string, 1000)}
	go func() {
		defer close(p.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			p.lines <- lines.Text()
		}
	}()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, run, cli.Env{
			Args: append(args, "-addr", "127.0.0.1:0"), Stdout: in, Stderr: stderr, Getenv: func(k string) string { return environ[k] },
		})
		_ = in.Close()
	}()
	t.Cleanup(func() {
		stop()
		assert.Equal(t, 0, <-ended)
		for l := range p.lines {
			assert.Fail(t, "a line that nobody expected", l)
		}
	})
	var first struct {
		Callbacks map[string]sandbox.Callbacks `json:"callbacks"`
	}
	require.NoError(t, json.Unmarshal([]byte(<-p.lines), &first))
	for _, p.callbacks = range first.Callbacks {
	}
	require.NotEmpty(t, p.callbacks.Push)
	return p
}

// next is the next line. What is printed for a request is there before its
// answer.
func (p *program) next() (l line) {
	p.t.Helper()
	select {
	case text := <-p.lines:
		require.NoError(p.t, json.Unmarshal([]byte(text), &l))
	case <-time.After(10 * time.Second):
		require.Fail(p.t, "nothing was printed")
	}
	return l
}

// asking is a platform that asks the app questions.
func asking() platforms.Platform {
	all := platforms.All()
	return all[slices.IndexFunc(all, platforms.Platform.Asks)]
}

// platform is a sandbox with one of its accounts and the environment that leads
// to it.
func platform(t *testing.T, p platforms.Platform) (box *sandbox.Sandbox, a platforms.Account, environ map[string]string) {
	box = sandbox.New()
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	accounts, _ := p.Accounts(box.Manifest(server.URL))
	return box, accounts[0], accounts[0].Environ()
}

// appOf is an app beside the program.
func appOf(t *testing.T, a platforms.Account) *client.App {
	shops, err := platforms.Shops(t.Context(), []platforms.Account{a})
	require.NoError(t, err)
	return shops[0].App()
}

// start runs the program against a sandbox that it takes for the platform, with
// one order to be shipped.
func start(t *testing.T) (p *program, box *sandbox.Sandbox, shop, id string) {
	t.Helper()
	box, account, environ := platform(t, asking())
	shop = account.ShopID()
	// Address changes are reviewed by the app.
	require.NoError(t, appOf(t, account).Shop(shop).Changes.SetAddressReview(t.Context(), change.ReviewHere, false))
	ids, err := box.On(mall.Doudian).AddOrders(shop, 1, 2)
	require.NoError(t, err)
	box.ClearPushes()
	p = launch(t, environ, io.Discard)
	require.NoError(t, box.On(mall.Doudian).SetCallbacks(p.callbacks))
	return p, box, shop, ids[0]
}

// TestSpecChange: what is accepted stays effective in later pulls, although the
// platform goes on showing what was ordered.
func TestSpecChange(t *testing.T) {
	t.Parallel()
	p, box, shop, id := start(t)
	bought := func() string {
		record, err := box.On(mall.Doudian).Order(id)
		require.NoError(t, err)
		return string(record)
	}
	ask := func(to string) sandbox.SPICall {
		call, err := box.On(mall.Doudian).RequestSpecChange(t.Context(), sandbox.ServiceRequest{OrderID: id, SKUID: to, Force: true})
		require.NoError(t, err)
		return call
	}
	before := bought()

	call := ask(wanted)
	assert.Equal(t, "accepted", call.Verdict)
	assert.Equal(t, line{
		Platform: mall.Doudian, ShopID: shop, Kind: "spec.change", OrderID: id, ID: call.RequestID,
		Decision: "accepted", Status: order.StatusToShip, Effective: map[string]string{id: wanted},
	}, p.next())
	assert.Equal(t, before, bought())

	require.NoError(t, box.On(mall.Doudian).UpdateOrder(id, map[string]any{"seller_words": "示例备注"}))
	assert.Equal(t, 1, box.Deliver(t.Context()).Delivered)
	l := p.next()
	assert.EqualValues(t, "remark.changed", l.Kind)
	assert.Equal(t, map[string]string{id: wanted}, l.Effective)
	assert.NotContains(t, bought(), wanted)

	assert.Equal(t, "accepted", ask("1780000000000098").Verdict)
	assert.Equal(t, map[string]string{id: "1780000000000098"}, p.next().Effective, "the later change holds")

	require.NoError(t, box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_status": 3}))
	box.ClearPushes()
	refused := ask(wanted)
	assert.Equal(t, "refused", refused.Verdict)
	l = p.next()
	assert.Equal(t, "refused", l.Decision)
	assert.Equal(t, refused.Reason, l.Reason)
	assert.Equal(t, map[string]string{id: "1780000000000098"}, l.Effective)

	// The recorded answer, without another line.
	again, err := box.RepeatSPI(t.Context(), call.ID)
	require.NoError(t, err)
	assert.Equal(t, "accepted", again.Verdict)
}

// TestRefused: what the platform should not have asked for, and what does not fit.
func TestRefused(t *testing.T) {
	t.Parallel()
	p, box, shop, plain := start(t)
	for _, c := range []struct {
		name   string
		order  map[string]any
		params map[string]any
		reason string
	}{
		{"virtual", map[string]any{"order_type": 2}, nil, "虚拟"},
		{"cross-border", map[string]any{"biz": 21}, nil, "跨境"},
		{"duty-free", map[string]any{"biz": 28}, nil, "免税"},
		{"shipped", map[string]any{"order_status": 3}, nil, "备货中"},
		{"unknown order", nil, map[string]any{"shop_order_id": "6999999999999999999"}, "订单不存在"},
		{"unknown line", nil, map[string]any{"sku_order_id": "1"}, "没有该商品"},
		{"another SKU than the line has", nil, map[string]any{"before_sku_id": "1"}, "不符"},
		{"refund open", map[string]any{"order_status": 2}, nil, "退款"},
		{"some pieces", nil, map[string]any{"num": 7}, "不符"},
		{"no SKU id", nil, map[string]any{"after_sku_id": "", "after_sku_code": "TS-RED-L"}, "不符"},
		{"no request id", map[string]any{"order_type": 2}, map[string]any{"request_id": ""}, "虚拟"},
	} {
		id := plain
		if c.order != nil {
			c.order["create_time"] = time.Now().Unix() - 3600
			var err error
			id, err = box.On(mall.Doudian).AddOrder(shop, c.order)
			require.NoError(t, err, c.name)
		}
		if c.name == "refund open" {
			_, err := box.On(mall.Doudian).AskAfterSale(sandbox.AfterSale{OrderID: id})
			require.NoError(t, err)
		}
		params := map[string]any{"shop_id": shop, "shop_order_id": id, "sku_order_id": id, "after_sku_id": wanted, "request_id": c.name}
		for k, v := range c.params {
			params[k] = v
		}
		call, err := box.On(mall.Doudian).CallSPI(t.Context(), params, sandbox.SPIOptions{})
		require.NoError(t, err)
		assert.Contains(t, string(call.Answers[0].Data), `"success":false`, c.name)
		l := p.next()
		assert.Equal(t, "refused", l.Decision, c.name)
		assert.Contains(t, l.Reason, c.reason, c.name)
	}
	call, err := box.On(mall.Doudian).CallSPI(t.Context(), map[string]any{"shop_id": shop}, sandbox.SPIOptions{Forge: true})
	require.NoError(t, err)
	assert.Equal(t, "100001", call.Answers[0].Code, "and no line")
}

// TestOneOpenChange: a second one is refused while the first is not decided, and
// a repeat of the first is decided.
func TestOneOpenChange(t *testing.T) {
	t.Parallel()
	box, account, _ := platform(t, asking())
	shop := account.ShopID()
	ids, err := box.On(mall.Doudian).AddOrders(shop, 1, 2)
	require.NoError(t, err)
	app := appOf(t, account)
	d := &desk{app: app, log: &journal{out: json.NewEncoder(io.Discard)}, changes: change.NewMemoryStore()}
	first := change.Request{Kind: change.Spec, Platform: mall.Doudian, ShopID: shop, ID: "r-1", OrderID: ids[0], LineID: ids[0], ToSKU: sku.Ref{ID: wanted}}
	_, _, err = d.changes.Open(t.Context(), first, app.Now())
	require.NoError(t, err)

	second := first
	second.ID = "r-2"
	v, err := d.specChange(t.Context(), second)
	require.NoError(t, err)
	assert.Equal(t, "change_open", v.Code)
	for range 2 {
		v, err = d.specChange(t.Context(), first)
		require.NoError(t, err)
		assert.True(t, v.Accept)
	}
	accepted, err := d.changes.Accepted(t.Context(), mall.Doudian, shop, ids[0])
	require.NoError(t, err)
	assert.Len(t, accepted, 1)
}

// TestPlatformDown: nothing is decided, and the same request is decided later.
func TestPlatformDown(t *testing.T) {
	t.Parallel()
	p, box, _, id := start(t)
	_, err := box.Arm(sandbox.Fault{Method: "order.orderDetail", Kind: sandbox.FaultError, Times: 100})
	require.NoError(t, err)
	call, err := box.On(mall.Doudian).RequestSpecChange(t.Context(), sandbox.ServiceRequest{OrderID: id, SKUID: wanted})
	require.NoError(t, err)
	assert.Equal(t, "500001", call.Code)
	assert.Equal(t, "retry", p.next().Decision)
	box.ClearFaults()
	// Another request is not kept out by the one that failed.
	other, err := box.On(mall.Doudian).RequestSpecChange(t.Context(), sandbox.ServiceRequest{OrderID: id, SKUID: "1780000000000098"})
	require.NoError(t, err)
	assert.Equal(t, "accepted", other.Verdict)
	assert.Equal(t, "accepted", p.next().Decision)
	call, err = box.RepeatSPI(t.Context(), call.ID)
	require.NoError(t, err)
	assert.Equal(t, "accepted", call.Verdict)
	assert.Equal(t, map[string]string{id: wanted}, p.next().Effective)
}

func TestPushes(t *testing.T) {
	t.Parallel()
	p, box, shop, id := start(t)
	_, err := box.On(mall.Doudian).AddOrder(shop, map[string]any{"order_status": 2})
	require.NoError(t, err)
	assert.Zero(t, box.Deliver(t.Context()).Failed)
	for _, kind := range []webhook.Kind{webhook.KindOrderCreated, webhook.KindOrderPaid, webhook.KindOrderToShip} {
		l := p.next()
		assert.Equal(t, kind, l.Kind)
		assert.Equal(t, "pulled", l.Decision)
		assert.Equal(t, order.StatusToShip, l.Status)
	}
	asked, err := box.On(mall.Doudian).AskAddress(id, sandbox.Receiver{Detail: "示例路9号"})
	require.NoError(t, err)
	require.True(t, asked)
	_, err = box.On(mall.Doudian).AddPush(shop, "400", map[string]any{"product_id": 1, "shop_id": json.Number(shop)})
	require.NoError(t, err)
	assert.Equal(t, 2, box.Deliver(t.Context()).Delivered)
	for _, want := range []line{
		{Kind: "address.asked", OrderID: id, Decision: "pulled"}, {Kind: "product.changed", Decision: "noted"},
	} {
		l := p.next()
		assert.Equal(t, want, line{Kind: l.Kind, OrderID: l.OrderID, Decision: l.Decision})
	}
	_, err = box.On(mall.Doudian).AddPush(shop, "100", map[string]any{"p_id": 6999999999999999999, "shop_id": json.Number(shop)})
	require.NoError(t, err)
	assert.Equal(t, 1, box.Deliver(t.Context()).Delivered)
	assert.Equal(t, "ignored", p.next().Decision)

	_, err = box.Arm(sandbox.Fault{Kind: sandbox.FaultPushForge, Times: 1})
	require.NoError(t, err)
	_, err = box.On(mall.Doudian).AddPush(shop, "101", map[string]any{"p_id": json.Number(id), "shop_id": json.Number(shop)})
	require.NoError(t, err)
	assert.Equal(t, 1, box.Deliver(t.Context()).Failed, "and no line")
}

// TestUnsigned: a push that nobody signed is printed as what was read.
func TestUnsigned(t *testing.T) {
	t.Parallel()
	all := platforms.All()
	i := slices.IndexFunc(all, func(p platforms.Platform) bool { return !p.Asks() })
	p := all[i]
	box, account, environ := platform(t, p)
	shop := account.ShopID()
	bought, err := box.On(p.Name).AddOrder(shop, p.Sandbox.Order(platforms.Story{Status: order.StatusToShip}))
	require.NoError(t, err)
	box.ClearPushes()
	run := launch(t, environ, io.Discard, "-platform", string(p.Name))
	assert.Empty(t, run.callbacks.SPI, "the platform asks nothing")
	require.NoError(t, box.On(p.Name).SetCallbacks(run.callbacks))

	require.NoError(t, box.On(p.Name).UpdateOrder(bought, p.Sandbox.Order(platforms.Story{Status: order.StatusShipped})))
	assert.Equal(t, 1, box.Deliver(t.Context()).Delivered)
	l := run.next()
	assert.Equal(t, line{
		Platform: p.Name, ShopID: shop, Kind: l.Kind, OrderID: bought, ID: l.ID, Decision: "pulled", Status: order.StatusShipped, Effective: l.Effective,
	}, l)
	assert.NotEmpty(t, l.Effective)

	// What the platform would not say: the order is unknown, or the body is
	// encrypted by somebody else.
	kind, fields := p.Sandbox.Paid(shop, "2599999999999999")
	_, err = box.On(p.Name).AddPush(shop, kind, fields)
	require.NoError(t, err)
	assert.Equal(t, 1, box.Deliver(t.Context()).Delivered, "acknowledged, and no line")
	_, err = box.Arm(sandbox.Fault{Kind: sandbox.FaultPushForge, Times: 1})
	require.NoError(t, err)
	kind, fields = p.Sandbox.Paid(shop, bought)
	_, err = box.On(p.Name).AddPush(shop, kind, fields)
	require.NoError(t, err)
	assert.Equal(t, 1, box.Deliver(t.Context()).Failed, "and no line")
}

func TestIntercept(t *testing.T) {
	t.Parallel()
	p, box, _, id := start(t)
	for _, verdict := range []string{"accepted", "refused"} {
		call, err := box.On(mall.Doudian).RequestIntercept(t.Context(), sandbox.ServiceRequest{OrderID: id, Force: true})
		require.NoError(t, err)
		assert.Equal(t, verdict, call.Verdict)
		l := p.next()
		assert.EqualValues(t, "intercept", l.Kind)
		assert.Equal(t, string(verdict), l.Decision)
		require.NoError(t, box.On(mall.Doudian).UpdateOrder(id, map[string]any{"order_status": 3}))
		box.ClearPushes()
	}
}
