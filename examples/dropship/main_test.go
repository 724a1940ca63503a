package main

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli/clitest"
	"github.com/mallwire/mall/internal/platforms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTables(t *testing.T) {
	t.Parallel()
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) { t.Parallel(); tables(t, p) })
	}
}

func tables(t *testing.T, p platforms.Platform) {
	code, stdout, stderr := clitest.Run(t, run, nil, "-platform", string(p.Name))
	assert.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr)
	for _, want := range []string{
		"示例一厂", "待审核", "已绑定", "已分配", "冲突：买家退款中", "冲突：商家已自行发货",
		"冲突：商家已取消分配", "早已完成，无需再做", "冲突：已用别的单号发货",
	} {
		assert.Contains(t, stdout, want, p.Name)
	}
	assert.Regexp(t, "已取号 [A-Z]+[0-9]+", stdout, p.Name)
	assert.Regexp(t, "已回传 [A-Z]+[0-9]+", stdout, p.Name)
}

// TestJSON follows each assignment to its end.
func TestJSON(t *testing.T) {
	t.Parallel()
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) { t.Parallel(); toTheEnd(t, p) })
	}
}

func toTheEnd(t *testing.T, p platforms.Platform) {
	code, stdout, stderr := clitest.Run(t, run, nil, "-json", "-max", "5", "-platform", string(p.Name))
	require.Equal(t, 0, code, stderr)
	ends, taken := map[string][]string{}, 0
	for line := range strings.Lines(stdout) {
		var e entry
		require.NoError(t, json.Unmarshal([]byte(line), &e), line)
		switch e.Step {
		case "waybill":
			if e.OK {
				taken++
			}
		case "return", "return_again":
			ends[e.Step] = append(ends[e.Step], string(e.Reason))
			assert.Equal(t, e.OK, e.Error == "", line)
		case "pulled":
			assert.Empty(t, e.Order, "a factory does not see the order")
		}
	}
	// A platform may hold some of the five, so that fewer are taken.
	assert.GreaterOrEqual(t, taken, 3, p.Name)
	assert.Equal(t, []string{"", "refund_open", "other_side", "cancelled", ""}[:taken], ends["return"], p.Name)
	assert.Equal(t, []string{"already_done", "shipped"}, ends["return_again"], p.Name)
}

// TestOnAPlatform lets the program believe that the sandbox is the real thing:
// it only reads there, unless it is told to assign.
func TestOnAPlatform(t *testing.T) {
	t.Parallel()
	for _, p := range platforms.All() {
		t.Run(string(p.Name), func(t *testing.T) { t.Parallel(); onAPlatform(t, p) })
	}
}

func onAPlatform(t *testing.T, p platforms.Platform) {
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	merchants, factories := p.Accounts(box.Manifest(server.URL))
	environ := merchants[0].Environ()
	factory := p.Prefix() + "FACTORY_"
	environ[factory+platforms.ShopID] = factories[0].ShopID()
	environ[factory+platforms.AccessToken] = factories[0].Text(platforms.AccessToken)
	writes := func() (n int) {
		for _, c := range box.Received() {
			if slices.Contains(p.Sandbox.Assigns, c.Method) {
				n++
			}
		}
		return n
	}
	args := func(more ...string) []string { return append(more, "-platform", string(p.Name)) }
	code, stdout, stderr := clitest.Run(t, run, environ, args("-hours", "2")...)
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "只读")
	assert.Zero(t, writes())

	code, stdout, stderr = clitest.Run(t, run, environ, args("-hours", "9", "-assign", "-max", "1", "-supplier", factories[0].ShopID())...)
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "分配给厂家 "+factories[0].ShopID())
	assert.Equal(t, 1, writes(), "it assigns and takes no waybill")

	for _, c := range []struct{ name, value, says string }{
		{factory + platforms.ShopID, "x1", factory + "SHOP_ID 必须是数字"},
		{factory + platforms.ShopID, "", "缺少环境变量 " + factory + "SHOP_ID"},
		{factory + platforms.RefreshToken, "r", "缺少环境变量 " + factory + "ACCESS_TOKEN"},
		{p.Prefix() + p.SignedWith[1], "wrong", "请检查 " + p.Prefix() + "APP_KEY"},
		{p.Prefix() + platforms.ShopID, "", "缺少环境变量 " + p.Prefix() + "SHOP_ID"},
	} {
		bad := maps.Clone(environ)
		if bad[c.name] = c.value; c.name == factory+platforms.RefreshToken {
			delete(bad, factory+platforms.AccessToken)
		}
		code, _, stderr := clitest.Run(t, run, bad, args("-hours", "1")...)
		assert.Equal(t, 2, code, c.name)
		assert.Contains(t, stderr, c.says)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-bogus"}, {"extra"}, {"-hours", "0"}, {"-hours", "73"}, {"-max", "101"}} {
		code, stdout, stderr := clitest.Run(t, run, nil, args...)
		assert.Equal(t, 2, code, "%q", args)
		assert.Empty(t, stdout)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), "%q: %s", args, stderr)
	}
}
