// Package machine is the one engine for state machines that are written as
// tables.
package machine

import (
	"cmp"
	"slices"

	"github.com/mallwire/mall"
)

// Guard is a condition on the facts.
type Guard[F any] struct {
	Name   string
	Reason string // why it refuses, for people; optional
	Holds  func(F) bool
}

// Row is one transition: in a state of From the event leads to To and has the
// effects, if all guards hold.
type Row[S, E ~string, F any, X ~string] struct {
	ID      string
	Event   E
	From    []S
	To      S // empty in a table: the state stays
	Guards  []Guard[F]
	Effects []X
	Set     func(*F) // facts that the step itself establishes; may be nil
	Code    string   // of the refusal when a guard does not hold; empty: "GUARD"
}

// Table is a state machine. Of the rows with an event and a state the first
// whose guards hold is taken.
type Table[S, E ~string, F any, X ~string] []Row[S, E, F, X]

// Next returns the row that is taken, its To being the state that follows, and
// sets the facts that the row establishes. The effects belong to the caller.
//
// An event that is not allowed is a [*mall.Error] of mall.ErrConflict around a
// [*mall.Refusal]: then the row says nothing but To, which is s, and the facts
// are untouched. The refusal has the first code of the rows that were tried, and
// the guard of the row that came furthest, because that row explains best.
func (t Table[S, E, F, X]) Next(s S, e E, f *F) (Row[S, E, F, X], error) {
	refusal := &mall.Refusal{State: string(s), Event: string(e)}
	furthest := -1
	for _, r := range t {
		if r.Event != e || !slices.Contains(r.From, s) {
			continue
		}
		failed := slices.IndexFunc(r.Guards, func(g Guard[F]) bool { return !g.Holds(*f) })
		if failed < 0 {
			if r.Set != nil {
				r.Set(f)
			}
			if r.To == "" {
				r.To = s
			}
			r.Effects = slices.Clone(r.Effects)
			return r, nil
		}
		refusal.Code = cmp.Or(refusal.Code, r.Code)
		if failed > furthest {
			furthest = failed
			refusal.Guard, refusal.Reason = r.Guards[failed].Name, r.Guards[failed].Reason
		}
	}
	if furthest < 0 {
		refusal.Code = "NO_TRANSITION"
	}
	refusal.Code = cmp.Or(refusal.Code, "GUARD")
	return Row[S, E, F, X]{To: s}, &mall.Error{Kind: mall.ErrConflict, Message: refusal.Error(), Err: refusal}
}
