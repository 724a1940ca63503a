package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/examples/internal/cli/clitest"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// ordersOf counts the orders that the sandbox has of each platform.
func ordersOf() map[mall.Platform]int {
	count := map[mall.Platform]int{}
	for _, shop := range sandbox.New().Shops() {
		count[shop.Platform] += shop.Orders
	}
	return count
}

func TestTable(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := clitest.Run(t, run, nil)
	assert.Equal(t, 0, code, stderr)
	assert.Empty(t, stderr)
	sum, shops := 0, 0
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(sandbox.New().Manifest(""))
		first, last := accounts[0].ShopID(), accounts[len(accounts)-1].ShopID()
		for _, want := range []string{
			p.Title, first, last, "待发货", "部分发货", "苏州市吴中区",
			"店铺 " + first + "：" + p.Sandbox.Lists + " 被拒（令牌失效，", "店铺 " + first + "：令牌已续期",
			"店铺 " + last + "：" + p.Sandbox.Lists + " 被限流（",
		} {
			assert.Contains(t, stdout, want)
		}
		orders := ordersOf()[p.Name]
		sum, shops = sum+orders, shops+len(accounts)
		t.Run(string(p.Name), func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := clitest.Run(t, run, nil, "-platform", string(p.Name))
			assert.Equal(t, 0, code, stderr)
			assert.Contains(t, stdout, fmt.Sprintf("合计 %d 家店铺，%d 个订单", len(accounts), orders))
		})
	}
	assert.Contains(t, stdout, "示** 1********01 ", "masked as the first platform masks")
	assert.Contains(t, stdout, fmt.Sprintf("合计 %d 家店铺，%d 个订单", shops, sum))
	header, _, _ := strings.Cut(stdout, "\n")
	assert.Equal(t, []string{"平台", "店铺", "订单号", "状态", "商品", "金额(元)", "收件人"}, strings.Fields(header))
}

func TestJSON(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := clitest.Run(t, run, nil, "-json", "-page", "7")
	assert.Equal(t, 0, code, stderr)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	sum := 0
	for _, orders := range ordersOf() {
		sum += orders
	}
	assert.Len(t, lines, sum)
	seen := map[string]bool{}
	for _, line := range lines {
		var o order.Order
		require.NoError(t, json.Unmarshal([]byte(line), &o))
		assert.False(t, seen[o.ID], "each order once")
		seen[o.ID] = true
	}
}

// trial is one run of the program against what it takes for a platform.
type trial struct {
	name    string
	environ map[string]string
	code    int
	says    string
}

// trials are good and bad accounts of a platform: each variable that is needed
// is missing once, each secret that signs is wrong once.
func trials(p platforms.Platform, a platforms.Account, server string) []trial {
	n := ordersIn(a.ShopID())
	good := func(with map[string]string) trial {
		return trial{"with " + fmt.Sprint(slices.Collect(maps.Keys(with))), a.With(with).Environ(), 0, fmt.Sprintf("合计 1 家店铺，%d 个订单", n)}
	}
	bad := func(name, value, says string) trial {
		return trial{name + "=" + value, a.With(map[string]string{name: value}).Environ(), 2, says}
	}
	all := []trial{
		good(nil),
		bad(platforms.Gateway, "example", "Config.Gateway"),
		bad(platforms.Gateway, server+"/nowhere", "请检查 "+p.Prefix()+"GATEWAY"),
		bad(platforms.AccessToken, "no-such-token", p.Prefix()+"ACCESS_TOKEN"),
		bad(platforms.AccessToken, "", "缺少环境变量 "+p.Prefix()+"ACCESS_TOKEN"), // a refresh token alone
	}
	all[3].environ = a.With(map[string]string{platforms.AccessToken: "no-such-token", platforms.RefreshToken: ""}).Environ()
	if p.SelfUse {
		all = append(all, good(map[string]string{platforms.AccessToken: "", platforms.RefreshToken: ""}))
	}
	needed, _ := p.Names(platforms.ForShop)
	for _, v := range p.Variables {
		if slices.Contains(needed, v.Name) {
			all = append(all, bad(v.Name, " ", "缺少环境变量 "+p.Prefix()+v.Name))
		}
		if v.Number {
			all = append(all, bad(v.Name, "示例店", p.Prefix()+v.Name+" 必须是数字"))
		}
	}
	secret := p.SignedWith[len(p.SignedWith)-1]
	return append(all,
		bad(platforms.AppKey, "7999999999999999999", p.Prefix()+"APP_KEY"),
		bad(secret, "wrong-secret", "请检查 "+p.Prefix()+"APP_KEY、"+p.Prefix()+secret))
}

func ordersIn(shopID string) int {
	shops := sandbox.New().Shops()
	return shops[slices.IndexFunc(shops, func(s sandbox.Shop) bool { return s.ShopID == shopID })].Orders
}

// TestOnAPlatform lets the program believe that the sandbox is the real thing.
func TestOnAPlatform(t *testing.T) {
	t.Parallel()
	box := sandbox.New()
	server := httptest.NewServer(box)
	defer server.Close()
	var all []trial
	var secrets []string
	everything, orders := map[string]string{}, 0
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(box.Manifest(server.URL))
		a := accounts[1]
		all = append(all, trials(p, a, server.URL)...)
		for _, name := range append(slices.Clone(p.SignedWith[1:]), platforms.AppSecret, platforms.AccessToken, platforms.RefreshToken) {
			secrets = append(secrets, a.Text(name))
		}
		maps.Copy(everything, a.Environ())
		orders += ordersIn(a.ShopID())
	}
	all = append(all, trial{"all platforms", everything, 0, fmt.Sprintf("合计 %d 家店铺，%d 个订单", len(platforms.All()), orders)})
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := clitest.Run(t, run, c.environ)
			assert.Equal(t, c.code, code, stderr)
			if c.code == 0 {
				assert.Contains(t, stdout, c.says)
				return
			}
			assert.Contains(t, stderr, c.says)
			assert.Equal(t, 1, strings.Count(stderr, "\n"), "one sentence: %s", stderr)
			for _, secret := range secrets {
				assert.NotContains(t, stderr, secret)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
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

func TestPlatforms(t *testing.T) {
	code, stdout, stderr := clitest.Run(t, run, nil, "-platforms")
	assert.Equal(t, 0, code, stderr)
	names := strings.Fields(stdout)
	require.Len(t, names, len(platforms.All()))
	for i, p := range platforms.All() {
		assert.Equal(t, string(p.Name), names[i])
	}
}

func TestTexts(t *testing.T) {
	assert.Equal(t, "未知 777", statusText(order.Order{PlatformStatus: "777", Hold: order.HoldNone, Refund: order.RefundNone}))
	assert.Equal(t, "已付款·暂不可发·退款中", statusText(order.Order{Status: order.StatusPaid, Hold: order.HoldReview, Refund: order.RefundRequested}))
	assert.Equal(t, "（未提供）", receiverText(order.Receiver{Name: order.Protected{Plain: "张三", Cipher: "x"}}), "never the text itself")
}
