// Package open signs in at a sandbox in one call, with the drivers of all
// platforms:
//
//	box := sandbox.New()
//	shops, err := open.Shops(ctx, box)
//
// It is a package of its own because the sandbox itself imports neither the
// client nor the drivers.
package open

import (
	"context"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/internal/platforms"
)

// base is the URL that shops call in the process; no machine has that name.
const base = "https://sandbox.invalid"

// Shops returns the shops of all platforms of the sandbox, one platform after
// the other, in apps that have the tokens of all of them. The apps call the
// sandbox in the process ([sandbox.Sandbox.Transport]) and use its clock; opts,
// such as [client.WithObserver], come in addition. The drivers' own rate limits
// hold. The error is that of a driver which refuses opts.
func Shops(ctx context.Context, box *sandbox.Sandbox, opts ...client.Option) ([]*client.Shop, error) {
	m := box.Manifest(base)
	var all []*client.Shop
	for _, p := range platforms.All() {
		if _, ok := m.Platforms[p.Name]; !ok {
			continue
		}
		_, shops, err := signIn(ctx, m, p.Name, inProcess(box, opts))
		if err != nil {
			return nil, err
		}
		all = append(all, shops...)
	}
	return all, nil
}

// App returns the sandbox's app of one platform, with the tokens of its shops and
// of the factories that ship for them. It calls the sandbox as [Shops] does. Errors:
// [sandbox.ErrUnknownPlatform], or that of a driver which refuses opts.
func App(ctx context.Context, box *sandbox.Sandbox, platform mall.Platform, opts ...client.Option) (*client.App,
	error) {
	app, _, err := signIn(ctx, box.Manifest(base), platform, inProcess(box, opts))
	return app, err
}

// Served is [App] for a sandbox that is served, by this process or another: it
// calls the gateway of the manifest and uses the machine's clock.
func Served(ctx context.Context, m sandbox.Manifest, platform mall.Platform, opts ...client.Option) (*client.App,
	error) {
	app, _, err := signIn(ctx, m, platform, opts)
	return app, err
}

// inProcess adds opts to the options that call the sandbox in the process.
func inProcess(box *sandbox.Sandbox, opts []client.Option) []client.Option {
	return append([]client.Option{client.WithTransport(box.Transport()), client.WithClock(box.Now)}, opts...)
}

// signIn makes the app and stores the tokens. The shops it returns do not
// include factories.
func signIn(ctx context.Context, m sandbox.Manifest, platform mall.Platform, opts []client.Option) (*client.App,
	[]*client.Shop, error) {
	here, served := m.Platforms[platform]
	p, known := platforms.Find(platform)
	if !served || !known {
		return nil, nil, fmt.Errorf("%w: %q", sandbox.ErrUnknownPlatform, platform)
	}
	shops, factories := p.Accounts(m)
	own := append(shops[:len(shops):len(shops)], factories...)
	if len(own) == 0 { // the app alone, as an account of no shop
		here.Shops = []sandbox.ShopTokens{{}}
		own, _ = p.Accounts(sandbox.Manifest{Platforms: map[mall.Platform]sandbox.Account{platform: here}})
	}
	app, err := own[0].App(opts...)
	if err != nil {
		return nil, nil, err
	}
	all, err := platforms.Import(ctx, app, own)
	if err != nil {
		return nil, nil, err
	}
	return app, all[:len(shops)], nil
}
