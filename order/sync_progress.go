package order

import "time"

// Progress says how far a [Syncer] has come. Windows, Orders and BadRecords
// count from its making.
type Progress struct {
	Shops      int
	Failing    int   // shops that wait because their last turn failed
	Windows    int64 // read to their end, checkpoint stored
	Orders     int64 // versions handed over
	BadRecords int64 // handed to OnBadRecord
	// Lag is how far the shop that is most behind is from now. At best it is
	// the platform's Limits.Lag. It is zero until a checkpoint is known.
	Lag time.Duration
	// OrdersPerSecond is the speed since the report before.
	OrdersPerSecond float64
}

// progressEvery is how often progress is reported.
const progressEvery = time.Second

type counts struct {
	Windows, Orders, BadRecords int64
	reported                    time.Time
	then                        int64 // Orders at that time
}

func (c *counts) start(now time.Time) { c.reported, c.then = now, c.Orders }

func (s *Syncer) count(change func(*counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.counts)
}

// progress reports when it is time, or at the end.
func (s *Syncer) progress(end bool) {
	if s.opts.OnProgress == nil {
		return
	}
	s.mu.Lock()
	now := time.Now()
	passed := now.Sub(s.counts.reported)
	if !end && passed < progressEvery {
		s.mu.Unlock()
		return
	}
	c := &s.counts
	p := Progress{Shops: len(s.shops), Windows: c.Windows, Orders: c.Orders, BadRecords: c.BadRecords}
	if passed > 0 {
		p.OrdersPerSecond = float64(c.Orders-c.then) / passed.Seconds()
	}
	c.reported, c.then = now, c.Orders
	for _, sh := range s.shops {
		if sh.failures > 0 || sh.failure != nil {
			p.Failing++
		}
		if !sh.until.IsZero() {
			p.Lag = max(p.Lag, sh.orders.opts.Clock.Now().Sub(sh.until))
		}
	}
	s.mu.Unlock()
	s.opts.OnProgress(p)
}
