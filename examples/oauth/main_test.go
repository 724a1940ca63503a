package main

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli/clitest"
)

func TestBothSides(t *testing.T) {
	for platform, c := range map[mall.Platform]struct{ page, shop string }{
		mall.Doudian:  {"https://fuwu.jinritemai.com/authorize?", "10000001"},
		mall.Kuaishou: {"https://open.kwaixiaodian.com/oauth/authorize?", "1000000001"},
	} {
		dir := filepath.Join(t.TempDir(), "tokens")
		code, stdout, stderr := clitest.Run(t, run, nil, "-platform", string(platform), "-tokens", dir)
		require.Equal(t, 0, code, stderr)
		assert.Contains(t, stdout, c.page)
		assert.Contains(t, stdout, c.shop)
		store, err := client.NewFileStore(dir)
		require.NoError(t, err)
		token, err := store.Load(t.Context(), client.TokenKey{Platform: platform, AppKey: sandbox.New().Manifest("").Platforms[platform].AppKey, ShopID: c.shop})
		require.NoError(t, err)
		assert.NotEmpty(t, token.Access.Reveal())
		assert.NotContains(t, stdout, token.Access.Reveal())
		assert.NotContains(t, stdout, token.Refresh.Reveal())
	}
}

func TestSelf(t *testing.T) {
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	here := box.Manifest(server.URL).Platforms[mall.Doudian]
	environ := map[string]string{
		"MALL_DOUDIAN_APP_KEY": here.AppKey, "MALL_DOUDIAN_APP_SECRET": here.AppSecret, "MALL_DOUDIAN_GATEWAY": here.Gateway,
	}
	code, _, stderr := clitest.Run(t, run, environ, "-self", "-tokens", t.TempDir())
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "MALL_DOUDIAN_SHOP_ID is missing")

	environ["MALL_DOUDIAN_SHOP_ID"] = here.Shops[1].ShopID
	code, stdout, stderr := clitest.Run(t, run, environ, "-self", "-tokens", t.TempDir())
	assert.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, here.Shops[1].ShopID)

	code, _, stderr = clitest.Run(t, run, environ, "-tokens", t.TempDir())
	assert.Equal(t, 2, code, "the page needs the service id")
	assert.Contains(t, stderr, "MALL_DOUDIAN_SERVICE_ID is missing")
}

func TestUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, args := range [][]string{{"-bogus"}, {"-platform", "kuaishou", "-self"}, {"-platform", "all"}, {"-tokens", file}, {"-addr", "nonsense", "-tokens", t.TempDir()}} {
		code, _, stderr := clitest.Run(t, run, nil, args...)
		assert.Equal(t, 2, code, "%q: %s", args, stderr)
	}
}

func TestScopesAreNeeded(t *testing.T) {
	environ := map[string]string{"MALL_KUAISHOU_APP_KEY": "ks1", "MALL_KUAISHOU_APP_SECRET": "a", "MALL_KUAISHOU_SIGN_SECRET": "s"}
	code, _, stderr := clitest.Run(t, run, environ, "-platform", "kuaishou", "-tokens", t.TempDir())
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "MALL_KUAISHOU_SCOPES is missing")
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
