// Ordersync follows the orders of all shops and prints one JSON line for each
// version of each order.
//
//	go run ./examples/ordersync
//	go run ./examples/ordersync -once
//	go run ./examples/ordersync -state ./state >>orders.jsonl
//
// A line is {"platform", "shop_id", "order_id", "version", "status"}, and "changed"
// with the SKUs of lines that their platform exchanged (改规格): no push tells of
// that. With -state
// the program may be killed at any moment and started again: it goes on where
// it was, and never leaves a version out. At worst it prints lines of its last
// moments again; they have the same version.
//
// Without any account it starts the sandbox inside the process, with orders of
// all platforms, or of the one after -platform, that come in and change while it
// runs. With the variables of a platform in the environment it talks to the real
// platform instead; -h lists the variables.
package main

import (
	"context"
	"encoding/json"
	"errors"
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
	"github.com/mallwire/mall/order/change"
)

func main() { cli.Main(run) }

// options are what the flags say.
type options struct {
	chosen        *cli.PlatformChoice
	once          bool
	state         string
	days          int
	interval, lag time.Duration
}

func optionsOf(env cli.Env) (o options, err error) {
	flags := env.Flags("ordersync", "持续同步所有店铺的订单，每个订单的每个版本打印一行 JSON。")
	o.chosen = env.PlatformFlag(flags, true, platforms.ForShop)
	flags.BoolVar(&o.once, "once", false, "所有店铺同步到最新后结束")
	flags.StringVar(&o.state, "state", "", "保存各店同步进度的目录；不设置则每次从头开始")
	flags.IntVar(&o.days, "days", 30, "首次启动时回溯多少天，1 到 89")
	flags.DurationVar(&o.interval, "interval", 30*time.Second, "店铺已是最新时，两次查看的间隔")
	flags.DurationVar(&o.lag, "lag", 0, "订单最晚多久出现在平台列表里；0 表示稳妥的默认值一分钟")
	if err := env.Parse(flags); err != nil {
		return o, err
	}
	switch {
	case o.days < 1 || o.days > 89:
		return o, cli.Usagef("-days 必须是 1 到 89")
	case o.interval < 100*time.Millisecond:
		return o, cli.Usagef("-interval 不能小于 100ms")
	case o.lag < 0:
		return o, cli.Usagef("-lag 不能小于 0")
	}
	return o, nil
}

func run(ctx context.Context, env cli.Env) error {
	o, err := optionsOf(env)
	if err != nil {
		return err
	}
	accounts, err := env.Accounts(o.chosen)
	if err != nil {
		return err
	}
	checkpoints := order.NewMemoryCheckpoints()
	if o.state != "" {
		if checkpoints, err = order.NewFileCheckpoints(o.state); err != nil {
			return cli.Usagef("-state：%s", cli.Say(err))
		}
	}
	var shops []*client.Shop
	busy := func(context.Context, *order.Syncer) {} // nothing happens by itself
	account := platforms.Account{}                  // whose variable may be to blame
	if len(accounts) == 0 {
		market, err := openMarket(ctx, o.chosen.Platforms, o.lag)
		if err != nil {
			return err
		}
		defer market.Close()
		shops = market.shops()
		if !o.once {
			busy = func(ctx context.Context, syncer *order.Syncer) {
				market.trade(ctx, min(o.interval, 400*time.Millisecond), syncer)
			}
		}
	}
	for _, account = range accounts {
		account.ListLag = o.lag
		one, err := cli.Shops(ctx, []platforms.Account{account})
		if err != nil {
			return cli.Explain(account, err)
		}
		shops = append(shops, one...)
	}
	return cli.Explain(account, follow(ctx, env, o, shops, checkpoints, busy))
}

// follow prints the orders of shops, while busy makes some, until ctx ends or,
// with -once, all are up to date.
func follow(
	ctx context.Context, env cli.Env, o options, shops []*client.Shop, checkpoints order.Checkpoints,
	busy func(context.Context, *order.Syncer),
) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	out := &printer{w: env.Stdout, stop: stop}
	log := &console{w: env.Stderr, progress: cli.NewProgress(env.Stderr)}
	services := make([]*order.Service, len(shops))
	for i, shop := range shops {
		services[i] = shop.Orders
	}
	syncer, err := order.NewSyncer(services, out.print, order.SyncOptions{
		Checkpoints: checkpoints,
		Since:       shops[0].App().Now().AddDate(0, 0, -o.days),
		Interval:    o.interval,
		OnBadRecord: log.badRecord,
		OnError:     log.failed,
		OnProgress:  log.show,
	})
	if err != nil {
		return err
	}
	var trading sync.WaitGroup
	defer trading.Wait()
	defer stop(nil)
	trading.Go(func() { busy(ctx, syncer) })
	if o.once {
		err = syncer.Once(ctx)
	} else {
		err = syncer.Run(ctx)
	}
	log.done()
	switch {
	case out.failed() != nil:
		return out.failed()
	case errors.Is(err, context.Canceled):
		return nil // interrupted, as it is meant to end
	}
	return err
}

// line is what is printed of a version.
type line struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	OrderID  string        `json:"order_id"`
	Version  order.Version `json:"version"`
	Status   order.Status  `json:"status"`
	Changed  string        `json:"changed,omitempty"` // line: SKU before to SKU now
}

func lineOf(o order.Order, v order.Version) line {
	l := line{Platform: o.Platform, ShopID: o.ShopID, OrderID: o.ID, Version: v, Status: o.Status}
	var changed []string
	for _, c := range change.Seen(order.Order{}, o) {
		changed = append(changed, fmt.Sprintf("%s: %s to %s", c.LineID, c.FromSKU.ID, c.ToSKU.ID))
	}
	l.Changed = strings.Join(changed, ", ")
	return l
}

// printer writes lines, each in one piece and before its order counts as handed
// over. An output that is gone ends the program: no order would be kept any more.
type printer struct {
	stop context.CancelCauseFunc

	mu  sync.Mutex
	w   io.Writer
	err error
}

func (p *printer) print(_ context.Context, o order.Order, v order.Version) error {
	text, err := json.Marshal(lineOf(o, v))
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err == nil {
		if _, err := p.w.Write(append(text, '\n')); err != nil {
			p.err = fmt.Errorf("打印订单：%w", err)
			p.stop(p.err)
		}
	}
	return p.err
}

func (p *printer) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// console tells people how it goes.
type console struct {
	mu       sync.Mutex
	w        io.Writer
	progress *cli.Progress
}

func (c *console) show(p order.Progress) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Show("%d 家店铺，%d 家出错；完成 %d 个时间段，落后 %s，%d 个订单，每秒 %.0f 个",
		p.Shops, p.Failing, p.Windows, p.Lag.Round(time.Second), p.Orders, p.OrdersPerSecond)
}

func (c *console) tell(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Done()
	fmt.Fprintf(c.w, format+"\n", args...)
}

func (c *console) done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.progress.Done()
}

func (c *console) failed(shop order.ShopKey, err error) {
	c.tell("店铺 %s：%s", shop, cli.Say(err))
}

// badRecord tells of a record that cannot be read. A real program stores it.
func (c *console) badRecord(_ context.Context, shop order.ShopKey, r order.BadRecord) error {
	c.tell("店铺 %s：跳过订单 %s：%s", shop, r.ID, cli.Say(r.Err))
	return nil
}
