package sandbox

import (
	"errors"
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// AnswerSpecChange answers, as the buyer, the card by which customer service
// asked for another SKU ([Side.RequestSpecChange]), and returns the entry of
// the order's operation log. Errors: [ErrUnknownPlatform], also for a platform
// that does not ask buyers; [ErrUnknownID]; [ErrRefused] if no card waits,
// because none was sent, it was answered, its time is up or the order has
// changed.
func (d Side) AnswerSpecChange(orderID string, agree bool) (Operation, error) {
	p, err := lockFor[stage.Carder](d, "cards that ask buyers for another SKU")
	if err != nil {
		return Operation{}, err
	}
	defer d.unlock()
	r, err := d.order(orderID)
	if err != nil {
		return Operation{}, err
	}
	op, err := p.AnswerCard(r, agree)
	return Operation(op), err
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
	op, err := s.On(b.Platform).AnswerSpecChange(b.OrderID, *b.Agree)
	return http.StatusOK, op, err
}
