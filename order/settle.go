package order

import (
	"errors"

	"github.com/mallwire/mall"
)

// sight is what looking told about a write that did not plainly succeed.
type sight struct {
	settled bool  // it shows what became of the write
	outcome error // of a settled one
}

// settle sends a write. When its answer is lost, or the state of things may be
// why it was refused, look reads what is there now; lost tells it that an
// attempt of ours may have been carried out. A lost write of which nothing is
// there is sent once more, never a third time. Once an answer was lost, no
// failure of the second attempt is taken for the outcome of the first: what
// looking does not settle is mall.ErrUnknownOutcome. Without look a failure
// stays as it is.
func (s *Service) settle(what string, send func() error, look func(failure error, lost bool) (sight, error)) error {
	first := send()
	lost := errors.Is(first, mall.ErrUnknownOutcome)
	if first == nil || look == nil || !lost && !byState(first) {
		return first
	}
	switch found, err := look(first, lost); {
	case found.settled:
		return found.outcome
	case !lost:
		return first
	case err != nil:
		return s.unknown(what, first, err)
	}
	second := send()
	if second == nil {
		return nil
	}
	found, err := look(second, true)
	if found.settled {
		return found.outcome
	}
	return s.unknown(what, second, err)
}

// byState reports a refusal that the state of things may explain. Not every
// platform says by a code of its own that something was done before.
func byState(err error) bool {
	return errors.Is(err, mall.ErrConflict) || errors.Is(err, mall.ErrRejected) || errors.Is(err, mall.ErrAlreadyDone)
}

// unknown says that nobody can tell what became of a write, and why. It keeps
// the codes and the request id of the last answer, but not its kind.
func (s *Service) unknown(what string, last, looking error) error {
	e := &mall.Error{Platform: s.driver.Platform(), Method: what, Kind: mall.ErrUnknownOutcome, Message: "the last answer was: " + last.Error(), Err: looking}
	if looking != nil {
		e.Message += "; looking failed: " + looking.Error()
	}
	if c, ok := errors.AsType[*mall.Error](last); ok {
		e.Method, e.Code, e.SubCode, e.RequestID = c.Method, c.Code, c.SubCode, c.RequestID
	}
	return e
}
