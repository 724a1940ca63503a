package order

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Budget decides how many texts a shop may decrypt. Platforms give each shop a
// daily allowance, do not say how much of it is left, and take offence when it
// is wasted. An app with several processes implements it over shared storage.
type Budget interface {
	// Spend takes n from what the shop has left, or takes nothing and returns an
	// error that is mall.ErrPIIBudget.
	Spend(ctx context.Context, shopID string, n int) error
}

// NewMemoryBudget returns a budget of n texts per shop and Beijing day, kept in
// memory. It is safe for concurrent use. With n of zero or less
// nothing can be decrypted.
func NewMemoryBudget(n int, clock mall.Clock) Budget {
	return &dailyBudget{limit: max(n, 0), clock: clock, spent: map[string]int{}}
}

const opSpend = "spend decryption budget"

type dailyBudget struct {
	limit int
	clock mall.Clock

	mu    sync.Mutex
	day   string
	spent map[string]int
}

func (b *dailyBudget) Spend(_ context.Context, shopID string, n int) error {
	if n < 0 {
		return settle.Failure("", opSpend, settle.Invalid("%d texts cannot be decrypted", n))
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock.Now().In(mall.Beijing)
	// A clock that is set back must not give out yesterday's allowance twice.
	if day := now.Format(time.DateOnly); day > b.day {
		b.day = day
		clear(b.spent)
	}
	if left := b.limit - b.spent[shopID]; n > left {
		midnight := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, mall.Beijing)
		return &mall.Error{
			Op: opSpend, Kind: mall.ErrPIIBudget,
			Message:    fmt.Sprintf("%d texts asked for, %d of %d left today", n, left, b.limit),
			RetryAfter: midnight.Sub(now),
		}
	}
	b.spent[shopID] += n
	return nil
}
