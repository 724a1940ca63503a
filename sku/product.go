package sku

import (
	"time"

	"github.com/mallwire/mall"
)

// SKU is one variant of a product in a shop. Times that the platform did not
// send are zero.
type SKU struct {
	Platform  mall.Platform `json:"platform"`
	ShopID    string        `json:"shop_id"`
	ID        string        `json:"id"`
	ProductID string        `json:"product_id"`
	Code      string        `json:"code,omitempty"` // the merchant's own code (商家编码)
	Specs     []Spec        `json:"specs,omitempty"`
	Price     mall.Fen      `json:"price"` // of one piece
	Stock     Stock         `json:"stock"`

	// Status is StatusUnknown on platforms that put only whole products on
	// sale: see the product.
	Status         Status    `json:"status"`
	PlatformStatus string    `json:"platform_status,omitempty"` // the platform's value of Status
	Created        time.Time `json:"created,omitzero"`
	Updated        time.Time `json:"updated,omitzero"`

	// Raw is the platform's own record, byte for byte. It stays out of JSON.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (s SKU) Record() (mall.Platform, string, mall.Raw) {
	return s.Platform, "SKU " + s.ID, s.Raw
}

// Ref returns the snapshot of s for an order line. Name is the title of the
// product, which a SKU does not have.
func (s SKU) Ref(name string) Ref {
	return Ref{ID: s.ID, ProductID: s.ProductID, Code: s.Code, Name: name, Specs: s.Specs}
}

// Product is an item of a shop with one title and one or more variants.
type Product struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
	ID       string        `json:"id"`
	Code     string        `json:"code,omitempty"` // the merchant's own code (货号)
	Name     string        `json:"name"`
	Pictures []string      `json:"pictures,omitempty"` // URLs, the main one first

	Status         Status `json:"status"`
	PlatformStatus string `json:"platform_status"` // the platform's value of Status
	Review         Review `json:"review"`
	PlatformReview string `json:"platform_review,omitempty"` // the platform's value of Review

	Created time.Time `json:"created,omitzero"`
	Updated time.Time `json:"updated,omitzero"`

	// SKUs are the variants. Lists leave them out. [Service.GetProduct]
	// includes them, possibly without their stock by warehouse, which
	// [Service.GetSKUs] has.
	SKUs []SKU `json:"skus,omitempty"`

	// Raw is the platform's own record, byte for byte. It stays out of JSON.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (p Product) Record() (mall.Platform, string, mall.Raw) {
	return p.Platform, "product " + p.ID, p.Raw
}

// Status says whether a product or SKU is on sale. A value of the platform that
// the driver does not know is StatusUnknown; the platform's own value is beside
// it.
type Status string

// The statuses.
const (
	StatusUnknown Status = ""
	StatusOnSale  Status = "on_sale"  // 在售
	StatusOffSale Status = "off_sale" // taken off the shelf (下架)
	StatusDeleted Status = "deleted"
)

// Review is the state of the platform's review of a product. It is separate
// from [Status]: a product on sale may have a newer version under review.
type Review string

// The reviews.
const (
	ReviewUnknown  Review = ""
	ReviewDraft    Review = "draft"    // not submitted
	ReviewPending  Review = "pending"  // 待审核
	ReviewApproved Review = "approved" // 审核通过
	ReviewRejected Review = "rejected" // 审核未通过
	ReviewBanned   Review = "banned"   // 封禁
)
