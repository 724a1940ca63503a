package order_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

func TestMemoryBudgetIsPerShop(t *testing.T) {
	t.Parallel()
	b := order.NewMemoryBudget(10, clockAt(noon))
	require.NoError(t, b.Spend(t.Context(), "a", 10))
	require.NoError(t, b.Spend(t.Context(), "b", 10))
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
}

func TestMemoryBudgetTakesNothingOnRefusal(t *testing.T) {
	t.Parallel()
	b := order.NewMemoryBudget(10, clockAt(noon))
	require.NoError(t, b.Spend(t.Context(), "a", 7))
	err := b.Spend(t.Context(), "a", 4)
	require.ErrorIs(t, err, mall.ErrPIIBudget)
	require.ErrorContains(t, err, "4 texts asked for, 3 of 10 left today")
	failure, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Equal(t, 12*time.Hour, failure.RetryAfter, "until midnight in Beijing")
	require.NoError(t, b.Spend(t.Context(), "a", 3))
	require.NoError(t, b.Spend(t.Context(), "a", 0))
}

func TestMemoryBudgetIsRenewedAtMidnightInBeijing(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, time.March, 3, 0, 0, 0, 0, mall.Beijing)
	now := midnight.Add(-time.Nanosecond).In(time.FixedZone("west", -9*3600))
	b := order.NewMemoryBudget(1, func() time.Time { return now })
	require.NoError(t, b.Spend(t.Context(), "a", 1))
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
	now = midnight.UTC() // still the day before in UTC
	require.NoError(t, b.Spend(t.Context(), "a", 1))
	now = midnight.Add(10 * time.Hour).UTC() // another day in UTC
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
}

func TestMemoryBudgetIsNotRenewedByAClockSetBack(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 3, 0, 0, 1, 0, mall.Beijing)
	b := order.NewMemoryBudget(1, func() time.Time { return now })
	require.NoError(t, b.Spend(t.Context(), "a", 1))
	now = now.Add(-2 * time.Second)
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
	now = now.Add(2 * time.Second)
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
}

func TestMemoryBudgetRefusesWhatIsNoAmount(t *testing.T) {
	t.Parallel()
	b := order.NewMemoryBudget(1, clockAt(noon))
	require.ErrorIs(t, b.Spend(t.Context(), "a", -5), mall.ErrInvalid)
	require.NoError(t, b.Spend(t.Context(), "a", 1))
	require.ErrorIs(t, b.Spend(t.Context(), "a", 1), mall.ErrPIIBudget, "a negative amount gives nothing back")
	for _, n := range []int{0, -1} {
		require.ErrorIs(t, order.NewMemoryBudget(n, nil).Spend(t.Context(), "a", 1), mall.ErrPIIBudget)
	}
}

func TestMemoryBudgetHoldsUnderConcurrentSpending(t *testing.T) {
	t.Parallel()
	b := order.NewMemoryBudget(1000, clockAt(noon))
	var taken atomic.Int64
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			for range 100 {
				if b.Spend(context.Background(), "a", i%5+1) == nil {
					taken.Add(int64(i%5 + 1))
				}
			}
		})
	}
	all.Wait()
	assert.LessOrEqual(t, taken.Load(), int64(1000))
	assert.Greater(t, taken.Load(), int64(995), "all but what is too little for any")
}
