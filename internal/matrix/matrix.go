// Package matrix makes the support matrix of the READMEs out of what the drivers
// can do. Only tests import it.
package matrix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/platforms"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// Column is a platform with one of its shops; nil where there is no driver yet.
type Column struct {
	platforms.Platform
	Shop *client.Shop
}

// Table is the matrix in Markdown: ✓ where the driver can, — where the platform
// offers no such thing, · where it is not done yet.
func Table(english bool, columns ...Column) string {
	head, text := "能力", func(chinese, _ string) string { return chinese }
	if english {
		head, text = "Capability", func(_, english string) string { return english }
	}
	var b strings.Builder
	b.WriteString("| " + head)
	for _, c := range columns {
		b.WriteString(" | " + text(c.Title, c.English))
	}
	b.WriteString(" |\n|---" + strings.Repeat("|:-:", len(columns)) + "|\n")
	for _, r := range rows {
		b.WriteString("| " + text(r.chinese, r.english))
		for _, c := range columns {
			fmt.Fprintf(&b, " | %s%s", r.mark(c), c.Notes[r.name])
		}
		b.WriteString(" |\n")
	}
	return b.String()
}

// mark is what stands in a cell.
func (r row) mark(c Column) string {
	switch {
	case r.name == platforms.Signing, c.Shop != nil && r.can(c): // a signature comes before the driver
		return "✓"
	case slices.Contains(c.Absent, r.name):
		return "—"
	}
	return "·"
}

// Unknown are the rows that a platform names and the matrix does not have, and
// those that it says are absent although its driver can.
func Unknown(c Column) (wrong []string) {
	named := slices.Clone(c.Absent)
	for name := range c.Notes {
		named = append(named, name)
	}
	for _, name := range named {
		i := slices.IndexFunc(rows, func(r row) bool { return r.name == name })
		if i < 0 {
			wrong = append(wrong, string(name)+" is no row")
		} else if slices.Contains(c.Absent, name) && rows[i].mark(c) != "—" {
			wrong = append(wrong, string(name)+" is not absent")
		}
	}
	return wrong
}

// row is one capability.
type row struct {
	name             platforms.Row
	chinese, english string
	can              func(Column) bool // asked where there is a driver
}

// rows are the capabilities, in the order of listing.
var rows = []row{
	{platforms.Signing, "签名与验签（API、推送、SPI）", "Signing and checking (API, push, SPI)", nil},
	{platforms.Tokens, "授权、令牌续期", "Authorisation, token renewal", always},
	{platforms.Orders, "订单列表、详情、不丢单同步", "Order list, detail, sync that loses none", has(orders)},
	{platforms.Remark, "商家备注", "Merchant's remark", has(orders, order.Can[order.Writer])},
	{platforms.Merge, "合单判断", "Merge check", has(orders, order.Can[order.Merger])},
	{platforms.Close, "关闭未付款订单", "Closing unpaid orders", has(orders, order.Can[order.Writer])},
	{platforms.Privacy, "解密、脱敏、加密、搜索串", "Decrypt, mask, encrypt, search index", has(orders,
		order.Can[order.Decrypter], order.Can[order.Encrypter])},
	{platforms.SpecChange, "改规格", "Spec change", either(has(changes, change.Can[change.SpecChanger]), asks)},
	{platforms.Address, "改地址：审核、商家修改", "Address change: review, by the merchant", has(changes, change.Can[change.AddressChanger])},
	{platforms.AddressReview, "改地址：审核开关", "Address change: who reviews", has(changes, change.Can[change.AddressReviewer])},
	{platforms.Intercept, "发货前拦截（平台发起）", "Intercept before shipping (the platform asks)", asks},
	{platforms.Shipping, "发货、多包裹、改物流", "Shipping, several parcels, corrections", has(parcels, logistics.Can[logistics.Shipper])},
	{platforms.Waybills, "电子面单、打印数据", "E-waybills, print data", has(parcels, logistics.Can[logistics.Waybiller])},
	{platforms.Traces, "物流轨迹", "Traces", has(parcels, logistics.Can[logistics.Tracer])},
	{platforms.Goods, "商品、SKU、库存、价格", "Products, SKUs, stock, prices", has(goods,
		sku.Can[sku.StockWriter], sku.Can[sku.PriceWriter])},
	{platforms.AfterSale, "售后：列表、详情、处理", "After-sale: list, detail, decide", has(orders,
		order.Can[order.CaseDriver])},
	{platforms.StopParcel, "售后：物流拦截", "After-sale: stop a parcel", has(orders, order.Can[order.Interceptor])},
	{platforms.Dropship, "代发：商家与厂家双方", "Drop-ship, merchant and factory", has(trades,
		dropship.Can[dropship.MerchantDriver], dropship.Can[dropship.FactoryDriver])},
	{platforms.DropshipMore, "代发：申请绑定、解绑、追加代发单", "Drop-ship: apply, unbind, extra orders", has(trades,
		dropship.Can[dropship.Binder], dropship.Can[dropship.Appender])},
	{platforms.Pushes, "消息推送", "Pushes", func(c Column) bool { return c.Verifies("push") }},
	{platforms.SPI, "SPI 服务", "SPI server", asks},
	{platforms.AnyMethod, "调用任意方法（`client.Call`）", "Any method (`client.Call`)", always},
	{platforms.TheirSandbox, "平台自己的公共沙箱", "The platform's own public sandbox", func(c Column) bool { return c.PublicSandbox }},
	{platforms.OurSandbox, "本库沙箱", "The sandbox of this library", always}, // a shop comes from there
}

func always(Column) bool { return true }

func asks(c Column) bool { return c.Asks() }

// has tells whether a shop has a service with all those powers.
func has[S any](of func(*client.Shop) *S, powers ...func(*S) bool) func(Column) bool {
	return func(c Column) bool {
		s := of(c.Shop)
		return s != nil && !slices.ContainsFunc(powers, func(can func(*S) bool) bool { return !can(s) })
	}
}

func either(a, b func(Column) bool) func(Column) bool {
	return func(c Column) bool { return a(c) || b(c) }
}

func orders(s *client.Shop) *order.Service      { return s.Orders }
func changes(s *client.Shop) *change.Service    { return s.Changes }
func goods(s *client.Shop) *sku.Service         { return s.SKUs }
func parcels(s *client.Shop) *logistics.Service { return s.Logistics }
func trades(s *client.Shop) *dropship.Service   { return s.Dropship }
