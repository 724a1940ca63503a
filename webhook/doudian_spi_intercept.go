package webhook

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
)

// DoudianIntercept says what the call for an intercept (拦截发货) looks like, which
// asks to keep goods from leaving. All of it is a GUESS, even that it is an SPI
// call, since nothing about it is public. Correct what [DoudianSPI.WithDefaults]
// fills in.
//
// Each field that is a text, but for Path and Method, is the path to a value in
// param_json, as in [DoudianSpecChange].
type DoudianIntercept struct {
	// Path is the last part of the URL's path, and Method the value of the query
	// parameter method. They tell the call from a spec change to the same handler:
	// both must match, where an empty one matches everything, and one of them must
	// not be empty. The platform signs neither, so a call that could be a spec
	// change is refused.
	Path   string
	Method string

	ShopID    string // required
	OrderID   string // required
	LineID    string // a request without a line is about all lines of the order
	ID        string // of the request; the same when it is repeated
	Operator  string
	Reason    string
	Requested string // a time: seconds as a number or text, or a date and time

	// Answer returns the answer to a verdict, which is encoded as JSON. It is
	// required.
	Answer func(change.Verdict) any
}

// ddIntercept returns the guess: a call to the URL of the spec change with
// "/intercept" after it.
func ddIntercept() *DoudianIntercept {
	return &DoudianIntercept{
		Path:   "intercept",
		ShopID: "shop_id", OrderID: "shop_order_id", LineID: "sku_order_id", ID: "request_id",
		Operator: "operator", Reason: "reason", Requested: "operate_time",
		Answer: ddVerdict,
	}
}

func (i DoudianIntercept) check() error {
	var errs []error
	for _, need := range []struct{ name, text string }{
		{"Path and Method", i.Path + i.Method}, {"ShopID", i.ShopID}, {"OrderID", i.OrderID},
	} {
		if need.text == "" {
			errs = append(errs, fmt.Errorf("DoudianIntercept.%s is empty", need.name))
		}
	}
	if i.Answer == nil {
		errs = append(errs, errors.New("DoudianIntercept.Answer is nil"))
	}
	return errors.Join(errs...)
}

// is reports whether a request is this call.
func (i DoudianIntercept) is(path, method string) bool {
	return (i.Path == "" || strings.HasSuffix(strings.TrimSuffix(path, "/"), "/"+strings.Trim(i.Path, "/"))) &&
		(i.Method == "" || i.Method == method)
}

// read reads the request in param_json.
func (i DoudianIntercept) read(params ddParams) (change.Request, error) {
	get := params.get
	r := change.Request{
		Kind: change.Intercept, Platform: mall.Doudian, ShopID: get(i.ShopID), ID: get(i.ID),
		OrderID: get(i.OrderID), LineID: get(i.LineID), Operator: get(i.Operator), Reason: get(i.Reason),
	}
	r.Requested, _ = readMoment(get(i.Requested))
	if r.ShopID == "" || r.OrderID == "" {
		return change.Request{}, malformed("an intercept does not name shop and order")
	}
	return r, nil
}
