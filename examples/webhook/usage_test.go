package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
)

func TestUsage(t *testing.T) {
	t.Parallel()
	cases := []struct {
		args    []string
		environ map[string]string
	}{{[]string{"-addr", "8080"}, nil}, {[]string{"-x"}, nil}}
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(sandbox.New().Manifest("http://127.0.0.1:1"))
		needed, _ := p.Names(platforms.ForShop | platforms.ForPushes)
		for _, name := range needed { // each one alone is missing
			environ := accounts[0].With(map[string]string{name: ""}).Environ()
			cases = append(cases, struct {
				args    []string
				environ map[string]string
			}{[]string{"-platform", string(p.Name)}, environ})
		}
	}
	for _, c := range cases {
		code := cli.Run(t.Context(), run, cli.Env{Args: c.args, Stdout: io.Discard, Stderr: io.Discard, Getenv: func(k string) string { return c.environ[k] }})
		assert.Equal(t, 2, code, "%v", c)
	}
}

// TestInProcess plays customer service by the control interface, as the program
// says, also after time was moved there.
func TestInProcess(t *testing.T) {
	t.Parallel()
	stderr, in := io.Pipe()
	hint := make(chan string, 1)
	go func() {
		text := bufio.NewReader(stderr)
		_, _ = text.ReadString('\n')
		curl, _ := text.ReadString('\n')
		hint <- curl
		_, _ = io.Copy(io.Discard, text)
	}()
	t.Cleanup(func() { _ = in.Close() })
	p := launch(t, nil, in)
	_, command, _ := strings.Cut(<-hint, "curl ")
	url, body, _ := strings.Cut(strings.TrimSpace(command), " -d ")
	control := strings.TrimSuffix(url, "/service/spec-change")
	post := func(path, body string, into any) {
		answer, err := http.Post(control+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		defer http.DefaultClient.CloseIdleConnections()
		defer answer.Body.Close()
		require.Equal(t, http.StatusOK, answer.StatusCode, path)
		require.NoError(t, json.NewDecoder(answer.Body).Decode(into))
	}
	// The URLs are printed before they are registered.
	require.Eventually(t, func() bool {
		answer, err := http.Get(control + "/callbacks")
		require.NoError(t, err)
		defer http.DefaultClient.CloseIdleConnections()
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return err == nil && strings.Contains(string(text), p.callbacks.SPI)
	}, 10*time.Second, time.Millisecond)

	for _, skip := range []string{"0", "7200"} {
		post("/clock", `{"advance_seconds":`+skip+`}`, &struct{}{})
		var call sandbox.SPICall
		post("/service/spec-change", strings.Trim(body, "'"), &call)
		assert.Equal(t, "accepted", call.Verdict)
		l := p.next()
		assert.Equal(t, "accepted", l.Decision)
		assert.Equal(t, asking().Sandbox.Blue, l.Effective[call.LineID])
		post("/orders/update", `{"platform":"doudian","order_id":"`+call.OrderID+`","order":{"seller_words":"`+skip+`"}}`, &struct{}{})
		l = p.next()
		assert.EqualValues(t, "remark.changed", l.Kind)
		assert.Equal(t, asking().Sandbox.Blue, l.Effective[call.LineID])
	}
}
