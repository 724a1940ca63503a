package client

import (
	"context"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// Driver is what a platform package hands to [New]. Protocol, Authority,
// AppKey and Secrets are required.
type Driver struct {
	Protocol  Protocol
	Authority Authority
	AppKey    string
	Secrets   []mall.Secret // of the app; scrubbed from every error text
	Rates     Rates         // used unless the app brings a [Limiter]

	// Orders makes the order driver of a shop. Nil where the platform has none.
	Orders func(*Shop) order.Driver
	// Logistics makes the logistics driver of a shop. Nil where the platform has none.
	Logistics func(*Shop) logistics.Driver
	// SKUs makes the product and stock driver of a shop. Nil where there is none.
	SKUs func(*Shop) sku.Driver
	// Dropship makes the drop-ship driver of a shop. Nil where the platform has none.
	Dropship func(*Shop) dropship.Driver
}

// Protocol is one platform's wire format. It does no I/O, keeps no state and
// is safe for concurrent use.
type Protocol interface {
	Platform() mall.Platform
	// Facts says how a method may be treated. A method that is not known is a
	// write that needs a token.
	Facts(method string) Facts
	// Encode builds and signs one attempt. It is called anew for each attempt,
	// so time and signature are always fresh.
	Encode(Draft) (Wire, error)
	// Decode reads the business payload of a reply into a pointer, or returns a
	// *mall.Error. It fills Kind, Code, SubCode, Message, RequestID and
	// RetryAfter; the rest is filled in by the caller. It keeps no part of the
	// body.
	Decode(method string, r Reply, into any) error
}

// Facts are what has to be known of a method before it is called.
type Facts struct {
	// Repeatable tells that calling twice is the same as calling once: reads,
	// writes that set a value, writes with an idempotency key.
	Repeatable bool
	// Anonymous tells that the method takes no access token at all.
	Anonymous bool
}

// Draft is one attempt before it is encoded.
type Draft struct {
	Method string // as the platform names it
	Params any    // the caller's, nil for none
	Token  mall.Secret
	Now    time.Time
	Codec  mall.Codec // its errors quote no value
}

// Wire is one attempt ready to be sent. The bytes of Body are the bytes that
// were signed.
type Wire struct {
	Verb   string
	URL    string
	Header http.Header // may be shared between calls; it is only read
	Body   []byte
	// Secrets are scrubbed from error texts, should the platform echo them: the
	// signature, and what the parameters hold of tokens and codes. The access
	// token and the app's secrets need not be listed.
	Secrets []string
}

// Reply is what came back, read whole.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte     // reused after Decode returns
	Codec  mall.Codec // its errors quote no value
}

// Authority is one platform's way to issue tokens. The calls go through app,
// so they are signed, limited and observed like any other.
type Authority interface {
	// AuthorizeURL is where the merchant grants access. The platform sends the
	// browser back to redirect with a code and the same state. Some platforms
	// take redirect from their console and ignore it here.
	AuthorizeURL(redirect, state string) (string, error)
	// Exchange spends a code. The token names its shop.
	Exchange(ctx context.Context, app *App, code string) (Token, error)
	// Grant issues a token for a shop of the app's own merchant, without a
	// browser, as often as it is asked. For an empty shop id it issues the app's
	// own, for methods that belong to no shop. Where the platform has no such way
	// it fails with mall.ErrNotSupported and calls nothing.
	Grant(ctx context.Context, app *App, shopID string) (Token, error)
	// Renew turns a token into its successor. An answer without a refresh token
	// leaves the old one in use. mall.ErrReauthorize tells that the refresh token
	// is no good, mall.ErrConflict that another renewal is under way.
	Renew(ctx context.Context, app *App, t Token) (Token, error)
	// Due reports whether t should be renewed now.
	Due(t Token, now time.Time) bool
	// RepeatRenewal reports whether a renewal whose answer was lost, sent at
	// t.RenewalSent, may be sent again with the same refresh token.
	RepeatRenewal(t Token, now time.Time) bool
}
