package cli

import (
	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// Sandbox is the platforms' stand-in within this process.
type Sandbox struct {
	*sandbox.Sandbox
	server *sandbox.Server
}

// OpenSandbox starts one. Close it.
func OpenSandbox(opts ...sandbox.Option) (*Sandbox, error) {
	box := sandbox.New(opts...)
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &Sandbox{box, server}, nil
}

// Close stops it.
func (s *Sandbox) Close() { _ = s.server.Close() }

// Control is the URL of its control interface.
func (s *Sandbox) Control() string { return s.server.Manifest().Control }

// Accounts are those of the platform's example shops, with their tokens.
func (s *Sandbox) Accounts(p mall.Platform) []Account {
	return accounts(p, s.server.Manifest().Platforms[p], s.server.Manifest().Platforms[p].Shops)
}

// Factories are those of its shops that ship for others.
func (s *Sandbox) Factories(p mall.Platform) []Account {
	return accounts(p, s.server.Manifest().Platforms[p], s.server.Manifest().Platforms[p].Factories)
}

func accounts(p mall.Platform, here sandbox.ManifestPlatform, shops []sandbox.ManifestShop) []Account {
	var all []Account
	for _, shop := range shops {
		all = append(all, Account{
			Platform: p, AppKey: here.AppKey, AppSecret: mall.Secret(here.AppSecret), SignSecret: mall.Secret(here.SignSecret),
			MessageKey: mall.Secret(here.MessageKey), Gateway: here.Gateway, ServiceID: "1", Scopes: []string{"merchant_order"},
			ShopID: shop.ShopID, Access: mall.Secret(shop.AccessToken), Refresh: mall.Secret(shop.RefreshToken), sandboxed: true,
		})
	}
	return all
}
