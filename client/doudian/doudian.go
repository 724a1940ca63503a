package doudian

import (
	"errors"
	"maps"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/sku"
)

// Gateways of the platform. Sources: zsmhub/doudian-sdk:core/doudian_op_config.go,
// minibear2021/doudian:doudian/core.py.
const (
	Gateway        = "https://openapi-fxg.jinritemai.com"
	SandboxGateway = "https://openapi-sandbox.jinritemai.com"
)

// Config identifies one app on Doudian. AppKey and AppSecret are required.
type Config struct {
	AppKey    string
	AppSecret mall.Secret
	// Gateway is where calls go; empty means [Gateway]. Plain http is accepted
	// for this machine only.
	Gateway string
	// ServiceID is the number of the app on the service market (服务市场). Only
	// AppKey.AuthorizeURL needs it.
	ServiceID string
	// SelfUse says that the app belongs to the merchant of the shops (自用型): a
	// shop without a token gets one by itself.
	SelfUse bool
	// TestShop says that the shops are test shops of the platform's sandbox.
	TestShop bool
	// Assumptions replace what the platform does not publish.
	Assumptions Assumptions
}

// Assumptions are the figures that this driver needs and that no document of
// the platform confirms. A zero field means the default, which is a guess on
// the careful side.
type Assumptions struct {
	// ListLag is how long an order may take to appear in the order list.
	// Default: one minute.
	ListLag time.Duration
	// Operations are types of afterSale.operate beyond, or instead of, those that
	// are known: 201 and 202, which agree to and refuse a refund without return,
	// are confirmed; 101 and 111, 301 and 311, which agree to a return and an
	// exchange and to the goods that came back, are inferred. Without a type a
	// decision is mall.ErrNotSupported.
	Operations map[Operation]int
	// DealTimeUnit is what start_deal_time and end_deal_time of
	// iop.sellerOrderList are counted in. The documents say milliseconds, while
	// every other time of the platform is in seconds. Default: a millisecond.
	DealTimeUnit time.Duration
	// Rates are the calls a second. Default: each method 50 for the app and 10
	// for one shop.
	Rates client.Rates
	// WaybillBatch is how many waybills one call takes or prints. Default: ten,
	// which one source says.
	WaybillBatch int
	// UnstableCiphers says that the cipher texts of a receiver differ from one
	// reading of the order to the next. That they stay the same while the receiver
	// does is unconfirmed; it is what the default relies on to tell that an
	// address was changed after its waybill was taken. When set, the opaque address
	// id, the masks and the regions tell it.
	UnstableCiphers bool
	// WaybillCarriers are the codes of carriers in the e-waybill methods
	// (logistics.*), by their codes in order.logisticsCompanyList, where the two
	// differ. That the tables are the same is unconfirmed; the default is that
	// they are, as in the platform's examples.
	WaybillCarriers map[string]string
	// StockBatch is how many SKUs of a product one call may set the stock of.
	// Default: 50, which is documented for the call over several products.
	StockBatch int
}

func (a Assumptions) withDefaults() Assumptions {
	if a.ListLag == 0 {
		a.ListLag = time.Minute
	}
	known := maps.Clone(operations)
	maps.Copy(known, a.Operations)
	a.Operations = known
	if a.DealTimeUnit <= 0 {
		a.DealTimeUnit = time.Millisecond
	}
	if a.Rates.App.PerSecond == 0 {
		a.Rates.App = client.Rate{PerSecond: 50, Burst: 50}
	}
	if a.Rates.Shop.PerSecond == 0 {
		a.Rates.Shop = client.Rate{PerSecond: 10, Burst: 10}
	}
	if a.WaybillBatch <= 0 {
		a.WaybillBatch = 10
	}
	if a.StockBatch <= 0 {
		a.StockBatch = 50
	}
	return a
}

// New makes an app. Everything that is wrong with cfg and opts is reported
// together.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	var errs []error
	if cfg.AppKey == "" {
		errs = append(errs, errors.New("doudian: Config.AppKey is empty"))
	}
	key, err := signing.NewKey(cfg.AppSecret.Reveal())
	if err != nil {
		errs = append(errs, errors.New("doudian: Config.AppSecret is empty"))
	}
	gateway, err := driver.Gateway(mall.Doudian, cfg.Gateway, Gateway)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	assume := cfg.Assumptions.withDefaults()
	of := func(s *client.Shop) account { return account{s, &assume} }
	return client.New(client.Driver{
		Protocol:  &protocol{appKey: cfg.AppKey, key: key, gateway: gateway},
		Authority: authority{cfg},
		AppKey:    cfg.AppKey,
		Secrets:   []mall.Secret{cfg.AppSecret},
		Rates:     assume.Rates,
		Orders:    func(s *client.Shop) order.Driver { return orders{of(s)} },
		SKUs:      func(s *client.Shop) sku.Driver { return skus{of(s)} },
		Logistics: func(s *client.Shop) logistics.Driver { return parcels{of(s)} },
		Dropship:  func(s *client.Shop) dropship.Driver { return distribution{of(s)} },
	}, opts...)
}

// account is what each driver of a shop is made of.
type account struct {
	shop   *client.Shop
	assume *Assumptions // with defaults; one for all shops
}
