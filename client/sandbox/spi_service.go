package sandbox

import (
	"context"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ServiceRequest is what customer service asks of the app or the buyer about an
// order.
type ServiceRequest struct {
	ShopID  string `json:"shop_id"` // empty: the order's
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id"` // empty: the order's only line, or all lines for an intercept

	// What to ship instead. A spec change needs SKUID or Code, and passes Specs
	// on unchanged.
	SKUID    string `json:"sku_id"`
	Code     string `json:"code"`     // the merchant's own code
	Specs    any    `json:"specs"`    // a list such as [{"name":"颜色","value":"红色"}]
	Quantity int64  `json:"quantity"` // 0: that of the line

	Reason    string `json:"reason"`
	Operator  string `json:"operator"`   // empty: an invented account
	RequestID string `json:"request_id"` // empty: a new one
	// Force asks even if the platform would refuse to, for tests of what the
	// app does then.
	Force bool `json:"force"`

	SPIOptions
}

// request returns the request in the form that platforms take.
func (r ServiceRequest) request() stage.Request {
	return stage.Request{
		ShopID: r.ShopID, OrderID: r.OrderID, LineID: r.LineID, SKUID: r.SKUID, Code: r.Code, Specs: r.Specs,
		Quantity: r.Quantity,
		Reason:   r.Reason, Operator: r.Operator, RequestID: r.RequestID, Force: r.Force,
	}
}

// Operation is an entry of an order's operation log.
type Operation struct {
	Time      time.Time `json:"time"`
	Service   string    `json:"service"`
	LineID    string    `json:"line_id,omitempty"`
	From      string    `json:"from,omitempty"` // SKU id
	To        string    `json:"to,omitempty"`   // SKU id, or the merchant's code
	Operator  string    `json:"operator"`
	RequestID string    `json:"request_id"`
	Verdict   string    `json:"verdict"`
	Code      string    `json:"code,omitempty"`   // of a refusal, as the app says it
	Reason    string    `json:"reason,omitempty"` // of a refusal, as the app says it
}

type lineKey struct {
	order orderKey
	line  string
}

// RequestSpecChange asks for another SKU than was ordered (改规格), as customer
// service does with one click. Most platforms ask the app, whose verdict goes
// into the order's operation log; the order keeps its SKU, price and stock. One
// platform asks the buyer, who answers by [Side.AnswerSpecChange]: then the app
// is not called, the SPICall has no ID, and its Verdict is "pending".
//
// [ErrRefused] means that the platform would not ask: the order is past
// preparing, its goods cannot be changed, or another request about the line
// waits for its answer. Other errors: [ErrUnknownPlatform], [ErrUnknownID],
// [ErrNoCallback].
func (d Side) RequestSpecChange(ctx context.Context, r ServiceRequest) (SPICall, error) {
	if c, ok := d.platform.(stage.Carder); ok {
		d.sandbox.mu.Lock()
		defer d.sandbox.mu.Unlock()
		a, err := c.SendCard(r.request())
		if err != nil {
			return SPICall{}, err
		}
		return d.callOf(a, stage.ServiceSpecChange), nil
	}
	return d.request(ctx, stage.ServiceSpecChange, r)
}

// RequestIntercept asks the app not to ship (拦截发货). Errors are those of
// [Side.RequestSpecChange].
func (d Side) RequestIntercept(ctx context.Context, r ServiceRequest) (SPICall, error) {
	return d.request(ctx, stage.ServiceIntercept, r)
}

func (d Side) request(ctx context.Context, service string, r ServiceRequest) (SPICall, error) {
	p, err := d.asker()
	if err != nil {
		return SPICall{}, err
	}
	c, key, err := d.open(p, service, r)
	if err != nil {
		return SPICall{}, err
	}
	s := d.sandbox
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.spi.open[key]--; s.spi.open[key] == 0 {
			delete(s.spi.open, key)
		}
	}()
	return s.callSPI(ctx, p, c)
}

// open prepares a request and marks its line as waiting for an answer.
func (d Side) open(p stage.Asker, service string, r ServiceRequest) (*spiCall, lineKey, error) {
	s := d.sandbox
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := p.Ask(service, r.request())
	if err != nil {
		return nil, lineKey{}, err
	}
	key := lineKey{orderKey{d.name, a.OrderID}, a.Op.LineID}
	if s.spi.open[key] > 0 && !r.Force {
		return nil, lineKey{}, stage.Errorf(stage.ErrRefused, "another request about line %s waits for its answer",
			a.Op.LineID)
	}
	s.spi.open[key]++
	return &spiCall{SPICall: d.callOf(a, service), options: r.SPIOptions, asked: &a}, key, nil
}

// callOf returns the public form of a request.
func (d Side) callOf(a stage.Asked, service string) SPICall {
	return SPICall{
		Platform: d.name, Params: a.Params, Service: service, ShopID: a.ShopID, OrderID: a.OrderID,
		LineID: a.Op.LineID, RequestID: a.Op.RequestID, Verdict: a.Op.Verdict,
	}
}

// logOperation adds the verdict to the order's operation log; mu is held.
func (s *Sandbox) logOperation(c *spiCall) {
	op := Operation(c.asked.Op)
	op.Time, op.Service, op.Verdict, op.Code, op.Reason = s.now(), c.Service, c.Verdict, c.Code, c.Reason
	key := orderKey{c.Platform, c.OrderID}
	s.spi.operations[key] = append(s.spi.operations[key], op)
}

// Operations returns the operation log of an order, oldest first: what the
// merchant sees on the platform's web pages and no API method answers. Errors:
// [ErrUnknownPlatform], [ErrUnknownID].
func (d Side) Operations(orderID string) ([]Operation, error) {
	if err := d.lock(); err != nil {
		return nil, err
	}
	defer d.unlock()
	r, err := d.order(orderID)
	if err != nil {
		return nil, err
	}
	if c, ok := d.platform.(stage.Carder); ok {
		c.AgeCards(r)
	}
	return append([]Operation{}, d.sandbox.spi.operations[orderKey{d.name, orderID}]...), nil
}
