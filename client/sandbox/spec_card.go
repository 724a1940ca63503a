package sandbox

import (
	"errors"
	"net/http"

	"github.com/mallwire/mall"
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
	c, ok := p.(carder)
	if !ok {
		return Operation{}, errorf(ErrUnknownPlatform, "%s asks no buyers for another SKU", platform)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.order(p, orderID)
	if err != nil {
		return Operation{}, err
	}
	op, err := c.answerCard(r, agree)
	return Operation(op), err
}

// ageCards brings the operation log of an order up to date; mu is held.
func (s *Sandbox) ageCards(r *record) {
	if c, ok := r.shop.platform.(carder); ok {
		c.ageCards(r)
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
