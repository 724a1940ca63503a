package sandbox

import (
	"strings"

	"github.com/mallwire/mall"
)

// Manifest says where a served sandbox is and how to sign in. Its secrets are
// plain text: they are invented and work nowhere else.
type Manifest struct {
	Control   string                    `json:"control"` // URL of the control interface
	Platforms map[mall.Platform]Account `json:"platforms"`
}

// Account is what an app needs to sign in to one platform of a sandbox: the
// credentials of the sandbox's one app there, and the shops that authorised it.
type Account struct {
	Gateway   string `json:"gateway"` // base URL of the platform's API
	AppKey    string `json:"app_key"`
	AppSecret string `json:"app_secret"`
	// SignSecret signs calls, on a platform where that is another secret than
	// the app secret.
	SignSecret string `json:"sign_secret,omitempty"`
	// MessageKey is the key, in base64, that pushes are encrypted with, on a platform
	// that encrypts them.
	MessageKey string       `json:"message_key,omitempty"`
	Shops      []ShopTokens `json:"shops"`
	// Factories are shops that ship other shops' orders and have none of their
	// own.
	Factories []ShopTokens `json:"factories,omitempty"`
}

// ShopTokens are the present tokens of a shop.
type ShopTokens struct {
	ShopID       string `json:"shop_id"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
}

// Manifest returns the manifest of the sandbox as served below baseURL, for
// example "http://127.0.0.1:8787".
func (s *Sandbox) Manifest(baseURL string) Manifest {
	baseURL = strings.TrimRight(baseURL, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	m := Manifest{Control: baseURL + "/control", Platforms: map[mall.Platform]Account{}}
	for _, p := range s.platforms {
		a := p.App()
		of := Account{
			Gateway: baseURL + "/" + string(p.Name()), Shops: []ShopTokens{},
			AppKey: a.Key, AppSecret: a.Secret, SignSecret: a.SignSecret, MessageKey: a.MessageKey,
		}
		for _, sh := range s.shops {
			one := ShopTokens{sh.ID, sh.Current.Access, sh.Current.Refresh}
			switch {
			case sh.Platform != p:
			case sh.Factory:
				of.Factories = append(of.Factories, one)
			default:
				of.Shops = append(of.Shops, one)
			}
		}
		m.Platforms[p.Name()] = of
	}
	return m
}
