package wiretest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// Receiver is the app's side, written from the platform's description and
// without our library. It checks signatures by itself and answers success to
// genuine requests, unless told otherwise.
type Receiver struct {
	t      *testing.T
	Key    string
	secret string
	URL    string

	mu     sync.Mutex
	pushes []gotPush
	spi    []gotSPI
	answer func(http.ResponseWriter) // nil: the usual
}

// gotPush is one request with messages.
type gotPush struct {
	Genuine bool
	Body    string
	Events  []event
}

// event is one message, in any form that the platform sends.
type event struct {
	Tag   json.RawMessage `json:"tag"`
	ID    string          `json:"msg_id"`
	Camel string          `json:"msgId"`
	Data  json.RawMessage `json:"data"`
}

// gotSPI is one SPI call.
type gotSPI struct {
	Verb      string
	Path      string
	Query     url.Values
	Body      string
	Genuine   bool // by sign
	GenuineV2 bool // by sign_v2
}

// Receive serves an app and registers it with the sandbox.
func Receive(t *testing.T, s *sandbox.Sandbox) *Receiver {
	t.Helper()
	app := s.Manifest("http://sandbox").Platforms[mall.Doudian]
	r := &Receiver{t: t, Key: app.AppKey, secret: app.AppSecret}
	mux := http.NewServeMux()
	mux.HandleFunc("/push", r.servePush)
	mux.HandleFunc("/spi", r.serveSPI)
	mux.HandleFunc("/spi/", r.serveSPI)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	r.URL = srv.URL
	require.NoError(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: r.URL + "/push", SPI: r.URL + "/spi"}))
	probes := r.Taken()
	require.Len(t, probes, 1)
	require.True(t, probes[0].Genuine)
	return r
}

func md5hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (r *Receiver) servePush(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	assert.NoError(r.t, err)
	assert.Equal(r.t, http.MethodPost, req.Method)
	assert.Equal(r.t, "application/json", req.Header.Get("Content-Type"))
	assert.Equal(r.t, r.Key, req.Header.Get("app-id"))
	g := gotPush{Body: string(body), Genuine: req.Header.Get("event-sign") == md5hex(r.Key+string(body)+r.secret)}
	if strings.HasPrefix(g.Body, "{") {
		g.Body = "[" + g.Body + "]"
	}
	assert.NoError(r.t, json.Unmarshal([]byte(g.Body), &g.Events), g.Body)
	g.Body = string(body)
	r.mu.Lock()
	r.pushes = append(r.pushes, g)
	answer := r.answer
	r.mu.Unlock()
	switch {
	case answer != nil:
		answer(w)
	case g.Genuine:
		_, _ = io.WriteString(w, `{"code":0,"msg":"success"}`)
	default:
		_, _ = io.WriteString(w, `{"code":40041,"msg":"bad signature"}`)
	}
}

func (r *Receiver) serveSPI(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	assert.NoError(r.t, err)
	g := gotSPI{Verb: req.Method, Path: req.URL.Path, Query: req.URL.Query(), Body: string(body)}
	params := g.Body
	if req.Method == http.MethodGet {
		params = g.Query.Get("param_json")
	}
	want := []string{r.SignSPI(g.Query, params, false), r.SignSPI(g.Query, params, true)}
	g.Genuine = g.Query.Get("sign") == want[0] || g.Query.Get("sign") == want[1]
	g.GenuineV2 = g.Query.Get("sign_v2") == want[0] || g.Query.Get("sign_v2") == want[1]
	r.mu.Lock()
	r.spi = append(r.spi, g)
	answer := r.answer
	r.mu.Unlock()
	switch {
	case answer != nil:
		answer(w)
	case g.Genuine || g.GenuineV2:
		_, _ = io.WriteString(w, `{"code":0,"message":"success","data":{"success":true,"reason_code":0,"reason":""}}`)
	default:
		_, _ = io.WriteString(w, `{"code":100001,"message":"sign check failed","data":null}`)
	}
}

// SignSPI signs the parameters with their keys in order, as Go writes a map.
func (r *Receiver) SignSPI(q url.Values, params string, escape bool) string {
	var v any
	d := json.NewDecoder(strings.NewReader(params))
	d.UseNumber()
	if params != "" {
		assert.NoError(r.t, d.Decode(&v))
	} else {
		v = map[string]any{}
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escape)
	assert.NoError(r.t, e.Encode(v))
	text := r.secret + "app_key" + r.Key + "param_json" + strings.TrimSpace(b.String()) +
		"timestamp" + q.Get("timestamp") + r.secret
	if q.Get("sign_method") != "hmac-sha256" {
		return md5hex(text)
	}
	mac := hmac.New(sha256.New, []byte(r.secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// Answers makes the app answer by f; nil restores the usual answers.
func (r *Receiver) Answers(f func(http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

func (r *Receiver) Says(status int, body string) {
	r.Answers(func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// Taken returns the pushes received since the last time.
func (r *Receiver) Taken() []gotPush {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.pushes
	r.pushes = nil
	return got
}

// Called returns the SPI calls received since the last time.
func (r *Receiver) Called() []gotSPI {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.spi
	r.spi = nil
	return got
}

// Tags returns the tags of all messages received since the last time.
func (r *Receiver) Tags() []string {
	r.t.Helper()
	tags := []string{}
	for _, g := range r.Taken() {
		for _, e := range g.Events {
			tags = append(tags, strings.Trim(string(e.Tag), `"`))
		}
	}
	return tags
}

// Held returns a channel on which an app can block, and the function that
// releases it, which may be called again.
func Held() (<-chan struct{}, func()) {
	free := make(chan struct{})
	return free, sync.OnceFunc(func() { close(free) })
}
