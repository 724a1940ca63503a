package kuaishou_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a sandbox with an app of this platform.
type world struct{ *drivertest.World }

func newWorld(t testing.TB, change func(*kuaishou.Config), opts ...client.Option) *world {
	t.Helper()
	return &world{drivertest.NewWorld(t, mall.Kuaishou, opened(t, change), opts...)}
}

// opened makes an app that has the tokens of all shops and factories.
func opened(t testing.TB, change func(*kuaishou.Config)) drivertest.Open {
	return func(here sandbox.Account, opts ...client.Option) (*client.App, error) {
		cfg := kuaishou.Config{
			AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), SignSecret: mall.Secret(here.SignSecret),
			Gateway: here.Gateway,
			Scopes:  []string{"merchant_order"},
		}
		cfg.Assumptions.Rates = drivertest.Fast()
		if change != nil {
			change(&cfg)
		}
		app, err := kuaishou.New(cfg, opts...)
		if err != nil {
			return nil, err
		}
		return app, drivertest.Import(t.Context(), app, here)
	}
}

// call reads the name of the shop.
func (w *world) call(t *testing.T) error {
	_, err := client.Call[struct {
		Name string `json:"shopName"`
	}](t.Context(), w.Shop, probe, nil)
	return err
}

const probe = "open.shop.info.get"

func TestFaults(t *testing.T) {
	drivertest.Faults(t, probe, append(drivertest.CommonFaults(),
		drivertest.FaultCase{Name: "a day's quota", Fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 1017, Msg: "[1017] exceed quota limit,[apiId:x;primaryUserId:1]"}, Once: mall.ErrQuota, Later: mall.ErrQuota},
		drivertest.FaultCase{Name: "unknown code", Fault: sandbox.Fault{Kind: sandbox.FaultError, Code: 123456, Msg: "新错误"}, Once: drivertest.ErrNoKind, Later: drivertest.ErrNoKind},
		drivertest.FaultCase{Name: "clock off", Fault: sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: 900}, Once: mall.ErrInvalid, Later: mall.ErrInvalid},
	), enter, read)
}

func enter(t *testing.T, opts ...client.Option) *drivertest.World {
	return newWorld(t, nil, opts...).World
}

// read reads the name of the shop.
func read(ctx context.Context, w *drivertest.World) error {
	return second(client.Call[struct {
		Name string `json:"shopName"`
	}](ctx, w.Shop, probe, nil))
}

// TestReplacedTokens: after the merchant authorised anew elsewhere, the tokens
// that the app has do not work, nor can they be renewed.
func TestReplacedTokens(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.Arm(t, sandbox.Fault{Method: probe, Kind: sandbox.FaultReplaceToken})
		assert.ErrorIs(t, w.call(t), mall.ErrReauthorize)
		require.NoError(t, drivertest.Import(t.Context(), w.App, w.Box.Manifest("").Platforms[mall.Kuaishou]))
		assert.NoError(t, w.call(t))
	})
}

func TestOverASocket(t *testing.T) {
	t.Parallel()
	w := drivertest.NewServedWorld(t, mall.Kuaishou, opened(t, nil), client.WithMaxReply(1<<20))
	id := w.AddOrder(t, nil)
	drivertest.OverASocket(t, w, "open.order.detail",
		func(ctx context.Context) error { return second(w.Shop.Orders.Get(ctx, id)) },
		func(ctx context.Context) error {
			return second(client.Call[struct{}](ctx, w.Shop, "open.seller.order.note.add",
				map[string]any{"orderId": mustNumber(t, id), "note": "x"}))
		})
}

func TestNewRefusesBadConfig(t *testing.T) {
	good := kuaishou.Config{AppKey: "ks1", AppSecret: "a", SignSecret: "s"}
	for name, spoil := range map[string]func(*kuaishou.Config){
		"no key":             func(c *kuaishou.Config) { c.AppKey = "" },
		"no app secret":      func(c *kuaishou.Config) { c.AppSecret = "" },
		"no sign secret":     func(c *kuaishou.Config) { c.SignSecret = "" },
		"http elsewhere":     func(c *kuaishou.Config) { c.Gateway = "http://example.com" },
		"an unheard-of verb": func(c *kuaishou.Config) { c.Assumptions.Verbs = map[string]string{"open.order.detail": "FETCH"} },
	} {
		cfg := good
		spoil(&cfg)
		_, err := kuaishou.New(cfg)
		failure, ok := err.(*mall.Error)
		require.True(t, ok, name)
		assert.Equal(t, mall.Error{Op: "open app", Platform: mall.Kuaishou, Kind: mall.ErrInvalid},
			mall.Error{Op: failure.Op, Platform: failure.Platform, Kind: failure.Kind}, name)
	}
	_, err := kuaishou.New(good)
	require.NoError(t, err)
}

func TestWrongSecretIsASignatureError(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *kuaishou.Config) { c.SignSecret = c.AppSecret })
	assert.ErrorIs(t, w.call(t), mall.ErrSignature)
	assert.Len(t, w.Box.Received(), 1, "a refused signature is not tried again")
}

// TestOtherSignMethod: Assumptions choose the other sign method and the other
// verb.
func TestOtherSignMethod(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *kuaishou.Config) {
		c.Assumptions.SignMD5, c.Assumptions.Verbs = true, map[string]string{probe: "POST"}
	})
	require.NoError(t, w.call(t))
}

// TestAuthorisation: a code brings the tokens of a seller, once, within two
// minutes.
func TestAuthorisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	code, err := w.Side().IssueCode(w.Here.Shops[1].ShopID)
	require.NoError(t, err)
	token, err := w.App.Exchange(t.Context(), code)
	require.NoError(t, err)
	assert.Equal(t, w.Here.Shops[1].ShopID, token.ShopID)
	assert.NotEmpty(t, token.ShopName)
	assert.WithinDuration(t, w.Box.Now().Add(48*time.Hour), token.Expires, time.Minute)
	assert.WithinDuration(t, w.Box.Now().Add(180*24*time.Hour), token.RefreshExpires, time.Minute)
	_, err = w.App.Exchange(t.Context(), code)
	assert.ErrorIs(t, err, mall.ErrReauthorize, "a code works once")

	code, err = w.Side().IssueCode(w.Here.Shops[1].ShopID)
	require.NoError(t, err)
	w.Box.Advance(2*time.Minute + time.Second)
	_, err = w.App.Exchange(t.Context(), code)
	assert.ErrorIs(t, err, mall.ErrReauthorize, "and for two minutes")

	code, err = w.Side().IssueCode(w.Here.Shops[1].ShopID)
	require.NoError(t, err)
	w.Arm(t, sandbox.Fault{Method: "open.user.seller.get", Kind: sandbox.FaultError, Code: 26, Msg: "主账号不存在"})
	_, err = w.App.Exchange(t.Context(), code)
	assert.ErrorIs(t, err, mall.ErrPermission)
	assert.ErrorContains(t, err, "authorise again", "the code is spent")
	_, err = w.App.SelfGrant(t.Context(), w.Here.Shops[1].ShopID)
	assert.ErrorIs(t, err, mall.ErrNotSupported)
}

// TestRefreshDeadline: a renewed refresh token expires when the first one would
// have.
func TestRefreshDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	code, err := w.Side().IssueCode(w.Shop.ID())
	require.NoError(t, err)
	_, err = w.App.Exchange(t.Context(), code)
	require.NoError(t, err)
	for range 89 {
		w.Box.Advance(48*time.Hour - time.Minute)
		require.NoError(t, w.call(t))
	}
	assert.Len(t, w.Record.Of("oauth2.refresh_token"), 89, "renewed in time each time")
	w.Box.Advance(4 * 24 * time.Hour)
	assert.ErrorIs(t, w.call(t), mall.ErrReauthorize, "after 180 days the merchant is asked")
}

// TestOneRenewalForAll: 64 goroutines that find the token expired cause one
// renewal.
func TestOneRenewalForAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.Box.Advance(49 * time.Hour)
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() { assert.NoError(t, w.call(t)) })
	}
	all.Wait()
	assert.Len(t, w.Record.Of("oauth2.refresh_token"), 1)
}

// TestLostRenewal: a renewal whose answer was lost is sent again. If the
// platform had carried it out, the merchant has to authorise again.
func TestLostRenewal(t *testing.T) {
	t.Parallel()
	for kind, want := range map[sandbox.FaultKind]error{sandbox.FaultCutBefore: nil,
		sandbox.FaultCutAfter: mall.ErrReauthorize} {
		w := newWorld(t, nil)
		w.Box.Advance(49 * time.Hour)
		w.Arm(t, sandbox.Fault{Method: "oauth2.refresh_token", Kind: kind})
		if err := w.call(t); err != nil {
			assert.ErrorIs(t, err, client.ErrRenewalUnknown)
		}
		err := w.call(t)
		if want == nil {
			assert.NoError(t, err)
		} else {
			assert.ErrorIs(t, err, want)
		}
	}
	w := newWorld(t, func(c *kuaishou.Config) { c.Assumptions.RenewOnce = true })
	w.Box.Advance(49 * time.Hour)
	w.Arm(t, sandbox.Fault{Method: "oauth2.refresh_token", Kind: sandbox.FaultCutBefore})
	_ = w.call(t)
	assert.ErrorIs(t, w.call(t), mall.ErrReauthorize)
	assert.Len(t, w.Record.Of("oauth2.refresh_token"), 1)
}

func TestCancelledCalls(t *testing.T) {
	drivertest.Cancelled(t, probe, "oauth2.refresh_token", func(t *testing.T, opts ...client.Option) *drivertest.World {
		w := enter(t, opts...)
		w.Box.Advance(49 * time.Hour) // past the life of the tokens
		return w
	}, read)
}

// TestCancelledWrite: a write that was cancelled on its way has an unknown
// outcome.
func TestCancelledWrite(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		ctx := w.LeaveDuring(t, "open.seller.order.note.add")
		err := kuaishou.DriversOf(w.Shop).Orders.SetRemark(ctx, w.AddOrder(t, nil), order.Remark{Text: "x"})
		assert.ErrorIs(t, err, context.Canceled)
		assert.ErrorIs(t, err, mall.ErrUnknownOutcome)
	})
}

// TestManyAtOnce: many goroutines use all services of several shops while
// tokens expire.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.Box.Advance(49 * time.Hour)
	id := w.AddOrder(t, nil)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { assert.NoError(t, second(w.Shop.Orders.Get(t.Context(), id))) })
		all.Go(func() { assert.NoError(t, second(w.Shop.SKUs.Page(t.Context(), sku.Query{}, ""))) })
		all.Go(func() { assert.NoError(t, second(w.Shop.Logistics.Templates(t.Context()))) })
		all.Go(func() { assert.NoError(t, second(w.Shop.Dropship.Role(t.Context()))) })
		all.Go(func() { assert.NoError(t, second(w.App.Shop(w.Here.Factories[0].ShopID).Dropship.Role(t.Context()))) })
	}
	all.Wait()
	assert.Len(t, w.Record.Of("oauth2.refresh_token"), 2, "one for each shop")
}
