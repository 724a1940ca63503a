package kuaishou

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
	listSize   = 50
	listDays   = 90  // earliest start of a window, back from now
	listOldest = 240 // days since creation that orders are listed for
	windowDays = 7

	noMore = "nomore" // the cursor after the last page
)

// views are the statuses by orderViewStatus; 1 is all.
var views = map[int64]int64{2: statusUnpaid, 3: statusPaid, 4: statusShipped, 5: statusReceived, 6: statusDone,
	7: statusFailed}

// search holds the parameters of open.order.cursor.list.
type search struct {
	View   int64   `json:"orderViewStatus"`
	Size   int     `json:"pageSize"`
	Sort   int     `json:"sort"`      // 1 newest first, 2 oldest first
	Query  int     `json:"queryType"` // 1 by creation, 2 by update
	Begin  int64   `json:"beginTime"`
	End    int64   `json:"endTime"`
	CPS    int64   `json:"cpsType"`
	Cursor *string `json:"cursor"`
}

// place is where a page ends: the time and id of its last order. Orders that
// appear, disappear or move meanwhile do not disturb it.
type place struct {
	time  int64
	id    string
	empty bool // the page that follows is an empty one
}

// String returns the cursor. Its form is invented; the platform's is not
// documented.
func (p place) String() string {
	kind := "o"
	if p.empty {
		kind = "e"
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s%d_%s", kind, p.time, p.id))
}

func readPlace(cursor string) (p place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	at, id, found := strings.Cut(string(b), "_")
	if err != nil || !found || len(at) < 2 || !stage.Digits(at[1:], 18) || !stage.Digits(id, 18) {
		return p, false
	}
	return place{stage.Number(at[1:], 0), id, at[0] == 'e'}, true
}

func (k *platform) orderCursorList(c *stage.Call) stage.Result {
	var q search
	if r, ok := k.parse(c, &q); !ok {
		return r
	}
	q.Sort, q.Query = cmp.Or(q.Sort, 1), cmp.Or(q.Query, 1)
	if r, ok := k.checkSearch(c, q); !ok {
		return r
	}
	var after *place
	if *q.Cursor != "" {
		p, ok := readPlace(*q.Cursor)
		if !ok {
			return k.invalid("cursor")
		}
		after = &p
	}
	if after != nil && after.empty {
		return k.Success(encodePage(q, nil, place{after.time, after.id, false}.String()))
	}
	page, more := k.searchPage(c, q, after)
	cursor := noMore
	if more {
		last := page[len(page)-1]
		cursor = place{q.time(last), last.ID, k.rules.EmptyPages}.String()
	}
	return k.Success(encodePage(q, page, cursor))
}

// checkSearch refuses wrong parameters. The numbers for windows are documented
// for the lists of after-sale cases and assumed for orders.
func (k *platform) checkSearch(c *stage.Call, q search) (stage.Result, bool) {
	rules, now := k.rules, c.Now.UnixMilli()
	switch {
	case q.Cursor == nil:
		return k.invalid("缺少cursor"), false
	case *q.Cursor == noMore:
		return k.invalid("cursor已到末页"), false
	case q.View < 1 || q.View > 7:
		return k.invalid("orderViewStatus"), false
	case q.Size < 1 || q.Size > listSize:
		return k.invalid("pageSize应为1到50"), false
	case q.Sort > 2 || q.Sort < 1 || q.Query > 2 || q.Query < 1 || q.CPS < 0 || q.CPS > 2:
		return k.invalid("sort、queryType或cpsType"), false
	case q.Begin <= 0 || q.End <= 0:
		return k.invalid("缺少beginTime或endTime"), false
	case q.End < q.Begin:
		return refuse(rules.EndBeforeBeginCode, "END TIME BEFORE BEGIN TIME"), false
	case q.End-q.Begin > windowDays*day:
		return refuse(rules.WideWindowCode, "SEARCH TIME RANGE EXPAND 7 DAYS"), false
	case q.Begin < now-listDays*day:
		return refuse(rules.OldWindowCode, "SEARCH TIME OLDER THAN 90 DAYS"), false
	}
	return stage.Result{}, true
}

// time returns the time of an order that the search goes by.
func (q search) time(r *stage.Record) int64 {
	if q.Query == 2 {
		return r.Updated
	}
	return r.Created
}

// searchPage returns the page after a place, and whether more follows.
func (k *platform) searchPage(c *stage.Call, q search, after *place) (page []*stage.Record, more bool) {
	book := c.Shop.Book.ByCreated
	if q.Query == 2 {
		book = c.Shop.Book.ByUpdated
	}
	end := q.End
	if k.rules.WindowEndExclusive {
		end--
	}
	list := stage.Within(book, q.time, q.Begin, end)
	oldest := c.Now.UnixMilli() - listOldest*day
	for i := range list {
		r := list[i]
		if q.Sort == 1 {
			r = list[len(list)-1-i]
		}
		if r.Created < oldest || !q.follows(r, after) || !q.matches(factsOf(r)) {
			continue
		}
		if len(page) == q.Size {
			return page, true
		}
		page = append(page, r)
	}
	return page, false
}

// follows reports whether the order comes after a place in the search. Orders
// of the same millisecond are sorted by id.
func (q search) follows(r *stage.Record, p *place) bool {
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
func (q search) matches(f *facts) bool {
	if q.View != 1 && int64(f.Base.Status) != views[q.View] {
		return false
	}
	return q.CPS == 0 || int64(f.Base.CPSType) == q.CPS
}

// encodePage joins the orders of a page without decoding them.
func encodePage(q search, page []*stage.Record, cursor string) []byte {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, `{"pageSize":%d,"beginTime":%d,"endTime":%d,"cursor":%s,"orderList":[`, q.Size, q.Begin, q.End,
		stage.Encode(cursor))
	for i, r := range page {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(listOrder(r))
	}
	b.WriteString("]}")
	return b.Bytes()
}

// Members of open.order.detail that the list does not have.
var (
	detailOnly     = []string{"addressUpdateAuditInfo", "orderFlag", "orderCustomizedInfo"}
	detailOnlyBase = []string{
		"shopNewBuyer", "platformNewBuyer", "orderTaxInfo", "carrierType", "carrierId", "privacyInfoAuthStatus", "privacyInfoAuthTime", "orderPoiInfo",
	}
)

// listOrder returns the order in the form of the list, made once for each
// record.
func listOrder(r *stage.Record) []byte {
	f := factsOf(r)
	if f.listed == nil {
		f.listed = showOrder(r, func(order map[string]json.RawMessage) {
			for _, name := range detailOnly {
				delete(order, name)
			}
			var base map[string]json.RawMessage
			if json.Unmarshal(order["orderBaseInfo"], &base) == nil && base != nil {
				for _, name := range detailOnlyBase {
					delete(base, name)
				}
				order["orderBaseInfo"] = stage.Encode(base)
			}
			bareRefunds(order)
		})
	}
	return f.listed
}

// showOrder returns an order with some members changed.
func showOrder(r *stage.Record, change func(order map[string]json.RawMessage)) []byte {
	var order map[string]json.RawMessage
	if json.Unmarshal(r.Wire, &order) != nil {
		return slices.Clone(r.Wire)
	}
	change(order)
	return stage.Encode(order)
}

// bareRefunds gives the refunds of an order their older form, without the
// handlingWay.
func bareRefunds(order map[string]json.RawMessage) {
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

// detail returns the order in the form of open.order.detail.
func (k *platform) detail(r *stage.Record) []byte {
	return showOrder(r, func(order map[string]json.RawMessage) {
		if !k.rules.NewerRefundList {
			bareRefunds(order)
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
