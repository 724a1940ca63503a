package client_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	fakePlatform = mall.Platform("fake")
	appKey       = "app-key"
	appSecret    = "canary-app-secret-5f1c"
)

// protocol is a platform made up for these tests: POST /{method}, parameters as
// JSON, everything else in the query. Methods that begin with "get." are
// reads, those that begin with "token." take no token.
type protocol struct {
	base    string
	attempt atomic.Int64 // goes into the signature
	encoded func(client.Draft)
	decode  func(r client.Reply, into any) error // nil: the envelope
	verb    string
}

func (*protocol) Platform() mall.Platform { return fakePlatform }

func (*protocol) Facts(method string) client.Facts {
	return client.Facts{Repeatable: strings.HasPrefix(method, "get."), Anonymous: strings.HasPrefix(method, "token.")}
}

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

func (p *protocol) Encode(d client.Draft) (client.Wire, error) {
	if p.encoded != nil {
		p.encoded(d)
	}
	body := []byte("{}")
	if d.Params != nil {
		var err error
		if body, err = d.Codec.Marshal(d.Params); err != nil {
			return client.Wire{}, err
		}
	}
	nonce := fmt.Sprint(p.attempt.Add(1))
	sign := signed(nonce, body)
	query := url.Values{"access_token": {d.Token.Reveal()}, "time": {fmt.Sprint(d.Now.Unix())}, "nonce": {nonce},
		"sign": {sign}}
	w := client.Wire{Verb: http.MethodPost, URL: p.base + "/" + d.Method + "?" + query.Encode(), Header: jsonHeader,
		Body: body, Secrets: []string{sign}}
	if p.verb != "" {
		w.Verb = p.verb
	}
	if r, ok := d.Params.(refreshParams); ok {
		w.Secrets = append(w.Secrets, r.Refresh)
	}
	return w, nil
}

func signed(nonce string, body []byte) string {
	sum := sha256.Sum256([]byte(appSecret + nonce + string(body)))
	return hex.EncodeToString(sum[:])
}

// envelope is around every reply.
type envelope struct {
	Code  string `json:"code"`
	Msg   string `json:"msg"`
	LogID string `json:"log_id"`
	Wait  int    `json:"wait"` // seconds
	Data  any    `json:"data"`
}

var kinds = map[string]mall.Kind{
	"auth": mall.ErrAuth, "reauth": mall.ErrReauthorize, "limit": mall.ErrRateLimited, "busy": mall.ErrUnavailable,
	"conflict": mall.ErrConflict, "rule": mall.ErrRejected,
}

func (p *protocol) Decode(_ string, r client.Reply, into any) error {
	if p.decode != nil {
		return p.decode(r, into)
	}
	e := envelope{Data: into}
	err := r.Codec.Unmarshal(r.Body, &e)
	switch {
	case r.Status >= 500:
		return &mall.Error{Kind: mall.ErrUnavailable, Message: fmt.Sprintf("HTTP status %d", r.Status)}
	case e.Code != "" && e.Code != "ok":
		return &mall.Error{Kind: kinds[e.Code], Code: e.Code, Message: e.Msg, RequestID: e.LogID,
			RetryAfter: time.Duration(e.Wait) * time.Second}
	case err != nil:
		return &mall.Error{Kind: mall.ErrReply, Message: "not understood: " + err.Error(), Err: err}
	}
	return nil
}

// authority issues tokens over the wire: access "A<n>", refresh "R<n>". Fields
// replace its parts.
type authority struct {
	grant  bool // self-use
	repeat bool
	renew  func(ctx context.Context, app *client.App, t client.Token) (client.Token, error)
}

type tokenReply struct {
	Shop    string `json:"shop"`
	Access  string `json:"access"`
	Refresh string `json:"refresh"`
	Seconds int    `json:"seconds"`
}

type refreshParams struct {
	Refresh string `json:"refresh"`
}

func (authority) AuthorizeURL(redirect, state string) (string, error) {
	return "https://example.com/?" + url.Values{"to": {redirect}, "state": {state}}.Encode(), nil
}

func (authority) ask(ctx context.Context, app *client.App, method string, params any) (client.Token, error) {
	r, err := client.Call[tokenReply](ctx, app, method, params)
	if err != nil {
		return client.Token{}, err
	}
	return client.Token{
		ShopID: r.Shop, Access: mall.Secret(r.Access), Refresh: mall.Secret(r.Refresh),
		Expires: app.Now().Add(time.Duration(r.Seconds) * time.Second),
	}, nil
}

func (a authority) Exchange(ctx context.Context, app *client.App, code string) (client.Token, error) {
	return a.ask(ctx, app, "token.create", map[string]string{"code": code})
}

func (a authority) Grant(ctx context.Context, app *client.App, shop string) (client.Token, error) {
	if !a.grant {
		return client.Token{}, mall.ErrNotSupported
	}
	return a.ask(ctx, app, "token.grant", map[string]string{"shop": shop})
}

func (a authority) Renew(ctx context.Context, app *client.App, t client.Token) (client.Token, error) {
	if a.renew != nil {
		return a.renew(ctx, app, t)
	}
	return a.ask(ctx, app, "token.refresh", refreshParams{t.Refresh.Reveal()})
}

func (authority) Due(t client.Token, now time.Time) bool {
	return !t.Expires.IsZero() && t.Expires.Sub(now) < 10*time.Minute
}

func (a authority) RepeatRenewal(client.Token, time.Time) bool { return a.repeat }

// gateway answers requests in memory, so that it works on a virtual clock.
type gateway struct {
	mu      sync.Mutex
	sent    []sentRequest
	answers func(r *http.Request, body []byte) (*http.Response, error)
}

type sentRequest struct {
	method, host string
	query        url.Values
	header       http.Header
	body         string
	at           time.Time
}

func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	g.mu.Lock()
	g.sent = append(g.sent, sentRequest{
		method: strings.TrimPrefix(r.URL.Path, "/"), host: r.Host, query: r.URL.Query(), header: r.Header.Clone(),
		body: string(body), at: time.Now(),
	})
	g.mu.Unlock()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return g.answers(r, body)
}

// count is how many requests of a method were sent, of all for "".
func (g *gateway) count(method string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := 0
	for _, s := range g.sent {
		if method == "" || s.method == method {
			n++
		}
	}
	return n
}

func reply(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body))}
}

func success(data any) *http.Response {
	b, _ := json.Marshal(envelope{Code: "ok", Data: data})
	return reply(200, string(b))
}

func refusal(code, msg string, wait int) *http.Response {
	b, _ := json.Marshal(envelope{Code: code, Msg: msg, LogID: "log-1", Wait: wait})
	return reply(200, string(b))
}

// script answers with one response after the other; the last one stays.
func script(steps ...func() (*http.Response, error)) func(*http.Request, []byte) (*http.Response, error) {
	var n atomic.Int64
	return func(*http.Request, []byte) (*http.Response, error) {
		return steps[min(int(n.Add(1)), len(steps))-1]()
	}
}

func does(r func() *http.Response) func() (*http.Response, error) {
	return func() (*http.Response, error) { return r(), nil }
}

func fails(err error) func() (*http.Response, error) {
	return func() (*http.Response, error) { return nil, err }
}

// rig is an app over a fake platform.
type rig struct {
	*gateway
	protocol  *protocol
	authority *authority
	app       *client.App
}

func newRig(t testing.TB, answers func(*http.Request, []byte) (*http.Response, error), opts ...client.Option) *rig {
	t.Helper()
	r := &rig{gateway: &gateway{answers: answers}, protocol: &protocol{base: "http://gateway.test"},
		authority: &authority{}}
	r.app = r.newApp(t, opts...)
	return r
}

// newApp makes another app over the same platform, as another process would.
func (r *rig) newApp(t testing.TB, opts ...client.Option) *client.App {
	t.Helper()
	app, err := client.New(client.Driver{
		Protocol: r.protocol, Authority: r.authority, AppKey: appKey, Secrets: []mall.Secret{appSecret},
	}, append([]client.Option{client.WithTransport(r.gateway)}, opts...)...)
	require.NoError(t, err)
	return app
}

// shop returns a shop whose token is good for a day.
func (r *rig) shop(t testing.TB) *client.Shop {
	t.Helper()
	return importToken(t, r.app, time.Now().Add(24*time.Hour))
}

func importToken(t testing.TB, app *client.App, expires time.Time) *client.Shop {
	t.Helper()
	require.NoError(t, app.Import(context.Background(),
		client.Token{ShopID: "s1", Access: "access-token-A0", Refresh: "refresh-token-R0", Expires: expires}))
	return app.Shop("s1")
}

// tokens answers token calls with pairs that count up, and all else with next.
func tokens(
	next func(*http.Request, []byte) (*http.Response, error),
) func(*http.Request, []byte) (*http.Response, error) {
	var n atomic.Int64
	return func(r *http.Request, body []byte) (*http.Response, error) {
		if !strings.HasPrefix(r.URL.Path, "/token.") {
			return next(r, body)
		}
		i := n.Add(1)
		return success(tokenReply{"s1", fmt.Sprintf("access-token-A%d", i), fmt.Sprintf("refresh-token-R%d", i),
			86400}), nil
	}
}

func okay(*http.Request, []byte) (*http.Response, error) { return success(nil), nil }

// brokenBody is a reply that ends with an error in the middle.
func brokenBody(text string, err error) *http.Response {
	r := reply(200, "")
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader([]byte(text)), errReader{err}))
	r.ContentLength = -1
	return r
}

type errReader struct{ err error }

func (e errReader) Read([]byte) (int, error) { return 0, e.err }
