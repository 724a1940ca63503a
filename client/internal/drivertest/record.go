package drivertest

import (
	"slices"
	"sync"

	"github.com/mallwire/mall/client"
)

// Record is an observer that keeps every observation. It is safe for concurrent
// use.
type Record struct {
	mu   sync.Mutex
	seen []client.Observation
}

// Observe is the function to pass to client.WithObserver.
func (r *Record) Observe(o client.Observation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, o)
}

// All returns everything seen so far.
func (r *Record) All() []client.Observation {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.seen)
}

// Of returns what was seen of one method.
func (r *Record) Of(method string) []client.Observation {
	return slices.DeleteFunc(r.All(), func(o client.Observation) bool { return o.Method != method })
}
