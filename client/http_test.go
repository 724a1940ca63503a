package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// Each test of this file pins one trap of resty, or of HTTP, that would hurt.

// serve starts a server and an app that talks to it through a transport of the
// app's user.
func serve(t *testing.T, h http.HandlerFunc, opts ...client.Option) (*rig, *client.Shop) {
	t.Helper()
	server := httptest.NewServer(h)
	transport := &http.Transport{}
	t.Cleanup(func() { transport.CloseIdleConnections(); server.Close() })
	r := newRig(t, okay,
		append([]client.Option{client.WithTransport(transport), client.WithMaxWait(time.Millisecond)}, opts...)...)
	r.protocol.base = server.URL
	return r, r.shop(t)
}

func TestDefaultClientAndTransportAreUntouched(t *testing.T) {
	before, transport := *http.DefaultClient, http.DefaultTransport
	idle := http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost
	app, err := client.New(client.Driver{Protocol: &protocol{}, Authority: &authority{}, AppKey: "k"})
	require.NoError(t, err)
	require.NotNil(t, app)
	assert.True(t, reflect.DeepEqual(before, *http.DefaultClient))
	assert.Same(t, transport, http.DefaultTransport)
	assert.Equal(t, idle, http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost)
}

func TestAReplacedDefaultTransportDoesNotPanic(t *testing.T) {
	old := http.DefaultTransport
	defer func() { http.DefaultTransport = old }()
	http.DefaultTransport = &gateway{}
	_, err := client.New(client.Driver{Protocol: &protocol{}, Authority: &authority{}, AppKey: "k"})
	require.NoError(t, err)
}

func TestTheUsersClientIsUntouched(t *testing.T) {
	t.Parallel()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	r := newRig(t, okay)
	users := &http.Client{Transport: r.gateway, Jar: jar, Timeout: time.Second}
	before := *users
	_, err = client.Call[struct{}](t.Context(),
		importToken(t, r.newApp(t, client.WithTransport(users.Transport)), time.Time{}), "get.it", nil)
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(before, *users))
	assert.Same(t, r.gateway, users.Transport)
}

func TestNoCookiesBetweenShops(t *testing.T) {
	t.Parallel()
	var cookies atomic.Int32
	r, shop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		cookies.Add(int32(len(r.Cookies())))
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "of-one-shop", Path: "/"})
		_, _ = io.WriteString(w, `{"code":"ok"}`)
	})
	for _, s := range []*client.Shop{shop, importOther(t, r.app, "s2"), shop} {
		_, err := client.Call[struct{}](t.Context(), s, "get.it", nil)
		require.NoError(t, err)
	}
	assert.Zero(t, cookies.Load())
}

// Everything that could be printed to is a pipe here. It cannot run in
// parallel with others.
func TestNothingIsPrintedAndRestyDoesNotRetry(t *testing.T) {
	read, write, err := os.Pipe()
	require.NoError(t, err)
	stdout, stderr, logger := os.Stdout, os.Stderr, slog.Default()
	os.Stdout, os.Stderr = write, write
	log.SetOutput(write)
	slog.SetDefault(slog.New(slog.NewTextHandler(write, &slog.HandlerOptions{Level: slog.LevelDebug})))
	requests := 0
	func() {
		defer func() {
			os.Stdout, os.Stderr = stdout, stderr
			slog.SetDefault(logger)
			log.SetOutput(stderr)
		}()
		r := newRig(t, okay, client.WithRetries(0))
		shop := r.shop(t)
		for _, fault := range passingFaults {
			r.answers = script(fault)
			for _, method := range []string{"get.it", "do.it"} {
				_, err := client.Call[struct{}](t.Context(), shop, method, nil)
				require.Error(t, err)
				requests++
			}
		}
		assert.Equal(t, requests, r.count(""))
	}()
	require.NoError(t, write.Close())
	printed, err := io.ReadAll(read)
	require.NoError(t, err)
	assert.Empty(t, string(printed))
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var second atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { second.Add(1) }))
	defer other.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		_, shop := serve(t, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL+"/?to=elsewhere", status)
		})
		for _, method := range []string{"get.it", "do.it"} {
			_, err := client.Call[struct{}](t.Context(), shop, method, nil)
			want := mall.ErrReply
			if method == "do.it" {
				want = mall.ErrUnknownOutcome
			}
			require.ErrorIs(t, err, want)
			assert.ErrorContains(t, err, fmt.Sprint(status))
			assert.NotContains(t, err.Error(), "elsewhere")
		}
	}
	assert.Zero(t, second.Load())
}

func TestBodyIsSentByteForByte(t *testing.T) {
	t.Parallel()
	type got struct {
		body, length, kind string
		encoding           []string
	}
	var last got
	_, shop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		last = got{string(b), r.Header.Get("Content-Length"), r.Header.Get("Content-Type"), r.TransferEncoding}
		_, _ = io.WriteString(w, `{"code":"ok"}`)
	})
	_, err := client.Call[struct{}](t.Context(), shop, "do.it", map[string]string{"a": "<b>&'\"é"})
	require.NoError(t, err)
	assert.Equal(t, got{`{"a":"<b>&'\"é"}`, fmt.Sprint(len(`{"a":"<b>&'\"é"}`)), "application/json", nil}, last)
	assert.Equal(t, "application/json", jsonHeader.Get("Content-Type"), "the shared header is only read")
	assert.Len(t, jsonHeader, 1)
}

func TestUserAgentIsOurs(t *testing.T) {
	t.Parallel()
	var agent string
	_, shop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		agent = r.UserAgent()
		_, _ = io.WriteString(w, `{"code":"ok"}`)
	})
	_, err := client.Call[struct{}](t.Context(), shop, "get.it", nil)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(agent, "mall "), agent)
	assert.NotContains(t, agent, "resty")
}

func TestRepliesAreCapped(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	sendZeros := func(w io.Writer, n int) {
		_, _ = io.WriteString(w, `{"code":"ok","data":"`)
		zeros := bytes.Repeat([]byte("0"), 4096)
		for sent := 0; sent < n; sent += len(zeros) {
			if _, err := w.Write(zeros); err != nil {
				return
			}
		}
	}
	for name, h := range map[string]http.HandlerFunc{
		"content length": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(1<<30))
			sendZeros(w, 1<<20)
		},
		"chunked": func(w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			sendZeros(w, 8<<20)
		},
		"gzip bomb": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			sendZeros(z, 1<<20)
			_ = z.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, shop := serve(t, h, client.WithMaxReply(limit))
			_, err := client.Call[string](t.Context(), shop, "get.it", nil)
			require.ErrorIs(t, err, mall.ErrReply)
			assert.ErrorContains(t, err, "WithMaxReply")
			assert.Empty(t, failure(t, err).Raw)
			_, err = client.Call[string](t.Context(), shop, "do.it", nil)
			require.ErrorIs(t, err, mall.ErrUnknownOutcome)
		})
	}
}

func TestAReplyOfExactlyTheCapPasses(t *testing.T) {
	t.Parallel()
	text := `{"code":"ok","data":"0123"}`
	for _, chunked := range []bool{false, true} {
		handler := func(w http.ResponseWriter, _ *http.Request) {
			if chunked {
				w.(http.Flusher).Flush()
			}
			_, _ = io.WriteString(w, text)
		}
		_, shop := serve(t, handler, client.WithMaxReply(int64(len(text))))
		got, err := client.Call[string](t.Context(), shop, "get.it", nil)
		require.NoError(t, err)
		assert.Equal(t, "0123", got)
		_, shop = serve(t, handler, client.WithMaxReply(int64(len(text))-1))
		_, err = client.Call[string](t.Context(), shop, "get.it", nil)
		require.ErrorIs(t, err, mall.ErrReply)
	}
}

// A reply that was read whole leaves its connection for the next call.
func TestConnectionsAreReused(t *testing.T) {
	t.Parallel()
	from := map[string]bool{}
	_, shop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		from[r.RemoteAddr] = true
		if r.URL.Path == "/get.page" {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = io.WriteString(w, `{"code":"rule","msg":"no"}`)
	}, client.WithRetries(0))
	for _, method := range []string{"get.it", "get.page", "do.it", "get.it"} {
		_, err := client.Call[struct{}](t.Context(), shop, method, nil)
		require.Error(t, err)
	}
	assert.Len(t, from, 1)
}

// With one connection allowed, one that is left half-read stops everything.
func TestALeakedConnectionWouldBlockTheNextCall(t *testing.T) {
	t.Parallel()
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n++; n%2 == 1 {
			_, _ = w.Write(make([]byte, 1<<20))
			return
		}
		_, _ = io.WriteString(w, `{"code":"ok"}`)
	}))
	defer server.Close()
	transport := &http.Transport{MaxConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	r := newRig(t, okay, client.WithTransport(transport), client.WithMaxReply(1024))
	r.protocol.base = server.URL
	shop := r.shop(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 3 {
		_, err := client.Call[struct{}](ctx, shop, "get.it", nil)
		require.ErrorIs(t, err, mall.ErrReply)
		_, err = client.Call[struct{}](ctx, shop, "get.it", nil)
		require.NoError(t, err)
	}
}

// resty must be replaceable without a new major version, so no exported
// declaration names it.
func TestNoRestyTypeIsExported(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	imported := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		for _, i := range file.Imports {
			if strings.Contains(i.Path.Value, "resty") {
				imported++
				assert.Nil(t, i.Name, "resty under another name in %s", name)
			}
		}
		ast.FileExports(file) // leaves exported declarations, with exported fields only
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				f.Body = nil
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok {
						assert.NotEqual(t, "resty", x.Name, name)
					}
				}
				return true
			})
		}
	}
	assert.Equal(t, 1, imported, "one file knows resty")
}
