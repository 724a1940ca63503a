package client

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Option adjusts an [App] while it is being made. The order of options does
// not matter; of two that set the same thing the later wins. What is wrong with
// any of them is reported by New, all together.
type Option interface {
	apply(*settings) (wrong string)
}

type optionFunc func(*settings) string

func (f optionFunc) apply(s *settings) string { return f(s) }

// settings are what options set.
type settings struct {
	clock     mall.Clock
	codec     mall.Codec
	transport http.RoundTripper
	timeout   time.Duration
	maxReply  int64
	retries   int
	maxWait   time.Duration
	lookAfter time.Duration
	limiter   Limiter
	tokens    TokenStore
	budget    order.Budget
	observer  func(Observation)
}

// newSettings applies opts and tells what is wrong with them.
func newSettings(opts []Option) (_ settings, wrong []string) {
	s := settings{
		codec:    mall.Codec{Marshal: marshal, Unmarshal: json.Unmarshal},
		timeout:  15 * time.Second,
		maxReply: 16 << 20,
		retries:  2,
		maxWait:  20 * time.Second,
		observer: func(Observation) {},
	}
	for _, o := range opts {
		if o == nil {
			wrong = append(wrong, "an option is nil")
			continue
		}
		if why := o.apply(&s); why != "" {
			wrong = append(wrong, why)
		}
	}
	if s.tokens == nil {
		s.tokens = NewMemoryTokens()
	}
	s.codec = quiet(s.codec)
	return s, wrong
}

// marshal is the default encoder. It leaves < > & as they are: escaping them
// would sign another text than some platforms print in their documents.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// WithClock replaces the clock that timestamps and the life of tokens are read
// from. Waiting always uses the machine's clock.
func WithClock(c mall.Clock) Option {
	return optionFunc(func(s *settings) string { s.clock = c; return "" })
}

// WithCodec replaces encoding/json by a faster one. See [mall.Codec].
func WithCodec(c mall.Codec) Option {
	return optionFunc(func(s *settings) string {
		if c.Marshal == nil || c.Unmarshal == nil {
			return "WithCodec: both functions are needed"
		}
		s.codec = c
		return ""
	})
}

// WithTransport sends through t instead of a transport of the app's own:
// a proxy, a test, a recorder. It is shared by all shops.
func WithTransport(t http.RoundTripper) Option {
	return optionFunc(func(s *settings) string {
		if t == nil {
			return "WithTransport(nil)"
		}
		s.transport = t
		return ""
	})
}

// WithTimeout limits one attempt, from connecting to the last byte of the
// reply. The default is 15 seconds. The caller's context limits the whole call.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) string {
		if d <= 0 {
			return fmt.Sprintf("WithTimeout(%v): must be positive", d)
		}
		s.timeout = d
		return ""
	})
}

// WithMaxReply caps a reply at n bytes, counted after decompression. The
// default is 16 MiB.
func WithMaxReply(n int64) Option {
	return optionFunc(func(s *settings) string {
		if n <= 0 {
			return fmt.Sprintf("WithMaxReply(%d): must be positive", n)
		}
		s.maxReply = n
		return ""
	})
}

// WithRetries sets how often a call that failed for a passing reason is tried
// again. Zero turns retrying off. The default is 2.
func WithRetries(n int) Option {
	return optionFunc(func(s *settings) string {
		if n < 0 {
			return fmt.Sprintf("WithRetries(%d): must not be negative", n)
		}
		s.retries = n
		return ""
	})
}

// WithMaxWait sets the longest pause before another attempt. When the platform
// asks for a longer one the call fails at once with mall.ErrRateLimited and
// RetryAfter, so that the app can do something else meanwhile. The default is
// 20 seconds.
func WithMaxWait(d time.Duration) Option {
	return optionFunc(func(s *settings) string {
		if d < 0 {
			return fmt.Sprintf("WithMaxWait(%v): must not be negative", d)
		}
		s.maxWait = d
		return ""
	})
}

// WithLookAfter sets how long to wait after the answer to a write was lost,
// before the call fails with mall.ErrUnknownOutcome. The services of a shop then
// look what became of it; a platform may still be at work, or show it late. The
// caller's context ends the waiting. The default is not to wait, which is right
// for platforms that show a write at once.
func WithLookAfter(d time.Duration) Option {
	return optionFunc(func(s *settings) string {
		if d < 0 {
			return fmt.Sprintf("WithLookAfter(%v): must not be negative", d)
		}
		s.lookAfter = d
		return ""
	})
}

// WithLimiter replaces the limiter of the app, for example by one that several
// processes share. By default each app limits itself by its platform's rates.
func WithLimiter(l Limiter) Option {
	return optionFunc(func(s *settings) string {
		if l == nil {
			return "WithLimiter(nil)"
		}
		s.limiter = l
		return ""
	})
}

// WithTokenStore says where tokens are kept. The default is memory, which
// forgets them when the process ends.
func WithTokenStore(t TokenStore) Option {
	return optionFunc(func(s *settings) string {
		if t == nil {
			return "WithTokenStore(nil)"
		}
		s.tokens = t
		return ""
	})
}

// WithDecryptBudget replaces the default of [DefaultDecryptions] a day and
// shop, kept in memory.
func WithDecryptBudget(b order.Budget) Option {
	return optionFunc(func(s *settings) string {
		if b == nil {
			return "WithDecryptBudget(nil)"
		}
		s.budget = b
		return ""
	})
}

// WithObserver has f called after every attempt of every call. It runs on the
// caller's goroutine: keep it short, make it safe for concurrent use.
func WithObserver(f func(Observation)) Option {
	return optionFunc(func(s *settings) string {
		if f == nil {
			return "WithObserver(nil)"
		}
		s.observer = f
		return ""
	})
}
