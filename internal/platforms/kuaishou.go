package platforms

import (
	"encoding/json"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
)

func kuaishouShop() Platform {
	return Platform{
		Name: mall.Kuaishou, Title: "快手小店", English: "Kuaishou shop",
		Absent: []Row{AddressReview, Intercept, Traces, StopParcel, SPI, TheirSandbox},
		Notes:  map[Row]string{Merge: "¹", SpecChange: "³", Goods: "⁴", Pushes: "⁵"},
		Variables: []Variable{
			{Name: AppKey, Need: Always},
			{Name: AppSecret, Need: Always},
			{Name: "SIGN_SECRET", Need: Always, Note: "不是 APP_SECRET"},
			{Name: ShopID, Need: ForShop, Number: true},
			{Name: AccessToken, Need: ForShop}, // there are no self-used apps
			{Name: RefreshToken},
			{Name: Gateway},
			{Name: "MESSAGE_KEY", Need: ForPushes},
			{Name: "SCOPES", Need: ForGrant, Note: "权限包，用逗号分隔，例如 merchant_order,merchant_item"},
		},
		SignedWith: []string{AppKey, "SIGN_SECRET"},
		App: func(a Account, opts ...client.Option) (*client.App, error) {
			return kuaishou.New(kuaishou.Config{
				AppKey: a.Text(AppKey), AppSecret: a.Values[AppSecret], SignSecret: a.Values["SIGN_SECRET"],
				Gateway:     a.Text(Gateway),
				Scopes:      strings.FieldsFunc(a.Text("SCOPES"), func(r rune) bool { return r == ',' || r == ' ' }),
				Assumptions: kuaishou.Assumptions{ListLag: a.ListLag, Rates: a.Rates},
			}, opts...)
		},
		Verifiers: func(a Account, app *client.App) map[string]webhook.Verifier {
			return map[string]webhook.Verifier{"push": webhook.KuaishouPush{
				AppKey: a.Text(AppKey), MessageKeys: []mall.Secret{a.Values["MESSAGE_KEY"]},
				Orders: func(shopID string) webhook.OrderReader { return app.Shop(shopID).Orders },
			}}
		},
		Sandbox: Sandbox{
			Values: map[string]string{"SCOPES": "merchant_order"},
			Lists:  "open.order.cursor.list", Renews: "oauth2.refresh_token",
			Carrier: "YTO",
			Assigns: []string{
				"open.dropshipping.order.batch.allocate", "open.dropshipping.order.batch.allocate.cancel",
				"open.dropshipping.ebill.batch.get", "open.dropshipping.order.deliver",
			},
			Order: kuaishouOrder,
			Paid: func(_, orderID string) (string, map[string]any) {
				return "kwaishop_order_paySuccess", map[string]any{"oid": json.Number(orderID)}
			},
			Blue: "158400000000002", BlueCode: func(code string) map[string]any { return map[string]any{"skuNick": code} },
		},
	}
}

func kuaishouOrder(s Story) map[string]any {
	base, o := map[string]any{}, map[string]any{}
	if s.Status != "" {
		base["status"] = map[order.Status]int{
			order.StatusUnpaid: 10, order.StatusToShip: 30, order.StatusShipped: 40, order.StatusDone: 70,
		}[s.Status]
	}
	if !s.At.IsZero() {
		base["createTime"], base["updateTime"] = s.At.UnixMilli(), s.At.UnixMilli()
	}
	if s.Remark != "" {
		base["remark"] = s.Remark
	}
	if s.Red != 0 {
		o["orderItemInfo"] = map[string]any{
			"itemId": 24900000000001, "skuId": 158400000000001, "skuNick": "TS-RED-M", "originalPrice": 5900, "price": 5900, "num": s.Red,
		}
	}
	if len(base) > 0 {
		o["orderBaseInfo"] = base
	}
	return o
}
