package walk

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
)

func TestRecentForgetsWhatIsLongGone(t *testing.T) {
	t.Parallel()
	const rows = 5*generation + 7
	r := newRecent()
	row := func(i int) Version { return Version{strconv.Itoa(i), int64(i)} }
	most := 0
	for i := range rows {
		if !r.add(row(i)) {
			t.Fatalf("row %d was never here", i)
		}
		if i >= generation && i%1000 == 0 {
			if old := i - generation + 100; r.add(row(old)) { // each such repeat takes a place as well
				t.Fatalf("row %d is forgotten %d rows later", old, i-old)
			}
		}
		most = max(most, len(r.now)+len(r.before))
	}
	assert.LessOrEqual(t, most, 2*generation, "memory does not grow with the walk")
	assert.True(t, r.add(row(1)), "the first is forgotten by now")
}

func TestRecentRemembersWhatRepeats(t *testing.T) {
	t.Parallel()
	r := newRecent()
	seam := Version{ID: "seam"}
	assert.True(t, r.add(seam))
	for i := range 5 * generation {
		r.add(Version{ID: strconv.Itoa(i)})
		if i%generation == generation-1 {
			assert.False(t, r.add(seam), "after %d others", i+1)
		}
	}
}

func TestRecentTellsVersionsApart(t *testing.T) {
	t.Parallel()
	r := newRecent()
	assert.True(t, r.add(Version{"1", 1}))
	assert.True(t, r.add(Version{"1", 2}))
	assert.False(t, r.add(Version{"1", 1}))
	assert.True(t, r.add(Version{"2", 0}))
	assert.False(t, r.add(Version{"2", 0}))
}

// row is a row of the test lists: the second at which it changed.
type row int64

func (r row) version() Version { return Version{strconv.FormatInt(int64(r), 10), int64(r)} }

// endless lists a row for each second from first to last, in numbered pages.
func endless(now time.Time, first, last int64) List[row] {
	return List[row]{
		Name: "endless", Noun: "rows", Op: "list rows", Platform: "fake",
		Limits:  mall.ListLimits{MaxPageSize: 100, Resolution: time.Second, Numbered: true},
		Clock:   func() time.Time { return now },
		Version: row.version,
		Fetch: func(_ context.Context, r Range, cursor string) (mall.Page[row], error) {
			page, _ := strconv.Atoi(cursor)
			from, to := max(r.From.Unix(), first), min(r.To.Unix(), last)
			answer := mall.Page[row]{Total: int(max(to-from+1, 0))}
			for i := page * r.PageSize; i < min((page+1)*r.PageSize, answer.Total); i++ {
				answer.Items = append(answer.Items, row(from+int64(i)))
			}
			return answer, nil
		},
	}
}

// A window of more rows than are remembered is cut, so that none is repeated.
func TestAllRepeatsNoneOfTwoHundredThousandRows(t *testing.T) {
	t.Parallel()
	const rows = 200_000
	now := time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)
	l := endless(now, now.Unix()-rows, now.Unix()-1)
	l.Range.From = now.Add(-365 * 24 * time.Hour)
	seen := make([]bool, rows)
	for r, err := range l.All(t.Context()) {
		i := int64(r) - (now.Unix() - rows)
		if err != nil || seen[i] {
			t.Fatalf("row %d is repeated, or %v", r, err)
		}
		seen[i] = true
	}
	assert.NotContains(t, seen, false)
}
