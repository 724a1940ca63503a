package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/mallwire/mall"
)

// userAgent replaces resty's, which would name the library underneath.
const userAgent = "mall (+https://github.com/mallwire/mall)"

// sender sends wires and reads replies. It is the only place that knows resty.
type sender struct {
	resty    *resty.Client
	traced   bool // the transport is known to report connections
	timeout  time.Duration
	maxReply int64
}

func newSender(s settings) *sender {
	transport := s.transport
	if transport == nil {
		transport = newTransport()
	}
	// A client of our own: resty changes the one it is given. No cookie jar: it
	// would send one shop's cookies with the next shop's call.
	r := resty.NewWithClient(&http.Client{Transport: transport})
	r.SetLogger(silence{}) // its warnings print the URL, token and signature included
	r.SetRetryCount(0)     // trying again is decided where the outcome is known
	r.SetHeader("User-Agent", userAgent)
	r.SetPreRequestHook(sendOnce)
	r.SetRedirectPolicy(resty.RedirectPolicyFunc(func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a redirect would carry the signed body to another host
	}))
	_, traced := transport.(*http.Transport)
	return &sender{resty: r, traced: traced, timeout: s.timeout, maxReply: s.maxReply}
}

// newTransport is the transport of an app that brings none.
func newTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport) // an app may have replaced it
	if ok {
		t = t.Clone()
	} else {
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second}
	}
	t.MaxIdleConnsPerHost = 64 // one gateway serves all shops
	// Gateways close idle connections after about a minute. A write that meets
	// such a moment has an unknown outcome, so be the first to close.
	t.IdleConnTimeout = 30 * time.Second
	return t
}

// silence is a resty logger that says nothing.
type silence struct{}

func (silence) Errorf(string, ...any) {}
func (silence) Warnf(string, ...any)  {}
func (silence) Debugf(string, ...any) {}

// onceKey marks the context of a request that must not be sent again.
type onceKey struct{}

// sendOnce keeps net/http from sending a request again whose connection broke
// before the reply, which it does with every GET that has no body. One with a
// body that cannot be rewound it leaves alone; this one is empty, so nothing of
// it is sent.
func sendOnce(_ *resty.Client, r *http.Request) error {
	if r.Context().Value(onceKey{}) != nil && (r.Body == nil || r.Body == http.NoBody) {
		r.Body = io.NopCloser(new(bytes.Buffer))
	}
	return nil
}

// roundTrip sends w once and gives the reply to read, whose Body is reused
// afterwards. It reports whether the platform may have received the request.
// Only what is repeatable may net/http send again by itself.
func (s *sender) roundTrip(
	ctx context.Context, w Wire, repeatable bool, read func(Reply) error,
) (sent bool, err error) {
	attempt, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if !repeatable {
		attempt = context.WithValue(attempt, onceKey{}, true)
	}
	var way delivery
	request := s.resty.R().SetContext(httptrace.WithClientTrace(attempt, &httptrace.ClientTrace{
		GetConn: way.ask, GotConn: way.got,
	})).SetDoNotParseResponse(true)
	maps.Copy(request.Header, w.Header)
	if len(w.Body) > 0 {
		request.SetBody(bytes.NewReader(w.Body)) // sent as it is: resty would encode or copy anything else
	}
	response, err := request.Execute(w.Verb, w.URL)
	if err != nil {
		return way.mayHaveArrived(err, s.traced), transportError(ctx, attempt, err)
	}
	body := response.RawBody()
	defer body.Close()
	if status := response.StatusCode(); status >= 300 && status < 400 {
		return true, &mall.Error{Kind: mall.ErrReply, Message: fmt.Sprintf(
			"the gateway answered with a redirect (HTTP %d), which is not followed: check its address", status)}
	}
	buffer := buffers.Get().(*bytes.Buffer)
	defer release(buffer)
	if whole, err := s.read(buffer, response.RawResponse); err != nil {
		return true, transportError(ctx, attempt, err)
	} else if !whole {
		return true, &mall.Error{Kind: mall.ErrReply, Message: fmt.Sprintf(
			"the reply is larger than %d bytes: ask for smaller pages, or raise WithMaxReply", s.maxReply)}
	}
	return true, read(Reply{Status: response.StatusCode(), Header: response.Header(), Body: buffer.Bytes()})
}

// read takes in a reply and reports whether it is within the cap.
func (s *sender) read(into *bytes.Buffer, r *http.Response) (whole bool, err error) {
	if r.ContentLength > s.maxReply {
		return false, nil
	}
	if announced := min(r.ContentLength, maxPooled); announced > 0 {
		into.Grow(int(announced) + bytes.MinRead) // ReadFrom wants room to see the end
	}
	n, err := into.ReadFrom(io.LimitReader(r.Body, s.maxReply+1))
	return n <= s.maxReply, err
}

// buffers hold replies while they are decoded.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled is how large a buffer may be to be kept, and how much of a
// Content-Length is believed before the bytes are there.
const maxPooled = 1 << 20

func release(b *bytes.Buffer) {
	if b.Cap() > 2*maxPooled {
		return
	}
	b.Reset()
	buffers.Put(b)
}

// delivery follows a request to its connection. Nothing can have arrived
// before there was one. The hooks run on other goroutines.
type delivery struct{ asked, connected atomic.Bool }

func (d *delivery) ask(string)                  { d.asked.Store(true) }
func (d *delivery) got(_ httptrace.GotConnInfo) { d.connected.Store(true) }

// mayHaveArrived reports whether a request that failed could have reached the
// platform. When in doubt it could: a transport of the app's own need not tell
// about its connections.
func (d *delivery) mayHaveArrived(err error, traced bool) bool {
	if traced || d.asked.Load() {
		return d.connected.Load()
	}
	return !neverConnected(err)
}
