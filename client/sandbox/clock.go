package sandbox

import "time"

// Now returns the sandbox's time: that of its base clock, plus the amount by
// which it was moved.
func (s *Sandbox) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Advance moves the clock by d, backwards if d is negative. Token ages,
// windows, limits and quotas follow it at once. Delays of faults take real
// time.
func (s *Sandbox) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	s.rouse()
}

// SetNow moves the clock to t. From there it runs on with its base clock.
func (s *Sandbox) SetNow(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += t.Sub(s.now())
	s.rouse()
}

// now is Now for callers that hold mu. It drops the monotonic reading, so that
// moved times compare by the wall clock.
func (s *Sandbox) now() time.Time { return s.clock.Now().Round(0).Add(s.offset) }
