package sandbox

import (
	"errors"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// AnswerSpecChange answers, as the buyer does, the card by which customer
// service asked for another SKU ([Sandbox.RequestSpecChange]), and returns what
// the order's operation log says about it. Errors: [ErrUnknownPlatform], also
// of a platform that does not ask buyers; [ErrUnknownID]; [ErrRefused] where no
// card waits, because none was sent, it was answered, its time is up or the
// order has changed.
func (s *Sandbox) AnswerSpecChange(platform mall.Platform, orderID string, agree bool) (Operation, error) {
	p, err := s.platformNamed(platform)
	if err != nil {
		return Operation{}, err
	}
	c, ok := p.(stage.Carder)
	if !ok {
		return Operation{}, stage.Errorf(ErrUnknownPlatform, "%s asks no buyers for another SKU", platform)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.order(p, orderID)
	if err != nil {
		return Operation{}, err
	}
	op, err := c.AnswerCard(r, agree)
	return Operation(op), err
}

// ageCards brings the operation log of an order up to date; mu is held.
func (s *Sandbox) ageCards(r *stage.Record) {
	if c, ok := r.Shop.Platform.(stage.Carder); ok {
		c.AgeCards(r)
	}
}

func (s *Sandbox) postAnswer(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		OrderID  string        `json:"order_id"`
		Agree    *bool         `json:"agree"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if b.Agree == nil {
		return 0, nil, errors.New("agree is missing: true or false")
	}
	op, err := s.AnswerSpecChange(b.Platform, b.OrderID, *b.Agree)
	return http.StatusOK, op, err
}
