package order

import (
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// rules settle a write on an order or a case. The state of things may be why it
// was refused, so a refusal is looked into as well as a lost answer.
func (s *Service) rules(op string) settle.Rules {
	return settle.Rules{Platform: s.driver.Platform(), Op: op, Weigh: func(err error) settle.Doubt {
		switch {
		case errors.Is(err, mall.ErrUnknownOutcome):
			return settle.Open
		case errors.Is(err, mall.ErrConflict), errors.Is(err, mall.ErrRejected), errors.Is(err, mall.ErrAlreadyDone):
			return settle.Refused
		}
		return settle.Clear
	}}
}
