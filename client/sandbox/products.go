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
func (d Side) Products(shopID string) (all []json.RawMessage, err error) {
	err = d.sell(shopID, func(p stage.Seller, sh *stage.Shop) error {
		all = p.Products(sh)
		return nil
	})
	return all, err
}

// UpdateProduct applies fields, in the platform's own wire form, to a product
// of a shop, or makes one with that id. Its update time becomes now unless
// fields gives one, and the platform pushes the change if its push is known.
// Errors: [ErrUnknownPlatform], [ErrUnknownID], or fields that no product could
// have.
func (d Side) UpdateProduct(shopID, productID string, fields any) error {
	return d.sellWith(shopID, fields, func(p stage.Seller, sh *stage.Shop, object stage.Object) error {
		return p.ChangeProduct(sh, productID, object)
	})
}

// UpdateSKU applies fields, in the platform's own wire form, to a SKU of a
// shop, as if somebody else changed its stock or price. Errors are those of
// [Side.UpdateProduct].
func (d Side) UpdateSKU(shopID, skuID string, fields any) error {
	return d.sellWith(shopID, fields, func(p stage.Seller, sh *stage.Shop, object stage.Object) error {
		return p.ChangeSKU(sh, skuID, object)
	})
}

func (d Side) sellWith(shopID string, fields any, do func(stage.Seller, *stage.Shop, stage.Object) error) error {
	object, err := stage.ToObject(fields)
	if err != nil {
		return err
	}
	return d.sell(shopID, func(p stage.Seller, sh *stage.Shop) error { return do(p, sh, object) })
}

// sell calls do with the lock held.
func (d Side) sell(shopID string, do func(stage.Seller, *stage.Shop) error) error {
	p, err := lockFor[stage.Seller](d, "products")
	if err != nil {
		return err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return err
	}
	return do(p, sh)
}

// productEndpoints is the part of the control interface about products.
func (s *Sandbox) productEndpoints() []endpoint {
	return []endpoint{
		{"GET", "/control/products", "products of a shop with their SKUs: ?platform=PLATFORM&shop_id=SHOP", s.getProducts},
		{"POST", "/control/products", `change a product, or make one: {"platform":"PLATFORM","shop_id":"SHOP","product_id":"…","product":{…}}`, s.postProduct},
		{"POST", "/control/skus", `change a SKU, as others would: {"platform":"PLATFORM","shop_id":"SHOP","sku_id":"…","sku":{…}}`, s.postSKU},
	}
}

func (s *Sandbox) getProducts(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	all, err := s.On(mall.Platform(q.Get("platform"))).Products(q.Get("shop_id"))
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
		return 0, nil, errors.New("product has no field to change")
	}
	return http.StatusOK, struct{}{}, s.On(b.Platform).UpdateProduct(b.ShopID, b.ProductID, b.Product)
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
		return 0, nil, errors.New("sku has no field to change")
	}
	return http.StatusOK, struct{}{}, s.On(b.Platform).UpdateSKU(b.ShopID, b.SKUID, b.SKU)
}
