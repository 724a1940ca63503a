package main

import (
	"encoding/json"
	"maps"
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
	for _, want := range []string{
		"抖店", "10000001", "10000002", "待发货", "部分发货", "示** 1********01 苏州市吴中区",
		"快手小店", "1000000001", "1000000002", "示** 199****0001 苏州市吴中区",
		"店铺 10000001：order.searchList 被拒（令牌失效，isv.access-token-expired）", "店铺 10000001：令牌已续期",
		"店铺 1000000001：open.order.cursor.list 被拒（令牌失效，28）", "店铺 1000000001：令牌已续期",
		"店铺 1000000002：open.order.cursor.list 被限流（1016）", "合计 4 家店铺，91 个订单",
	} {
		assert.Contains(t, stdout, want)
	}
	header, _, _ := strings.Cut(stdout, "\n")
	assert.Equal(t, []string{"平台", "店铺", "订单号", "状态", "商品", "金额(元)", "收件人"}, strings.Fields(header))
	for platform, want := range map[string]string{"doudian": "合计 2 家店铺，49 个订单", "kuaishou": "合计 2 家店铺，42 个订单"} {
		code, stdout, stderr := clitest.Run(t, run, nil, "-platform", platform)
		assert.Equal(t, 0, code, stderr)
		assert.Contains(t, stdout, want)
	}
}

func TestJSON(t *testing.T) {
	code, stdout, stderr := clitest.Run(t, run, nil, "-json", "-page", "7")
	assert.Equal(t, 0, code, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	assert.Len(t, lines, 91)
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
	manifest := box.Manifest(server.URL)
	dd, ks := manifest.Platforms[mall.Doudian], manifest.Platforms[mall.Kuaishou]
	doudian := map[string]string{
		"MALL_DOUDIAN_APP_KEY": dd.AppKey, "MALL_DOUDIAN_APP_SECRET": dd.AppSecret,
		"MALL_DOUDIAN_SHOP_ID": dd.Shops[1].ShopID, "MALL_DOUDIAN_GATEWAY": dd.Gateway,
	}
	kuaishou := map[string]string{
		"MALL_KUAISHOU_APP_KEY": ks.AppKey, "MALL_KUAISHOU_APP_SECRET": ks.AppSecret, "MALL_KUAISHOU_SIGN_SECRET": ks.SignSecret,
		"MALL_KUAISHOU_SHOP_ID": ks.Shops[1].ShopID, "MALL_KUAISHOU_GATEWAY": ks.Gateway, "MALL_KUAISHOU_ACCESS_TOKEN": ks.Shops[1].AccessToken,
	}
	for _, c := range []struct {
		name       string
		good       map[string]string
		key, value string
		code       int
		says       string
	}{
		{"self-used app", doudian, "", "", 0, "合计 1 家店铺，12 个订单"},
		{"with tokens", doudian, "MALL_DOUDIAN_ACCESS_TOKEN", dd.Shops[1].AccessToken, 0, "12 个订单"},
		{"no secret", doudian, "MALL_DOUDIAN_APP_SECRET", "", 2, "MALL_DOUDIAN_APP_SECRET is missing"},
		{"no shop", doudian, "MALL_DOUDIAN_SHOP_ID", " ", 2, "MALL_DOUDIAN_SHOP_ID is missing"},
		{"wrong secret", doudian, "MALL_DOUDIAN_APP_SECRET", "wrong-secret", 2, "check MALL_DOUDIAN_APP_KEY, MALL_DOUDIAN_APP_SECRET"},
		{"wrong key", doudian, "MALL_DOUDIAN_APP_KEY", "shop", 2, "MALL_DOUDIAN_APP_KEY must be a number"},
		{"other key", doudian, "MALL_DOUDIAN_APP_KEY", "7999999999999999999", 2, "MALL_DOUDIAN_APP_KEY"},
		{"wrong gateway", doudian, "MALL_DOUDIAN_GATEWAY", "example", 2, "Config.Gateway"},
		{"gateway elsewhere", doudian, "MALL_DOUDIAN_GATEWAY", server.URL + "/nowhere", 2, "check MALL_DOUDIAN_GATEWAY"},
		{"wrong token", doudian, "MALL_DOUDIAN_ACCESS_TOKEN", "no-such-token", 2, "MALL_DOUDIAN_ACCESS_TOKEN"},
		{"refresh token alone", doudian, "MALL_DOUDIAN_REFRESH_TOKEN", dd.Shops[1].RefreshToken, 2, "MALL_DOUDIAN_ACCESS_TOKEN is missing"},

		{"kuaishou", kuaishou, "", "", 0, "合计 1 家店铺，12 个订单"},
		{"both", merged(doudian, kuaishou), "", "", 0, "合计 2 家店铺，24 个订单"},
		{"kuaishou: no sign secret", kuaishou, "MALL_KUAISHOU_SIGN_SECRET", "", 2, "MALL_KUAISHOU_SIGN_SECRET is missing"},
		{"kuaishou: no token", kuaishou, "MALL_KUAISHOU_ACCESS_TOKEN", "", 2, "MALL_KUAISHOU_ACCESS_TOKEN is missing"},
		{"kuaishou: secrets mixed up", kuaishou, "MALL_KUAISHOU_SIGN_SECRET", ks.AppSecret, 2, "MALL_KUAISHOU_SIGN_SECRET, which is not the app secret"},
		{"kuaishou: wrong shop", kuaishou, "MALL_KUAISHOU_SHOP_ID", "示例店", 2, "MALL_KUAISHOU_SHOP_ID must be a number"},
		{"kuaishou: wrong token", kuaishou, "MALL_KUAISHOU_ACCESS_TOKEN", "no-such-token", 2, "MALL_KUAISHOU_ACCESS_TOKEN"},
	} {
		t.Run(c.name, func(t *testing.T) {
			environ := maps.Clone(c.good)
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
			for _, secret := range []string{dd.AppSecret, dd.Shops[1].RefreshToken, ks.AppSecret, ks.SignSecret, ks.Shops[1].AccessToken} {
				assert.NotContains(t, stderr, secret)
			}
		})
	}
}

func merged(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-bogus"}, {"extra"}, {"-days", "0"}, {"-days", "90"}, {"-page", "101"}, {"-page", "x"}, {"-platform", "taobao"}} {
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
