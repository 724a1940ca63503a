package sandbox

import "time"

// Now returns the sandbox's time: that of its base clock, plus what it was moved.
func (s *Sandbox) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// Advance moves the clock; a negative d moves it back. Token ages, windows,
// limits and quotas all follow it. Delays of faults do not: they take real time.
func (s *Sandbox) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
	s.rouse()
}

// SetNow moves the clock to t, from where it goes on as its base clock does.
func (s *Sandbox) SetNow(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += t.Sub(s.now())
	s.rouse()
}

// now is Now for callers that hold mu. The monotonic reading is dropped, so
// that moved times compare by the wall clock.
func (s *Sandbox) now() time.Time { return s.clock.Now().Round(0).Add(s.offset) }
