package order

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
)

func addTo(r *recent, o Order) bool { return r.add(orderVersion(o)) }

func TestRecentForgetsWhatIsLongGone(t *testing.T) {
	t.Parallel()
	const walk = 5*generation + 7
	r := newRecent()
	o := func(i int) Order { return Order{ID: strconv.Itoa(i), Updated: time.Unix(int64(i), 0)} }
	most := 0
	for i := range walk {
		if !addTo(r, o(i)) {
			t.Fatalf("order %d was never here", i)
		}
		if i >= generation && i%1000 == 0 {
			if old := i - generation + 100; addTo(r, o(old)) { // each such repeat takes a place as well
				t.Fatalf("order %d is forgotten %d orders later", old, i-old)
			}
		}
		most = max(most, len(r.now)+len(r.before))
	}
	assert.LessOrEqual(t, most, 2*generation, "memory does not grow with the walk")
	assert.True(t, addTo(r, o(1)), "the first is forgotten by now")
}

func TestRecentRemembersWhatRepeats(t *testing.T) {
	t.Parallel()
	r := newRecent()
	seam := Order{ID: "seam"}
	assert.True(t, addTo(r, seam))
	for i := range 5 * generation {
		addTo(r, Order{ID: strconv.Itoa(i)})
		if i%generation == generation-1 {
			assert.False(t, addTo(r, seam), "after %d others", i+1)
		}
	}
}

func TestRecentTellsVersionsApart(t *testing.T) {
	t.Parallel()
	r := newRecent()
	first := Order{ID: "1", Updated: time.Unix(1, 0)}
	second := Order{ID: "1", Updated: time.Unix(1, 1)}
	assert.True(t, addTo(r, first))
	assert.True(t, addTo(r, second))
	assert.False(t, addTo(r, first))
	first.Updated = first.Updated.In(time.FixedZone("east", 3600))
	assert.False(t, addTo(r, first), "the instant counts, not the zone")
	assert.True(t, addTo(r, Order{ID: "2"}), "a platform without update times")
	assert.False(t, addTo(r, Order{ID: "2"}))
}

// endless is a numbered platform with an order for each second of a range.
type endless struct{ first, last int64 }

func (endless) Platform() mall.Platform { return "fake" }

func (endless) Limits() Limits {
	return Limits{MaxPageSize: 100, Resolution: time.Second, Paging: PagingNumber}
}

func (endless) Get(context.Context, string) (Order, error) { return Order{}, mall.ErrNotFound }

func (e endless) ListPage(_ context.Context, q Query, cursor string) (mall.Page[Order], error) {
	page, _ := strconv.Atoi(cursor)
	first, last := max(q.From.Unix(), e.first), min(q.To.Unix(), e.last)
	answer := mall.Page[Order]{Total: int(max(last-first+1, 0))}
	for i := page * q.PageSize; i < min((page+1)*q.PageSize, answer.Total); i++ {
		second := first + int64(i)
		answer.Items = append(answer.Items, Order{ID: strconv.FormatInt(second, 10), Updated: time.Unix(second, 0)})
	}
	return answer, nil
}

// A window of more orders than are remembered is cut, so that none is repeated.
func TestAllRepeatsNoneOfTwoHundredThousandOrders(t *testing.T) {
	t.Parallel()
	const orders = 200_000
	now := time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)
	e := endless{now.Unix() - orders, now.Unix() - 1}
	s := NewService(e, "shop-1", Options{Clock: func() time.Time { return now }})
	seen := make([]bool, orders)
	for o, err := range s.All(t.Context(), Query{From: now.Add(-365 * 24 * time.Hour)}) {
		i := o.Updated.Unix() - e.first
		if err != nil || seen[i] {
			t.Fatalf("order %s is repeated, or %v", o.ID, err)
		}
		seen[i] = true
	}
	assert.NotContains(t, seen, false)
}
