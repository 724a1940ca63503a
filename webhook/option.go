package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// Option adjusts a [Handler] while it is being made. The order of options does
// not matter; of two that set the same thing the later wins. What is wrong with
// any of them is reported by [New], all together.
type Option interface{ apply(*settings) error }

type optionFunc func(*settings) error

func (f optionFunc) apply(s *settings) error { return f(s) }

// settings are what options set.
type settings struct {
	clock    mall.Clock
	codec    mall.Codec
	maxBody  int64
	limit    time.Duration // zero: the platform's
	lease    time.Duration
	seen     Seen
	queue    func(context.Context, Delivery) error
	observer func(Observation)
}

func newSettings(opts []Option) (settings, error) {
	s := settings{
		codec:    mall.Codec{Marshal: json.Marshal, Unmarshal: json.Unmarshal},
		maxBody:  1 << 20,
		lease:    time.Minute,
		observer: func(Observation) {},
	}
	var errs []error
	for _, o := range opts {
		if o == nil {
			errs = append(errs, errors.New("webhook: an option is nil"))
			continue
		}
		if err := o.apply(&s); err != nil {
			errs = append(errs, err)
		}
	}
	if s.seen == nil {
		s.seen, _ = NewMemorySeen(0, 0)
	}
	if s.limit > 0 && s.lease <= s.limit {
		errs = append(errs, fmt.Errorf("webhook: a lease of %v ends before the time limit of %v", s.lease, s.limit))
	}
	return s, errors.Join(errs...)
}

// WithCodec replaces encoding/json by a faster one. See [mall.Codec].
func WithCodec(c mall.Codec) Option {
	return optionFunc(func(s *settings) error {
		if c.Marshal == nil || c.Unmarshal == nil {
			return errors.New("webhook: WithCodec: both functions are needed")
		}
		s.codec = c
		return nil
	})
}

// WithClock replaces the clock that signed times are compared with. Waiting
// always uses the machine's clock.
func WithClock(c mall.Clock) Option {
	return optionFunc(func(s *settings) error { s.clock = c; return nil })
}

// WithMaxBody caps a request at n bytes. The default is 1 MiB.
func WithMaxBody(n int64) Option {
	return optionFunc(func(s *settings) error {
		if n <= 0 {
			return fmt.Errorf("webhook: WithMaxBody(%d): must be positive", n)
		}
		s.maxBody = n
		return nil
	})
}

// WithTimeLimit sets how long after a request came its answer is due. The
// default leaves a second of what the platform waits: see the verifier.
func WithTimeLimit(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("webhook: WithTimeLimit(%v): must be positive", d)
		}
		s.limit = d
		return nil
	})
}

// WithSeen says where it is remembered what was handled. The default is a
// [MemorySeen].
func WithSeen(m Seen) Option {
	return optionFunc(func(s *settings) error {
		if m == nil {
			return errors.New("webhook: WithSeen(nil)")
		}
		s.seen = m
		return nil
	})
}

// WithLease sets how long an event belongs to whoever claimed it. It must be
// longer than any of the app's functions takes, and is how late an event is
// repeated whose process died. The default is a minute.
func WithLease(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		if d <= 0 {
			return fmt.Errorf("webhook: WithLease(%v): must be positive", d)
		}
		s.lease = d
		return nil
	})
}

// WithQueue answers pushes as soon as f, which puts them on a queue of the
// app's own, has returned nil. Whatever reads that queue calls
// [Handler.Handle], which decodes them and calls the functions of [Handlers].
// f must have stored the delivery when it returns, and should be quick: its
// context ends when the answer is due. Calls that need an answer are not put on
// the queue.
func WithQueue(f func(context.Context, Delivery) error) Option {
	return optionFunc(func(s *settings) error {
		if f == nil {
			return errors.New("webhook: WithQueue(nil)")
		}
		s.queue = f
		return nil
	})
}

// WithObserver has f called for every event and every rejected request. Keep it
// short, make it safe for concurrent use.
func WithObserver(f func(Observation)) Option {
	return optionFunc(func(s *settings) error {
		if f == nil {
			return errors.New("webhook: WithObserver(nil)")
		}
		s.observer = f
		return nil
	})
}
