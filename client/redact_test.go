package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

const (
	canaryAccess  = "canary-access-7d01/+=x"
	canaryRefresh = "canary-refresh-93aa"
	canaryName    = "欧阳金丝雀"
	canaryPlace   = "金丝雀路 18 号"
	canaryPhone   = "13800138000"
	canaryCipher  = "#a2FuYXJ5L2NpcGhlci9vZi9hLXBob25l/9f3A==#1#"
	canaryNumber  = "440106199912310017"
)

type receiver struct {
	Name   string `json:"name"`
	Phone  string `json:"phone"`
	Place  string `json:"place"`
	Cipher string `json:"cipher"`
}

var personal = receiver{canaryName, canaryPhone, canaryPlace, canaryCipher}

// texts are all the ways in which an error may end up somewhere.
func texts(t *testing.T, err error) []string {
	var out []string
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			out = append(out, fmt.Sprintf(verb, err))
		}
		if b, jsonErr := json.Marshal(err); jsonErr == nil {
			out = append(out, string(b))
		}
		var log bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
			slog.New(h).Error("failed", "err", err)
		}
		out = append(out, log.String())
		switch u := err.(type) {
		case interface{ Unwrap() error }:
			walk(u.Unwrap())
		case interface{ Unwrap() []error }:
			for _, e := range u.Unwrap() {
				walk(e)
			}
		}
	}
	walk(err)
	var e *mall.Error
	if errors.As(err, &e) {
		out = append(out, fmt.Sprintf("%v %+v %#v", *e, *e, *e))
	}
	return out
}

func checkCanaries(t *testing.T, what string, all []string, signs []string) {
	t.Helper()
	canaries := append([]string{appSecret, canaryAccess, url.QueryEscape(canaryAccess), canaryRefresh, canaryName,
		canaryPhone, canaryPlace,
		canaryCipher, canaryNumber, "a2FuYXJ5L2Np", fmt.Sprintf("%x", canaryAccess), fmt.Sprintf("%x",
			canaryName)}, signs...)
	for _, text := range all {
		for _, c := range canaries {
			if strings.Contains(text, c) {
				t.Errorf("%s: %q is in %q", what, c, text)
				return
			}
		}
	}
}

// echo repeats the whole request, as gateways and proxies in trouble do.
func echo(r *http.Request, body []byte) string {
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	q := r.URL.Query()
	return fmt.Sprintf("illegal request %s %s body %s fields %v token=%s sign=%s time=%s, expected %s(%s)", r.Method,
		r.URL, body, fields,
		q.Get("access_token"), q.Get("sign"), q.Get("time"), appSecret, canaryRefresh)
}

func TestNoFailureTellsASecret(t *testing.T) {
	t.Parallel()
	cut := func(text string) func(*http.Request, []byte) (*http.Response, error) {
		return func(*http.Request, []byte) (*http.Response, error) { return brokenBody(text, io.ErrUnexpectedEOF), nil }
	}
	leak := strings.Join([]string{canaryName, canaryPhone, canaryPlace, canaryCipher, canaryAccess, canaryRefresh,
		appSecret}, " ")
	faults := map[string]func(*http.Request, []byte) (*http.Response, error){
		"echo in message": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("rule", echo(r, body), 0), nil
		},
		"echo everywhere": func(r *http.Request, body []byte) (*http.Response, error) {
			b, _ := json.Marshal(envelope{Code: r.URL.Query().Get("sign"), Msg: echo(r, body),
				LogID: r.URL.Query().Get("access_token")})
			return reply(200, string(b)), nil
		},
		"echo auth": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("auth", echo(r, body), 0), nil
		},
		"echo reauth": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("reauth", echo(r, body), 0), nil
		},
		"echo limit": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("limit", echo(r, body), 99), nil
		},
		"echo as html": func(r *http.Request, body []byte) (*http.Response, error) {
			return reply(502, echo(r, body)), nil
		},
		"echo as text": func(r *http.Request, body []byte) (*http.Response, error) {
			return reply(200, echo(r, body)), nil
		},
		"echo unknown": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("e1", echo(r, body), 0), nil
		},
		"echo in header": func(r *http.Request, body []byte) (*http.Response, error) {
			a := refusal("busy", "", 0)
			a.Header.Set("X-Request", echo(r, body))
			return a, nil
		},
		"redirect": func(r *http.Request, body []byte) (*http.Response, error) {
			a := reply(302, "")
			a.Header.Set("Location", r.URL.String())
			return a, nil
		},
		"bad redirect": func(r *http.Request, body []byte) (*http.Response, error) {
			a := reply(302, "")
			a.Header.Set("Location", "http://"+r.URL.Query().Get("sign")+"%zz/"+canaryName)
			return a, nil
		},
		"cut": cut(`{"code":"ok","data":{"name":"` + canaryName),
		"number for text": func(*http.Request, []byte) (*http.Response, error) {
			return reply(200, `{"code":"ok","data":{"name":`+canaryNumber+`}}`), nil
		},
		"phone for text": func(*http.Request, []byte) (*http.Response, error) {
			return reply(200, `{"code":"ok","data":{"phone":`+canaryPhone+`}}`), nil
		},
		"list for text": func(*http.Request, []byte) (*http.Response, error) {
			return reply(200, `{"code":"ok","data":{"name":["`+canaryName+`"]}}`), nil
		},
		"not json": func(*http.Request, []byte) (*http.Response, error) { return reply(200, leak), nil },
		"dial":     func(*http.Request, []byte) (*http.Response, error) { return nil, refusedConnection },
		"transport's own": func(r *http.Request, body []byte) (*http.Response, error) {
			return nil, errors.New(echo(r, body))
		},
		"op with a text": func(r *http.Request, body []byte) (*http.Response, error) {
			return nil, &net.OpError{Op: "read", Err: errors.New(echo(r, body))}
		},
		"name": func(r *http.Request, body []byte) (*http.Response, error) {
			return nil, &net.DNSError{Err: echo(r, body), Name: "gateway.test"}
		},
		"url error": func(r *http.Request, body []byte) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: r.URL.String(), Err: io.EOF}
		},
		"stalled": func(r *http.Request, _ []byte) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"huge echo": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("rule", strings.Repeat(echo(r, body), 100), 0), nil
		},
		"large echo": func(r *http.Request, body []byte) (*http.Response, error) {
			return refusal("rule", strings.Repeat("x", 590)+echo(r, body), 0), nil
		},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var seen []string
			g := &gateway{answers: fault}
			r := newRig(t, okay, client.WithTransport(g), client.WithTimeout(50*time.Millisecond),
				client.WithMaxWait(time.Millisecond),
				client.WithObserver(func(o client.Observation) {
					mu.Lock()
					defer mu.Unlock()
					seen = append(seen, fmt.Sprintf("%v %+v %#v", o, o, o))
					seen = append(seen, texts(t, o.Err)...)
				}))
			imported := client.Token{ShopID: "s1", Access: canaryAccess, Refresh: canaryRefresh}
			require.NoError(t, r.app.Import(t.Context(), imported))
			for _, method := range []string{"get.it", "do.it"} {
				_, err := client.Call[receiver](t.Context(), r.app.Shop("s1"), method, personal)
				require.Error(t, err)
				seen = append(seen, texts(t, err)...)
			}
			imported.Expires = time.Now().Add(-time.Second) // and the same for a renewal
			require.NoError(t, r.app.Import(t.Context(), imported))
			_, err := client.Call[receiver](t.Context(), r.app.Shop("s1"), "do.it", personal)
			require.Error(t, err)
			seen = append(seen, texts(t, err)...)

			var signs []string
			for _, s := range g.sent {
				signs = append(signs, s.query.Get("sign"), s.query.Get("sign")[:40])
			}
			checkCanaries(t, name, seen, signs)
		})
	}
}

// Errors of codecs and of types that decode themselves like to quote values.
func TestDecodersCannotQuoteValues(t *testing.T) {
	t.Parallel()
	answer := func(*http.Request, []byte) (*http.Response, error) {
		return reply(200,
			`{"code":"ok","data":{"name":"`+canaryName+`","phone":"`+canaryPhone+`","cipher":"`+canaryCipher+`","n":`+canaryNumber+`}}`), nil
	}
	for name, opts := range map[string][]client.Option{
		"own codec": {client.WithCodec(mall.Codec{Marshal: json.Marshal, Unmarshal: func(b []byte, _ any) error {
			return fmt.Errorf("cannot read %s near %q of %x", b, b, b[:20])
		}})},
		"type": nil,
	} {
		r := newRig(t, answer, opts...)
		_, err := client.Call[quoting](t.Context(), r.shop(t), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrReply)
		checkCanaries(t, name, texts(t, err), nil)
		// The driver may return the decoder's error as it is.
		r.protocol.decode = func(reply client.Reply, into any) error {
			return reply.Codec.Unmarshal(reply.Body, &envelope{Data: into})
		}
		_, err = client.Call[quoting](t.Context(), r.app.Shop("s1"), "get.it", nil)
		require.ErrorIs(t, err, mall.ErrReply)
		checkCanaries(t, name, texts(t, err), nil)
		assert.Contains(t, failure(t, err).Raw.Reveal(), canaryName, "the reply is there for those who ask")
	}
}

func TestNumbersOutOfRangeAreNotQuoted(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
		return reply(200, `{"code":"ok","data":{"n":`+canaryNumber+`}}`), nil
	})
	_, err := client.Call[struct {
		N int8 `json:"n"`
	}](t.Context(), r.shop(t), "get.it", nil)
	e, ok := errors.AsType[*json.UnmarshalTypeError](err)
	require.True(t, ok, "%v", err)
	assert.Contains(t, e.Field, "n")
	checkCanaries(t, "out of range", texts(t, err), nil)
}

// The cut that bounds the work must not leave half a token, which no search
// would find.
func TestCutMessagesHoldNoHalfToken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("canary", 20)
	var text string
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("rule", text, 0), nil })
	require.NoError(t, r.app.Import(t.Context(), client.Token{ShopID: "s1", Access: mall.Secret(long)}))
	for offset := range 125 {
		text = strings.Repeat("x", offset) + strings.Repeat(" "+long, 40)
		_, err := client.Call[struct{}](t.Context(), r.app.Shop("s1"), "do.it", nil)
		assert.NotContains(t, err.Error(), "can", offset)
	}
}

type quoting struct{}

func (*quoting) UnmarshalJSON(b []byte) error {
	return fmt.Errorf("unexpected %s, first %.60s, phone %s or %q", b, b, canaryPhone, b)
}

func TestEncodersCannotQuoteValues(t *testing.T) {
	t.Parallel()
	r := newRig(t, okay)
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", map[string]any{"x": unwritable{}})
	require.ErrorIs(t, err, mall.ErrInvalid)
	checkCanaries(t, "marshaler", texts(t, err), nil)
	assert.ErrorContains(t, err, "unwritable")
}

type unwritable struct{}

func (unwritable) MarshalJSON() ([]byte, error) {
	return nil, errors.New("bad receiver " + canaryName + canaryPhone)
}

// On real sockets: refused connections, time-outs, broken HTTP.
func TestNoSocketFailureTellsASecret(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		switch {
		case strings.HasPrefix(r.URL.Path, "/get.malformed"):
			_, _ = io.WriteString(conn, echo(r, body)+"\r\n\r\n")
		case strings.HasPrefix(r.URL.Path, "/get.header"):
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n"+echo(r, body)+"\r\n\r\n")
		case strings.HasPrefix(r.URL.Path, "/get.status"):
			_, _ = io.WriteString(conn, "HTTP/1.1 "+r.URL.Query().Get("sign")+" OK\r\n\r\n")
		case strings.HasPrefix(r.URL.Path, "/get.slow"):
			time.Sleep(100 * time.Millisecond)
		}
	}))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	transport := &http.Transport{}
	defer server.Close()
	defer transport.CloseIdleConnections()
	for method, base := range map[string]string{
		"get.malformed": server.URL, "get.header": server.URL, "get.status": server.URL, "get.slow": server.URL,
		"get.closed":  server.URL,
		"get.refused": "http://" + closed.Addr().String(), "get.scheme": "gopher://x", "get.nohost": "http://",
		"get.badurl": "http://a b\x7f",
		"get.tls":    strings.Replace(server.URL, "http:", "https:", 1), "get.name": "http://no-such-name.invalid",
	} {
		r := newRig(t, okay, client.WithTransport(transport), client.WithTimeout(30*time.Millisecond),
			client.WithRetries(0))
		r.protocol.base = base
		require.NoError(t,
			r.app.Import(t.Context(), client.Token{ShopID: "s1", Access: canaryAccess, Refresh: canaryRefresh}))
		_, err := client.Call[receiver](t.Context(), r.app.Shop("s1"), method, personal)
		require.Error(t, err, method)
		checkCanaries(t, method, texts(t, err), nil)
		for _, text := range texts(t, err) {
			assert.NotContains(t, text, "access_token", method)
			assert.NotContains(t, text, "sign=", method)
		}
		require.NotEmpty(t, failure(t, err).Kind, method)
	}
}

func TestTokensDoNotPrint(t *testing.T) {
	t.Parallel()
	token := client.Token{ShopID: "s1", Access: canaryAccess, Refresh: canaryRefresh}
	draft := client.Draft{Token: canaryAccess}
	for _, v := range []any{token, &token, draft} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
			assert.NotContains(t, fmt.Sprintf(verb, v), "canary")
		}
	}
	b, err := json.Marshal(token)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "canary")
}

// What helps is kept: ids, codes, the platform's words.
func TestMessagesStayReadable(t *testing.T) {
	t.Parallel()
	const message = "订单 6917398432651234567 不存在 (order.orderDetail, isv.business-failed:60110), see https://op.example.com/docs/question/18/4022"
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) { return refusal("rule", message, 0), nil })
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it",
		map[string]string{"order_id": "6917398432651234567", "reason": "x"})
	assert.Equal(t, message, failure(t, err).Message)
}

func TestLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	r := newRig(t, func(*http.Request, []byte) (*http.Response, error) {
		return refusal("rule", strings.Repeat("长 ", 1<<20), 0), nil
	})
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	assert.Less(t, len(err.Error()), 1000)
	assert.True(t, strings.HasSuffix(failure(t, err).Message, "…"))
}

// A limiter of the app's own may fail in its own words.
func TestTheLimitersOwnError(t *testing.T) {
	t.Parallel()
	down := errors.New("redis is down, key " + appSecret)
	r := newRig(t, okay, client.WithLimiter(limiterFunc(func(context.Context, client.Bucket) error { return down })))
	_, err := client.Call[struct{}](t.Context(), r.shop(t), "do.it", nil)
	require.ErrorIs(t, err, down)
	assert.ErrorContains(t, err, "redis is down")
	assert.NotContains(t, err.Error(), appSecret)
}
