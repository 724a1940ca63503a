package kuaishou

import (
	"errors"
	"maps"
	"net/http"
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

// Gateway of the platform. There is no public one for tests.
const Gateway = "https://openapi.kwaixiaodian.com"

// Config identifies one app on Kuaishou. AppKey, AppSecret and SignSecret are
// required.
type Config struct {
	AppKey string // begins with ks
	// AppSecret is for tokens only, SignSecret for signing calls. The console
	// shows both; they are easily mixed up.
	AppSecret  mall.Secret
	SignSecret mall.Secret
	// Gateway is where calls go; empty means [Gateway]. Plain http is accepted
	// for this machine only.
	Gateway string
	// Scopes are the permission packs that a merchant is asked for, such as
	// merchant_order and merchant_item. Only App.AuthorizeURL needs them.
	Scopes []string
	// Assumptions replace what the platform does not publish.
	Assumptions Assumptions
}

// Assumptions are the figures and words that this driver needs and that no
// document of the platform confirms. A zero field means the default, which is a
// guess on the careful side.
type Assumptions struct {
	// ListLag is how long an order may take to appear in the order list.
	// Default: one minute.
	ListLag time.Duration
	// OrderUnknown is what the refusal of an order that does not exist says, part
	// of its text: its number is that of any refusal. Default: 订单不存在, a guess.
	OrderUnknown string
	// CaseWindow is the longest range that one question about after-sale cases may
	// span. Default: a day, as documented, with the warning that it may shrink to
	// hours or minutes during campaigns.
	CaseWindow time.Duration
	// Rates are the calls a second. Default: each method 100 for the app, as for
	// apps that are new on the platform, the order list 300, and what the
	// documents give to single methods; no figure for one shop where none is
	// given.
	Rates client.Rates
	// Verbs are the HTTP verbs of methods, instead of the documented ones.
	Verbs map[string]string
	// SignMD5 signs with MD5 instead of HMAC_SHA256, which the platform
	// recommends.
	SignMD5 bool
	// OrderChannel is what waybill calls name the platform's own orders by.
	// Default: KUAI_SHOU, which a peer sends.
	OrderChannel string
	// Dropship are those about drop-ship.
	Dropship DropshipAssumptions
	// RenewOnce keeps a renewal of a token whose answer was lost from being sent
	// again with the same refresh token. The merchant then has to authorise again
	// after each such loss. Default: it is sent again.
	RenewOnce bool
	// PriceUnit is what open.item.sku.price.update counts prices in. No document
	// says it. Default: a fen, in which SKUs are read.
	PriceUnit mall.Fen
	// WaybillCarriers are carriers' letters in the waybill and drop-ship methods,
	// by their numbers in shipping. They lie over the defaults, which are guessed
	// by the names; the platform's table of letters was not found.
	WaybillCarriers map[string]string
	// CarrierData are the texts of extData, by a carrier's letters: what waybill
	// calls must say to it. They lie over the default, {"oneBillFeeType":1} for
	// POSTB. SF wants an isvClientCode, which the app has from the carrier.
	CarrierData map[string]string
	// OrderChannel is what waybill calls name the platform's own orders by.
	// Default: KUAI_SHOU, which a peer sends.
	OrderChannel string
	// WaybillCancelled is what the refusal of a second cancellation of a waybill
	// says, part of its text. Default: 已取消, a guess.
	WaybillCancelled string
	// UnstableCiphers says that the cipher texts of a receiver differ from one
	// reading of the order to the next. That they stay the same while the receiver
	// does is unconfirmed; it is what the default relies on to tell that an
	// address was changed after its waybill was taken. When set, the opaque address
	// id, the masks and the regions tell it.
	UnstableCiphers bool
}

func (a Assumptions) withDefaults() Assumptions {
	if a.ListLag == 0 {
		a.ListLag = time.Minute
	}
	if a.OrderUnknown == "" {
		a.OrderUnknown = "订单不存在"
	}
	if a.OrderChannel == "" {
		a.OrderChannel = "KUAI_SHOU"
	}
	a.Dropship = a.Dropship.withDefaults()
	if a.CaseWindow <= 0 {
		a.CaseWindow = 24 * time.Hour
	}
	if a.Rates.App.PerSecond == 0 {
		a.Rates.App = each(100)
	}
	if a.Rates.Methods == nil {
		a.Rates.Methods = map[string]client.Rates{
			"open.order.cursor.list":        {App: each(300), Shop: each(300)},
			"open.order.decrypt.batch":      {App: each(100), Shop: each(100)},
			"open.item.shelf.status.update": {App: each(100), Shop: each(50)},
		}
	}
	if a.PriceUnit <= 0 {
		a.PriceUnit = 1
	}
	letters := maps.Clone(waybillCarriers)
	maps.Copy(letters, a.WaybillCarriers)
	a.WaybillCarriers = letters
	data := maps.Clone(carrierData)
	maps.Copy(data, a.CarrierData)
	a.CarrierData = data
	if a.OrderChannel == "" {
		a.OrderChannel = "KUAI_SHOU"
	}
	if a.WaybillCancelled == "" {
		a.WaybillCancelled = "已取消"
	}
	return a
}

// each is so many calls a second.
func each(n int) client.Rate { return client.Rate{PerSecond: float64(n), Burst: n} }

// New makes an app. Everything that is wrong with cfg and opts is reported
// together.
func New(cfg Config, opts ...client.Option) (*client.App, error) {
	var errs []error
	if cfg.AppKey == "" {
		errs = append(errs, errors.New("kuaishou: Config.AppKey is empty"))
	}
	if cfg.AppSecret == "" {
		errs = append(errs, errors.New("kuaishou: Config.AppSecret is empty"))
	}
	key, err := signing.NewKey(cfg.SignSecret.Reveal())
	if err != nil {
		errs = append(errs, errors.New("kuaishou: Config.SignSecret is empty"))
	}
	for method, verb := range cfg.Assumptions.Verbs {
		if verb != http.MethodGet && verb != http.MethodPost {
			errs = append(errs, errors.New("kuaishou: Config.Assumptions.Verbs: "+method+" is neither GET nor POST"))
		}
	}
	gateway, err := driver.Gateway(mall.Kuaishou, cfg.Gateway, Gateway)
	errs = append(errs, err)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	assume := cfg.Assumptions.withDefaults()
	of := func(s *client.Shop) account { return account{s, &assume} }
	p := &protocol{appKey: cfg.AppKey, key: key, gateway: gateway, sign: signing.KuaishouHMACSHA256, verbs: assume.Verbs}
	if assume.SignMD5 {
		p.sign = signing.KuaishouMD5
	}
	return client.New(client.Driver{
		Protocol:  p,
		Authority: authority{cfg},
		AppKey:    cfg.AppKey,
		Secrets:   []mall.Secret{cfg.AppSecret, cfg.SignSecret},
		Rates:     assume.Rates,
		Orders:    func(s *client.Shop) order.Driver { return orders{of(s)} },
		SKUs:      func(s *client.Shop) sku.Driver { return skus{of(s)} },
		Dropship:  func(s *client.Shop) dropship.Driver { return distribution{of(s)} },
		Logistics: func(s *client.Shop) logistics.Driver { return parcels{of(s)} },
	}, opts...)
}

// account is what each driver of a shop is made of.
type account struct {
	shop   *client.Shop
	assume *Assumptions // with defaults; one for all shops
}
