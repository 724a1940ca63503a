package toy

import (
	"context"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// authority gets no tokens: merchants copy theirs from the platform's console,
// and they never expire.
type authority struct{}

func (authority) AuthorizeURL(string, string) (string, error) { return "", mall.ErrNotSupported }

func (authority) Exchange(context.Context, *client.App, string) (client.Token, error) {
	return client.Token{}, mall.ErrNotSupported
}

func (authority) Grant(context.Context, *client.App, string) (client.Token, error) {
	return client.Token{}, mall.ErrNotSupported
}

func (authority) Renew(context.Context, *client.App, client.Token) (client.Token, error) {
	return client.Token{}, mall.ErrReauthorize
}

func (authority) Due(client.Token, time.Time) bool           { return false }
func (authority) RepeatRenewal(client.Token, time.Time) bool { return false }
