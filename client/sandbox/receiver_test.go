package sandbox_test

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

// receiver is the app's side, written from the platform's description and
// without our library. It judges signatures by itself and answers success to
// what is genuine, unless told otherwise.
type receiver struct {
	t      *testing.T
	key    string
	secret string
	url    string

	mu     sync.Mutex
	pushes []gotPush
	spi    []gotSPI
	answer func(http.ResponseWriter) // nil: the usual
}

// gotPush is one request with messages.
type gotPush struct {
	genuine bool
	body    string
	events  []event
}

// event is one message, in any of the forms there are.
type event struct {
	Tag   json.RawMessage `json:"tag"`
	ID    string          `json:"msg_id"`
	Camel string          `json:"msgId"`
	Data  json.RawMessage `json:"data"`
}

// gotSPI is one SPI call.
type gotSPI struct {
	verb      string
	path      string
	query     url.Values
	body      string
	genuine   bool // by sign
	genuineV2 bool // by sign_v2
}

// receive serves an app and registers it with the sandbox.
func receive(t *testing.T, s *sandbox.Sandbox) *receiver {
	t.Helper()
	app := s.Manifest("http://sandbox").Platforms[mall.Doudian]
	r := &receiver{t: t, key: app.AppKey, secret: app.AppSecret}
	mux := http.NewServeMux()
	mux.HandleFunc("/push", r.servePush)
	mux.HandleFunc("/spi", r.serveSPI)
	mux.HandleFunc("/spi/", r.serveSPI)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	r.url = srv.URL
	require.NoError(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: r.url + "/push", SPI: r.url + "/spi"}))
	probes := r.taken()
	require.Len(t, probes, 1)
	require.True(t, probes[0].genuine)
	return r
}

func md5hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func (r *receiver) servePush(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	assert.NoError(r.t, err)
	assert.Equal(r.t, http.MethodPost, req.Method)
	assert.Equal(r.t, "application/json", req.Header.Get("Content-Type"))
	assert.Equal(r.t, r.key, req.Header.Get("app-id"))
	g := gotPush{body: string(body), genuine: req.Header.Get("event-sign") == md5hex(r.key+string(body)+r.secret)}
	if strings.HasPrefix(g.body, "{") {
		g.body = "[" + g.body + "]"
	}
	assert.NoError(r.t, json.Unmarshal([]byte(g.body), &g.events), g.body)
	g.body = string(body)
	r.mu.Lock()
	r.pushes = append(r.pushes, g)
	answer := r.answer
	r.mu.Unlock()
	switch {
	case answer != nil:
		answer(w)
	case g.genuine:
		_, _ = io.WriteString(w, `{"code":0,"msg":"success"}`)
	default:
		_, _ = io.WriteString(w, `{"code":40041,"msg":"bad signature"}`)
	}
}

func (r *receiver) serveSPI(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	assert.NoError(r.t, err)
	g := gotSPI{verb: req.Method, path: req.URL.Path, query: req.URL.Query(), body: string(body)}
	params := g.body
	if req.Method == http.MethodGet {
		params = g.query.Get("param_json")
	}
	want := []string{r.signSPI(g.query, params, false), r.signSPI(g.query, params, true)}
	g.genuine = g.query.Get("sign") == want[0] || g.query.Get("sign") == want[1]
	g.genuineV2 = g.query.Get("sign_v2") == want[0] || g.query.Get("sign_v2") == want[1]
	r.mu.Lock()
	r.spi = append(r.spi, g)
	answer := r.answer
	r.mu.Unlock()
	switch {
	case answer != nil:
		answer(w)
	case g.genuine || g.genuineV2:
		_, _ = io.WriteString(w, `{"code":0,"message":"success","data":{"success":true,"reason_code":0,"reason":""}}`)
	default:
		_, _ = io.WriteString(w, `{"code":100001,"message":"sign check failed","data":null}`)
	}
}

// signSPI signs the parameters with their keys in order, as Go writes a map.
func (r *receiver) signSPI(q url.Values, params string, escape bool) string {
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
	text := r.secret + "app_key" + r.key + "param_json" + strings.TrimSpace(b.String()) + "timestamp" + q.Get("timestamp") + r.secret
	if q.Get("sign_method") != "hmac-sha256" {
		return md5hex(text)
	}
	mac := hmac.New(sha256.New, []byte(r.secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// answers makes the app answer otherwise; nil is the usual again.
func (r *receiver) answers(f func(http.ResponseWriter)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

func (r *receiver) says(status int, body string) {
	r.answers(func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// taken returns the pushes received since the last time.
func (r *receiver) taken() []gotPush {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.pushes
	r.pushes = nil
	return got
}

// called returns the SPI calls received since the last time.
func (r *receiver) called() []gotSPI {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.spi
	r.spi = nil
	return got
}

// tags returns the tags of all messages received since the last time.
func (r *receiver) tags() []string {
	r.t.Helper()
	tags := []string{}
	for _, g := range r.taken() {
		for _, e := range g.events {
			tags = append(tags, strings.Trim(string(e.Tag), `"`))
		}
	}
	return tags
}

// held is a channel on which an app hangs until it is released, which may be
// done again.
func held() (<-chan struct{}, func()) {
	free := make(chan struct{})
	return free, sync.OnceFunc(func() { close(free) })
}
