package kuaishou

import (
	"cmp"
	"slices"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// distrWindow holds the parameters that both lists of drop-ship orders have.
type distrWindow struct {
	Size   int     `json:"pageSize"`
	Begin  int64   `json:"beginTime"`
	End    int64   `json:"endTime"`
	Sort   int     `json:"sort"` // its numbers differ between the lists
	Cursor *string `json:"cursor"`
}

const (
	merchantWindow = 30 * day         // windows must be shorter
	factoryWindow  = 30 * 60 * second // windows must be shorter
	factoryOldest  = 60 * day         // the earliest start of a window, back from now
	factorySize    = 50
)

// checkWindow refuses a window that is not shorter than most. The numbers of
// these refusals are not documented.
func (k *platform) checkWindow(q distrWindow, size int, most int64, words string) (stage.Result, bool) {
	switch {
	case q.Size < 1 || q.Size > size:
		return k.invalid("pageSize"), false
	case q.Begin <= 0 || q.End <= 0 || q.End < q.Begin:
		return k.invalid("beginTime或endTime"), false
	case q.End-q.Begin >= most:
		return k.invalid(words), false
	}
	return stage.Result{}, true
}

// distrRow is a row of either list, with what it is sorted by.
type distrRow struct {
	time, no int64
	view     func() map[string]any
}

// distrPage returns a page of rows and the cursor after it.
func (k *platform) distrPage(q distrWindow, rows []distrRow, ascending bool, end string) (list []map[string]any,
	cursor string, r stage.Result, ok bool) {
	order := func(a, b distrRow) int {
		n := cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.no, b.no))
		if !ascending {
			n = -n
		}
		return n
	}
	slices.SortFunc(rows, order)
	list = []map[string]any{}
	from := 0
	if q.Cursor != nil && *q.Cursor != "" {
		p, ok := readPlace(*q.Cursor)
		if !ok {
			return nil, "", k.invalid("cursor"), false
		}
		after := distrRow{time: p.time, no: stage.Number(p.id, 0)}
		for from < len(rows) && order(rows[from], after) <= 0 {
			from++
		}
	}
	to := min(from+q.Size, len(rows))
	for _, row := range rows[from:to] {
		list = append(list, row.view())
	}
	if to == len(rows) {
		return list, end, stage.Result{}, true
	}
	last := rows[to-1]
	return list, place{time: last.time, id: formatID(last.no)}.String(), stage.Result{}, true
}
