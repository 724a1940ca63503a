package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// program is the example as it runs.
type program struct {
	t        *testing.T
	lines    *bufio.Scanner
	platform webhooktest.Doudian
	push     string
	spi      string
}

// start runs the program against a sandbox that it takes for the platform.
func start(t *testing.T) (*program, *sandbox.Sandbox, string) {
	t.Helper()
	box := sandbox.New()
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	here := box.Manifest(server.URL).Platforms[mall.Doudian]
	shop := here.Shops[0].ShopID
	environ := map[string]string{
		"MALL_DOUDIAN_APP_KEY": here.AppKey, "MALL_DOUDIAN_APP_SECRET": here.AppSecret, "MALL_DOUDIAN_SHOP_ID": shop,
		"MALL_DOUDIAN_GATEWAY": here.Gateway,
	}
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, run, cli.Env{
			Args: []string{"-addr", "127.0.0.1:0"}, Stdout: in, Stderr: io.Discard, Getenv: func(k string) string { return environ[k] },
		})
		_ = in.Close()
	}()
	p := &program{t: t, lines: bufio.NewScanner(out), platform: webhooktest.Doudian{AppKey: here.AppKey, Secret: mall.Secret(here.AppSecret)}}
	t.Cleanup(func() {
		stop()
		_, _ = io.Copy(io.Discard, out)
		assert.Equal(t, 0, <-ended)
	})
	require.True(t, p.lines.Scan())
	var first struct {
		Callbacks map[string]struct{ Push, SPI string } `json:"callbacks"`
	}
	require.NoError(t, json.Unmarshal(p.lines.Bytes(), &first))
	p.push, p.spi = first.Callbacks["doudian"].Push, first.Callbacks["doudian"].SPI
	return p, box, shop
}

// send sends a request and returns the answer. Lines must be read meanwhile.
func (p *program) send(r *http.Request, err error) map[string]any {
	require.NoError(p.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(p.t, err)
	defer http.DefaultClient.CloseIdleConnections()
	defer answer.Body.Close()
	var got map[string]any
	require.NoError(p.t, json.NewDecoder(answer.Body).Decode(&got))
	return got
}

// exchange sends a request and reads the line that it leads to.
func (p *program) exchange(r *http.Request, err error) (map[string]any, line) {
	read := make(chan line, 1)
	go func() {
		var l line
		if p.lines.Scan() {
			_ = json.Unmarshal(p.lines.Bytes(), &l)
		}
		read <- l
	}()
	answer := p.send(r, err)
	return answer, <-read
}

func change(shop, order, line, id string) map[string]any {
	return map[string]any{
		"shop_id": shop, "shop_order_id": order, "sku_order_id": line, "after_sku_id": "1780000000000099", "after_sku_code": "TS-RED-L",
		"request_id": id,
	}
}

func success(answer map[string]any) any { return answer["data"].(map[string]any)["success"] }

// TestSpecChange: what is accepted stays effective in later pulls, although the
// platform goes on showing what was ordered.
func TestSpecChange(t *testing.T) {
	p, box, shop := start(t)
	ids, err := box.AddOrders(mall.Doudian, shop, 1, 2)
	require.NoError(t, err)
	id := ids[0]
	bought := func() string {
		record, err := box.Order(mall.Doudian, id)
		require.NoError(t, err)
		return string(record)
	}
	require.NotContains(t, bought(), "1780000000000099")

	answer, l := p.exchange(p.platform.SPI(p.spi, time.Now(), change(shop, id, id, "r-1")))
	assert.Equal(t, true, success(answer))
	assert.Equal(t, line{Platform: mall.Doudian, ShopID: shop, Kind: webhook.KindSpecChange, OrderID: id, ID: "r-1", Decision: "accepted",
		Status: order.StatusToShip, Effective: l.Effective}, l)

	answer, l = p.exchange(p.platform.SPI(p.spi+"/intercept", time.Now(), map[string]any{"shop_id": shop, "shop_order_id": id, "request_id": "i-0"}))
	assert.Equal(t, true, success(answer))
	assert.Equal(t, "accepted", l.Decision)

	// The recorded answer, without another line.
	assert.Equal(t, true, success(p.send(p.platform.SPI(p.spi, time.Now(), change(shop, id, id, "r-1")))))

	answer, l = p.exchange(p.platform.Push(p.push, webhooktest.Message{Tag: "101", ID: "m-1", Data: map[string]any{"p_id": json.Number(id), "shop_id": shop}}))
	assert.EqualValues(t, 0, answer["code"])
	assert.Equal(t, "pulled", l.Decision)
	assert.Equal(t, "1780000000000099", l.Effective[id])
	assert.NotContains(t, bought(), "1780000000000099")

	require.NoError(t, box.UpdateOrder(mall.Doudian, id, map[string]any{"order_status": 3}))
	answer, l = p.exchange(p.platform.SPI(p.spi, time.Now(), change(shop, id, id, "r-2")))
	assert.Equal(t, false, success(answer))
	assert.Equal(t, "refused", l.Decision)

	answer, l = p.exchange(p.platform.SPI(p.spi+"/intercept", time.Now(), map[string]any{"shop_id": shop, "shop_order_id": id, "request_id": "i-1"}))
	assert.Equal(t, false, success(answer))
	assert.Equal(t, webhook.KindIntercept, l.Kind)

	answer, l = p.exchange(p.platform.SPI(p.spi, time.Now(), change(shop, "6999999999999999999", id, "r-3")))
	assert.Equal(t, false, success(answer))
	assert.Equal(t, "the order is not known here", l.Reason)
	_, l = p.exchange(p.platform.Push(p.push, webhooktest.Message{Tag: "100", ID: "m-2", Data: map[string]any{"p_id": 6999999999999999999, "shop_id": shop}}))
	assert.Equal(t, "ignored", l.Decision)

	stranger := webhooktest.Doudian{AppKey: p.platform.AppKey, Secret: "somebody-else"}
	assert.EqualValues(t, 100001, p.send(stranger.SPI(p.spi, time.Now(), change(shop, id, id, "r-4")))["code"])
	_, l = p.exchange(p.platform.Push(p.push, webhooktest.Message{Tag: "400", ID: "m-3", Data: map[string]any{"product_id": 1, "shop_id": shop}}))
	assert.Equal(t, "noted", l.Decision)
}

// TestPlatformDown: nothing is decided, and the same request is decided later.
func TestPlatformDown(t *testing.T) {
	p, box, shop := start(t)
	ids, err := box.AddOrders(mall.Doudian, shop, 1, 2)
	require.NoError(t, err)
	_, err = box.Arm(sandbox.Fault{Method: "order.orderDetail", Kind: sandbox.FaultError, Times: 100})
	require.NoError(t, err)
	answer, l := p.exchange(p.platform.SPI(p.spi, time.Now(), change(shop, ids[0], ids[0], "r-1")))
	assert.EqualValues(t, 500001, answer["code"])
	assert.Equal(t, "retry", l.Decision)
	box.ClearFaults()
	answer, l = p.exchange(p.platform.SPI(p.spi, time.Now(), change(shop, ids[0], ids[0], "r-1")))
	assert.Equal(t, true, success(answer))
	assert.Equal(t, "accepted", l.Decision)
}

func TestIneligible(t *testing.T) {
	t.Parallel()
	good := func() order.Order {
		return order.Order{ShopID: "s", ID: "o", Status: order.StatusToShip, Lines: []order.Line{{
			ID: "l", Status: order.StatusToShip, Refund: order.RefundNone, Quantity: 2, SKU: sku.Ref{ID: "1"}, Effective: sku.Ref{ID: "2"}}}}
	}
	request := sku.ChangeRequest{ShopID: "s", OrderID: "o", LineID: "l", To: sku.Ref{ID: "3"}}
	assert.Empty(t, ineligible(good(), request))
	for name, spoil := range map[string]func(*order.Order, *sku.ChangeRequest){
		"shipped":         func(o *order.Order, _ *sku.ChangeRequest) { o.Status = order.StatusShipped },
		"under review":    func(o *order.Order, _ *sku.ChangeRequest) { o.Status = order.StatusPaid },
		"line closed":     func(o *order.Order, _ *sku.ChangeRequest) { o.Lines[0].Status = order.StatusClosed },
		"refund":          func(o *order.Order, _ *sku.ChangeRequest) { o.Lines[0].Refund = order.RefundRequested },
		"virtual":         func(o *order.Order, _ *sku.ChangeRequest) { o.Traits = []order.Trait{order.TraitVirtual} },
		"duty-free":       func(o *order.Order, _ *sku.ChangeRequest) { o.Lines[0].Traits = []order.Trait{order.TraitDutyFree} },
		"other line":      func(_ *order.Order, r *sku.ChangeRequest) { r.LineID = "x" },
		"other SKU":       func(_ *order.Order, r *sku.ChangeRequest) { r.From.ID = "9" },
		"some pieces":     func(_ *order.Order, r *sku.ChangeRequest) { r.Quantity = 1 },
		"cross-border":    func(o *order.Order, _ *sku.ChangeRequest) { o.Traits = []order.Trait{order.TraitCrossBorder} },
		"to be inspected": func(o *order.Order, _ *sku.ChangeRequest) { o.Traits = []order.Trait{order.TraitInspected} },
	} {
		o, r := good(), request
		spoil(&o, &r)
		assert.NotEmpty(t, ineligible(o, r), name)
	}
}

// TestOneOpenChange: a second one is refused while the first is being decided.
func TestOneOpenChange(t *testing.T) {
	t.Parallel()
	c := newChanges()
	r := sku.ChangeRequest{ShopID: "s", OrderID: "o", LineID: "l"}
	require.True(t, c.begin(r))
	var out discard
	d := &desk{log: &journal{out: json.NewEncoder(&out)}, accepted: c}
	v, err := d.specChange(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, sku.Verdict{Reason: "another change of this line is being decided"}, v)
	c.end(r)
	assert.True(t, c.begin(r))
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args    []string
		environ map[string]string
	}{
		{[]string{"-addr", "8080"}, nil}, {[]string{"-x"}, nil}, {nil, map[string]string{"MALL_DOUDIAN_APP_KEY": "1"}},
	} {
		code := cli.Run(t.Context(), run, cli.Env{Args: c.args, Stdout: io.Discard, Stderr: io.Discard, Getenv: func(k string) string { return c.environ[k] }})
		assert.Equal(t, 2, code, c.args)
	}
}

// TestInProcess starts the sandbox by itself.
func TestInProcess(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, run, cli.Env{Args: []string{"-addr", "127.0.0.1:0"}, Stdout: in, Stderr: io.Discard, Getenv: func(string) string { return "" }})
	}()
	text, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, text, `{"callbacks":{"doudian":{"push":"http://127.0.0.1:`)
	stop()
	assert.Equal(t, 0, <-ended)
}
