package sku

import "strings"

// Ref is the snapshot of a SKU in an order line, taken when the order was
// placed. The zero value names no SKU.
type Ref struct {
	ID        string `json:"id"`
	ProductID string `json:"product_id"`
	Code      string `json:"code,omitempty"` // the merchant's own code (商家编码)
	Name      string `json:"name"`           // title of the product
	Specs     []Spec `json:"specs,omitempty"`
	Picture   string `json:"picture,omitempty"` // URL
}

// Spec is one property of a SKU, such as 颜色 = 红色.
type Spec struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Text joins the values of the specs for display: "红色 M". It is empty when
// there are none.
func (r Ref) Text() string {
	var values []string
	for _, s := range r.Specs {
		if s.Value != "" {
			values = append(values, s.Value)
		}
	}
	return strings.Join(values, " ")
}
