package sandbox

import (
	"encoding/json"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// AfterSale is a buyer's request for an after-sale case. Only OrderID is
// required.
type AfterSale struct {
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id"` // empty: the first line
	Type    *int   `json:"type"`    // the platform's number for the kind of case; nil: a refund without return
	Amount  int64  `json:"amount"`  // fen; zero: what was paid
	Count   int64  `json:"count"`   // pieces; zero: all of the line
	Freight int64  `json:"freight"` // fen, claimed for sending the goods back, on platforms that have such claims
	Reason  string `json:"reason"`
}

// Receiver is the receiver that a buyer asks for. An empty field stays as it
// is.
type Receiver struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Province string `json:"province"`
	City     string `json:"city"`
	District string `json:"district"`
	Street   string `json:"street"`
	Detail   string `json:"detail"`
}

// AskAfterSale opens an after-sale case as a buyer would, and returns its id.
// The order changes and the platform pushes it. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], or a case that the platform would not accept, such as a
// second open one for a line.
func (d Side) AskAfterSale(a AfterSale) (string, error) {
	b, err := lockFor[stage.Buyers](d, "after-sales")
	if err != nil {
		return "", err
	}
	defer d.unlock()
	return b.AskAfterSale(stage.AfterSale(a))
}

// MoveAfterSale does to a case what its buyer may do: "withdraw" it; "return"
// the goods, in a parcel with trackingNo or, if that is empty, an invented
// number; or "receive" the replacement. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], an unknown move, or one that the status of the case does not
// allow.
func (d Side) MoveAfterSale(id, move, trackingNo string) error {
	b, err := lockFor[stage.Buyers](d, "after-sales")
	if err != nil {
		return err
	}
	defer d.unlock()
	return b.MoveAfterSale(id, move, trackingNo)
}

// AfterSales returns the cases of a shop in the form of the platform's list,
// oldest first.
func (d Side) AfterSales(shopID string) ([]json.RawMessage, error) {
	b, err := lockFor[stage.Buyers](d, "after-sales")
	if err != nil {
		return nil, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return nil, err
	}
	return b.AfterSales(sh), nil
}

// AskAddress asks for another receiver (改地址) as a buyer would. If reviewed is
// true, the shop's app must answer; otherwise the change has already taken
// effect.
func (d Side) AskAddress(orderID string, to Receiver) (reviewed bool, err error) {
	m, err := lockFor[stage.Movers](d, "changes of addresses")
	if err != nil {
		return false, err
	}
	defer d.unlock()
	return m.AskAddress(orderID, stage.Receiver(to))
}

// buyerEndpoints is the part of the control interface about buyers.
func (s *Sandbox) buyerEndpoints() []endpoint {
	return []endpoint{
		{"GET", "/control/aftersales", "after-sale cases of a shop, oldest first: ?platform=PLATFORM&shop_id=SHOP", s.getAfterSales},
		{"POST", "/control/aftersales", `a buyer asks for a refund: {"platform":"PLATFORM","order_id":"…","line_id":"","type":2}; types are the platform's`, s.postAfterSale},
		{"POST", "/control/aftersales/update", `a buyer acts: {"platform":"PLATFORM","aftersale_id":"…","action":"return","tracking_no":""}; actions: withdraw, return, receive`, s.postAfterSaleMove},
		{"POST", "/control/addresses", `a buyer asks for another address: {"platform":"PLATFORM","order_id":"…","receiver":{"detail":"示例路9号"}}`, s.postAddress},
	}
}

func (s *Sandbox) getAfterSales(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	all, err := s.On(mall.Platform(q.Get("platform"))).AfterSales(q.Get("shop_id"))
	return http.StatusOK, map[string]any{"aftersales": all}, err
}

func (s *Sandbox) postAfterSale(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		AfterSale
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	id, err := s.On(b.Platform).AskAfterSale(b.AfterSale)
	return http.StatusCreated, map[string]any{"aftersale_id": id}, err
}

func (s *Sandbox) postAfterSaleMove(r *http.Request) (int, any, error) {
	var b struct {
		Platform   mall.Platform `json:"platform"`
		ID         string        `json:"aftersale_id"`
		Action     string        `json:"action"`
		TrackingNo string        `json:"tracking_no"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, map[string]any{"aftersale_id": b.ID},
		s.On(b.Platform).MoveAfterSale(b.ID, b.Action, b.TrackingNo)
}

func (s *Sandbox) postAddress(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		OrderID  string        `json:"order_id"`
		Receiver Receiver      `json:"receiver"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	reviewed, err := s.On(b.Platform).AskAddress(b.OrderID, b.Receiver)
	return http.StatusOK, map[string]any{"reviewed": reviewed}, err
}
