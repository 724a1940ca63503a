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
	"github.com/mallwire/mall/order"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTable(t *testing.T) {
	code, stdout, stderr := clitest.Run(t, run, nil)
	assert.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr)
	for _, want := range []string{"10000001", "10000002", "待发货", "部分发货", "示** 1********01 苏州市吴中区", "令牌已续期", "isv.access-token-expired", "被限流", "合计 2 家店铺，49 个订单"} {
		assert.Contains(t, stdout, want)
	}
	header, _, _ := strings.Cut(stdout, "\n")
	assert.Equal(t, []string{"店铺", "订单号", "状态", "商品", "金额(元)", "收件人"}, strings.Fields(header))
}

func TestJSON(t *testing.T) {
	code, stdout, stderr := clitest.Run(t, run, nil, "-json", "-page", "7")
	assert.Equal(t, 0, code, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	assert.Len(t, lines, 49)
	seen := map[string]bool{}
	for _, line := range lines {
		var o order.Order
		require.NoError(t, json.Unmarshal([]byte(line), &o))
		assert.False(t, seen[o.ID], "each order once")
		seen[o.ID] = true
	}
}

// TestOnAPlatform lets the program believe that the sandbox is the real thing.
func TestOnAPlatform(t *testing.T) {
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	here := box.Manifest(server.URL).Platforms[mall.Doudian]
	good := map[string]string{
		"MALL_DOUDIAN_APP_KEY": here.AppKey, "MALL_DOUDIAN_APP_SECRET": here.AppSecret,
		"MALL_DOUDIAN_SHOP_ID": here.Shops[1].ShopID, "MALL_DOUDIAN_GATEWAY": here.Gateway,
	}
	for _, c := range []struct {
		name, key, value string
		code             int
		says             string
	}{
		{"self-used app", "", "", 0, "合计 1 家店铺，12 个订单"},
		{"with tokens", "MALL_DOUDIAN_ACCESS_TOKEN", here.Shops[1].AccessToken, 0, "12 个订单"},
		{"no secret", "MALL_DOUDIAN_APP_SECRET", "", 2, "MALL_DOUDIAN_APP_SECRET is missing"},
		{"no shop", "MALL_DOUDIAN_SHOP_ID", " ", 2, "MALL_DOUDIAN_SHOP_ID is missing"},
		{"wrong secret", "MALL_DOUDIAN_APP_SECRET", "wrong-secret", 2, "check MALL_DOUDIAN_APP_KEY, MALL_DOUDIAN_APP_SECRET"},
		{"wrong key", "MALL_DOUDIAN_APP_KEY", "shop", 2, "MALL_DOUDIAN_APP_KEY must be a number"},
		{"other key", "MALL_DOUDIAN_APP_KEY", "7999999999999999999", 2, "MALL_DOUDIAN_APP_KEY"},
		{"wrong gateway", "MALL_DOUDIAN_GATEWAY", "example", 2, "Config.Gateway"},
		{"gateway elsewhere", "MALL_DOUDIAN_GATEWAY", server.URL + "/nowhere", 2, "check MALL_DOUDIAN_GATEWAY"},
		{"wrong token", "MALL_DOUDIAN_ACCESS_TOKEN", "no-such-token", 2, "MALL_DOUDIAN_ACCESS_TOKEN"},
		{"refresh token alone", "MALL_DOUDIAN_REFRESH_TOKEN", here.Shops[1].RefreshToken, 2, "MALL_DOUDIAN_ACCESS_TOKEN is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			environ := map[string]string{}
			for k, v := range good {
				environ[k] = v
			}
			if c.key != "" {
				environ[c.key] = c.value
			}
			code, stdout, stderr := clitest.Run(t, run, environ)
			assert.Equal(t, c.code, code, stderr)
			if c.code == 0 {
				assert.Contains(t, stdout, c.says)
				return
			}
			assert.Contains(t, stderr, c.says)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), "one sentence: %s", stderr)
			assert.NotContains(t, stderr, here.AppSecret)
			assert.NotContains(t, stderr, here.Shops[1].RefreshToken)
		})
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-bogus"}, {"extra"}, {"-days", "0"}, {"-days", "90"}, {"-page", "101"}, {"-page", "x"}} {
		code, stdout, stderr := clitest.Run(t, run, nil, args...)
		assert.Equal(t, 2, code, "%q", args)
		assert.Empty(t, stdout)
		assert.Equal(t, 1, strings.Count(stderr, "\n"), "%q: %s", args, stderr)
	}
	code, _, stderr := clitest.Run(t, run, nil, "-h")
	assert.Equal(t, 0, code)
	assert.Contains(t, stderr, "-json")
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "未知 777", statusText(order.Order{PlatformStatus: "777", Hold: order.HoldNone, Refund: order.RefundNone}))
	assert.Equal(t, "已付款·暂不可发·退款中", statusText(order.Order{Status: order.StatusPaid, Hold: order.HoldReview, Refund: order.RefundRequested}))
	assert.Equal(t, "（未提供）", receiverText(order.Receiver{Name: order.Protected{Plain: "张三", Cipher: "x"}}), "never the text itself")
}
