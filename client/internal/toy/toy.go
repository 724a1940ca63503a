// Package toy is a driver for the smallest possible platform, which does not
// exist. It follows the section "adding a platform" of the READMEs and keeps
// that section true: it has a signature, tokens, and a list and a detail of
// orders, and it passes the same tests as the real drivers. The sandbox plays
// the platform in client/sandbox/internal/toy. Only tests import it.
package toy

import (
	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/order"
)

// Platform is its name. Those of real platforms stand in the root package.
const Platform mall.Platform = "toy"

// Gateway is the address of the platform.
const Gateway = "https://toy.example"

// Config identifies one app.
type Config struct {
	AppKey    string
	AppSecret mall.Secret
	Gateway   string // empty means [Gateway]
	Rates     client.Rates
}

// New makes an app.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	noSecret := ""
	if cfg.AppSecret == "" {
		noSecret = "AppSecret is empty"
	}
	gateway, noGateway := driver.Gateway(cfg.Gateway, Gateway)
	return driver.Open(client.Driver{
		Protocol: protocol{cfg.AppKey, cfg.AppSecret.Reveal(), gateway}, Authority: authority{},
		AppKey: cfg.AppKey, Secrets: []mall.Secret{cfg.AppSecret}, Rates: cfg.Rates,
		Orders: Orders,
	}, opts, noSecret, noGateway)
}

// Orders is the order driver of a shop.
func Orders(s *client.Shop) order.Driver { return orders{s} }

var methods = driver.NewMethods(Platform, map[string]driver.Flags{})

func endpoint[P, A any](name string, f driver.Flags) driver.Endpoint[P, A] {
	return driver.Declare[P, A](methods, name, f)
}
