package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args  []string
		shops int
	}{
		{[]string{"-addr", "127.0.0.1:0"}, 2},
		{[]string{"-addr", "127.0.0.1:0", "-public"}, 2},
		{[]string{"-addr", "127.0.0.1:0", "-empty"}, 0},
	} {
		ctx, interrupt := context.WithCancel(t.Context())
		out, stdout := io.Pipe()
		var stderr bytes.Buffer
		code := make(chan int, 1)
		go func() {
			code <- cli.Run(ctx, run, cli.Env{Args: tt.args, Stdout: stdout, Stderr: &stderr})
			_ = stdout.Close()
		}()
		d := json.NewDecoder(out)
		var m sandbox.Manifest
		require.NoError(t, d.Decode(&m))
		assert.Len(t, m.Platforms["doudian"].Shops, tt.shops)
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(m.Control + "/shops")
		require.NoError(t, err)
		assert.Equal(t, 200, resp.StatusCode)
		require.NoError(t, resp.Body.Close())
		interrupt()
		rest, err := io.ReadAll(io.MultiReader(d.Buffered(), out))
		require.NoError(t, err)
		assert.Equal(t, "\n", string(rest), "one line and nothing else")
		assert.Equal(t, 0, <-code)
		assert.Contains(t, stderr.String(), strings.TrimSuffix(m.Control, "/control"))
	}
}

// TestDeliversToTheApp: what happens in the sandbox reaches the app by itself.
func TestDeliversToTheApp(t *testing.T) {
	t.Parallel()
	bodies := make(chan string, 10)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		bodies <- r.URL.Path + " " + string(body)
		_, _ = io.WriteString(w, `{"code":0,"data":{"success":true}}`)
	}))
	defer app.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	out, stdout := io.Pipe()
	code := make(chan int, 1)
	go func() {
		args := []string{"-addr", "127.0.0.1:0", "-push", app.URL + "/push", "-spi", app.URL + "/spi"}
		code <- cli.Run(ctx, run, cli.Env{Args: args, Stdout: stdout, Stderr: io.Discard})
		_ = stdout.Close()
	}()
	var m sandbox.Manifest
	require.NoError(t, json.NewDecoder(out).Decode(&m))
	assert.Contains(t, <-bodies, `/push [{"tag":"0"`)
	post := func(path, body string) {
		resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Post(m.Control+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		assert.Less(t, resp.StatusCode, 300)
		require.NoError(t, resp.Body.Close())
	}
	post("/orders", `{"platform":"doudian","shop_id":"10000001","order":{"order_id":"6930000000000000001","order_status":1}}`)
	assert.Contains(t, <-bodies, `/push [{"tag":"100"`)
	post("/service/spec-change", `{"platform":"doudian","order_id":"6930000000000000001","code":"TS-RED-L"}`)
	assert.Contains(t, <-bodies, `/spi {"after_sku_code":"TS-RED-L"`)
	interrupt()
	_, err := io.Copy(io.Discard, out)
	require.NoError(t, err)
	assert.Equal(t, 0, <-code)
}

func TestWrongUseIsOneSentence(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"-addr", "0.0.0.0:0"}, {"-addr", ":0"}, {"-addr", "nonsense"}, {"-port", "1"}, {"-addr"}, {"extra"},
		{"-addr", "127.0.0.1:0", "-push", "http://127.0.0.1:1"}, {"-addr", "127.0.0.1:0", "-spi", "http://example.com"},
	} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 2, cli.Run(t.Context(), run, cli.Env{Args: args, Stdout: &stdout, Stderr: &stderr}), "%q", args)
		assert.Empty(t, stdout.String())
		assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), "%q: %s", args, stderr.String())
		assert.True(t, strings.HasPrefix(stderr.String(), "错误："))
	}
}

func TestCannotListen(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 1, cli.Run(t.Context(), run, cli.Env{Args: []string{"-addr", "127.0.0.1:99999"}, Stdout: &stdout, Stderr: &stderr}))
	assert.Empty(t, stdout.String())
	assert.NotEmpty(t, stderr.String())
}

func TestHelp(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	assert.Equal(t, 0, cli.Run(t.Context(), run, cli.Env{Args: []string{"-help"}, Stdout: &stdout, Stderr: &stderr}))
	assert.Contains(t, stderr.String(), "-public")
}

// failing is an output that cannot be written to.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestManifestThatCannotBePrintedEndsIt(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	assert.Equal(t, 1, cli.Run(t.Context(), run, cli.Env{Args: []string{"-addr", "127.0.0.1:0"}, Stdout: failing{}, Stderr: &stderr}))
	assert.Contains(t, stderr.String(), "打印清单")
}
