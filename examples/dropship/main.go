// Dropship shows drop-ship (代发) from both sides: a merchant lists its
// suppliers and gives lines of its orders to a factory; the factory pulls them,
// takes waybills and returns them. A buyer who wants the money back, a merchant
// who ships or takes back what the factory has in hand, and a second shipment
// show up as what they are.
//
//	go run ./examples/dropship
//	go run ./examples/dropship -json
//
// Without any account it runs against the sandbox inside the process, which
// plays the buyer and the impatient merchant; -platform chooses the platform.
//
// With the variables of a platform in the environment it talks to the real
// platform, as the merchant; -h lists the variables. The factory is
// MALL_<PLATFORM>_FACTORY_SHOP_ID with _FACTORY_ACCESS_TOKEN and
// _FACTORY_REFRESH_TOKEN. There it only reads, unless -assign is given;
// waybills, which cost money, are taken in the sandbox alone.
package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

func main() { cli.Main(run) }

// both are the two shops of the play. A factory is not needed to read as a
// merchant.
type both struct {
	merchant *client.Shop
	factory  *client.Shop
	world    world // what happens outside of the API; nil on a real platform
	carrier  string
}

// world is what buyers and merchants do on the platform's own pages.
type world interface {
	refund(orderID string) error
	merchantShips(orderID string) error
}

func run(ctx context.Context, env cli.Env) error {
	flags := env.Flags("dropship", "代发：商家把订单分配给厂家，厂家取号、回传运单号。\n"+
		"真实平台上的厂家：MALL_<平台>_FACTORY_SHOP_ID、_FACTORY_ACCESS_TOKEN、_FACTORY_REFRESH_TOKEN。")
	platform := env.PlatformFlag(flags, false, platforms.ForShop)
	asJSON := flags.Bool("json", false, "每一步打印一行 JSON，不打印表格")
	assign := flags.Bool("assign", false, "在真实平台上分配订单；不加则只读")
	supplier := flags.String("supplier", "", "分配给哪家厂家（店铺 ID）；不设置则用第一家已绑定的")
	most := flags.Int("max", 6, "最多分配多少行，1 到 100")
	hours := flags.Int("hours", 24, "回溯多少小时，1 到 72")
	if err := env.Parse(flags); err != nil {
		return err
	}
	if *most < 1 || *most > 100 {
		return cli.Usagef("-max 必须是 1 到 100")
	}
	if *hours < 1 || *hours > 72 {
		return cli.Usagef("-hours 必须是 1 到 72")
	}
	account, onPlatform, err := env.Account(platform.One(), platforms.ForShop)
	if err != nil {
		return err
	}
	var shops both
	if onPlatform {
		shops, err = realShops(ctx, env, account)
	} else {
		var done func()
		shops, done, err = sandboxShops(ctx, platform.One())
		defer done()
	}
	if err != nil {
		return cli.Explain(account, err)
	}
	since := shops.merchant.App().Now().Add(-time.Duration(*hours) * time.Hour)
	p := &play{both: shops, out: newReport(env.Stdout, *asJSON), since: since}
	if err := p.merchantSide(ctx, *supplier, *most, *assign || !onPlatform); err != nil {
		return cli.Explain(account, err)
	}
	if err := p.factorySide(ctx); err != nil {
		return cli.Explain(account, err)
	}
	p.out.flush()
	return nil
}

// realShops are the shops that the environment names.
func realShops(ctx context.Context, env cli.Env, a platforms.Account) (both, error) {
	names := a.Platform.Prefix() + "FACTORY_"
	values := map[string]string{}
	for _, name := range []string{platforms.ShopID, platforms.AccessToken, platforms.RefreshToken} {
		values[name] = strings.TrimSpace(env.Getenv(names + name))
	}
	factory, accounts := a.With(values), []platforms.Account{a}
	switch {
	case !cli.Digits(factory.ShopID()):
		return both{}, cli.Usagef("环境变量 %sSHOP_ID 必须是数字，以平台控制台显示的为准", names)
	case factory.ShopID() == "" && factory.HasToken():
		return both{}, cli.Usagef("缺少环境变量 %sSHOP_ID：只有厂家的令牌不够", names)
	case factory.Values[platforms.AccessToken] == "" && factory.HasToken():
		return both{}, cli.Usagef("缺少环境变量 %sACCESS_TOKEN：只有刷新令牌不够", names)
	case factory.ShopID() != "":
		accounts = append(accounts, factory)
	}
	shops, err := cli.Shops(ctx, accounts)
	if err != nil {
		return both{}, err
	}
	return both{merchant: shops[0], factory: append(shops, nil)[1]}, nil
}

// play is one run.
type play struct {
	both
	out      *report
	since    time.Time
	assigned []dropship.Assignment // as the merchant knows them
}

// merchantSide lists suppliers and orders and, if it may, assigns some.
func (p *play) merchantSide(ctx context.Context, supplier string, most int, write bool) error {
	role, err := p.merchant.Dropship.Role(ctx)
	if err != nil {
		return err
	}
	p.out.title("商家 %s：身份 %s", p.merchant.ID(), roleNames[role])
	partners, err := p.merchant.Dropship.Suppliers(ctx)
	if err != nil {
		return err
	}
	for _, r := range partners {
		p.out.add(entry{Step: "supplier", Factory: r.Partner, Text: r.Name, Result: relationText(r)})
		if supplier == "" && r.State == dropship.RelationBound {
			supplier = r.Partner
		}
	}
	var choices []dropship.Choice
	chosen := map[dropship.MerchantID]dropship.Assignment{}
	query := dropship.Query{By: p.merchant.Dropship.Limits().MerchantOrders.Feed(), From: p.since}
	for a, err := range p.merchant.Dropship.AllMerchantOrders(ctx, query) {
		if err != nil {
			return err
		}
		who, ok, why := a.MayShip()
		seen := ofMerchant("order", a)
		seen.Result, seen.Reason = turnText(who, ok, why), why
		p.out.add(seen)
		if a.State == dropship.StateUnassigned && who == dropship.RoleMerchant && ok && len(choices) < most {
			choices = append(choices, dropship.Choice{ID: a.MerchantID, Supplier: supplier})
			chosen[a.MerchantID] = a
		}
	}
	switch {
	case !write:
		p.out.title("只读：加 -assign 才会分配，现有 %d 个可分配", len(choices))
		return nil
	case supplier == "":
		p.out.title("没有已绑定的厂家，不分配")
		return nil
	}
	p.out.title("分配给厂家 %s", supplier)
	outcomes, err := p.merchant.Dropship.Assign(ctx, choices...)
	for _, o := range outcomes {
		a := chosen[o.Item]
		given := ofMerchant("assign", a)
		given.Factory = supplier
		p.out.add(given.with(o.Err, "已分配"))
		if o.Err == nil {
			p.assigned = append(p.assigned, a)
		}
	}
	return err
}

// factorySide pulls what was assigned and, in the sandbox, ships it.
func (p *play) factorySide(ctx context.Context) error {
	if p.factory == nil {
		return nil
	}
	role, err := p.factory.Dropship.Role(ctx)
	if err != nil {
		return err
	}
	p.out.title("厂家 %s：身份 %s", p.factory.ID(), roleNames[role])
	if p.world != nil {
		// The list ends a little before now, since rows may appear late.
		if err := p.settle(ctx); err != nil {
			return err
		}
	}
	var given []dropship.Assignment
	query := dropship.Query{
		By: p.factory.Dropship.Limits().FactoryOrders.Feed(), From: p.since, State: dropship.StateAssigned,
	}
	for a, err := range p.factory.Dropship.AllFactoryOrders(ctx, query) {
		if err != nil {
			return err
		}
		given = append(given, a)
		pulled := p.ofFactory("pulled", a)
		pulled.Result = regionText(a.Receiver)
		p.out.add(pulled)
	}
	if p.world == nil || len(given) == 0 {
		return nil
	}
	return p.ship(ctx, given)
}

// ship takes waybills, lets the world interfere, and returns them.
func (p *play) ship(ctx context.Context, given []dropship.Assignment) error {
	take, err := p.standing(ctx)
	if err != nil {
		return err
	}
	for _, a := range given {
		take.Requests = append(take.Requests, a.WaybillRequest())
	}
	p.out.title("厂家取号")
	taken, err := p.factory.Dropship.TakeWaybills(ctx, take)
	if err != nil {
		return err
	}
	for i, w := range taken {
		p.out.add(p.ofFactory("waybill", given[i]).with(w.Err, "已取号 "+w.Item.TrackingNo))
	}
	if err := p.interfere(ctx); err != nil {
		return err
	}
	p.out.title("厂家回传")
	var first *dropship.Return
	for i, w := range taken {
		if w.Err != nil {
			continue
		}
		r := given[i].Return(w.Item)
		_, err := p.factory.Dropship.ReturnWaybills(ctx, r)
		p.out.add(p.ofFactory("return", given[i]).with(err, "已回传 "+w.Item.TrackingNo))
		if first == nil && err == nil {
			first = &r
		}
	}
	if first == nil {
		return nil
	}
	p.out.title("同一单再回传一次")
	again := *first
	again.Parcels = slices.Clone(first.Parcels)
	for _, number := range []string{first.Parcels[0].TrackingNo, "EX9999999999999"} {
		again.Parcels[0].TrackingNo = number
		_, err := p.factory.Dropship.ReturnWaybills(ctx, again)
		step := entry{Step: "return_again", ID: again.ID.ID, Factory: p.factory.ID(), Text: "单号 " + number}
		p.out.add(step.with(err, "已回传"))
	}
	return nil
}

// standing is what the factory takes waybills with: its address, its account with
// the carrier and the form of its labels, where the platform tells them.
func (p *play) standing(ctx context.Context) (logistics.Take, error) {
	take := logistics.Take{CarrierCode: p.carrier, Sender: logistics.Sender{
		Name: "示例发货人", Phone: "19900000000", Landline: "0512-00000000",
		Address: logistics.Address{
			Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"},
			Detail: "示例路1号",
		},
	}}
	templates, err := p.factory.Logistics.Templates(ctx)
	if err != nil {
		return take, err
	}
	for _, t := range templates {
		if t.CarrierCode == p.carrier && t.URL != "" {
			take.Template = t.URL
			break
		}
	}
	sites, err := p.factory.Logistics.NetSites(ctx, p.carrier)
	if err == nil && len(sites) > 0 {
		take.Site = sites[0]
	}
	return take, err
}

// interfere is what goes wrong between taking a number and returning it: a
// refund, a merchant who ships by himself, a merchant who takes back.
func (p *play) interfere(ctx context.Context) error {
	p.out.title("与此同时")
	steps := []struct {
		step, text string
		do         func(a dropship.Assignment) error
	}{
		{"buyer_refund", "买家申请退款", func(a dropship.Assignment) error { return p.world.refund(a.OrderID) }},
		{"merchant_ships", "商家自己发了货", func(a dropship.Assignment) error { return p.world.merchantShips(a.OrderID) }},
		{"cancel", "商家取消分配", func(a dropship.Assignment) error {
			outcomes, err := p.merchant.Dropship.CancelAssignment(ctx, "", a.MerchantID)
			if err == nil {
				err = outcomes[0].Err
			}
			return err
		}},
	}
	for i, s := range steps {
		if i+1 >= len(p.assigned) {
			break
		}
		a := p.assigned[i+1] // the first is left alone
		p.out.add(ofMerchant(s.step, a).with(s.do(a), s.text))
	}
	return nil
}

// settle waits until the list shows what was just assigned.
func (p *play) settle(ctx context.Context) error {
	t := time.NewTimer(settleTime)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ofMerchant is a step with an assignment as its merchant sees it.
func ofMerchant(step string, a dropship.Assignment) entry {
	return entry{Step: step, ID: string(a.MerchantID), Order: a.OrderID, Text: linesText(a)}
}

// ofFactory is a step with an assignment as its factory sees it.
func (p *play) ofFactory(step string, a dropship.Assignment) entry {
	return entry{Step: step, ID: a.FactoryID.ID, Factory: p.factory.ID(), Text: linesText(a)}
}

// with says what became of a step.
func (e entry) with(err error, done string) entry {
	if err == nil {
		e.OK, e.Result = true, done
		return e
	}
	e.Error = err.Error()
	if r, ok := errors.AsType[*dropship.Refusal](err); ok {
		e.Reason = r.Reason
		e.Result = "冲突：" + reasonText(r.Reason)
		return e
	}
	switch {
	case errors.Is(err, mall.ErrAlreadyDone):
		e.Reason, e.Result = "already_done", "早已完成，无需再做"
	case errors.Is(err, mall.ErrUnknownOutcome):
		e.Reason, e.Result = dropship.ReasonUnknownOutcome, "结果未知：先查再做"
	case errors.Is(err, mall.ErrRejected):
		refusal, _ := errors.AsType[*mall.Error](err)
		e.Result = "平台拒绝：" + refusal.Message
	default:
		e.Result = "失败：" + cli.Say(err)
	}
	return e
}
