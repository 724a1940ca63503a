package kuaishou

import (
	"errors"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/sku"
)

// Gateway of the platform. There is no public one for tests.
const Gateway = "https://openapi.kwaixiaodian.com"

// Config identifies one app on Kuaishou. AppKey, AppSecret and SignSecret are
// required.
type Config struct {
	AppKey string // begins with ks
	// AppSecret is for tokens only, SignSecret for signing calls. The console
	// shows both; they are easily mixed up.
	AppSecret  mall.Secret
	SignSecret mall.Secret
	// Gateway is where calls go; empty means [Gateway]. Plain http is accepted
	// for this machine only.
	Gateway string
	// Scopes are the permission packs that a merchant is asked for, such as
	// merchant_order and merchant_item. Only App.AuthorizeURL needs them.
	Scopes []string
	// Assumptions replace what the platform does not publish.
	Assumptions Assumptions
}

// New makes an app. Everything that is wrong with cfg and opts is reported
// together.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	var errs []error
	if cfg.AppKey == "" {
		errs = append(errs, errors.New("kuaishou: Config.AppKey is empty"))
	}
	if cfg.AppSecret == "" {
		errs = append(errs, errors.New("kuaishou: Config.AppSecret is empty"))
	}
	key, err := signing.NewKey(cfg.SignSecret.Reveal())
	if err != nil {
		errs = append(errs, errors.New("kuaishou: Config.SignSecret is empty"))
	}
	for method, verb := range cfg.Assumptions.Verbs {
		if verb != http.MethodGet && verb != http.MethodPost {
			errs = append(errs, errors.New("kuaishou: Config.Assumptions.Verbs: "+method+" is neither GET nor POST"))
		}
	}
	gateway, err := driver.Gateway(mall.Kuaishou, cfg.Gateway, Gateway)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	assume := cfg.Assumptions.withDefaults()
	of := func(s *client.Shop) account { return account{s, &assume} }
	p := &protocol{appKey: cfg.AppKey, key: key, gateway: gateway, sign: signing.KuaishouHMACSHA256, verbs: assume.Verbs}
	if assume.SignMD5 {
		p.sign = signing.KuaishouMD5
	}
	return client.New(client.Driver{
		Protocol:  p,
		Authority: authority{cfg},
		AppKey:    cfg.AppKey,
		Secrets:   []mall.Secret{cfg.AppSecret, cfg.SignSecret},
		Rates:     assume.Rates,
		Orders:    func(s *client.Shop) order.Driver { return orders{of(s)} },
		SKUs:      func(s *client.Shop) sku.Driver { return skus{of(s)} },
		Dropship:  func(s *client.Shop) dropship.Driver { return distribution{of(s)} },
		Logistics: func(s *client.Shop) logistics.Driver { return logisticsDriver{of(s)} },
	}, opts...)
}

// account is what each driver of a shop is made of.
type account struct {
	shop   *client.Shop
	assume *Assumptions // with defaults; one for all shops
}
