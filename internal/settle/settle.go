package settle

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/mallwire/mall"
)

// Rules say how the writes of one call are settled. The zero value looks at
// writes whose answer was lost and at no others.
type Rules struct {
	Platform mall.Platform
	Op       string // our word for the call: "ship order"
	// Weigh says how much a failure tells about its write. Nil is [Lost].
	Weigh func(error) Doubt
	// Repeat lets a write that cannot be looked at, and that does no harm when it
	// is carried out twice, be sent again after its answer was lost. It judges the
	// failure of the second attempt: known means that it tells what became of the
	// write, which is outcome. Nil: what cannot be looked at is not sent again.
	Repeat func(second error) (outcome error, known bool)
}

// Doubt is how much the failure of a write tells.
type Doubt int

// The doubts.
const (
	// Clear: the failure is the outcome.
	Clear Doubt = iota
	// Refused: nothing was carried out now, and looking may tell why. If it does
	// not, the failure is the outcome.
	Refused
	// Open: the write may or may not be in force. If nothing of it is found, it is
	// sent once more.
	Open
)

// Finding is what looking tells about a write. The zero value: there is no trace
// of it, and it may still be carried out.
type Finding struct {
	Done bool   // what was asked for is there
	Text string // with Done: what shows it, such as "order 7 is closed"
	// Err is why it is not there and cannot be, such as a mall.ErrConflict. A bare
	// [*mall.Error] gets the codes of the platform's last answer.
	Err error
}

// Look reads what is there now of the write with number i. Failure is that of its
// last attempt; lost says that the answer to an attempt was lost, so that what is
// there may be ours.
type Look func(ctx context.Context, i int, failure error, lost bool) (Finding, error)

// Lost weighs a failure by whether the answer was lost.
func Lost(err error) Doubt {
	if errors.Is(err, mall.ErrUnknownOutcome) {
		return Open
	}
	return Clear
}

// Word reports that a failure is the platform's judgement of the write itself:
// sending the write again would bring the same answer. A failure that kept the
// platform from judging, such as a rate limit, is no such word.
func Word(err error) bool {
	e, ok := errors.AsType[*mall.Error](err)
	return ok && (e.Kind == "" && e.Code != "" ||
		slices.Contains([]mall.Kind{mall.ErrRejected, mall.ErrConflict, mall.ErrNotFound, mall.ErrInvalid,
			mall.ErrQuota}, e.Kind))
}

// One sends a write and settles it, as [Rules.Batch] does; its number is 0. A nil
// look means that it cannot be looked at.
func (r Rules) One(ctx context.Context, send func(context.Context) error, look Look) error {
	var looks func() Look
	if look != nil {
		looks = func() Look { return look }
	}
	return r.Batch(ctx, 1, func(ctx context.Context, _ []int) []error { return []error{send(ctx)} }, looks)[0]
}

// Batch sends n writes and settles each that failed, so that each has an
// outcome: nil, a failure that is certain, or mall.ErrUnknownOutcome.
//
// The function send sends the writes with the given numbers and returns an error
// for each. The function looks returns a [Look] for one round of looking, so that
// one reading can serve all writes of the round; a nil looks means that the
// platform cannot be asked.
//
// A look decides what became of a write in doubt. A write without a trace is sent
// once more, never a third time. Once an answer was lost, a failure of the second
// attempt does not tell the outcome of the first: if looking does not tell it
// either, the outcome is mall.ErrUnknownOutcome. After ctx has ended nothing is
// looked at or sent again.
func (r Rules) Batch(ctx context.Context, n int, send func(context.Context, []int) []error, looks func() Look) []error {
	if n == 0 {
		return nil
	}
	if r.Weigh == nil {
		r.Weigh = Lost
	}
	all, again := make([]int, n), []int(nil)
	for i := range all {
		all[i] = i
	}
	first, outcomes := slices.Clone(send(ctx, all)), make([]error, n)
	look := round(looks)
	for i, failure := range first {
		var repeat bool
		if outcomes[i], repeat = r.first(ctx, i, failure, look); repeat {
			again = append(again, i)
		}
	}
	if len(again) == 0 {
		return outcomes
	}
	if err := Ended(ctx); err != nil {
		for _, i := range again {
			outcomes[i] = r.Unknown(first[i], err)
		}
		return outcomes
	}
	second := send(ctx, again)
	look = round(looks)
	for j, i := range again {
		outcomes[i] = r.second(ctx, i, first[i], second[j], look)
	}
	return outcomes
}

// round begins a round of looking. Nothing is made before the first look.
func round(looks func() Look) Look {
	if looks == nil {
		return nil
	}
	var look Look
	return func(ctx context.Context, i int, failure error, lost bool) (Finding, error) {
		if err := Ended(ctx); err != nil {
			return Finding{}, err
		}
		if look == nil {
			look = looks()
		}
		return look(ctx, i, failure, lost)
	}
}

// first settles the first attempt, or asks for another.
func (r Rules) first(ctx context.Context, i int, failure error, look Look) (outcome error, again bool) {
	if failure == nil {
		return nil, false
	}
	doubt, lost := r.Weigh(failure), isLost(failure)
	switch {
	case doubt == Clear:
		return failure, false
	case look == nil:
		return failure, r.Repeat != nil && lost
	}
	found, err := look(ctx, i, failure, lost)
	switch {
	case found.Done && lost:
		return nil, false
	case found.Done:
		return r.already(failure, found.Text), false
	case found.Err != nil:
		return r.known(found.Err, failure, !lost && r.Weigh(failure) == Refused), false
	case doubt == Refused:
		return failure, false
	case err != nil:
		return r.Unknown(failure, err), false
	}
	return failure, true
}

// second settles the second attempt. That the first one was not carried out is
// certain only where the platform refused it.
func (r Rules) second(ctx context.Context, i int, first, failure error, look Look) error {
	if failure == nil {
		return nil
	}
	lost := isLost(first) || isLost(failure)
	if look == nil {
		if outcome, known := r.Repeat(failure); known {
			return outcome
		}
		return r.Unknown(failure, nil)
	}
	found, err := look(ctx, i, failure, lost)
	switch {
	case found.Done && isLost(first):
		return nil
	case found.Done:
		return r.already(first, found.Text)
	case found.Err != nil:
		return r.known(found.Err, failure, !lost && r.Weigh(failure) == Refused)
	case err != nil || isLost(first):
		return r.Unknown(failure, err)
	case isDone(first) && isDone(failure):
		return r.known(&mall.Error{Kind: mall.ErrConflict,
			Message: "the platform says that it was done before, but does not show it"}, failure, false)
	case r.Weigh(failure) != Open:
		return failure // nothing was lost: both were refused
	}
	return r.Unknown(failure, nil)
}

func isLost(err error) bool { return errors.Is(err, mall.ErrUnknownOutcome) }
func isDone(err error) bool { return errors.Is(err, mall.ErrAlreadyDone) }

// already is the outcome of a refused write of which looking shows that it had
// been carried out before.
func (r Rules) already(refusal error, text string) error {
	if isDone(refusal) {
		return refusal
	}
	return r.known(&mall.Error{Kind: mall.ErrAlreadyDone, Message: text}, refusal, true)
}

// known adds to what looking showed the method, codes and request id of the
// answer that was in doubt, but not its kind: what was in doubt is known now. A
// refusal that is explained by it stays below, with its message behind ours.
func (r Rules) known(outcome, failure error, explained bool) error {
	e, ok := outcome.(*mall.Error)
	if !ok || outcome == failure || e.Method != "" || e.Code != "" {
		return outcome
	}
	filled := *e
	if said, ok := errors.AsType[*mall.Error](failure); ok && explained {
		// Without a reason around it: looking found a better one.
		filled.Message, filled.Err = strings.TrimPrefix(e.Message+"; "+said.Message, "; "), said
		filled.Message = strings.TrimSuffix(filled.Message, "; ")
	}
	return r.coded(filled, failure)
}

// Unknown says that nobody can tell what became of a write, and why: what the
// last answer was, and why it could not be looked at, if that was tried.
func (r Rules) Unknown(last, looking error) error {
	if isLost(last) && looking == nil {
		return last // it says so itself
	}
	e := mall.Error{Kind: mall.ErrUnknownOutcome, Message: "the last answer was: " + last.Error(), Err: looking}
	if looking != nil {
		e.Message += "; looking failed: " + looking.Error()
	}
	return r.coded(e, last)
}

// coded gives an error platform, op, and the codes of another.
func (r Rules) coded(e mall.Error, from error) error {
	e.Platform, e.Op = r.Platform, r.Op
	if c, ok := errors.AsType[*mall.Error](from); ok {
		e.Method, e.Code, e.SubCode, e.RequestID = c.Method, c.Code, c.SubCode, c.RequestID
	}
	return &e
}
