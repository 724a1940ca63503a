package doudian

import (
	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/sku"
)

// Gateways of the platform. Sources: zsmhub/doudian-sdk:core/doudian_op_config.go,
// minibear2021/doudian:doudian/core.py.
const (
	Gateway        = "https://openapi-fxg.jinritemai.com"
	SandboxGateway = "https://openapi-sandbox.jinritemai.com"
)

// Config identifies one app on Doudian. AppKey and AppSecret are required.
type Config struct {
	AppKey    string
	AppSecret mall.Secret
	// Gateway is where calls go; empty means [Gateway]. Plain http is accepted
	// for this machine only.
	Gateway string
	// ServiceID is the app's id on the service market (服务市场). It
	// is needed by App.AuthorizeURL only.
	ServiceID string
	// SelfUse says that the app belongs to the merchant of the shops (自用型).
	// Such an app gets tokens for its shops without the merchant's
	// authorisation.
	SelfUse bool
	// TestShop says that the shops are test shops of the platform's sandbox.
	TestShop bool
	// Assumptions replaces guesses about what the platform does not document.
	Assumptions Assumptions
}

// New makes an app. It fails with mall.ErrInvalid, naming everything that is
// wrong with cfg and opts.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	var noSecret string
	key, err := signing.NewKey(cfg.AppSecret.Reveal())
	if err != nil {
		noSecret = "Config.AppSecret is empty"
	}
	gateway, noGateway := driver.Gateway(cfg.Gateway, Gateway)
	assume := cfg.Assumptions.withDefaults()
	of := func(s *client.Shop) account { return account{s, &assume} }
	return driver.Open(client.Driver{
		Protocol:  &protocol{appKey: cfg.AppKey, key: key, gateway: gateway},
		Authority: authority{cfg},
		AppKey:    cfg.AppKey,
		Secrets:   []mall.Secret{cfg.AppSecret},
		Rates:     assume.Rates,
		Orders:    func(s *client.Shop) order.Driver { return orders{of(s)} },
		SKUs:      func(s *client.Shop) sku.Driver { return skus{of(s)} },
		Logistics: func(s *client.Shop) logistics.Driver { return logisticsDriver{of(s)} },
		Dropship:  func(s *client.Shop) dropship.Driver { return dropshipDriver{of(s)} },
	}, opts, noSecret, noGateway)
}

// account is the part that all drivers of one shop share.
type account struct {
	shop   *client.Shop
	assume *Assumptions // with defaults; one for all shops
}
