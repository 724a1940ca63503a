package sandbox

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	ksListSize   = 50
	ksListDays   = 90  // back, by either time
	ksListOldest = 240 // days since creation, when searched by update time
	ksWindowDays = 7

	ksNoMore = "nomore" // the cursor after the last page
)

// ksViews are the statuses that orderViewStatus stands for; 1 is all.
var ksViews = map[int64]int64{2: ksUnpaid, 3: ksPaid, 4: ksShipped, 5: ksReceived, 6: ksDone, 7: ksFailed}

// ksSearch are the parameters of open.order.cursor.list.
type ksSearch struct {
	View   int64   `json:"orderViewStatus"`
	Size   int     `json:"pageSize"`
	Sort   int     `json:"sort"`      // 1 newest first, 2 oldest first
	Query  int     `json:"queryType"` // 1 by creation, 2 by update
	Begin  int64   `json:"beginTime"`
	End    int64   `json:"endTime"`
	CPS    int64   `json:"cpsType"`
	Cursor *string `json:"cursor"`
}

// ksPlace is where a page ends: the time and id of its last order, so that
// orders that come, go or move meanwhile disturb nothing.
type ksPlace struct {
	time  int64
	id    string
	empty bool // the page that follows is an empty one
}

// String is the cursor. Its form is the platform's own affair; this one is
// invented.
func (p ksPlace) String() string {
	kind := "o"
	if p.empty {
		kind = "e"
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s%d_%s", kind, p.time, p.id))
}

func ksReadPlace(cursor string) (p ksPlace, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	at, id, found := strings.Cut(string(b), "_")
	if err != nil || !found || len(at) < 2 || !stage.Digits(at[1:], 18) || !stage.Digits(id, 18) {
		return p, false
	}
	return ksPlace{stage.Number(at[1:], 0), id, at[0] == 'e'}, true
}

func (k *kuaishou) orderCursorList(c *stage.Call) stage.Result {
	var q ksSearch
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	q.Sort, q.Query = cmp.Or(q.Sort, 1), cmp.Or(q.Query, 1)
	if r, ok := k.checkSearch(c, q); !ok {
		return r
	}
	var after *ksPlace
	if *q.Cursor != "" {
		p, ok := ksReadPlace(*q.Cursor)
		if !ok {
			return k.invalid("cursor")
		}
		after = &p
	}
	if after != nil && after.empty {
		return k.Success(ksPage(q, nil, ksPlace{after.time, after.id, false}.String()))
	}
	page, more := k.searchPage(c, q, after)
	cursor := ksNoMore
	if more {
		last := page[len(page)-1]
		cursor = ksPlace{q.time(last), last.ID, k.rules.EmptyPages}.String()
	}
	return k.Success(ksPage(q, page, cursor))
}

// checkSearch refuses what the method does not take. The numbers for windows
// are documented for the lists of after-sales and assumed for orders.
func (k *kuaishou) checkSearch(c *stage.Call, q ksSearch) (stage.Result, bool) {
	rules, now := k.rules, c.Now.UnixMilli()
	switch {
	case q.Cursor == nil:
		return k.invalid("缺少cursor"), false
	case *q.Cursor == ksNoMore:
		return k.invalid("cursor已到末页"), false
	case q.View < 1 || q.View > 7:
		return k.invalid("orderViewStatus"), false
	case q.Size < 1 || q.Size > ksListSize:
		return k.invalid("pageSize应为1到50"), false
	case q.Sort > 2 || q.Sort < 1 || q.Query > 2 || q.Query < 1 || q.CPS < 0 || q.CPS > 2:
		return k.invalid("sort、queryType或cpsType"), false
	case q.Begin <= 0 || q.End <= 0:
		return k.invalid("缺少beginTime或endTime"), false
	case q.End < q.Begin:
		return ksRefuse(rules.EndBeforeBeginCode, "END TIME BEFORE BEGIN TIME"), false
	case q.End-q.Begin > ksWindowDays*ksDay:
		return ksRefuse(rules.WideWindowCode, "SEARCH TIME RANGE EXPAND 7 DAYS"), false
	case q.Begin < now-ksListDays*ksDay:
		return ksRefuse(rules.OldWindowCode, "SEARCH TIME OLDER THAN 90 DAYS"), false
	}
	return stage.Result{}, true
}

// time is the time of an order that the search goes by.
func (q ksSearch) time(r *stage.Record) int64 {
	if q.Query == 2 {
		return r.Updated
	}
	return r.Created
}

// searchPage returns the page that follows a place, and whether there is more.
func (k *kuaishou) searchPage(c *stage.Call, q ksSearch, after *ksPlace) (page []*stage.Record, more bool) {
	book := c.Shop.Book.ByCreated
	if q.Query == 2 {
		book = c.Shop.Book.ByUpdated
	}
	end := q.End
	if k.rules.WindowEndExclusive {
		end--
	}
	list := stage.Within(book, q.time, q.Begin, end)
	oldest := c.Now.UnixMilli() - ksListOldest*ksDay
	for i := range list {
		r := list[i]
		if q.Sort == 1 {
			r = list[len(list)-1-i]
		}
		if r.Created < oldest || !q.follows(r, after) || !q.matches(ksFactsOf(r)) {
			continue
		}
		if len(page) == q.Size {
			return page, true
		}
		page = append(page, r)
	}
	return page, false
}

// follows reports whether the order comes after a place in the order of the
// search. Orders of the same instant are listed by id.
func (q ksSearch) follows(r *stage.Record, p *ksPlace) bool {
	if p == nil {
		return true
	}
	n := cmp.Or(cmp.Compare(q.time(r), p.time), cmp.Compare(r.ID, p.id))
	if q.Sort == 1 {
		n = -n
	}
	return n > 0
}

// matches applies the filters other than time.
func (q ksSearch) matches(f *ksFacts) bool {
	if q.View != 1 && int64(f.Base.Status) != ksViews[q.View] {
		return false
	}
	return q.CPS == 0 || int64(f.Base.CPSType) == q.CPS
}

// ksPage joins the texts of a page.
func ksPage(q ksSearch, page []*stage.Record, cursor string) []byte {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, `{"pageSize":%d,"beginTime":%d,"endTime":%d,"cursor":%s,"orderList":[`, q.Size, q.Begin, q.End, stage.Encode(cursor))
	for i, r := range page {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(ksListed(r))
	}
	b.WriteString("]}")
	return b.Bytes()
}

// What the detail of an order has and the list has not.
var (
	ksDetailOnly     = []string{"addressUpdateAuditInfo", "orderFlag", "orderCustomizedInfo"}
	ksDetailOnlyBase = []string{
		"shopNewBuyer", "platformNewBuyer", "orderTaxInfo", "carrierType", "carrierId", "privacyInfoAuthStatus", "privacyInfoAuthTime", "orderPoiInfo",
	}
)

// ksListed is the order as the list shows it. It is made once for a record.
func ksListed(r *stage.Record) []byte {
	f := ksFactsOf(r)
	if f.listed == nil {
		f.listed = ksShown(r, func(order map[string]json.RawMessage) {
			for _, name := range ksDetailOnly {
				delete(order, name)
			}
			var base map[string]json.RawMessage
			if json.Unmarshal(order["orderBaseInfo"], &base) == nil && base != nil {
				for _, name := range ksDetailOnlyBase {
					delete(base, name)
				}
				order["orderBaseInfo"] = stage.Encode(base)
			}
			ksBareRefunds(order)
		})
	}
	return f.listed
}

// ksShown is an order with some of its members changed.
func ksShown(r *stage.Record, change func(order map[string]json.RawMessage)) []byte {
	var order map[string]json.RawMessage
	if json.Unmarshal(r.Wire, &order) != nil {
		return slices.Clone(r.Wire)
	}
	change(order)
	return stage.Encode(order)
}

// ksBareRefunds leaves the refunds of an order as the older form has them,
// without the way they are handled.
func ksBareRefunds(order map[string]json.RawMessage) {
	var refunds []map[string]json.RawMessage
	if json.Unmarshal(order["orderRefundList"], &refunds) != nil || len(refunds) == 0 {
		return
	}
	for _, one := range refunds {
		delete(one, "handlingWay")
		delete(one, "specialRefundType")
	}
	order["orderRefundList"] = stage.Encode(refunds)
}

// detail is the order as the detail shows it.
func (k *kuaishou) detail(r *stage.Record) []byte {
	return ksShown(r, func(order map[string]json.RawMessage) {
		if !k.rules.NewerRefundList {
			ksBareRefunds(order)
			return
		}
		var refunds []json.RawMessage
		if json.Unmarshal(order["orderRefundList"], &refunds) != nil {
			return
		}
		delete(order, "orderRefundList")
		order["orderDetailRefundList"] = stage.Encode(refunds[:min(len(refunds), 1)])
	})
}
