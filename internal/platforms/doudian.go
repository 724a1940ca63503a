package platforms

import (
	"encoding/json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
)

func doudianShop() Platform {
	return Platform{
		Name: mall.Doudian, Title: "抖店", English: "Doudian", SelfUse: true, PublicSandbox: true,
		Absent: []Row{DropshipMore},
		Notes:  map[Row]string{SpecChange: "²", Intercept: "²"},
		Variables: []Variable{
			{Name: AppKey, Need: Always, Number: true},
			{Name: AppSecret, Need: Always},
			{Name: ShopID, Need: ForShop | ForSelf, Number: true},
			{Name: AccessToken}, // a self-used app asks for it
			{Name: RefreshToken},
			{Name: Gateway},
			{Name: "SERVICE_ID", Need: ForGrant},
		},
		SignedWith: []string{AppKey, AppSecret},
		App: func(a Account, opts ...client.Option) (*client.App, error) {
			return doudian.New(doudian.Config{
				AppKey: a.Text(AppKey), AppSecret: a.Values[AppSecret], Gateway: a.Text(Gateway), ServiceID: a.Text("SERVICE_ID"),
				SelfUse: !a.HasToken(), Assumptions: doudian.Assumptions{ListLag: a.ListLag, Rates: a.Rates},
			}, opts...)
		},
		Verifiers: func(a Account, _ *client.App) map[string]webhook.Verifier {
			secrets := []mall.Secret{a.Values[AppSecret]}
			return map[string]webhook.Verifier{
				"push": webhook.DoudianPush{AppKey: a.Text(AppKey), Secrets: secrets},
				"spi":  webhook.DoudianSPI{AppKey: a.Text(AppKey), Secrets: secrets},
			}
		},
		Sandbox: Sandbox{
			Values: map[string]string{"SERVICE_ID": "1"}, Lists: "order.searchList", Renews: "token.refresh",
			Carrier: "yuantong",
			Assigns: []string{"iop.sellerDistribute", "iop.sellerCancleDistribute", "iop.waybillGet", "iop.waybillReturn"},
			Order:   doudianOrder,
			Paid: func(shopID, orderID string) (string, map[string]any) {
				return "101", map[string]any{"p_id": json.Number(orderID), "shop_id": json.Number(shopID)}
			},
			Blue: "1780000000000102", BlueCode: func(code string) map[string]any { return map[string]any{"code": code} },
		},
	}
}

func doudianOrder(s Story) map[string]any {
	o := map[string]any{}
	if s.Status != "" {
		o["order_status"] = map[order.Status]int{
			order.StatusUnpaid: 1, order.StatusToShip: 2, order.StatusShipped: 3, order.StatusDone: 5,
		}[s.Status]
	}
	if !s.At.IsZero() {
		o["create_time"], o["update_time"] = s.At.Unix(), s.At.Unix()
	}
	if s.Remark != "" {
		o["seller_words"] = s.Remark
	}
	if s.Red != 0 {
		o["sku_order_list"] = []any{map[string]any{
			"product_id": 3600000000000000001, "product_id_str": "3600000000000000001", "sku_id": 1780000000000001,
			"code": "TS-RED-M", "origin_amount": 5900, "goods_price": 5900, "item_num": s.Red,
		}}
	}
	return o
}
