package mall_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// failure is something that goes wrong with a call of the library.
type failure struct {
	name  string
	kind  mall.Kind       // what the caller is told; empty: any, since it depends on the platform
	fault []sandbox.Fault // armed before, for the first shop
	try   func(*scene) error
	// nowhere: what is called belongs to no platform.
	nowhere bool
}

// scene is where a failure takes place.
type scene struct {
	ctx                  context.Context
	platform             platforms.Platform
	box                  *sandbox.Sandbox
	account              platforms.Account // of shop
	opts                 []client.Option
	shop, other, factory *client.Shop
	order, shipped       order.Order // of shop
}

// sceneOf sets the sandbox of a platform up, for one failure after the other.
func sceneOf(t *testing.T, p platforms.Platform) *scene {
	box := sandbox.New(sandbox.Only(p.Name))
	merchants, factories := p.Accounts(box.Manifest("https://sandbox.invalid"))
	s := &scene{ctx: t.Context(), platform: p, box: box, account: merchants[0]}
	s.opts = []client.Option{client.WithTransport(box.Transport()), client.WithClock(box.Now), client.WithRetries(0)}
	fast := client.Rate{PerSecond: 1e6, Burst: 1e6}
	merchants[0].Rates = client.Rates{App: fast, Shop: fast}
	shops, err := platforms.Shops(t.Context(), []platforms.Account{merchants[0], merchants[1], factories[0]}, s.opts...)
	require.NoError(t, err)
	s.shop, s.other, s.factory = shops[0], shops[1], shops[2]
	for status, into := range map[order.Status]*order.Order{order.StatusToShip: &s.order, order.StatusShipped: &s.shipped} {
		id, err := box.On(p.Name).AddOrder(s.shop.ID(), p.Sandbox.Order(platforms.Story{Status: status, Red: 1}))
		require.NoError(t, err)
		*into, err = s.shop.Orders.Get(t.Context(), id)
		require.NoError(t, err)
	}
	return s
}

// app makes another app of the shop's account, with other values.
func (s *scene) app(values map[string]string) (*client.App, error) {
	return s.account.With(values).App(s.opts...)
}

// alone makes a shop of an account with other values.
func (s *scene) alone(values map[string]string) *client.Shop {
	shops, err := platforms.Shops(s.ctx, []platforms.Account{s.account.With(values)}, s.opts...)
	if err != nil {
		panic(err) // the account is a good one, only not for calling
	}
	return shops[0]
}

// carrier is the code that YTO (圆通) has in reports of parcels.
func (s *scene) carrier() string {
	all, err := s.shop.Logistics.Carriers(s.ctx)
	i := slices.IndexFunc(all, func(c logistics.Carrier) bool { return strings.HasPrefix(c.Name, "圆通") })
	if err != nil || i < 0 {
		panic("no such carrier") // the sandbox has it
	}
	return all[i].Code
}

// private is what may stand in no error.
func (s *scene) private() (texts []string) {
	for _, name := range append(slices.Clone(s.platform.SignedWith[1:]), platforms.AppSecret, "MESSAGE_KEY") {
		if text := s.account.Text(name); text != "" {
			texts = append(texts, text)
		}
	}
	for _, shop := range s.box.Shops() {
		texts = append(texts, shop.AccessToken, shop.RefreshToken)
	}
	for _, r := range []order.Receiver{s.order.Receiver, s.shipped.Receiver} {
		for _, p := range []order.Protected{r.Name, r.Phone, r.Address} {
			texts = append(texts, p.Plain.Reveal(), p.Cipher)
		}
	}
	return append(texts, plainName, plainPhone, plainDetail, wrongSecret, wrongToken)
}

// What callers hand in and may not read again in an error.
const (
	plainName, plainPhone, plainDetail = "张示例", "19912345678", "示例路100号"
	wrongSecret, wrongToken            = "wrong-secret-0123456789", "wrong-token-0123456789"
)

// drained is the first error of a walk.
func drained[T any](walk iter.Seq2[T, error]) error {
	for _, err := range walk {
		if err != nil {
			return err
		}
	}
	return nil
}

// first is the error of a call for several items or, without one, of its first
// item.
func first[T any](items []T, err error, of func(T) error) error {
	if err == nil && len(items) > 0 {
		return of(items[0])
	}
	return err
}

// just drops what was returned beside an error.
func just[T any](_ T, err error) error { return err }

var ours = regexp.MustCompile(`^[a-z][a-zA-Z' -]+$`)

// faultsOf are the aspects in which an error is not what every failure should
// be.
func faultsOf(s *scene, f failure, err error) (faults []string) {
	e, ok := errors.AsType[*mall.Error](err)
	if !ok {
		return []string{"type"}
	}
	if e.Platform != s.platform.Name && !(f.nowhere && e.Platform == "") {
		faults = append(faults, "platform")
	}
	if e.Kind == "" || f.kind != "" && !errors.Is(err, f.kind) {
		faults = append(faults, "kind")
	}
	if !ours.MatchString(e.Op) || e.Op == e.Method {
		faults = append(faults, "op")
	}
	text := fmt.Sprintf("%s %v %+v", err.Error(), err, e.Message)
	for _, secret := range s.private() {
		if secret != "" && strings.Contains(text, secret) {
			faults = append(faults, "secret")
			break
		}
	}
	return faults
}

// TestEveryFailureIsAnError: whatever goes wrong with an exported call is a
// *mall.Error that says on which platform, what was tried, and what the caller
// can do, and gives nothing away.
func TestEveryFailureIsAnError(t *testing.T) {
	all := slices.Concat(constructionFailures(), callFailures(), orderFailures(), goodsFailures(), dropshipFailures())
	assert.GreaterOrEqual(t, len(all), 60)
	names := map[string]bool{}
	for _, f := range all {
		assert.False(t, names[f.name], "two cases named %s", f.name)
		names[f.name] = true
	}
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { meet(t, sceneOf(t, p), all) })
		})
	}
}

// meet lets all failures happen, one after the other.
func meet(t *testing.T, s *scene, all []failure) {
	for _, f := range all {
		s.box.ClearFaults()
		for _, fault := range f.fault {
			fault.ShopID = s.shop.ID()
			_, err := s.box.Arm(fault)
			require.NoError(t, err, f.name)
		}
		err := f.try(s)
		if !assert.Error(t, err, f.name) {
			continue
		}
		for _, fault := range faultsOf(s, f, err) {
			t.Errorf("%s: %s: %v (%#v)", f.name, fault, err, err)
		}
	}
}

// ended is a context that has ended before the call.
func ended(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	return ctx
}

// late is a context whose deadline has passed.
func late(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, time.Now().Add(-time.Second))
}
