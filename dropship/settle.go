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

// puzzling reports a failure that the state of things may explain. A [*Refusal]
// is one as well: what a platform blames may follow from what was done before.
func puzzling(err error) bool {
	for _, k := range []mall.Kind{mall.ErrConflict, mall.ErrRejected, mall.ErrNotFound, mall.ErrAlreadyDone, mall.ErrUnknownOutcome} {
		if errors.Is(err, k) {
			return true
		}
	}
	e, ok := errors.AsType[*mall.Error](err)
	return ok && e.Kind == "" // a code that no table knows
}

// look finds out what became of a write.
type look func(context.Context) (finding, error)

// resolved settles a failed write by looking. A caller that left, or a driver
// that cannot look, keeps the failure as it is; but once an answer was lost, no
// failure of the second attempt is taken for the outcome of the first.
func resolved(ctx context.Context, err error, at look, sentBefore bool) (failure error, again bool) {
	var f finding
	looked := false
	if at != nil && ctx.Err() == nil && (sentBefore || puzzling(err)) {
		// What cannot be looked at stays unknown: the caller must not take the
		// failure to look for a failure to write.
		if found, lookErr := at(ctx); lookErr == nil {
			f, looked = found, true
		}
	}
	switch {
	case sentBefore && !f.done && f.reason == "":
		return unknown(err), false
	case !looked:
		return err, false
	case !f.done && named(err):
		return err, false // the platform tells the reason itself
	}
	return settle(err, f, sentBefore)
}

// named reports a refusal that names its reason.
func named(err error) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.Reason != ReasonState
}

// unknown is the failure of a second attempt where the first was lost. It keeps
// the codes and the request id, but not the kind.
func unknown(last error) error {
	if lost(last) {
		return last
	}
	e := mall.Error{}
	if known, ok := errors.AsType[*mall.Error](last); ok {
		e = *known
	}
	e.Kind, e.Message, e.Err = mall.ErrUnknownOutcome, "the last answer was: "+last.Error(), nil
	return &e
}
