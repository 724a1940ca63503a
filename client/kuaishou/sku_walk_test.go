package kuaishou

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestItemWalk: while rows come, go and move between two pages, the walk sees
// every row that stays. Rows change one at a time, after every third page at
// most: no page numbers help against a row that crosses the edge of a page at
// each step.
func TestItemWalk(t *testing.T) {
	const size = 10
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		rows, fresh := []int{}, 0
		insert := func(at int) { fresh++; rows = slices.Insert(rows, at, fresh) }
		for range r.IntN(60) {
			insert(len(rows))
		}
		stay := slices.Clone(rows)
		// What others do lies in the nature of the list: new rows come at one end, and
		// rows that change move there.
		end := func() int { return len(rows) }
		if seed%2 == 0 {
			end = func() int { return 0 }
		}
		seen, cursor, reads := map[int]bool{}, "", 0
		for {
			at, err := itemPlaceOf(cursor)
			require.NoError(t, err)
			from := min((at.page-1)*size, len(rows))
			for _, row := range rows[from:min(from+size, len(rows))] {
				seen[row] = true
			}
			if reads++; reads > 200 {
				t.Fatal("the walk does not end")
			}
			if cursor = at.next(cursor, (len(rows)+size-1)/size); cursor == "" {
				break
			}
			if reads%3 > 0 {
				continue
			}
			switch what := r.IntN(4); {
			case what == 0:
				insert(end())
			case len(rows) == 0:
			case what == 1:
				gone := r.IntN(len(rows))
				stay = slices.DeleteFunc(stay, func(row int) bool { return row == rows[gone] })
				rows = slices.Delete(rows, gone, gone+1)
			case what == 2:
				moved := rows[r.IntN(len(rows))]
				if !seen[moved] {
					stay = slices.DeleteFunc(stay, func(row int) bool { return row == moved })
				}
				rows = slices.DeleteFunc(rows, func(row int) bool { return row == moved })
				rows = slices.Insert(rows, end(), moved)
			}
		}
		for _, row := range stay {
			require.True(t, seen[row], "seed %d: row %d is missed", seed, row)
		}
	}
	for _, cursor := range []string{"0", "-1", "x", "again 1", "again ", "1 "} {
		_, err := itemPlaceOf(cursor)
		require.Error(t, err, cursor)
	}
}
