package main

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli/clitest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTables(t *testing.T) {
	for platform, number := range map[string]string{"doudian": "EX", "kuaishou": "YTO"} {
		code, stdout, stderr := clitest.Run(t, run, nil, "-platform", platform)
		assert.Equal(t, 0, code, stderr)
		assert.Empty(t, stderr)
		for _, want := range []string{
			"示例一厂", "待审核", "已绑定", "已分配", "已取号 " + number, "已回传 " + number, "冲突：买家退款中", "冲突：商家已自行发货",
			"冲突：商家已取消分配", "早已完成，无需再做", "冲突：已用别的单号发货",
		} {
			assert.Contains(t, stdout, want, platform)
		}
	}
}

// TestJSON follows each assignment to its end.
func TestJSON(t *testing.T) {
	for platform, returned := range map[string][]string{
		"doudian":  {"", "refund_open", "other_side", "cancelled", ""},
		"kuaishou": {"", "refund_open", "other_side"}, // two of the five are held by the platform
	} {
		code, stdout, stderr := clitest.Run(t, run, nil, "-json", "-max", "5", "-platform", platform)
		require.Equal(t, 0, code, stderr)
		ends := map[string][]string{}
		for line := range strings.Lines(stdout) {
			var e entry
			require.NoError(t, json.Unmarshal([]byte(line), &e), line)
			switch e.Step {
			case "return", "return_again":
				ends[e.Step] = append(ends[e.Step], string(e.Reason))
				assert.Equal(t, e.OK, e.Error == "", line)
			case "pulled":
				assert.Empty(t, e.Order, "a factory does not see the trade")
			}
		}
		assert.Equal(t, returned, ends["return"], platform)
		assert.Equal(t, []string{"already_done", "shipped"}, ends["return_again"], platform)
	}
}

// TestOnAPlatform lets the program believe that the sandbox is the real thing:
// it only reads there, unless it is told to assign.
func TestOnAPlatform(t *testing.T) {
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	here := box.Manifest(server.URL).Platforms[mall.Doudian]
	environ := map[string]string{
		"MALL_DOUDIAN_APP_KEY": here.AppKey, "MALL_DOUDIAN_APP_SECRET": here.AppSecret,
		"MALL_DOUDIAN_SHOP_ID": here.Shops[0].ShopID, "MALL_DOUDIAN_GATEWAY": here.Gateway,
		"MALL_DOUDIAN_FACTORY_SHOP_ID": here.Factories[0].ShopID,
	}
	writes := func() (n int) {
		for _, c := range box.Received() {
			switch c.Method {
			case "iop.sellerDistribute", "iop.sellerCancleDistribute", "iop.waybillGet", "iop.waybillReturn":
				n++
			}
		}
		return n
	}
	code, stdout, stderr := clitest.Run(t, run, environ, "-hours", "2")
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "只读")
	assert.Zero(t, writes())

	code, stdout, stderr = clitest.Run(t, run, environ, "-hours", "9", "-assign", "-max", "1", "-supplier", "20000002")
	require.Equal(t, 0, code, stderr)
	assert.Contains(t, stdout, "分配给厂家 20000002")
	assert.Equal(t, 1, writes(), "it assigns and takes no waybill")

	for _, c := range []struct{ key, value, says string }{
		{"MALL_DOUDIAN_FACTORY_SHOP_ID", "x1", "MALL_DOUDIAN_FACTORY_SHOP_ID must be a number"},
		{"MALL_DOUDIAN_FACTORY_REFRESH_TOKEN", "r", "MALL_DOUDIAN_FACTORY_ACCESS_TOKEN is missing"},
		{"MALL_DOUDIAN_APP_SECRET", "wrong", "check MALL_DOUDIAN_APP_KEY"},
		{"MALL_DOUDIAN_SHOP_ID", "", "MALL_DOUDIAN_SHOP_ID is missing"},
	} {
		bad := map[string]string{}
		for k, v := range environ {
			bad[k] = v
		}
		bad[c.key] = c.value
		code, _, stderr := clitest.Run(t, run, bad, "-hours", "1")
		assert.Equal(t, 2, code, c.key)
		assert.Contains(t, stderr, c.says)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), stderr)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-bogus"}, {"extra"}, {"-hours", "0"}, {"-hours", "73"}, {"-max", "101"}} {
		code, stdout, stderr := clitest.Run(t, run, nil, args...)
		assert.Equal(t, 2, code, "%q", args)
		assert.Empty(t, stdout)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), "%q: %s", args, stderr)
	}
}
