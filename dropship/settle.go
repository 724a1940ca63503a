package dropship

import (
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// finding is what an assignment, read after a write, shows about it.
type finding struct {
	done   bool   // what was asked for is there
	reason Reason // why it cannot be; empty while it still can
	now    *Assignment
}

// settled is a finding about a write that failed. A refusal that names its reason
// is kept, since it explains more than looking does.
func (f finding) settled(failure error) settle.Finding {
	named, _ := errors.AsType[*Refusal](failure)
	switch {
	case f.done, f.reason == "":
		return settle.Finding{Done: f.done}
	case named != nil && named.Reason != ReasonState:
		return settle.Finding{Err: failure}
	case lost(failure):
		return settle.Finding{Err: &Refusal{Reason: f.reason, Now: f.now}}
	}
	return settle.Finding{Err: &Refusal{Reason: f.reason, Now: f.now, Err: failure}}
}

// lost reports that a write may or may not have happened.
func lost(err error) bool { return errors.Is(err, mall.ErrUnknownOutcome) }

// weigh says how far a failure can be trusted. Every refusal may have its cause in
// something that was done before, a [*Refusal] as well.
func weigh(err error) settle.Doubt {
	if lost(err) {
		return settle.Open
	}
	for _, k := range []mall.Kind{mall.ErrConflict, mall.ErrRejected, mall.ErrNotFound, mall.ErrAlreadyDone} {
		if errors.Is(err, k) {
			return settle.Refused
		}
	}
	if e, ok := errors.AsType[*mall.Error](err); ok && e.Kind == "" { // a code that the driver does not know
		return settle.Refused
	}
	return settle.Clear
}

// rules settle a write of this package.
func (s *Service) rules(op string) settle.Rules {
	return settle.Rules{Platform: s.driver.Platform(), Op: op, Weigh: weigh}
}
