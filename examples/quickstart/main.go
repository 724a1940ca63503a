// Quickstart pulls the orders of shops of all platforms and prints them in one
// table.
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -platform doudian -json
//
// Without any account it starts the sandbox inside the process, authorises the
// example shops of every platform, and pulls their orders through the real
// client: signed, paged, rate limited, over HTTP on this machine. On the way it
// meets expired tokens and throttled calls, and rides them out.
//
// With the variables of a platform in the environment it talks to the real
// platform instead, and with those of several it shows them all; -h lists the
// variables.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/order"
)

func main() { cli.Main(run) }

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("quickstart", "拉取各店最近的订单，打印在一张表里。")
	chosen := env.PlatformFlag(flags, true, platforms.ForShop)
	asJSON := flags.Bool("json", false, "每个订单打印一行 JSON，不打印表格")
	days := flags.Int("days", 30, "拉取最近多少天，1 到 89")
	size := flags.Int("page", 20, "每页多少个订单，1 到 100；平台可能只允许更少")
	list := flags.Bool("platforms", false, "列出 -platform 可用的平台，每行一个，然后结束")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if *list {
		for _, p := range platforms.All() {
			fmt.Fprintln(env.Stdout, p.Name)
		}
		return nil
	}
	if *days < 1 || *days > 89 {
		return cli.Usagef("-days 必须是 1 到 89")
	}
	if *size < 1 || *size > 100 {
		return cli.Usagef("-page 必须是 1 到 100")
	}
	accounts, err := env.Accounts(chosen)
	if err != nil {
		return err
	}
	log := &journal{progress: cli.NewProgress(env.Stderr), renews: map[string]bool{}}
	for _, p := range chosen.Platforms {
		log.renews[p.Sandbox.Renews] = true
	}
	var shops []*client.Shop
	account := platforms.Account{} // whose variable may be to blame
	if len(accounts) == 0 {
		var done func()
		shops, done, err = sandboxShops(ctx, chosen.Platforms, log)
		defer done()
	}
	for _, account = range accounts {
		var one []*client.Shop
		if one, err = cli.Shops(ctx, []platforms.Account{account}, client.WithObserver(log.observe)); err != nil {
			break
		}
		shops = append(shops, one...)
	}
	if err != nil {
		return cli.Explain(account, err)
	}

	table := &cli.Table{
		Header: []string{"平台", "店铺", "订单号", "状态", "商品", "金额(元)", "收件人"}, Right: map[int]bool{5: true}, Widest: 46,
	}
	var sum totals
	for i, shop := range shops {
		p, _ := platforms.Find(shop.App().Platform())
		if len(accounts) > 0 {
			account = accounts[i]
		}
		since, page := shop.App().Now().AddDate(0, 0, -*days), min(*size, shop.Orders.Limits().MaxPageSize)
		query := order.Query{From: since, PageSize: page}
		for o, err := range shop.Orders.All(ctx, query) {
			if err != nil {
				log.progress.Done()
				return cli.Explain(account, err)
			}
			sum.add(o)
			log.progress.Show("店铺 %s：共 %d 个订单", shop.ID(), sum.orders)
			if *asJSON {
				if err := json.NewEncoder(env.Stdout).Encode(o); err != nil {
					return err
				}
				continue
			}
			table.Add(p.Title, shop.ID(), o.ID, statusText(o), linesText(o), o.Amounts.Paid.String(), receiverText(o.Receiver))
		}
	}
	log.progress.Done()
	events := env.Stdout
	if *asJSON {
		events = env.Stderr // standard output is for the orders alone
	} else {
		table.Print(env.Stdout)
		fmt.Fprintln(env.Stdout)
	}
	log.print(events)
	fmt.Fprintf(events, "合计 %d 家店铺，%d 个订单，%d 个商品行，%s 元；调用 %d 次，重试 %d 次\n",
		len(shops), sum.orders, sum.lines, sum.paid, log.calls, log.retries)
	return nil
}

// totals sums up what was printed.
type totals struct {
	orders, lines int
	paid          mall.Fen
}

func (t *totals) add(o order.Order) {
	t.orders++
	t.lines += len(o.Lines)
	t.paid += o.Amounts.Paid
}

// journal is an observer that counts calls and keeps what is worth telling.
type journal struct {
	progress *cli.Progress
	renews   map[string]bool // methods that renew a token

	mu      sync.Mutex
	calls   int
	retries int
	events  []string
}

func (j *journal) observe(o client.Observation) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls++
	if o.Again {
		j.retries++
	}
	switch {
	case o.Err == nil && j.renews[o.Method]:
		j.events = append(j.events, fmt.Sprintf("店铺 %s：令牌已续期", o.ShopID))
	case o.Kind == mall.ErrAuth:
		j.events = append(j.events, fmt.Sprintf("店铺 %s：%s 被拒（令牌失效，%s），续期后重试",
			o.ShopID, o.Method, cmp.Or(o.SubCode, o.Code)))
	case o.Kind == mall.ErrRateLimited && o.Again:
		j.events = append(j.events, fmt.Sprintf("店铺 %s：%s 被限流（%s），等待 %v 后重试",
			o.ShopID, o.Method, cmp.Or(o.SubCode, o.Code), o.Pause.Round(time.Millisecond)))
	}
}

func (j *journal) print(w io.Writer) {
	for _, e := range j.events {
		fmt.Fprintln(w, "·", e)
	}
}

// What people call things.
var statusNames = map[order.Status]string{
	order.StatusUnpaid: "待付款", order.StatusPaid: "已付款", order.StatusToShip: "待发货", order.StatusPartShipped: "部分发货",
	order.StatusShipped: "已发货", order.StatusDelivered: "已签收", order.StatusDone: "已完成", order.StatusClosed: "已关闭",
}

func statusText(o order.Order) string {
	text, ok := statusNames[o.Status]
	if !ok {
		text = "未知 " + o.PlatformStatus
	}
	if o.Hold != order.HoldNone {
		text += "·暂不可发"
	}
	switch {
	case o.Refund.Open():
		text += "·退款中"
	case o.Refund == order.RefundPartial:
		text += "·部分退款"
	case o.Refund == order.RefundDone:
		text += "·已退款"
	}
	return text
}

func linesText(o order.Order) string {
	parts := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		parts[i] = fmt.Sprintf("%s×%d", strings.TrimSpace(l.Effective.Name+" "+l.Effective.Text()), l.Quantity)
	}
	return strings.Join(parts, "；")
}

// receiverText shows masks only.
func receiverText(r order.Receiver) string {
	if r.Name.Mask == "" && r.Phone.Mask == "" {
		return "（未提供）"
	}
	return strings.Join([]string{r.Name.Mask, r.Phone.Mask, r.City.Name + r.District.Name}, " ")
}
