package sandbox

import (
	"context"
	"time"
)

// WithAutoDeliver makes a sandbox that is served by [Sandbox.Start] deliver
// pushes by itself, each as soon as it is due, until the server is closed.
// Without it only [Sandbox.Deliver] sends pushes.
func WithAutoDeliver() Option { return func(s *Sandbox) { s.auto = true } }

// rouse wakes the loop of WithAutoDeliver, since something may be due now.
func (s *Sandbox) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// deliverAlways is the loop of WithAutoDeliver. It ends with ctx.
func (s *Sandbox) deliverAlways(ctx context.Context) {
	for ctx.Err() == nil {
		s.Deliver(ctx)
		due := time.NewTimer(s.untilDue())
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-due.C:
		}
		due.Stop()
	}
}

// untilDue returns the time until the next message that can be sent is due, or
// an hour if there is none.
func (s *Sandbox) untilDue() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var next time.Time
	for _, m := range s.outbox {
		if s.callbacks[m.platform.Name()].Push != "" && (next.IsZero() || m.due.Before(next)) {
			next = m.due
		}
	}
	if next.IsZero() {
		return time.Hour
	}
	return max(next.Sub(s.now()), 0)
}
