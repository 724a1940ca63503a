package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Products returns the products of a shop in the platform's wire form, in the
// order in which they were made. Errors: [ErrUnknownPlatform], [ErrUnknownID].
func (s *Sandbox) Products(platform mall.Platform, shopID string) (all []json.RawMessage, err error) {
	err = s.sell(platform, shopID, func(p stage.Seller, sh *stage.Shop) error {
		all = p.Products(sh)
		return nil
	})
	return all, err
}

// UpdateProduct lays fields over a product of a shop, in the platform's own
// wire form, or makes one of that id. Its update time moves to now unless
// fields gives one, and the platform tells the app by a push. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], or fields that no product could have.
func (s *Sandbox) UpdateProduct(platform mall.Platform, shopID, productID string, fields any) error {
	return s.sellWith(platform, shopID, fields, func(p stage.Seller, sh *stage.Shop, object stage.Object) error {
		return p.ChangeProduct(sh, productID, object)
	})
}

// UpdateSKU lays fields over a SKU of a shop, in the platform's own wire form:
// what happens when somebody else changes its stock or price. Errors are those
// of [Sandbox.UpdateProduct].
func (s *Sandbox) UpdateSKU(platform mall.Platform, shopID, skuID string, fields any) error {
	return s.sellWith(platform, shopID, fields, func(p stage.Seller, sh *stage.Shop, object stage.Object) error {
		return p.ChangeSKU(sh, skuID, object)
	})
}

func (s *Sandbox) sellWith(platform mall.Platform, shopID string, fields any, do func(stage.Seller, *stage.Shop, stage.Object) error) error {
	object, err := stage.ToObject(fields)
	if err != nil {
		return err
	}
	return s.sell(platform, shopID, func(p stage.Seller, sh *stage.Shop) error { return do(p, sh, object) })
}

// sell does something with a shop's products while holding mu.
func (s *Sandbox) sell(platform mall.Platform, shopID string, do func(stage.Seller, *stage.Shop) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return err
	}
	p, ok := sh.Platform.(stage.Seller)
	if !ok {
		return stage.Errorf(ErrUnknownPlatform, "%s has no products here", platform)
	}
	return do(p, sh)
}

// productEndpoints are the part of the control interface about products.
func (s *Sandbox) productEndpoints() []endpoint {
	return []endpoint{
		{"GET", "/control/products", "products of a shop with their SKUs: ?platform=doudian&shop_id=10000001", s.getProducts},
		{"POST", "/control/products", `change a product, or make one: {"platform":"doudian","shop_id":"10000001","product_id":"…","product":{"status":1}}`, s.postProduct},
		{"POST", "/control/skus", `change a SKU, as others would: {"platform":"doudian","shop_id":"10000001","sku_id":"…","sku":{"stock_num":0,"price":4900}}`, s.postSKU},
	}
}

func (s *Sandbox) getProducts(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	all, err := s.Products(mall.Platform(q.Get("platform")), q.Get("shop_id"))
	return http.StatusOK, map[string]any{"products": all}, err
}

func (s *Sandbox) postProduct(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		ProductID string       `json:"product_id"`
		Product   stage.Object `json:"product"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if len(b.Product) == 0 {
		return 0, nil, errors.New("product names no field to change")
	}
	return http.StatusOK, struct{}{}, s.UpdateProduct(b.Platform, b.ShopID, b.ProductID, b.Product)
}

func (s *Sandbox) postSKU(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		SKUID string       `json:"sku_id"`
		SKU   stage.Object `json:"sku"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if len(b.SKU) == 0 {
		return 0, nil, errors.New("sku names no field to change")
	}
	return http.StatusOK, struct{}{}, s.UpdateSKU(b.Platform, b.ShopID, b.SKUID, b.SKU)
}
