package dropship

import (
	"context"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
)

// batch is a write over many entries, each named by a K.
type batch[T any, K ~string] struct {
	service *Service
	what    string
	size    int // most entries in one call; zero: no bound
	id      func(T) K
	send    func(context.Context, []T) (map[K]error, error)
	// look finds out what became of one entry; nil where the driver cannot. It is
	// made anew for each call.
	look func() func(context.Context, T) (finding, error)
}

// run sends entries in chunks, settles each that failed, and sends those once
// more of which nothing is there. It returns an error for each entry and, when a
// chunk failed as a whole, those so far along with that failure.
func (b batch[T, K]) run(ctx context.Context, all []T) ([]error, error) {
	seen := map[K]bool{}
	for _, x := range all {
		switch id := b.id(x); {
		case strings.TrimSpace(string(id)) == "":
			return nil, b.service.refuse(b.what, invalid("an id is empty"))
		case seen[id]:
			return nil, b.service.refuse(b.what, invalid("%s is there twice", id))
		default:
			seen[id] = true
		}
	}
	size := b.size
	if size <= 0 {
		size = max(len(all), 1)
	}
	outcomes := make([]error, 0, len(all))
	for len(all) > 0 {
		if ctx.Err() != nil {
			return outcomes, context.Cause(ctx)
		}
		chunk := all[:min(size, len(all))]
		all = all[len(chunk):]
		got, err := b.once(ctx, chunk, false)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, got...)
	}
	return outcomes, nil
}

// once sends a chunk and settles what failed. Entries of a lost call of which
// nothing is there are sent a second time, never a third.
func (b batch[T, K]) once(ctx context.Context, chunk []T, sentBefore bool) ([]error, error) {
	answered, err := b.send(ctx, chunk)
	if err != nil && !lost(err) {
		return nil, err
	}
	var lookAt func(context.Context, T) (finding, error)
	if b.look != nil {
		lookAt = b.look()
	}
	outcomes, place, repeat := make([]error, len(chunk)), []int(nil), []T(nil)
	for i, x := range chunk {
		outcome := err
		if err == nil {
			answer, ok := answered[b.id(x)]
			if outcome = answer; !ok {
				// Accepted, but not a word about this one.
				outcome = b.service.leftOut(string(b.id(x)))
			}
		}
		if outcome != nil {
			var at look
			if lookAt != nil {
				at = func(ctx context.Context) (finding, error) { return lookAt(ctx, x) }
			}
			again := false
			if outcome, again = resolved(ctx, outcome, at, sentBefore); again && !sentBefore {
				place, repeat = append(place, i), append(repeat, x)
			}
		}
		outcomes[i] = outcome
	}
	if len(repeat) == 0 {
		return outcomes, nil
	}
	second, err := b.once(ctx, repeat, true)
	if err != nil {
		return outcomes, nil // what is known stays: those entries keep their unknown outcome
	}
	for j, i := range place {
		outcomes[i] = second[j]
	}
	return outcomes, nil
}

// leftOut is the outcome of an entry that an answer says nothing about.
func (s *Service) leftOut(id string) error {
	return &mall.Error{Platform: s.driver.Platform(), Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf("the answer leaves out %s", id)}
}
