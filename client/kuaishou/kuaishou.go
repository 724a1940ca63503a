package kuaishou

import (
	"maps"
	"net/http"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/sku"
)

// Gateway is the address of the platform. There is no public one for tests.
const Gateway = "https://openapi.kwaixiaodian.com"

// Config identifies one app on Kuaishou. AppKey, AppSecret and SignSecret are
// required.
type Config struct {
	AppKey string // begins with ks
	// AppSecret gets tokens, SignSecret signs calls. The console shows both;
	// they are easily mixed up.
	AppSecret  mall.Secret
	SignSecret mall.Secret
	// Gateway is where calls go; empty means [Gateway]. Plain http is accepted
	// for this machine only.
	Gateway string
	// Scopes are the permission packs that a merchant is asked for, such as
	// merchant_order and merchant_item. Only App.AuthorizeURL needs them.
	Scopes []string
	// Assumptions replaces guesses about what the platform does not document.
	Assumptions Assumptions
}

// New makes an app. It fails with mall.ErrInvalid, naming everything that is
// wrong with cfg and opts.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	var wrong []string
	if cfg.AppSecret == "" {
		wrong = append(wrong, "Config.AppSecret is empty")
	}
	key, err := signing.NewKey(cfg.SignSecret.Reveal())
	if err != nil {
		wrong = append(wrong, "Config.SignSecret is empty")
	}
	gateway, noGateway := driver.Gateway(cfg.Gateway, Gateway)
	wrong = append(wrong, noGateway)
	for _, method := range slices.Sorted(maps.Keys(cfg.Assumptions.Verbs)) {
		if verb := cfg.Assumptions.Verbs[method]; verb != http.MethodGet && verb != http.MethodPost {
			wrong = append(wrong, "Config.Assumptions.Verbs: the verb of "+method+" is neither GET nor POST")
		}
	}
	assume := cfg.Assumptions.withDefaults()
	of := func(s *client.Shop) account { return account{s, &assume} }
	p := &protocol{appKey: cfg.AppKey, key: key, gateway: gateway, sign: signing.KuaishouHMACSHA256,
		verbs: assume.Verbs}
	if assume.SignMD5 {
		p.sign = signing.KuaishouMD5
	}
	return driver.Open(client.Driver{
		Protocol:  p,
		Authority: authority{cfg},
		AppKey:    cfg.AppKey,
		Secrets:   []mall.Secret{cfg.AppSecret, cfg.SignSecret},
		Rates:     assume.Rates,
		Orders:    func(s *client.Shop) order.Driver { return orders{of(s)} },
		SKUs:      func(s *client.Shop) sku.Driver { return skus{of(s)} },
		Dropship:  func(s *client.Shop) dropship.Driver { return dropshipDriver{of(s)} },
		Logistics: func(s *client.Shop) logistics.Driver { return logisticsDriver{of(s)} },
	}, opts, wrong...)
}

// account is the part that all drivers of one shop share.
type account struct {
	shop   *client.Shop
	assume *Assumptions // with defaults; one for all shops
}
