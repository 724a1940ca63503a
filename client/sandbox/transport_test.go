package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/internal/platforms"
)

// overSocket calls an empty shop over a socket.
func overSocket(t *testing.T) wire {
	t.Helper()
	s := emptyShop(t).Box
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return served(t, s, srv.URL)
}

// served calls a sandbox at its URL.
func served(t *testing.T, s *sandbox.Sandbox, url string) wire {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return wire{wiretest.Doudian{Wire: wiretest.To(t, mall.Doudian, s, url, client)}}
}

// ending is how a call ends for its caller.
type ending struct {
	Cause  string
	Status int
	Type   string
	Retry  string
	Length int
	Body   string // but for the fault that fills megabytes
	Order  string // as it is afterwards
	Log    sandbox.Received
}

func endingOf(t *testing.T, w wire, f sandbox.Fault) ending {
	t.Helper()
	w.Add(nil)
	id, call := w.remarkable()
	w.arm(f)
	a := call()
	o, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(t, err)
	e := ending{Status: a.Status, Type: a.Header.Get("Content-Type"), Retry: a.Header.Get("Retry-After"),
		Length: len(a.Raw), Order: string(o), Log: w.last()}
	if f.Kind != sandbox.FaultOversize {
		e.Body = string(a.Raw)
	}
	switch {
	case errors.Is(a.Err, io.ErrUnexpectedEOF):
		e.Cause = "unexpected EOF"
	case errors.Is(a.Err, io.EOF):
		e.Cause = "EOF"
	case a.Err != nil:
		e.Cause = a.Err.Error()
	}
	return e
}

// TestTransportEndsAsASocketDoes compares each kind of fault over both.
func TestTransportEndsAsASocketDoes(t *testing.T) {
	t.Parallel()
	for _, kind := range sandbox.CallFaultKinds() {
		for _, after := range []bool{false, true} {
			f := sandbox.Fault{Kind: kind, Bytes: 1 << 16, Seconds: 700, DelayMS: 1, Body: "示例", After: after}
			assert.Equal(t, endingOf(t, overSocket(t), f), endingOf(t, emptyShop(t), f), "%s, after %v", kind, after)
		}
	}
	assert.Equal(t, "EOF", endingOf(t, emptyShop(t), sandbox.Fault{Kind: sandbox.FaultCutBefore}).Cause)
	assert.Equal(t, "EOF", endingOf(t, emptyShop(t), sandbox.Fault{Kind: sandbox.FaultCutAfter}).Cause)
	assert.Equal(t, "unexpected EOF", endingOf(t, emptyShop(t), sandbox.Fault{Kind: sandbox.FaultHalfBody}).Cause)
}

// TestTransportInABubble checks that delays and time-outs take no real time,
// and that a call whose caller gave up was carried out.
func TestTransportInABubble(t *testing.T) {
	t.Parallel()
	for name, kind := range map[string]sandbox.FaultKind{"before": sandbox.FaultDelay,
		"after": sandbox.FaultDelayAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := serve(t)
				id, call := w.remarkable()
				w.arm(sandbox.Fault{Kind: kind, DelayMS: 60_000, Times: 2})
				begun := time.Now()
				assert.Equal(t, "10000", call().Outcome())
				assert.Equal(t, time.Minute, time.Since(begun))

				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				r := w.Build("order.addOrderRemark", w.Shop(wiretest.Shop1).AccessToken,
					map[string]any{"order_id": id, "remark": "示例：再改"})
				begun = time.Now()
				a := w.SendWithin(ctx, r)
				require.ErrorIs(t, a.Err, context.DeadlineExceeded)
				assert.Equal(t, 10*time.Second, time.Since(begun))
				o, err := w.Box.On(mall.Doudian).Order(id)
				require.NoError(t, err)
				assert.Equal(t, "示例：再改", remarkOf(t, o))
			})
		})
	}
}

// TestTransportObeysTheClientsTimeout: the client's own limit ends the call.
func TestTransportObeysTheClientsTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := serve(t)
		w.HTTP.Timeout = 3 * time.Second
		w.arm(sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 60_000})
		a := w.Query(nil)
		var timeout interface{ Timeout() bool }
		require.ErrorAs(t, a.Err, &timeout)
		assert.True(t, timeout.Timeout())
	})
}

func TestTransportObeysTheContext(t *testing.T) {
	t.Parallel()
	w := serve(t)
	ctx, leave := wiretest.NewContext(t)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Base+"/control/shops", http.NoBody)
	require.NoError(t, err)
	resp, err := w.HTTP.Do(r)
	require.NoError(t, err)
	leave()
	_, err = io.ReadAll(resp.Body)
	require.ErrorIs(t, err, context.Canceled, "a body ends with the context")
	require.NoError(t, resp.Body.Close())
	_, err = w.HTTP.Do(r)
	require.ErrorIs(t, err, context.Canceled)

	r, err = http.NewRequestWithContext(ctx, http.MethodGet, w.Base+"/doudian/order/searchList", http.NoBody)
	require.NoError(t, err)
	_, err = w.HTTP.Do(r)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, w.Box.Received(), "no call was made")
}

func TestTransportReadsAndClosesBodies(t *testing.T) {
	t.Parallel()
	w := serve(t)
	body := &tracked{Reader: strings.NewReader("{}")}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.Base+"/doudian/order/searchList", body)
	require.NoError(t, err)
	header := r.Header.Clone()
	resp, err := w.HTTP.Do(r)
	require.NoError(t, err)
	assert.True(t, body.closed)
	assert.Equal(t, header, r.Header, "the request is the caller's")
	assert.Equal(t, "200 OK", resp.Status)
	assert.Positive(t, resp.ContentLength)
	require.NoError(t, resp.Body.Close())
	_, err = resp.Body.Read(make([]byte, 1))
	require.ErrorIs(t, err, http.ErrBodyReadAfterClose)

	broken := errors.New("broken off")
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, w.Base+"/doudian/order/searchList",
		&tracked{Reader: failing{broken}})
	require.NoError(t, err)
	_, err = w.HTTP.Do(r)
	require.ErrorIs(t, err, broken)

	r, err = http.NewRequestWithContext(t.Context(), http.MethodHead, w.Base+"/control", http.NoBody)
	require.NoError(t, err)
	resp, err = w.HTTP.Do(r)
	require.NoError(t, err)
	got, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Empty(t, got)
	require.NoError(t, resp.Body.Close())
}

// tracked is a body that records whether it was closed.
type tracked struct {
	io.Reader
	closed bool
}

func (b *tracked) Close() error { b.closed = true; return nil }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestOnly checks that what a platform answers does not depend on others.
func TestOnly(t *testing.T) {
	t.Parallel()
	all := sandbox.New(sandbox.WithClock(wiretest.Still))
	for _, p := range platforms.All() {
		platform := p.Name
		one := sandbox.New(sandbox.WithClock(wiretest.Still), sandbox.Only(platform))
		require.Len(t, one.Manifest("").Platforms, 1)
		assert.Equal(t, all.Manifest("").Platforms[platform], one.Manifest("").Platforms[platform])
		for _, sh := range one.Shops() {
			assert.Equal(t, platform, sh.Platform)
			want, err := all.On(platform).Orders(sh.ShopID)
			require.NoError(t, err)
			got, err := one.On(platform).Orders(sh.ShopID)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		}
	}
	one := sandbox.New(sandbox.Only(other(t), "elsewhere"))
	_, err := one.On(mall.Doudian).AddOrder(wiretest.Shop1, nil)
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	none := sandbox.New(sandbox.Only())
	assert.Empty(t, none.Shops())
	assert.Empty(t, none.Manifest("").Platforms)
}
