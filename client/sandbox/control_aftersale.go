package sandbox

import (
	"encoding/json"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// AfterSale is what a buyer asks for. Only OrderID is required.
type AfterSale struct {
	OrderID string `json:"order_id"`
	LineID  string `json:"line_id"` // empty: the first line, or the only one
	Type    *int   `json:"type"`    // the platform's number for the kind of case; nil: a refund without return
	Amount  int64  `json:"amount"`  // fen; zero: what was paid
	Count   int64  `json:"count"`   // pieces; zero: all of the line
	Freight int64  `json:"freight"` // fen, claimed for the way back where the platform knows such claims
	Reason  string `json:"reason"`
}

// AfterSaleMove is what a buyer does with a case.
type AfterSaleMove string

// The moves.
const (
	AfterSaleWithdraw AfterSaleMove = stage.MoveWithdraw
	AfterSaleReturn   AfterSaleMove = stage.MoveReturn  // sends the goods back
	AfterSaleReceive  AfterSaleMove = stage.MoveReceive // has what was sent instead
)

// Receiver is a new receiver that a buyer asks for. What is empty stays.
type Receiver struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Province string `json:"province"`
	City     string `json:"city"`
	District string `json:"district"`
	Street   string `json:"street"`
	Detail   string `json:"detail"`
}

// powerOf finds what only some platforms have.
func powerOf[T any](s *Sandbox, name mall.Platform, what string) (power T, err error) {
	p, err := s.platformNamed(name)
	if err != nil {
		return power, err
	}
	power, ok := p.(T)
	if !ok {
		return power, stage.Errorf(ErrUnknownPlatform, "%q has no %s here", name, what)
	}
	return power, nil
}

// AskAfterSale opens an after-sale case as a buyer does, and returns its id.
// Its order changes and the platform pushes the news. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], or a case that the platform would not
// take, such as a second open one for a line.
func (s *Sandbox) AskAfterSale(platform mall.Platform, a AfterSale) (string, error) {
	b, err := powerOf[stage.Buyers](s, platform, "after-sales")
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return b.AskAfterSale(stage.AfterSale(a))
}

// MoveAfterSale does with a case what its buyer may do. A return has a tracking
// number, of its own if it is empty.
func (s *Sandbox) MoveAfterSale(platform mall.Platform, id string, move AfterSaleMove, trackingNo string) error {
	b, err := powerOf[stage.Buyers](s, platform, "after-sales")
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return b.MoveAfterSale(id, string(move), trackingNo)
}

// AfterSales returns the cases of a shop in the form of the platform's list,
// oldest first.
func (s *Sandbox) AfterSales(platform mall.Platform, shopID string) ([]json.RawMessage, error) {
	b, err := powerOf[stage.Buyers](s, platform, "after-sales")
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(platform, shopID)
	if err != nil {
		return nil, err
	}
	return b.AfterSales(sh), nil
}

// AskAddress asks for another receiver as a buyer does. It reports whether the
// shop's app must answer; otherwise the new receiver is in force.
func (s *Sandbox) AskAddress(platform mall.Platform, orderID string, to Receiver) (reviewed bool, err error) {
	m, err := powerOf[stage.Movers](s, platform, "changes of addresses")
	if err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return m.AskAddress(orderID, stage.Receiver(to))
}

// buyerEndpoints are what buyers do.
func (s *Sandbox) buyerEndpoints() []endpoint {
	return []endpoint{
		{"GET", "/control/aftersales", "after-sale cases of a shop, oldest first: ?platform=doudian&shop_id=10000001", s.getAfterSales},
		{"POST", "/control/aftersales", `a buyer asks for a refund: {"platform":"doudian","order_id":"…","line_id":"","type":2}; types are the platform's`, s.postAfterSale},
		{"POST", "/control/aftersales/update", `a buyer acts: {"platform":"doudian","aftersale_id":"…","action":"return","tracking_no":""}; actions: withdraw, return, receive`, s.postAfterSaleMove},
		{"POST", "/control/addresses", `a buyer asks for another address: {"platform":"doudian","order_id":"…","receiver":{"detail":"示例路9号"}}`, s.postAddress},
	}
}

func (s *Sandbox) getAfterSales(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	all, err := s.AfterSales(mall.Platform(q.Get("platform")), q.Get("shop_id"))
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
	id, err := s.AskAfterSale(b.Platform, b.AfterSale)
	return http.StatusCreated, map[string]any{"aftersale_id": id}, err
}

func (s *Sandbox) postAfterSaleMove(r *http.Request) (int, any, error) {
	var b struct {
		Platform   mall.Platform `json:"platform"`
		ID         string        `json:"aftersale_id"`
		Action     AfterSaleMove `json:"action"`
		TrackingNo string        `json:"tracking_no"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, map[string]any{"aftersale_id": b.ID}, s.MoveAfterSale(b.Platform, b.ID, b.Action, b.TrackingNo)
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
	reviewed, err := s.AskAddress(b.Platform, b.OrderID, b.Receiver)
	return http.StatusOK, map[string]any{"reviewed": reviewed}, err
}
