package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli/clitest"
	"github.com/mallwire/mall/internal/platforms"
)

func TestBothSides(t *testing.T) {
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(sandbox.New().Manifest("https://example.com"))
		a := accounts[0]
		app, err := a.App()
		require.NoError(t, err)
		page, err := app.AuthorizeURL("https://example.com", "state")
		require.NoError(t, err)
		page, _, _ = strings.Cut(page, "?")
		dir := filepath.Join(t.TempDir(), "tokens")
		code, stdout, stderr := clitest.Run(t, run, nil, "-platform", string(p.Name), "-tokens", dir)
		require.Equal(t, 0, code, stderr)
		assert.Contains(t, stdout, page+"?")
		assert.Contains(t, stdout, a.ShopID())
		store, err := client.NewFileTokens(dir)
		require.NoError(t, err)
		token, err := store.Load(t.Context(), client.TokenKey{Platform: p.Name, AppKey: a.Text(platforms.AppKey), ShopID: a.ShopID()})
		require.NoError(t, err)
		assert.NotEmpty(t, token.Access.Reveal())
		assert.NotContains(t, stdout, token.Access.Reveal())
		assert.NotContains(t, stdout, token.Refresh.Reveal())
	}
}

// TestNeeds: what an account lacks is told before anything is asked for, and a
// self-used app needs no browser.
func TestNeeds(t *testing.T) {
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(box.Manifest(server.URL))
		a := accounts[1].With(map[string]string{platforms.AccessToken: "", platforms.RefreshToken: ""})
		for use, args := range map[platforms.Use][]string{platforms.ForGrant: nil, platforms.ForSelf: {"-self"}} {
			args = append(args, "-platform", string(p.Name), "-tokens", t.TempDir())
			if use == platforms.ForSelf && !p.SelfUse {
				code, _, stderr := clitest.Run(t, run, a.Environ(), args...)
				assert.Equal(t, 2, code)
				assert.Contains(t, stderr, "-self")
				continue
			}
			needed, _ := p.Names(use)
			for _, name := range needed {
				code, _, stderr := clitest.Run(t, run, a.With(map[string]string{name: ""}).Environ(), args...)
				assert.Equal(t, 2, code)
				assert.Contains(t, stderr, "缺少环境变量 "+p.Prefix()+name)
			}
			if use == platforms.ForSelf {
				code, stdout, stderr := clitest.Run(t, run, a.Environ(), args...)
				assert.Equal(t, 0, code, stderr)
				assert.Contains(t, stdout, a.ShopID())
			}
		}
	}
}

func TestUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, args := range [][]string{{"-bogus"}, {"-platform", "all"}, {"-tokens", file}, {"-addr", "nonsense", "-tokens", t.TempDir()}} {
		code, _, stderr := clitest.Run(t, run, nil, args...)
		assert.Equal(t, 2, code, "%q: %s", args, stderr)
	}
}

func TestForeignCallbackIsRefused(t *testing.T) {
	back := &callback{state: "mine", granted: make(chan client.Token, 1)}
	for _, target := range []string{"/callback?code=1&state=theirs", "/callback?code=1", "/callback?code=1&state="} {
		answer := httptest.NewRecorder()
		back.ServeHTTP(answer, httptest.NewRequest("GET", target, nil))
		assert.Equal(t, 400, answer.Code, target)
	}
	answer := httptest.NewRecorder()
	back.ServeHTTP(answer, httptest.NewRequest("GET", "/elsewhere", nil))
	assert.Equal(t, 404, answer.Code)
}
