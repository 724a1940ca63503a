package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// shopRef names a shop in the body of a control request.
type shopRef struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"`
}

func (s *Sandbox) getShops(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"shops": s.Shops()}, nil
}

func (s *Sandbox) postShop(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		Name string `json:"name"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	sh, err := s.On(b.Platform).AddShop(b.ShopID, b.Name)
	return http.StatusCreated, sh, err
}

func (s *Sandbox) postCode(r *http.Request) (int, any, error) {
	var b shopRef
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	text, err := s.On(b.Platform).IssueCode(b.ShopID)
	return http.StatusCreated, map[string]any{"code": text}, err
}

func (s *Sandbox) postToken(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		Action string `json:"action"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	sh, err := s.On(b.Platform).ChangeToken(b.ShopID, b.Action)
	return http.StatusOK, sh, err
}

func (s *Sandbox) postScopes(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		Scopes []string `json:"scopes"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	sh, err := s.On(b.Platform).SetScopes(b.ShopID, b.Scopes)
	return http.StatusOK, sh, err
}

func (s *Sandbox) getOrders(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	platform := mall.Platform(q.Get("platform"))
	if id := q.Get("order_id"); id != "" {
		o, err := s.On(platform).Order(id)
		return http.StatusOK, map[string]any{"orders": []json.RawMessage{o}}, err
	}
	all, err := s.On(platform).Orders(q.Get("shop_id"))
	return http.StatusOK, map[string]any{"orders": all}, err
}

func (s *Sandbox) postOrders(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		Order  stage.Object `json:"order"`
		Count  *int         `json:"count"`
		Status *int         `json:"status"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if b.Order != nil && (b.Count != nil || b.Status != nil) {
		return 0, nil, errors.New("order excludes count and status: give the status inside order")
	}
	if b.Count == nil && b.Status == nil {
		id, err := s.On(b.Platform).AddOrder(b.ShopID, b.Order)
		return http.StatusCreated, map[string]any{"order_ids": []string{id}}, err
	}
	count, status := 1, 0
	if b.Count != nil {
		count = *b.Count
	}
	if b.Status != nil {
		status = *b.Status
	}
	ids, err := s.On(b.Platform).AddOrders(b.ShopID, count, status)
	return http.StatusCreated, map[string]any{"order_ids": ids}, err
}

func (s *Sandbox) postUpdate(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		OrderID string       `json:"order_id"`
		Order   stage.Object `json:"order"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if len(b.Order) == 0 {
		return 0, nil, errors.New("order has no field to change")
	}
	if b.ShopID != "" {
		if err := s.On(b.Platform).belongs(b.ShopID, b.OrderID); err != nil {
			return 0, nil, err
		}
	}
	if err := s.On(b.Platform).UpdateOrder(b.OrderID, b.Order); err != nil {
		return 0, nil, err
	}
	o, err := s.On(b.Platform).Order(b.OrderID)
	return http.StatusOK, map[string]any{"order": o}, err
}

// belongs returns an error for an order that is not of the shop.
func (d Side) belongs(shopID, orderID string) error {
	if err := d.lock(); err != nil {
		return err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return err
	}
	if r, err := d.order(orderID); err != nil || r.Shop != sh {
		return stage.Errorf(stage.ErrUnknownID, "order %.40q of shop %s", orderID, shopID)
	}
	return nil
}

func (s *Sandbox) getClock(*http.Request) (int, any, error) {
	now := s.Now()
	return http.StatusOK, map[string]any{"now": now.In(mall.Beijing).Format(time.RFC3339Nano), "unix": now.Unix()}, nil
}

func (s *Sandbox) postClock(r *http.Request) (int, any, error) {
	var b struct {
		Advance *json.Number `json:"advance_seconds"`
		Now     *time.Time   `json:"now"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if (b.Advance == nil) == (b.Now == nil) {
		return 0, nil, errors.New("give either advance_seconds or now")
	}
	if b.Now != nil {
		s.SetNow(*b.Now)
		return s.getClock(r)
	}
	d, err := time.ParseDuration(b.Advance.String() + "s")
	if err != nil {
		return 0, nil, fmt.Errorf("advance_seconds is %s; it must be a number of seconds, up to some centuries", *b.Advance)
	}
	s.Advance(d)
	return s.getClock(r)
}

func (s *Sandbox) getFaults(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"faults": append([]Fault{}, s.Faults()...)}, nil
}

func (s *Sandbox) postFault(r *http.Request) (int, any, error) {
	var f Fault
	if err := readBody(r, &f); err != nil {
		return 0, nil, err
	}
	if f.ID != 0 {
		return 0, nil, errors.New("id must be empty: the sandbox chooses it")
	}
	id, err := s.Arm(f)
	return http.StatusCreated, map[string]any{"id": id}, err
}

func (s *Sandbox) deleteFaults(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"removed": s.ClearFaults()}, nil
}

func (s *Sandbox) getReceived(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	after, err := number64(q.Get("after_seq"), "after_seq")
	if err != nil {
		return 0, nil, err
	}
	match := func(name, value string) bool { return !q.Has(name) || q.Get(name) == value }
	list := []Received{}
	for _, e := range s.Received() {
		if e.Seq > after && match("platform", string(e.Platform)) && match("shop_id", e.ShopID) &&
			match("method", e.Method) {
			list = append(list, e)
		}
	}
	return http.StatusOK, map[string]any{"received": list}, nil
}

func (s *Sandbox) deleteReceived(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"removed": s.ClearReceived()}, nil
}

func (s *Sandbox) postLimit(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		Limit
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, b, s.On(b.Platform).SetLimit(b.Limit)
}
