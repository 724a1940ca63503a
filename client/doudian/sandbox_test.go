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
type world struct {
	*drivertest.World
	box    *sandbox.Sandbox
	here   sandbox.Account
	app    *client.App
	shop   *client.Shop
	record *drivertest.Record
}

func newWorld(t testing.TB, change func(*doudian.Config), opts ...client.Option) *world {
	t.Helper()
	return worldOf(drivertest.NewWorld(t, mall.Doudian, opened(change), opts...))
}

func worldOf(w *drivertest.World) *world { return &world{w, w.Box, w.Here, w.App, w.Shop, w.Record} }

// opened makes a self-used app, which gets tokens by itself.
func opened(change func(*doudian.Config)) drivertest.Open {
	return func(here sandbox.Account, opts ...client.Option) (*client.App, error) {
		cfg := doudian.Config{AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), Gateway: here.Gateway, SelfUse: true, ServiceID: "42"}
		cfg.Assumptions.Rates = drivertest.Fast()
		if change != nil {
			change(&cfg)
		}
		return doudian.New(cfg, opts...)
	}
}

// detail reads an order that the sandbox has.
func (w *world) detail(t *testing.T) error {
	_, err := w.shop.Orders.Get(t.Context(), "6920000000000000100")
	return err
}

// TestFaults meets every mishap and asks that each ends in success or in a
// typed error that says what to do and carries the platform's request id.
func TestFaults(t *testing.T) {
	method := "order.orderDetail"
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		once  error // with one attempt; nil: rides it out
		later error // with the default number of attempts
		quiet bool  // no reply, hence no request id
	}{
		{name: "html instead of json", fault: sandbox.Fault{Kind: sandbox.FaultHTML}, once: mall.ErrUnavailable, quiet: true},
		{name: "html with status 200", fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 200}, once: mall.ErrUnavailable, quiet: true},
		{name: "html with status 404", fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 404}, once: mall.ErrReply, later: mall.ErrReply, quiet: true},
		{name: "status 429", fault: sandbox.Fault{Kind: sandbox.FaultHTML, Status: 429}, once: mall.ErrRateLimited, quiet: true},
		{name: "status 500", fault: sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500, Body: "oops"}, once: mall.ErrUnavailable, quiet: true},
		{name: "cut before", fault: sandbox.Fault{Kind: sandbox.FaultCutBefore}, once: mall.ErrUnavailable, quiet: true},
		{name: "cut after", fault: sandbox.Fault{Kind: sandbox.FaultCutAfter}, once: mall.ErrUnavailable, quiet: true},
		{name: "half a body", fault: sandbox.Fault{Kind: sandbox.FaultHalfBody}, once: mall.ErrUnavailable, quiet: true},
		{name: "broken off json", fault: sandbox.Fault{Kind: sandbox.FaultBody, Body: `{"code":10000,"data":{"shop_`}, once: mall.ErrUnavailable, quiet: true},
		{name: "json of somebody else", fault: sandbox.Fault{Kind: sandbox.FaultBody, Body: `{"hello":1}`}, once: mall.ErrReply, later: mall.ErrReply, quiet: true},
		{name: "body over the cap", fault: sandbox.Fault{Kind: sandbox.FaultOversize, Bytes: 2 << 20}, once: mall.ErrReply, later: mall.ErrReply, quiet: true},
		{name: "data as array", fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`[]`)}, once: mall.ErrReply, later: mall.ErrReply},
		{name: "data as null", fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`null`)}, once: mall.ErrReply, later: mall.ErrReply},
		{name: "data as text", fault: sandbox.Fault{Kind: sandbox.FaultData, Data: []byte(`"x"`)}, once: mall.ErrReply, later: mall.ErrReply},
		{name: "data missing", fault: sandbox.Fault{Kind: sandbox.FaultData}, once: mall.ErrReply, later: mall.ErrReply},
		{name: "busy", fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 20000, SubCode: "isp.service-error:20005"}, once: mall.ErrUnavailable},
		{name: "throttled", fault: sandbox.Fault{Kind: sandbox.FaultThrottle}, once: mall.ErrRateLimited},
		{name: "unknown code", fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 123456, SubCode: "isv.new", SubMsg: "新错误"}, once: errNoKind, later: errNoKind},
		{name: "risk control", fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 80000, SubCode: "isv.risk-control-failed:1"}, once: mall.ErrPermission, later: mall.ErrPermission},
		{name: "expired token", fault: sandbox.Fault{Kind: sandbox.FaultExpireToken}},
		{name: "replaced token", fault: sandbox.Fault{Kind: sandbox.FaultReplaceToken}},
		{name: "revoked", fault: sandbox.Fault{Kind: sandbox.FaultRevoke}, once: mall.ErrReauthorize, later: mall.ErrReauthorize},
		{name: "clock off", fault: sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: 900}, once: mall.ErrSignature, later: mall.ErrSignature},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fault.Method = method
			for attempts, want := range map[int]error{1: c.once, 3: c.later} {
				w := newWorld(t, nil, client.WithRetries(attempts-1), client.WithMaxReply(1<<20))
				w.Arm(t, c.fault)
				err := w.detail(t)
				if want == nil {
					assert.NoError(t, err, "%d attempts", attempts)
					continue
				}
				e, ok := errors.AsType[*mall.Error](err)
				require.True(t, ok, "%d attempts: got %v", attempts, err)
				assert.Equal(t, mall.Doudian, e.Platform)
				assert.Equal(t, method, e.Method)
				assert.NotEmpty(t, e.Message)
				if want == errNoKind {
					assert.Empty(t, e.Kind)
					assert.NotEmpty(t, e.Raw, "an unknown code keeps the reply")
				} else {
					assert.ErrorIs(t, err, want, "%d attempts", attempts)
				}
				if !c.quiet {
					assert.NotEmpty(t, e.RequestID, "the platform's log_id")
				}
			}
		})
	}
}

// errNoKind stands for an error without a kind.
var errNoKind = errors.New("no kind")

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
	w := newWorld(t, func(c *doudian.Config) { c.AppSecret = "another-secret" })
	err := w.detail(t)
	assert.ErrorIs(t, err, mall.ErrSignature)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.NotEmpty(t, e.RequestID)
	assert.Len(t, w.box.Received(), 1, "a refused signature is not tried again")
}

func TestClockOffIsASignatureError(t *testing.T) {
	for _, off := range []time.Duration{-11 * time.Minute, 11 * time.Minute} {
		w := newWorld(t, nil, client.WithClock(func() time.Time { return time.Now().Add(off) }))
		assert.ErrorIs(t, w.detail(t), mall.ErrSignature)
	}
}

func TestTrailingLetterIsTakenOff(t *testing.T) {
	w := newWorld(t, nil)
	o, err := w.shop.Orders.Get(t.Context(), " 6920000000000000100A ")
	require.NoError(t, err)
	assert.Equal(t, "6920000000000000100", o.ID)
	require.NoError(t, w.shop.Orders.SetRemark(t.Context(), o.ID+"A", order.Remark{Text: "x"}))
}

func TestUnknownOrderIsNotFound(t *testing.T) {
	w := newWorld(t, nil)
	_, err := w.shop.Orders.Get(t.Context(), "6999999999999999999")
	assert.ErrorIs(t, err, mall.ErrNotFound)
	_, err = w.shop.Orders.Get(t.Context(), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.app.Shop(w.here.Shops[1].ShopID).Orders.Get(t.Context(), "6920000000000000100")
	assert.ErrorIs(t, err, mall.ErrPermission, "an order of another shop")
}

// TestLastHourRule moves the clock over the life of a token: it is renewed in
// the last hour and not before, exactly once.
func TestLastHourRule(t *testing.T) {
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	granted := len(w.record.Of("token.create"))
	assert.Equal(t, 1, granted, "a self-used app gets its first token by itself")

	w.box.Advance(7*24*time.Hour - 61*time.Minute)
	require.NoError(t, w.detail(t))
	assert.Empty(t, w.record.Of("token.refresh"), "the platform would return the same pair")

	w.box.Advance(30 * time.Minute)
	for range 3 {
		require.NoError(t, w.detail(t))
	}
	assert.Len(t, w.record.Of("token.refresh"), 1)

	w.box.Advance(8 * 24 * time.Hour) // past the access token, not past the refresh token
	require.NoError(t, w.detail(t))
	assert.Len(t, w.record.Of("token.refresh"), 2)
	assert.Len(t, w.record.Of("token.create"), granted)

	w.box.Advance(15 * 24 * time.Hour) // past both: a self-used app asks for a new one
	require.NoError(t, w.detail(t))
	assert.Len(t, w.record.Of("token.create"), granted+1)
}

func TestMerchantAppNeedsAuthorisation(t *testing.T) {
	w := newWorld(t, func(c *doudian.Config) { c.SelfUse = false })
	assert.ErrorIs(t, w.detail(t), mall.ErrReauthorize)
	_, err := w.app.SelfGrant(t.Context(), w.shop.ID())
	assert.ErrorIs(t, err, mall.ErrNotSupported)

	page, err := w.app.AuthorizeURL("", "state-1")
	require.NoError(t, err)
	assert.Equal(t, "https://fuwu.jinritemai.com/authorize?service_id=42&state=state-1", page)
	_, err = w.app.AuthorizeURL("", "")
	assert.ErrorIs(t, err, mall.ErrInvalid)

	code, err := w.box.On(mall.Doudian).IssueCode(w.shop.ID())
	require.NoError(t, err)
	token, err := w.app.Exchange(t.Context(), code)
	require.NoError(t, err)
	assert.Equal(t, w.shop.ID(), token.ShopID)
	assert.WithinDuration(t, w.box.Now().Add(7*24*time.Hour), token.Expires, time.Minute)
	require.NoError(t, w.detail(t))

	_, err = w.app.Exchange(t.Context(), code)
	assert.ErrorIs(t, err, mall.ErrReauthorize, "a code works once")
	_, err = w.app.Exchange(t.Context(), "")
	assert.ErrorIs(t, err, mall.ErrInvalid)

	// The refresh token dies after 14 days: only the merchant can help then.
	w.box.Advance(15 * 24 * time.Hour)
	assert.ErrorIs(t, w.detail(t), mall.ErrReauthorize)
}

// TestOneRenewalForAll: 64 goroutines meet an expired token.
func TestOneRenewalForAll(t *testing.T) {
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.box.Advance(8 * 24 * time.Hour)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() { assert.NoError(t, w.detail(t)) })
	}
	all.Wait()
	assert.Len(t, w.record.Of("token.refresh"), 1)
}

func TestConcurrentRefreshElsewhereIsAskedAgain(t *testing.T) {
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.box.Advance(8 * 24 * time.Hour)
	w.Arm(t, sandbox.Fault{Method: "token.refresh", Kind: sandbox.FaultError, Code: 50002, SubCode: "isv.business-failed:31012"})
	require.NoError(t, w.detail(t))
	assert.Len(t, w.record.Of("token.refresh"), 2)
}

func TestLostRenewalIsRepeated(t *testing.T) {
	w := newWorld(t, nil)
	require.NoError(t, w.detail(t))
	w.box.Advance(8 * 24 * time.Hour)
	w.Arm(t, sandbox.Fault{Method: "token.refresh", Kind: sandbox.FaultCutBefore})
	err := w.detail(t)
	if err != nil {
		assert.ErrorIs(t, err, client.ErrRenewalUnknown)
	}
	require.NoError(t, w.detail(t), "this platform lets a renewal be repeated")
}

// TestCancelledAtEveryStep leaves while the call waits in one place after the
// other.
func TestCancelledAtEveryStep(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		w := newWorld(t, nil)
		ctx, cancel := context.WithCancelCause(t.Context())
		why := errors.New("left")
		cancel(why)
		_, err := w.shop.Orders.Get(ctx, "6920000000000000100")
		assert.ErrorIs(t, err, why)
		assert.Empty(t, w.box.Received())
	})
	for name, method := range map[string]string{"while getting a token": "token.create", "while waiting for the reply": "order.orderDetail"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			w.Arm(t, sandbox.Fault{Method: method, Kind: sandbox.FaultDelay, DelayMS: 50})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			arrived := func(m string) {
				if m == method {
					cancel()
				}
			}
			w.OnCall(arrived)
			_, err := w.shop.Orders.Get(ctx, "6920000000000000100")
			assert.ErrorIs(t, err, context.Canceled)
			require.NoError(t, w.detail(t), "nothing is left in a bad state")
			assert.Len(t, w.record.Of("token.create"), 1, "a renewal that began was finished and kept")
		})
	}
	t.Run("while waiting to try again", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		w := newWorld(t, nil, client.WithObserver(func(o client.Observation) {
			if o.Again {
				cancel()
			}
		}))
		w.Arm(t, sandbox.Fault{Method: "order.orderDetail", Kind: sandbox.FaultThrottle, Times: -1})
		_, err := w.shop.Orders.Get(ctx, "6920000000000000100")
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, mall.ErrRateLimited, "what it was waiting for")
	})
}
