package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Pauses grow by doubling, with full jitter so that many shops do not come
// back at the same moment.
const (
	pauseFault    = 100 * time.Millisecond
	pauseThrottle = time.Second
	pauseCap      = 20 * time.Second
)

// again decides whether a failed attempt is followed by another one, and after
// which pause.
func (c *call) again(ctx context.Context, failure *mall.Error) (time.Duration, bool) {
	if !c.sending {
		return 0, false // no token: getting one has its own way of trying again
	}
	if failure.Kind == mall.ErrAuth && c.owner() != nil && c.refused == "" {
		c.refused = c.token.Access // once; the platform refused before acting, so writes may go again too
		return 0, ctx.Err() == nil
	}
	if failure.Kind == mall.ErrRateLimited {
		c.app.limiter.Slow(c.bucket(), failure.RetryAfter)
	}
	if !passing(failure.Kind) || c.attempt > c.app.retries || ctx.Err() != nil {
		return 0, false
	}
	pause := failure.RetryAfter
	if pause > c.app.maxWait {
		return 0, false
	}
	if pause <= 0 {
		base := pauseFault
		if failure.Kind == mall.ErrRateLimited {
			base = pauseThrottle
		}
		pause = min(jitter(base, c.attempt), c.app.maxWait)
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < pause {
		return 0, false // the caller would be gone: tell it now what went wrong
	}
	return pause, c.budget().spend()
}

// passing reports whether a failure of this kind may be gone at the next
// attempt, and cannot have changed anything.
func passing(k mall.Kind) bool { return k == mall.ErrRateLimited || k == mall.ErrUnavailable }

// jitter is a random pause, at most base doubled with each attempt.
func jitter(base time.Duration, attempt int) time.Duration {
	ceiling := min(base<<min(attempt-1, 10), pauseCap)
	return rand.N(ceiling) + 1
}

// sleep waits unless the caller leaves first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return settle.Ended(ctx)
	}
}

// contextError tells why ctx ended: it is the cause, and also
// context.Canceled or context.DeadlineExceeded, whatever the cause is.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// retryBudget keeps a shop from doubling its calls while a platform is down:
// it starts full, a retry costs five, a success gives one back. The figures are
// those of the AWS SDK for Go v2 (aws/aws-sdk-go-v2:aws/retry/standard.go). The
// zero value is a full budget.
type retryBudget struct{ spent atomic.Int32 }

const (
	retryFunds = 500
	retryPrice = 5
)

func (b *retryBudget) spend() bool {
	for {
		spent := b.spent.Load()
		if spent+retryPrice > retryFunds {
			return false
		}
		if b.spent.CompareAndSwap(spent, spent+retryPrice) {
			return true
		}
	}
}

func (b *retryBudget) earn() {
	for {
		spent := b.spent.Load()
		if spent == 0 || b.spent.CompareAndSwap(spent, spent-1) {
			return
		}
	}
}
