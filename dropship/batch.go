package dropship

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// batch is a write over many entries, each named by a K.
type batch[T any, K ~string] struct {
	service *Service
	op      string
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
			return nil, settle.Invalid("an id is empty")
		case seen[id]:
			return nil, settle.Invalid("%.40q is there twice", string(id))
		default:
			seen[id] = true
		}
	}
	outcomes := make([]error, 0, len(all))
	for _, part := range chunks(all, b.size) {
		if err := settle.Ended(ctx); err != nil {
			return outcomes, err
		}
		got, err := b.chunk(ctx, part)
		if err != nil {
			return outcomes, err
		}
		outcomes = append(outcomes, got...)
	}
	return outcomes, nil
}

// chunks cuts a list into parts that fit into one call.
func chunks[T any](all []T, size int) (parts [][]T) {
	if size <= 0 {
		size = max(len(all), 1)
	}
	for len(all) > 0 {
		n := min(size, len(all))
		parts, all = append(parts, all[:n:n]), all[n:]
	}
	return parts
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
			case !ok: // accepted, but this one is not mentioned
				errs[j] = leftOut(string(b.id(x)))
			default:
				errs[j] = answer
			}
		}
		return errs
	}
	rules := b.service.rules(b.op)
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

// leftOut is the outcome of an entry that the answer does not mention.
func leftOut(id string) error {
	return &mall.Error{Kind: mall.ErrUnknownOutcome, Message: "the answer leaves out " + id}
}

// byItem are the answers to a batch by what they are about.
func byItem[K comparable](answers []mall.Result[K]) map[K]error {
	by := make(map[K]error, len(answers))
	for _, a := range answers {
		by[a.Item] = a.Err
	}
	return by
}
