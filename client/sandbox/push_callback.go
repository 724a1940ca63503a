package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Errors of pushes and SPI calls.
var (
	// ErrNoCallback: no URL is registered for the call.
	ErrNoCallback = errors.New("sandbox: no callback URL")
	// ErrProbe: the app did not answer the platform's probe of a new push URL
	// with success, so the URL was not saved.
	ErrProbe = errors.New("sandbox: the push URL failed the platform's probe")
)

// maxAnswer is how much of an app's answer is read, in bytes.
const maxAnswer = 1 << 20

// Callbacks are the URLs at which a platform calls the app, as the app's owner
// enters them on the platform's console. An empty one is not registered.
type Callbacks struct {
	Push string `json:"push"` // receives pushes
	SPI  string `json:"spi"`  // receives SPI calls
}

// WithCallbackTransport sends pushes and SPI calls through rt instead of over
// the network, for tests whose receiver is an [http.Handler] in the same
// process. URLs are checked all the same.
func WithCallbackTransport(rt http.RoundTripper) Option { return func(s *Sandbox) { s.transport = rt } }

// SetCallbacks registers the app's URLs with a platform, replacing earlier
// ones. Like the platforms, it first probes a push URL, in real time; if the
// answer is not success, it saves nothing and returns [ErrProbe]. URLs must be
// on this machine unless the sandbox was made with [WithPublicAddress]:
// [ErrNotLoopback]. A platform without SPI calls takes no SPI URL:
// [ErrRefused]. Messages that wait are kept.
func (d Side) SetCallbacks(c Callbacks) error {
	return d.saveCallbacks(context.Background(), &c.Push, &c.SPI)
}

// saveCallbacks registers the URLs that are not nil.
func (d Side) saveCallbacks(ctx context.Context, push, spi *string) error {
	s := d.sandbox
	if err := d.known(); err != nil {
		return err
	}
	if spi != nil && *spi != "" {
		if _, err := d.asker(); err != nil {
			return err
		}
	}
	for _, u := range []*string{push, spi} {
		if u != nil && *u != "" {
			if err := s.checkCallback(*u); err != nil {
				return err
			}
		}
	}
	if push != nil && *push != "" {
		if err := s.probe(ctx, d.platform, *push); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.callbacks[d.name]
	if push != nil {
		c.Push = *push
	}
	if spi != nil {
		c.SPI = *spi
	}
	s.callbacks[d.name] = c
	s.rouse()
	return nil
}

// Callbacks returns the URLs registered with the platform.
func (d Side) Callbacks() (Callbacks, error) {
	if err := d.lock(); err != nil {
		return Callbacks{}, err
	}
	defer d.unlock()
	return d.sandbox.callbacks[d.name], nil
}

// checkCallback prevents the sandbox from calling other machines.
func (s *Sandbox) checkCallback(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("sandbox: callback %.100q is not an http URL", text)
	}
	if !s.public && !loopback(u.Hostname()) {
		return stage.Errorf(ErrNotLoopback, "callback on host %.100q", u.Hostname())
	}
	return nil
}

// probe sends the platform's probe.
func (s *Sandbox) probe(ctx context.Context, p stage.Platform, url string) error {
	s.mu.Lock()
	out := p.Probe(url)
	s.mu.Unlock()
	send := s.newSender()
	defer send.close()
	in := send.do(ctx, out)
	switch {
	case in.Err != nil:
		return stage.Errorf(ErrProbe, "%v", in.Err)
	case !p.PushTaken(in):
		return stage.Errorf(ErrProbe, "it answered HTTP %d with %.200q", in.Status, in.Body)
	}
	return nil
}

// sender sends requests to the app over connections of its own, so that closing
// it leaves none open.
type sender struct {
	client http.Client
	own    *http.Transport // nil: the caller's
}

func (s *Sandbox) newSender() *sender {
	d := &sender{}
	d.client.Transport = s.transport
	// Redirects and proxies would lead around checkCallback.
	d.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if s.transport == nil {
		d.own = &http.Transport{MaxIdleConnsPerHost: 1}
		d.client.Transport = d.own
	}
	return d
}

func (d *sender) close() {
	if d.own != nil {
		d.own.CloseIdleConnections()
	}
}

// do sends the request and reads the answer within its limit.
func (d *sender) do(ctx context.Context, out stage.Outgoing) stage.Incoming {
	ctx, cancel := context.WithTimeoutCause(ctx, out.Limit, fmt.Errorf("no answer within %v", out.Limit))
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, out.Method, out.URL, bytes.NewReader(out.Body))
	if err != nil {
		return stage.Incoming{Err: errors.New("the request cannot be made")} // checkCallback has checked the URL
	}
	req.Header = out.Header
	resp, err := d.client.Do(req)
	if err != nil {
		return stage.Incoming{Err: whyUnsent(ctx, err)}
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return stage.Incoming{Err: whyUnsent(ctx, err)}
	}
	return stage.Incoming{Status: resp.StatusCode, Body: body}
}

// whyUnsent returns err without the URL, which holds the signature of an SPI
// call.
func whyUnsent(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
