package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// handle handles one event after the other. Where one fails the next are handled
// all the same, since the platform repeats the whole request. late reports
// whether the platform has been told to try again.
func (h *Handler) handle(ctx context.Context, began time.Time, tasks []task, late func() bool) ([]byte, error) {
	var answer []byte
	var failed []error
	for i := range tasks {
		if ctx.Err() != nil {
			return nil, h.failed(opHandle, ended(ctx))
		}
		t := &tasks[i]
		repeated := false
		err := h.failed(opHandle, safely(func() (err error) {
			answer, repeated, err = h.once(ctx, began, t)
			return err
		}))
		h.observe(began, t.event, Observation{Late: late(), Repeated: repeated, Err: err})
		if err != nil && !errors.Is(err, ErrUnconfirmed) {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return nil, several(failed, len(tasks))
	}
	return answer, nil
}

// recording is how long it may take to record that an event was handled.
const recording = 5 * time.Second

// once handles an event, unless it was handled before.
func (h *Handler) once(ctx context.Context, began time.Time, t *task) (answer []byte, repeated bool, err error) {
	if t.err != nil {
		return nil, false, t.err
	}
	claimed := time.Now()
	claim, err := h.opts.Seen.Claim(ctx, t.key, h.opts.Lease)
	switch {
	case err != nil:
		return nil, false, h.failed(opClaim, err)
	case claim.Taken == claim.Done: // neither; both would be a fault of the store
		return nil, false, &mall.Error{
			Kind: mall.ErrConflict, Message: "the event is being handled elsewhere", Err: ErrInProgress,
		}
	case claim.Done:
		return claim.Answer, true, nil
	}
	err = safely(func() (err error) {
		answer, err = h.decide(ctx, t)
		return err
	})
	// What happened is recorded although the answer may be due by now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	if err != nil {
		if time.Since(claimed) < h.opts.Lease { // after that somebody else may have it
			if kept := h.opts.Seen.Release(ctx, t.key); kept != nil {
				err = fmt.Errorf("%w; and the event was not given back: %w", err, kept)
			}
		}
		return nil, false, err
	}
	if err := h.opts.Seen.Done(ctx, t.key, answer); err != nil {
		// The event is handled, so the platform is not asked to repeat it.
		h.observe(began, t.event, Observation{Err: h.failed(opRecord, err)})
	}
	return answer, false, nil
}

// decide calls the function of the app that is meant for an event. The answer is
// nil where the platform asks for none.
func (h *Handler) decide(ctx context.Context, t *task) ([]byte, error) {
	if t.hint != nil {
		if !h.handlers.wants(t.event.Kind) {
			return nil, nil
		}
		payload, err := t.hint.read(ctx, t.event)
		if err != nil {
			return nil, err
		}
		return nil, h.handlers.push(ctx, payload)
	}
	if t.verdict == nil {
		return nil, h.handlers.push(ctx, t.payload)
	}
	v, err := h.handlers.ask(ctx, t.payload)
	if err != nil {
		return nil, err
	}
	return t.verdict(v)
}
