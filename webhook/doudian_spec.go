package webhook

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
)

// DoudianSpecChange is the wire form of the spec change (商品规格更新). The
// platform has not published it: the rules of the service are known, its name,
// fields and answer are not, and the defaults are a GUESS after the habits of
// the platform's other calls. Once you have the document that comes with
// admission to the service, correct what [DoudianSPI.WithDefaults] fills in.
//
// The fields name where something stands in param_json: names of members,
// joined by dots. An empty path is something the call does not say.
type DoudianSpecChange struct {
	// Method is the value of the query parameter method that tells the spec
	// change from other SPI calls to the same URL, which are then refused. That
	// parameter is not signed. Empty: the URL serves nothing else.
	Method string

	ShopID    string // required
	OrderID   string // required
	LineID    string // required
	ID        string // of the request
	ProductID string
	FromSKU   string
	ToSKU     string // this one or ToCode is required
	ToCode    string
	ToSpecs   string // a list of objects
	SpecName  string // within one of ToSpecs
	SpecValue string
	Quantity  string
	Operator  string
	Requested string // a time: seconds or a text
	Deadline  string

	// Answer is what the verdict becomes. It is encoded as JSON.
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

// ddVerdict is the envelope of every SPI answer, around a guess. The
// code of a refusal is 1 unless the verdict has a number.
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

// read takes the request out of param_json.
func (s DoudianSpecChange) read(params ddParams) (change.Request, error) {
	get := params.get
	r := change.Request{
		Kind: change.Spec, Platform: mall.Doudian, ShopID: get(s.ShopID), ID: get(s.ID), OrderID: get(s.OrderID), LineID: get(s.LineID),
		FromSKU:  sku.Ref{ID: get(s.FromSKU), ProductID: get(s.ProductID)},
		ToSKU:    sku.Ref{ID: get(s.ToSKU), ProductID: get(s.ProductID), Code: get(s.ToCode)},
		Operator: get(s.Operator),
	}
	list, _ := at(params.any, s.ToSpecs).([]any)
	for _, spec := range list {
		r.ToSKU.Specs = append(r.ToSKU.Specs, sku.Spec{Name: scalar(at(spec, s.SpecName)), Value: scalar(at(spec, s.SpecValue))})
	}
	r.Requested, _ = readMoment(get(s.Requested))
	r.Deadline, _ = readMoment(get(s.Deadline))
	if n := get(s.Quantity); n != "" {
		quantity, err := strconv.ParseInt(n, 10, 64)
		if err != nil || quantity < 0 {
			return change.Request{}, malformed("the quantity of a spec change is no number")
		}
		r.Quantity = quantity
	}
	if r.ShopID == "" || r.OrderID == "" || r.LineID == "" || r.ToSKU.ID == "" && r.ToSKU.Code == "" {
		return change.Request{}, malformed("a spec change does not name shop, order, line and new SKU")
	}
	return r, nil
}
