package webhook

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
)

// DoudianIntercept is the wire form of the request to keep goods from leaving
// (拦截发货). All of it is a GUESS, even that it is an SPI call: nothing public
// shows it. Paths are written as in [DoudianSpecChange].
type DoudianIntercept struct {
	// Path is the last part of the URL's path, and Method the value of the query
	// parameter method, that tell this call from a spec change to the same
	// handler: whatever is not empty must fit, and one of them must be given.
	// Neither is signed, so a call that would do for a spec change is refused.
	Path   string
	Method string

	ShopID    string // required
	OrderID   string // required
	LineID    string // a request without a line is about all of them
	ID        string // of the request
	Operator  string
	Reason    string
	Requested string

	// Answer is what the verdict becomes. It is encoded as JSON.
	Answer func(change.Verdict) any
}

// ddIntercept returns the guess: a call to the URL of the spec change with
// "/intercept" after it.
func ddIntercept() *DoudianIntercept {
	return &DoudianIntercept{
		Path:      "intercept",
		ShopID:    "shop_id",
		OrderID:   "shop_order_id",
		LineID:    "sku_order_id",
		ID:        "request_id",
		Operator:  "operator",
		Reason:    "reason",
		Requested: "operate_time",
		Answer:    ddVerdict,
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

func (i DoudianIntercept) read(params ddParams) (change.Request, error) {
	r := change.Request{
		Kind: change.Intercept, Platform: mall.Doudian, ShopID: params.get(i.ShopID), ID: params.get(i.ID), OrderID: params.get(i.OrderID),
		LineID: params.get(i.LineID), Operator: params.get(i.Operator), Reason: params.get(i.Reason),
	}
	r.Requested, _ = readMoment(params.get(i.Requested))
	if r.ShopID == "" || r.OrderID == "" {
		return change.Request{}, malformed("an intercept does not name shop and order")
	}
	return r, nil
}
