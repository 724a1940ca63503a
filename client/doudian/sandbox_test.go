package doudian_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a sandbox with an app of this platform.
type world struct{ *drivertest.World }

func newWorld(t testing.TB, change func(*doudian.Config), opts ...client.Option) *world {
	t.Helper()
	return &world{drivertest.NewWorld(t, mall.Doudian, opened(change), opts...)}
}

// opened makes a self-used app, which gets tokens by itself.
func opened(change func(*doudian.Config)) drivertest.Open {
	return func(here sandbox.Account, opts ...client.Option) (*client.App, error) {
		cfg := doudian.Config{AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway,
			SelfUse: true, ServiceID: "42"}
		cfg.Assumptions.Rates = drivertest.Fast()
		if change != nil {
			change(&cfg)
		}
		return doudian.New(cfg, opts...)
	}
}

// detail reads an example order.
func (w *world) detail(t *testing.T) error {
	_, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
	return err
}

func TestFaults(t *testing.T) {
	drivertest.Faults(t, "order.orderDetail", append(drivertest.CommonFaults(),
		drivertest.FaultCase{Name: "broken off json", Fault: sandbox.Fault{Kind: sandbox.FaultBody, Body: `{"code":10000,"data":{"shop_`}, Once: mall.ErrUnavailable, Quiet: true},
		drivertest.FaultCase{Name: "busy, by its sub code", Fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 20000, SubCode: "isp.service-error:20005"}, Once: mall.ErrUnavailable},
		drivertest.FaultCase{Name: "unknown code", Fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 123456, SubCode: "isv.new", SubMsg: "新错误"}, Once: drivertest.ErrNoKind, Later: drivertest.ErrNoKind},
		drivertest.FaultCase{Name: "risk control", Fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 80000, SubCode: "isv.risk-control-failed:1"}, Once: mall.ErrPermission, Later: mall.ErrPermission},
		drivertest.FaultCase{Name: "replaced token", Fault: sandbox.Fault{Kind: sandbox.FaultReplaceToken}}, // a self-used app gets another
		drivertest.FaultCase{Name: "clock off", Fault: sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: 900}, Once: mall.ErrSignature, Later: mall.ErrSignature},
	), enter, read)
}

func enter(t *testing.T, opts ...client.Option) *drivertest.World {
	return newWorld(t, nil, opts...).World
}

// read reads an example order.
func read(ctx context.Context, w *drivertest.World) error {
	return second(w.Shop.Orders.Get(ctx, "6920000000000000100"))
}

func TestOverASocket(t *testing.T) {
	t.Parallel()
	w := drivertest.NewServedWorld(t, mall.Doudian, opened(nil), client.WithMaxReply(1<<20))
	const id = "6920000000000000100"
	drivertest.OverASocket(t, w, "order.orderDetail",
		func(ctx context.Context) error { return second(w.Shop.Orders.Get(ctx, id)) },
		func(ctx context.Context) error {
			return second(client.Call[struct{}](ctx, w.Shop, "order.logisticsAdd", map[string]string{"order_id": id}))
		})
}

func TestNewRefusesBadConfig(t *testing.T) {
	for name, cfg := range map[string]doudian.Config{
		"empty":              {},
		"empty secret":       {AppKey: "1"},
		"empty key":          {AppSecret: "s"},
		"http elsewhere":     {AppKey: "1", AppSecret: "s", Gateway: "http://example.com"},
		"not a url":          {AppKey: "1", AppSecret: "s", Gateway: "example"},
		"url with query":     {AppKey: "1", AppSecret: "s", Gateway: "https://example.com/?a=b"},
		"url with a control": {AppKey: "1", AppSecret: "s", Gateway: "https://exa\x7fmple.com"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := doudian.New(cfg)
			failure, ok := err.(*mall.Error)
			require.True(t, ok, err)
			assert.Equal(t, mall.Error{Op: "open app", Platform: mall.Doudian, Kind: mall.ErrInvalid},
				mall.Error{Op: failure.Op, Platform: failure.Platform, Kind: failure.Kind})
		})
	}
	_, err := doudian.New(doudian.Config{Gateway: "example"}, client.WithRetries(-1))
	require.EqualError(t, err, "open app: doudian: invalid argument: Config.AppSecret is empty; "+
		"Config.Gateway is not a plain URL such as https://openapi-fxg.jinritemai.com; the app key is empty; WithRetries(-1): must not be negative",
		"all that is wrong is told together")
}

func TestWrongSecretIsASignatureError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *doudian.Config) { c.AppSecret = "another-secret" })
	err := w.detail(t)
	assert.ErrorIs(t, err, mall.ErrSignature)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
	assert.Len(t, w.Box.Received(), 1, "a refused signature is not tried again")
}

func TestClockOffIsASignatureError(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-11 * time.Minute, 11 * time.Minute} {
		w := newWorld(t, nil, client.WithClock(func() time.Time { return time.Now().Add(off) }))
		assert.ErrorIs(t, w.detail(t), mall.ErrSignature)
	}
}

func TestTrailingLetterIsRemoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o, err := w.Shop.Orders.Get(t.Context(), " 6920000000000000100A ")
	require.NoError(t, err)
	assert.Equal(t, "6920000000000000100", o.ID)
	require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), o.ID+"A", order.Remark{Text: "x"}))
}

func TestUnknownOrderIsNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	_, err := w.Shop.Orders.Get(t.Context(), "6999999999999999999")
	assert.ErrorIs(t, err, mall.ErrNotFound)
	_, err = w.Shop.Orders.Get(t.Context(), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.App.Shop(w.Here.Shops[1].ShopID).Orders.Get(t.Context(), "6920000000000000100")
	assert.ErrorIs(t, err, mall.ErrPermission, "an order of another shop")
}

// TestRenewInLastHour: a token is renewed in its last hour, once, and not
// before.
func TestRenewInLastHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	granted := len(w.Record.Of("token.create"))
	assert.Equal(t, 1, granted, "a self-used app gets its first token by itself")

	w.Box.Advance(7*24*time.Hour - 61*time.Minute)
	require.NoError(t, w.detail(t))
	assert.Empty(t, w.Record.Of("token.refresh"), "the platform would return the same pair")

	w.Box.Advance(30 * time.Minute)
	for range 3 {
		require.NoError(t, w.detail(t))
	}
	assert.Len(t, w.Record.Of("token.refresh"), 1)

	w.Box.Advance(8 * 24 * time.Hour) // past the access token, not past the refresh token
	require.NoError(t, w.detail(t))
	assert.Len(t, w.Record.Of("token.refresh"), 2)
	assert.Len(t, w.Record.Of("token.create"), granted)

	w.Box.Advance(15 * 24 * time.Hour) // past both: a self-used app asks for a new one
	require.NoError(t, w.detail(t))
	assert.Len(t, w.Record.Of("token.create"), granted+1)
}

func TestMerchantApp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *doudian.Config) { c.SelfUse = false })
	assert.ErrorIs(t, w.detail(t), mall.ErrReauthorize)
	_, err := w.App.SelfGrant(t.Context(), w.Shop.ID())
	assert.ErrorIs(t, err, mall.ErrNotSupported)

	page, err := w.App.AuthorizeURL("", "state-1")
	require.NoError(t, err)
	assert.Equal(t, "https://fuwu.jinritemai.com/authorize?service_id=42&state=state-1", page)
	_, err = w.App.AuthorizeURL("", "")
	assert.ErrorIs(t, err, mall.ErrInvalid)

	code, err := w.Side().IssueCode(w.Shop.ID())
	require.NoError(t, err)
	token, err := w.App.Exchange(t.Context(), code)
	require.NoError(t, err)
	assert.Equal(t, w.Shop.ID(), token.ShopID)
	assert.WithinDuration(t, w.Box.Now().Add(7*24*time.Hour), token.Expires, time.Minute)
	require.NoError(t, w.detail(t))

	_, err = w.App.Exchange(t.Context(), code)
	assert.ErrorIs(t, err, mall.ErrReauthorize, "a code works once")
	_, err = w.App.Exchange(t.Context(), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)

	// The refresh token dies after 14 days: only the merchant can help then.
	w.Box.Advance(15 * 24 * time.Hour)
	assert.ErrorIs(t, w.detail(t), mall.ErrReauthorize)
}

// TestOneRenewalForAll: 64 goroutines that find the token expired cause one
// renewal.
func TestOneRenewalForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.Box.Advance(8 * 24 * time.Hour)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() { assert.NoError(t, w.detail(t)) })
	}
	all.Wait()
	assert.Len(t, w.Record.Of("token.refresh"), 1)
}

func TestRenewalElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.Box.Advance(8 * 24 * time.Hour)
	w.Arm(t, sandbox.Fault{Method: "token.refresh", Kind: sandbox.FaultError, Code: 50002,
		SubCode: "isv.business-failed:31012"})
	require.NoError(t, w.detail(t))
	assert.Len(t, w.Record.Of("token.refresh"), 2)
}

func TestLostRenewal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.Box.Advance(8 * 24 * time.Hour)
	w.Arm(t, sandbox.Fault{Method: "token.refresh", Kind: sandbox.FaultCutBefore})
	err := w.detail(t)
	if err != nil {
		assert.ErrorIs(t, err, client.ErrRenewalUnknown)
	}
	require.NoError(t, w.detail(t), "this platform lets a renewal be repeated")
}

func TestCancelledCalls(t *testing.T) {
	drivertest.Cancelled(t, "order.orderDetail", "token.create", enter, read)
}
