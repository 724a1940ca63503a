package client_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

var refusedConnection = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// passingFaults are what a gateway in trouble does. Each ends a write whose
// request got through in an unknown outcome, and is tried again for a read.
var passingFaults = map[string]func() (*http.Response, error){
	"500":       does(func() *http.Response { return reply(500, "oops") }),
	"502 html":  does(func() *http.Response { return reply(502, "<html>Bad Gateway</html>") }),
	"busy code": does(func() *http.Response { return refusal("busy", "", 0) }),
	"cut":       fails(io.ErrUnexpectedEOF),
	"reset":     fails(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}),
	"half body": does(func() *http.Response { return brokenBody(`{"code":"ok","da`, io.ErrUnexpectedEOF) }),
	"reset inside": does(func() *http.Response {
		return brokenBody(`{"co`, &net.OpError{Op: "read", Err: syscall.ECONNRESET})
	}),
	"malformed": fails(errors.New("net/http: malformed HTTP response \"x\"")),
}

func TestReadsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range passingFaults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, script(fault, fault, does(func() *http.Response { return success(nil) })))
				_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
				require.NoError(t, err)
				assert.Equal(t, 3, r.count("get.it"))

				r = newRig(t, script(fault))
				_, err = client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
				require.ErrorIs(t, err, mall.ErrUnavailable)
				assert.Equal(t, 3, r.count("get.it"))
			})
		})
	}
}

func TestWritesWithALostAnswerAreNot(t *testing.T) {
	t.Parallel()
	faults := map[string]func() (*http.Response, error){
		"not json":     does(func() *http.Response { return reply(200, "hello") }),
		"other shape":  does(func() *http.Response { return reply(200, `{"code":"ok","data":[]}`) }),
		"redirect":     does(func() *http.Response { return reply(302, "") }),
		"no such code": does(func() *http.Response { return reply(502, `{"code":"ok"}`) }),
	}
	for name, fault := range passingFaults {
		faults[name] = fault
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, script(fault))
				_, err := client.Call[item](t.Context(), r.shop(t), "do.it", nil)
				require.ErrorIs(t, err, mall.ErrUnknownOutcome)
				assert.Equal(t, 1, r.count("do.it"))
			})
		})
	}
}

func TestWritesThatWereRefusedAreTriedAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func() (*http.Response, error){
		"dial":     fails(refusedConnection),
		"name":     fails(&net.DNSError{Name: "gateway.test", IsNotFound: true}),
		"throttle": does(func() *http.Response { return refusal("limit", "", 0) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, script(fault, fault, does(func() *http.Response { return success(nil) })))
				_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
				require.NoError(t, err)
				assert.Equal(t, 3, r.count("do.it"))
			})
		})
	}
}

func TestFinalFailuresAreNotTriedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"reauth", "conflict", "rule", "never-heard-of"} {
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal(code, "", 0), nil })
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "get.it", nil)
		require.Error(t, err)
		assert.Equal(t, 1, r.count("get.it"), code)
	}
}

// On a real socket: what the server saw is what counts.
func TestWriteCutAfterSendingReachesTheServerOnce(t *testing.T) {
	t.Parallel()
	var served atomic.Int32
	var fault atomic.Value // func(net.Conn)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/get.warm" {
			_, _ = io.WriteString(w, `{"code":"ok"}`)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		served.Add(1)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			fault.Load().(func(net.Conn))(conn)
			_ = conn.Close()
		}
	}))
	defer server.Close()
	for _, verb := range []string{"POST", "GET"} { // net/http repeats a GET by itself when its connection breaks
		for name, do := range map[string]func(net.Conn){
			"closed":      func(net.Conn) {},
			"reset":       func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) },
			"half header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le") },
			"half body": func(c net.Conn) {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\"")
			},
			"garbage": func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH\r\n\r\n") },
		} {
			t.Run(verb+" "+name, func(t *testing.T) {
				served.Store(0)
				fault.Store(do)
				transport := &http.Transport{}
				defer transport.CloseIdleConnections()
				r := newRig(t, okay, client.WithTransport(transport))
				r.protocol.base, r.protocol.verb = server.URL, verb
				shop := r.shop(t)
				_, err := client.Call[struct{}](t.Context(), shop, "get.warm", nil) // the connection is now a used one
				require.NoError(t, err)
				_, err = client.Call[struct{}](t.Context(), shop, "do.it", nil)
				require.ErrorIs(t, err, mall.ErrUnknownOutcome)
				assert.Equal(t, int32(1), served.Load())
			})
		}
	}
}

// HTTP/2 has retries of its own for streams that the server did not begin.
func TestWriteCutOnHTTP2(t *testing.T) {
	t.Parallel()
	var served atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		served.Add(int32(r.ProtoMajor))
		panic(http.ErrAbortHandler)
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	for _, verb := range []string{"POST", "GET"} {
		served.Store(0)
		r := newRig(t, okay, client.WithTransport(server.Client().Transport))
		r.protocol.base, r.protocol.verb = server.URL, verb
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.Equal(t, int32(2), served.Load(), verb)
	}

	// The certificate comes before any byte of the request.
	r := newRig(t, okay, client.WithTransport(&http.Transport{}), client.WithRetries(0))
	r.protocol.base = server.URL
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	require.NotErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.ErrorContains(t, err, "certificate")
}

func TestWriteThatFoundNoServerIsTriedAgain(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	attempts := 0
	r := newRig(t, okay, client.WithTransport(&http.Transport{}), client.WithMaxWait(time.Millisecond),
		client.WithObserver(func(client.Observation) { attempts++ }))
	r.protocol.base = "http://" + address
	_, err = client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.NotErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Equal(t, 3, attempts)
}

// A write that ran into the time limit while connecting was never sent.
func TestTimeoutWhileConnecting(t *testing.T) {
	t.Parallel()
	attempts := 0
	given := make(chan struct{}) // net/http goes on dialing when the request has left
	defer close(given)
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		<-given
		return nil, refusedConnection
	}}
	r := newRig(t, okay, client.WithTransport(transport), client.WithTimeout(5*time.Millisecond),
		client.WithMaxWait(time.Millisecond),
		client.WithObserver(func(client.Observation) { attempts++ }))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	require.NotErrorIs(t, err, mall.ErrUnknownOutcome)
	assert.Equal(t, 3, attempts)
}

func TestAttemptsHaveATimeLimit(t *testing.T) {
	t.Parallel()
	stalled := func(r *http.Request, _ []byte) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, stalled, client.WithTimeout(4*time.Second))
		start := time.Now()
		_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.Equal(t, 4*time.Second, time.Since(start))
		assert.Equal(t, 1, r.count("do.it"))

		_, err = client.Call[struct{}](t.Context(), r.app.Shop("s1"), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrUnavailable)
		assert.Equal(t, 3, r.count("get.it"))
	})
}

// A write whose answer is lost is told when it may be looked for, or when its
// caller leaves. Nothing else waits.
func TestLookAfter(t *testing.T) {
	t.Parallel()
	broken := func(*http.Request, []byte) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, broken, client.WithLookAfter(3*time.Second), client.WithRetries(0))
		took := func(ctx context.Context, method string) (time.Duration, error) {
			start := time.Now()
			_, err := client.Call[struct{}](ctx, r.shop(t), method, nil)
			return time.Since(start), err
		}
		d, err := took(t.Context(), "do.it")
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.Equal(t, 3*time.Second, d)
		for _, method := range []string{"get.it", "token.it"} {
			d, err = took(t.Context(), method)
			require.Error(t, err)
			assert.Zero(t, d, method)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		d, err = took(ctx, "do.it")
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, d)
		assert.Equal(t, 2, r.count("do.it"), "never again")

		plain := newRig(t, broken)
		start := time.Now()
		_, err = client.Call[struct{}](t.Context(), plain.shop(t), "do.it", nil)
		require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		assert.Zero(t, time.Since(start), "by default nobody waits")
	})
}

func TestRetryBudgetEndsRetriesInAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
			if down.Load() {
				return refusal("busy", "", 0), nil
			}
			return success(nil), nil
		})
		shop := r.shop(t)
		calls := func(n int) int {
			before := r.count("")
			for range n {
				_, _ = client.Call[struct{}](t.Context(), shop, "get.it", nil)
			}
			return r.count("") - before
		}
		assert.Equal(t, 150, calls(50), "100 retries are there")
		assert.Equal(t, 1000, calls(1000), "and no more: at most 1.2 times the calls without retry")
		other := importOther(t, r.app, "s2")
		_, _ = client.Call[struct{}](t.Context(), other, "get.it", nil)
		assert.Equal(t, 1153, r.count(""), "another shop has its own")

		down.Store(false)
		calls(5) // earn one retry
		down.Store(true)
		assert.Equal(t, 3, calls(2))
	})
}

func TestCallsWithoutAShopHaveABudgetToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, script(fails(refusedConnection)))
		for range 200 {
			_, _ = client.Call[struct{}](t.Context(), r.app, "token.info", nil)
		}
		assert.Equal(t, 300, r.count(""))
	})
}

func importOther(t testing.TB, app *client.App, id string) *client.Shop {
	t.Helper()
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: id, Access: "access-token-" + mall.Secret(id)}))
	return app.Shop(id)
}

func TestLeavingWhileWaitingToTryAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
			return refusal("limit", "slow down", 10), nil
		})
		reason := errors.New("the shop was closed")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(reason) })
		start := time.Now()
		_, err := client.Call[struct{}](ctx, r.shop(t), "get.it", nil)
		assert.Equal(t, 3*time.Second, time.Since(start))
		require.ErrorIs(t, err, reason)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorIs(t, err, mall.ErrRateLimited)
		assert.Equal(t, 10*time.Second, failure(t, err).RetryAfter)
	})
}

// What the platform refuses as replaced is renewed once, also for writes, and
// does not count against the retries.
func TestAReplacedTokenIsRenewedOnceACall(t *testing.T) {
	t.Parallel()
	r := newRig(t, tokens(func(*http.Request, []byte) (*http.Response, error) {
		return refusal("auth", "replaced", 0), nil
	}), client.WithRetries(0))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.ErrorIs(t, err, mall.ErrAuth)
	assert.Equal(t, 2, r.count("do.it"))
	assert.Equal(t, 1, r.count("token.refresh"))
}
