package client

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// App is one app of a merchant or vendor on one platform: key, secret,
// transport, limits. Make one per app and process with the New of a platform
// package. It is safe for concurrent use and does not change after New.
type App struct {
	driver Driver
	settings
	send    *sender
	shops   sync.Map    // shop id -> *Shop
	own     keeper      // of the app's own token
	ownWork retryBudget // of calls that belong to no shop
}

// Format writes the platform and the app key for every verb: an App holds secrets.
func (a *App) Format(w fmt.State, _ rune) {
	fmt.Fprintf(w, "app %s of %s", a.driver.AppKey, a.driver.Protocol.Platform())
}

// LogValue returns what [App.Format] writes.
func (a *App) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(a)) }

// Format writes the shop id and the app for every verb: a Shop leads to secrets.
func (s *Shop) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "shop %s, %v", s.ID(), s.App()) }

// LogValue returns what [Shop.Format] writes.
func (s *Shop) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// New makes an app over a platform's driver. Applications call the New of a
// platform package instead. All that is wrong with d and opts is told in one
// mall.ErrInvalid.
func New(d Driver, opts ...Option) (*App, error) {
	s, wrong := newSettings(opts)
	if d.Protocol == nil || d.Authority == nil {
		return nil, settle.Failure("", opOpen, settle.Invalid("the driver lacks a protocol or an authority"))
	}
	if strings.TrimSpace(d.AppKey) == "" {
		wrong = append([]string{"the app key is empty"}, wrong...)
	}
	if len(wrong) > 0 {
		return nil, settle.Failure(d.Protocol.Platform(), opOpen, settle.Invalid("%s", strings.Join(wrong, "; ")))
	}
	if s.limiter == nil {
		s.limiter = NewMemoryLimiter(d.Rates)
	}
	if s.budget == nil {
		s.budget = order.NewMemoryBudget(DefaultDecryptions, s.clock)
	}
	a := &App{driver: d, settings: s, send: newSender(s)}
	a.own.app = a
	return a, nil
}

// What is tried, in words of ours, for [mall.Error].
const (
	opOpen     = "open app"
	opCall     = settle.Call
	opRenew    = "renew token"
	opURL      = "make authorize URL"
	opExchange = "exchange code"
	opGrant    = "grant token"
	opImport   = "import token"
)

// DefaultDecryptions is how many texts a shop may decrypt a day unless
// [WithDecryptBudget] says otherwise. No platform publishes its allowance; the
// number is a careful guess.
const DefaultDecryptions = 1000

// Platform returns the platform of the app.
func (a *App) Platform() mall.Platform { return a.driver.Protocol.Platform() }

// AppKey returns the key that the platform knows the app by.
func (a *App) AppKey() string { return a.driver.AppKey }

// Now is the time by the app's clock.
func (a *App) Now() time.Time { return a.clock.Now() }

// Shop returns a shop of the app. It is cheap, sends nothing, and returns the
// same value for the same id, so that all users of a shop share its token.
func (a *App) Shop(id string) *Shop {
	if s, ok := a.shops.Load(id); ok {
		return s.(*Shop)
	}
	s, _ := a.shops.LoadOrStore(id, newShop(a, id))
	return s.(*Shop)
}

// AuthorizeURL returns where to send the merchant's browser so that it grants
// the app access to a shop. The platform sends it back to redirect with a code
// for [App.Exchange]. The state comes back unchanged: make it unguessable and
// compare it.
func (a *App) AuthorizeURL(redirect, state string) (string, error) {
	if state == "" {
		return "", a.failure(opURL, settle.Invalid("the state is empty: a forged answer could not be told apart"))
	}
	address, err := a.driver.Authority.AuthorizeURL(redirect, state)
	return address, a.failure(opURL, err)
}

// failure is what leaves the app for a failure of op.
func (a *App) failure(op string, err error) error { return settle.Failure(a.Platform(), op, err) }

// Exchange spends the code that the merchant's browser brought back, stores
// the shop's token and returns it. A code works once, so an exchange that has
// begun is finished and stored even if the caller leaves. When the outcome is
// unknown, the merchant must authorise again. When only storing failed, the
// token is returned along with the error: hand it to [App.Import] later.
func (a *App) Exchange(ctx context.Context, code string) (Token, error) {
	return a.issue(ctx, opExchange, func(ctx context.Context) (Token, error) {
		return a.driver.Authority.Exchange(ctx, a, code)
	})
}

// SelfGrant issues and stores a token for a shop of the app's own merchant
// (自用型应用), without a browser. Shops do it by themselves when they have no
// token; call it to learn early whether the app is allowed to. As with
// [App.Exchange], a token that could not be stored is returned with the error.
func (a *App) SelfGrant(ctx context.Context, shopID string) (Token, error) {
	if shopID == "" {
		return Token{}, a.failure(opGrant, settle.Invalid("no shop is named"))
	}
	return a.issue(ctx, opGrant, func(ctx context.Context) (Token, error) {
		t, err := a.driver.Authority.Grant(ctx, a, shopID)
		if err == nil {
			t, err = a.Shop(shopID).tokens.check(t)
		}
		return t, err
	})
}

// issue has a token issued and stores it.
func (a *App) issue(ctx context.Context, op string, by func(context.Context) (Token, error)) (Token, error) {
	if err := settle.Ended(ctx); err != nil {
		return Token{}, a.failure(op, err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewalLimit)
	defer cancel()
	t, err := by(ctx)
	if err != nil {
		return Token{}, a.failure(op, err)
	}
	return t, a.Import(ctx, t)
}

// Import stores a token that was obtained elsewhere in place of the shop's
// present one. ShopID and Access are required.
func (a *App) Import(ctx context.Context, t Token) error {
	if t.ShopID == "" || t.Access == "" {
		return a.failure(opImport, settle.Invalid("the token needs a shop id and an access token"))
	}
	return a.failure(opImport, a.Shop(t.ShopID).tokens.replace(ctx, t))
}

// Shop is one shop that has authorised an app. It is safe for concurrent use
// and owns no goroutine.
type Shop struct {
	// Orders lists, reads and annotates the shop's orders.
	Orders *order.Service
	// Changes changes the shop's orders: another SKU, another receiver.
	Changes *change.Service
	// Logistics ships the shop's orders and prints their labels.
	Logistics *logistics.Service
	// SKUs lists the shop's products and reads and writes stock and prices.
	SKUs *sku.Service
	// Dropship has others ship the shop's orders, or ships those of others.
	Dropship *dropship.Service

	tokens  keeper // also knows the app and the id
	retries retryBudget
}

func newShop(a *App, id string) *Shop {
	s := new(Shop)
	s.tokens.app, s.tokens.shopID = a, id
	if a.driver.Orders != nil {
		s.Orders = order.NewService(a.driver.Orders(s), id, order.Options{Clock: a.clock, Budget: a.budget})
		s.Changes = change.NewService(s.Orders)
	}
	if a.driver.Logistics != nil {
		s.Logistics = logistics.NewService(a.driver.Logistics(s), id)
	}
	if a.driver.SKUs != nil {
		s.SKUs = sku.NewService(a.driver.SKUs(s), id)
	}
	if a.driver.Dropship != nil {
		s.Dropship = dropship.NewService(a.driver.Dropship(s), id, dropship.Options{Clock: a.clock})
	}
	return s
}

// ID returns the platform's id of the shop.
func (s *Shop) ID() string { return s.tokens.shopID }

// App returns the app that the shop belongs to.
func (s *Shop) App() *App { return s.tokens.app }
