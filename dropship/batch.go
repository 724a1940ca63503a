package dropship

import (
	"context"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
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
		got, err := b.chunk(ctx, chunk)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, got...)
	}
	return outcomes, nil
}

// chunk sends entries that fit into one call and settles those that failed. A
// call that failed as a whole, at once and for certain, is its error.
func (b batch[T, K]) chunk(ctx context.Context, chunk []T) ([]error, error) {
	var whole error
	rounds := 0
	send := func(ctx context.Context, which []int) []error {
		part, errs := make([]T, len(which)), make([]error, len(which))
		for j, i := range which {
			part[j] = chunk[i]
		}
		answered, err := b.send(ctx, part)
		if rounds++; rounds == 1 && err != nil && !lost(err) {
			whole = err
		}
		for j, x := range part {
			answer, ok := answered[b.id(x)]
			switch {
			case err != nil:
				errs[j] = err
			case !ok: // accepted, but not a word about this one
				errs[j] = b.service.leftOut(string(b.id(x)))
			default:
				errs[j] = answer
			}
		}
		return errs
	}
	rules := b.service.rules(b.what)
	rules.Weigh = func(err error) settle.Doubt {
		if whole != nil {
			return settle.Clear
		}
		return weigh(err)
	}
	var looks func() settle.Look
	if b.look != nil {
		looks = func() settle.Look {
			at := b.look()
			return func(ctx context.Context, i int, failure error, _ bool) (settle.Finding, error) {
				f, err := at(ctx, chunk[i])
				return f.settled(failure), err
			}
		}
	}
	outcomes := rules.Batch(ctx, len(chunk), send, looks)
	if whole != nil {
		return nil, whole
	}
	return outcomes, nil
}

// leftOut is the outcome of an entry that an answer says nothing about.
func (s *Service) leftOut(id string) error {
	return &mall.Error{Platform: s.driver.Platform(), Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf("the answer leaves out %s", id)}
}
