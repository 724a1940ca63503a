package dropship

import (
	"context"
	"errors"

	"github.com/mallwire/mall"
)

// finding is what looking at an assignment told about a write.
type finding struct {
	done   bool   // what was asked for is there
	reason Reason // why it cannot be; empty while it still can
	now    *Assignment
}

// lost reports that a write may or may not have happened.
func lost(err error) bool { return errors.Is(err, mall.ErrUnknownOutcome) }

// settle says what a write that did not succeed comes to. A lost one that is
// found done is a success; one that is refused and found done had been done
// before, unless it was sent twice by us. Again is true where nothing of a lost
// write is there.
func settle(err error, f finding, sentBefore bool) (failure error, again bool) {
	switch {
	case f.done && (lost(err) || sentBefore):
		return nil, false
	case f.done:
		return already(err), false
	case f.reason != "" && lost(err):
		return &Refusal{Reason: f.reason, Now: f.now}, false
	case f.reason != "":
		return &Refusal{Reason: f.reason, Now: f.now, Err: err}, false
	}
	return err, lost(err)
}

// already is err as a mall.ErrAlreadyDone.
func already(err error) error {
	e := mall.Error{}
	if known, ok := errors.AsType[*mall.Error](err); ok {
		e = *known
	}
	e.Kind, e.Err = mall.ErrAlreadyDone, nil
	return &e
}

// tell reports whether a refusal already names its reason, or is of a kind that
// looking cannot explain.
func tell(err error) bool {
	if r, ok := errors.AsType[*Refusal](err); ok && r.Reason != ReasonState {
		return true
	}
	for _, k := range []mall.Kind{mall.ErrConflict, mall.ErrRejected, mall.ErrNotFound, mall.ErrAlreadyDone, mall.ErrUnknownOutcome} {
		if errors.Is(err, k) {
			return false
		}
	}
	var e *mall.Error
	return !errors.As(err, &e) || e.Kind != ""
}

// look finds out what became of a write.
type look func(context.Context) (finding, error)

// resolved settles a failed write by looking. A caller that left, or a driver
// that cannot look, keeps the failure as it is.
func resolved(ctx context.Context, err error, at look, sentBefore bool) (failure error, again bool) {
	if at == nil || tell(err) || ctx.Err() != nil {
		return err, false
	}
	f, lookErr := at(ctx)
	if lookErr != nil {
		// What the write came to stays unknown: the caller must not take the
		// failure to look for a failure to write.
		return err, false
	}
	return settle(err, f, sentBefore)
}
