package webhook

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// DoudianSpecChange says what the call for a spec change (商品规格更新) looks like.
// The platform has published the rules of the service, but not the name, fields
// and answer of the call. The defaults are a GUESS after the habits of the
// platform's other calls: correct what [DoudianSPI.WithDefaults] fills in once you
// have the document that comes with admission to the service.
//
// Each field that is a text, but for Method, is the path to a value in param_json:
// the names of members, joined by dots ("data.shop_id"). An empty path means that
// the call does not say it.
type DoudianSpecChange struct {
	// Method is the value of the query parameter method. It tells the call from
	// others to the same URL, which are then refused; the platform does not sign
	// it. Empty means that the URL serves no other call.
	Method string

	ShopID    string // required
	OrderID   string // required
	LineID    string // required
	ID        string // of the request; the same when it is repeated
	ProductID string
	FromSKU   string
	ToSKU     string // ToSKU or ToCode is required
	ToCode    string // the merchant's code of the SKU
	ToSpecs   string // a list of objects
	SpecName  string // path within one object of ToSpecs
	SpecValue string // path within one object of ToSpecs
	Quantity  string
	Operator  string
	Requested string // a time: seconds as a number or text, or a date and time
	Deadline  string // a time

	// Answer returns the answer to a verdict, which is encoded as JSON. It is
	// required.
	Answer func(change.Verdict) any
}

// ddSpecChange returns the guess.
func ddSpecChange() *DoudianSpecChange {
	return &DoudianSpecChange{
		ShopID:    "shop_id",
		OrderID:   "shop_order_id",
		LineID:    "sku_order_id",
		ID:        "request_id",
		ProductID: "product_id",
		FromSKU:   "before_sku_id",
		ToSKU:     "after_sku_id",
		ToCode:    "after_sku_code",
		ToSpecs:   "after_spec",
		SpecName:  "name",
		SpecValue: "value",
		Quantity:  "num",
		Operator:  "operator",
		Requested: "operate_time",
		Answer:    ddVerdict,
	}
}

// ddVerdict puts a verdict into the envelope of every SPI answer. What stands in
// data is a guess. The code of a refusal is that of the verdict where it is a
// number, and 1 otherwise.
func ddVerdict(v change.Verdict) any {
	type data struct {
		Success bool   `json:"success"`
		Code    int64  `json:"reason_code"`
		Reason  string `json:"reason"`
	}
	answer := struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    data   `json:"data"`
	}{Message: "success", Data: data{Success: v.Accept}}
	if !v.Accept {
		answer.Message = v.Reason
		answer.Data.Code, answer.Data.Reason = 1, v.Reason
		if n, err := strconv.ParseInt(v.Code, 10, 64); err == nil && n != 0 {
			answer.Data.Code = n
		}
	}
	return answer
}

func (s DoudianSpecChange) check() error {
	var errs []error
	for _, need := range []struct{ name, path string }{
		{"ShopID", s.ShopID}, {"OrderID", s.OrderID}, {"LineID", s.LineID}, {"ToSKU and ToCode", s.ToSKU + s.ToCode},
	} {
		if need.path == "" {
			errs = append(errs, fmt.Errorf("DoudianSpecChange.%s is empty", need.name))
		}
	}
	if s.Answer == nil {
		errs = append(errs, errors.New("DoudianSpecChange.Answer is nil"))
	}
	return errors.Join(errs...)
}

// read reads the request in param_json.
func (s DoudianSpecChange) read(params ddParams) (change.Request, error) {
	get := params.get
	r := change.Request{
		Kind: change.Spec, Platform: mall.Doudian, ShopID: get(s.ShopID), ID: get(s.ID),
		OrderID: get(s.OrderID), LineID: get(s.LineID),
		FromSKU:  sku.Ref{ID: get(s.FromSKU), ProductID: get(s.ProductID)},
		ToSKU:    sku.Ref{ID: get(s.ToSKU), ProductID: get(s.ProductID), Code: get(s.ToCode)},
		Operator: get(s.Operator),
	}
	list, _ := at(params.any, s.ToSpecs).([]any)
	for _, spec := range list {
		name, value := scalar(at(spec, s.SpecName)), scalar(at(spec, s.SpecValue))
		r.ToSKU.Specs = append(r.ToSKU.Specs, sku.Spec{Name: name, Value: value})
	}
	r.Requested, _ = readMoment(get(s.Requested))
	r.Deadline, _ = readMoment(get(s.Deadline))
	if n := get(s.Quantity); n != "" {
		quantity, err := strconv.ParseInt(n, 10, 64)
		if err != nil || quantity < 0 {
			return change.Request{}, malformed("the quantity of a spec change is not a number")
		}
		r.Quantity = quantity
	}
	if r.ShopID == "" || r.OrderID == "" || r.LineID == "" || r.ToSKU.ID == "" && r.ToSKU.Code == "" {
		return change.Request{}, malformed("a spec change does not name shop, order, line and new SKU")
	}
	return r, nil
}
