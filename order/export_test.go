package order

import (
	"time"
)

// WithoutOverlap makes each window begin behind the last second of the one
// before, as if everything in it had been seen. It loses orders.
func WithoutOverlap(s *Syncer) {
	s.behind = func(step time.Duration) time.Duration { return -step }
}

// RefundOf sums up the refunds of lines.
var RefundOf = refundOf
