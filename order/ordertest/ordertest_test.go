package ordertest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

var known = Known{
	Orders: []string{"100", "101", "102", "103", "104", "105", "106", "107", "108"}, From: noon.Add(-26 * time.Hour), ShopID: "shop-1",
	Remark: "104", Close: "200", Merge: []string{"101", "102", "104"}, Cases: []string{"c0", "c1", "c2", "c3"}, Decryptions: 40, Clock: func() time.Time { return noon },
}

func TestFaultlessDriversPass(t *testing.T) {
	t.Parallel()
	for name, paging := range map[string]bool{"numbered": true, "cursor": false} {
		t.Run(name, func(t *testing.T) { d := newShop(paging); Run(t, d, known) })
		t.Run(name+" without powers", func(t *testing.T) {
			k := known
			k.Lacks = []string{
				"Decrypt", "Mask", "Encrypt", "SearchIndex", "Mergeable", "Cases", "CasePages", "CaseUnknown", "RejectReasons", "Decide", "Intercept",
				"RemarkCase", "SetRemark", "Close",
			}
			Run(t, newBare(paging), k)
		})
	}
}

// A driver whose platform keeps all remarks is a good one: the service does not
// ask it twice for the same.
func TestRemarksMayBeAppended(t *testing.T) {
	t.Parallel()
	s := newShop(false)
	var last order.Remark
	s.remark = func(r *order.Remark) error {
		if *r == last {
			return errors.New("written twice")
		}
		last = *r
		return nil
	}
	if names := failures(t, s); len(names) != 1 || names[0] != "SetRemark" { // on an order that is not there
		t.Errorf("got failures of %v", names)
	}
}

// failures runs the suite and names the promises that are broken.
func failures(t *testing.T, d order.Driver) (names []string) {
	t.Helper()
	s, err := newSubject(d, known)
	if err != nil {
		t.Fatal(err)
	}
	for name := range suite.Failures(t.Context(), checks, s, nil) {
		names = append(names, name)
	}
	return names
}

func TestKnownMustNameOrders(t *testing.T) {
	t.Parallel()
	for _, k := range []Known{{}, {Orders: []string{"1"}}, {From: noon}} {
		if _, err := newSubject(newBare(false), k); err == nil {
			t.Errorf("%+v is accepted", k)
		}
	}
}

// Each fault must be found by the promise that it breaks.
func TestFaultyDriversFail(t *testing.T) {
	t.Parallel()
	secret := errors.New("no plain of cipher-of-name-100")
	limit := func(change func(*order.Limits)) func(*shop) {
		return func(s *shop) { s.limits = func(l order.Limits) order.Limits { change(&l); return l } }
	}
	got := func(change func(*order.Order)) func(*shop) {
		return func(s *shop) {
			s.got = func(o order.Order, err error) (order.Order, error) {
				if err == nil {
					change(&o)
				}
				return o, err
			}
		}
	}
	page := func(change func(q order.Query, cursor string, page *mall.Page[order.Order])) func(*shop) {
		return func(s *shop) {
			s.page = func(q order.Query, cursor string, page mall.Page[order.Order], err error) (mall.Page[order.Order], error) {
				if err == nil {
					change(q, cursor, &page)
				}
				return page, err
			}
		}
	}
	opened := func(change func([]result) []result) func(*shop) {
		return func(s *shop) {
			s.opened = func(list []result, err error) ([]result, error) {
				if err != nil {
					return nil, err
				}
				return change(list), nil
			}
		}
	}
	for _, c := range []struct {
		name  string
		check string
		fault func(*shop)
	}{
		{"no page size", "Limits", limit(func(l *order.Limits) { l.MaxPageSize = 0 })},
		{"no resolution", "Limits", limit(func(l *order.Limits) { l.Resolution = 0 })},
		{"negative lag", "Limits", limit(func(l *order.Limits) { l.Lag = -1 })},
		{"window off the step", "Limits", limit(func(l *order.Limits) { l.MaxWindow += time.Millisecond })},

		{"no id", "Get", got(func(o *order.Order) { o.ID = "" })},
		{"another order", "Get", got(func(o *order.Order) { o.ID = "101" })},
		{"another shop", "Get", got(func(o *order.Order) { o.ShopID = "shop-2" })},
		{"another platform", "Get", got(func(o *order.Order) { o.Platform = mall.Taobao })},
		{"no word of the platform", "Get", got(func(o *order.Order) { o.PlatformStatus = "" })},
		{"no lines", "Get", got(func(o *order.Order) { o.Lines = nil })},
		{"no quantity", "Get", got(func(o *order.Order) { o.Lines[0].Quantity = 0 })},
		{"no SKU", "Get", got(func(o *order.Order) { o.Lines[0].SKU.ID = "" })},
		{"lines alike", "Get", got(func(o *order.Order) { o.Lines = append(o.Lines, o.Lines[0]) })},
		{"no record", "Get", got(func(o *order.Order) { o.Raw = nil })},
		{"a record that is no JSON", "Get", got(func(o *order.Order) { o.Raw = mall.Raw("<xml/>") })},
		{"a record that is no object", "Get", got(func(o *order.Order) { o.Raw = mall.Raw("1") })},
		{"no time", "Get", got(func(o *order.Order) { o.Created = time.Time{} })},
		{"a zero number read as a time", "Get", got(func(o *order.Order) { o.Paid = time.Unix(0, 0) })},
		{"changed before it was created", "Get", got(func(o *order.Order) { o.Updated = o.Created.Add(-time.Minute) })},

		{"unknown is no error", "GetUnknown", func(s *shop) { s.got = func(o order.Order, _ error) (order.Order, error) { return o, nil } }},
		{"unknown is another error", "GetUnknown", func(s *shop) {
			s.got = func(o order.Order, err error) (order.Order, error) {
				if errors.Is(err, mall.ErrNotFound) {
					err = errors.New("system error")
				}
				return o, err
			}
		}},
		{"shared memory", "ReturnedOrdersBelongToTheCaller", func(s *shop) {
			var first order.Order
			s.got = func(o order.Order, err error) (order.Order, error) {
				if o.ID == known.Orders[0] && first.ID == "" {
					first = o
				}
				if o.ID == known.Orders[0] {
					return first, err
				}
				return o, err
			}
		}},

		{"lists what reading does not", "ListByUpdate", page(func(_ order.Query, _ string, p *mall.Page[order.Order]) {
			for i := range p.Items {
				p.Items[i].Status = order.StatusShipped
			}
		})},
		{"drops a row by update", "ListByUpdate", page(func(q order.Query, _ string, p *mall.Page[order.Order]) {
			if q.By == mall.ByUpdate {
				p.Items = slices.DeleteFunc(p.Items, func(o order.Order) bool { return o.ID == "104" })
			}
		})},
		{"one clock for both", "ListByCreation", func(s *shop) { // the list by creation is asked for a range that is earlier
			s.asking = func(q *order.Query, _ *string) { q.By = mall.ByUpdate }
			for i := range s.orders {
				s.orders[i].Updated = s.orders[i].Updated.Add(-time.Duration(i%2) * 30 * time.Hour)
				s.orders[i].Created = s.orders[i].Updated
				if i%2 == 1 {
					s.orders[i].Created = s.orders[i].Updated.Add(29 * time.Hour)
				}
			}
		}},
		{"ignores page numbers", "PagesByUpdate", func(s *shop) { s.asking = func(_ *order.Query, cursor *string) { *cursor = "" } }},
		{"counts pages from 1", "PagesByUpdate", func(s *shop) {
			s.asking = func(_ *order.Query, cursor *string) {
				if *cursor == "1" {
					*cursor = "0"
				}
			}
		}},
		{"no total", "PagesByUpdate", page(func(_ order.Query, _ string, p *mall.Page[order.Order]) { p.Total = -1 })},
		{"total of the page", "PagesByUpdate", page(func(_ order.Query, _ string, p *mall.Page[order.Order]) { p.Total = len(p.Items) })},
		{"total too large", "PagesByCreation", page(func(_ order.Query, _ string, p *mall.Page[order.Order]) { p.Total++ })},
		{"descending", "PagesByUpdate", page(func(_ order.Query, _ string, p *mall.Page[order.Order]) { slices.Reverse(p.Items) })},
		{"larger pages than asked for", "PagesByCreation", func(s *shop) { s.asking = func(q *order.Query, _ *string) { q.PageSize = 5 } }},
		{"a page size that fails", "PageSizes", func(s *shop) {
			s.page = func(q order.Query, _ string, p mall.Page[order.Order], err error) (mall.Page[order.Order], error) {
				if q.PageSize == 3 {
					return mall.Page[order.Order]{}, errors.New("page size")
				}
				return p, err
			}
		}},
		{"open at both ends", "Seams", page(func(q order.Query, _ string, p *mall.Page[order.Order]) {
			p.Items = slices.DeleteFunc(p.Items, func(o order.Order) bool { return o.Updated.Equal(q.From) || o.Updated.Equal(q.To) })
			p.Total = len(p.Items)
		})},
		{"an empty range is not found", "EmptyRange", func(s *shop) {
			s.page = func(_ order.Query, _ string, p mall.Page[order.Order], err error) (mall.Page[order.Order], error) {
				if len(p.Items) == 0 && err == nil {
					err = &mall.Error{Kind: mall.ErrNotFound}
				}
				return p, err
			}
		}},
		{"an unknown status lists nothing", "Status", func(s *shop) {
			s.asking = func(q *order.Query, _ *string) {
				if q.Status == order.StatusClosed {
					q.Status = "no such"
				}
			}
		}},
		{"deaf to contexts", "Cancelled", func(s *shop) { s.deaf = true }},
		{"a context error of its own", "Cancelled", func(s *shop) {
			s.got = func(o order.Order, err error) (order.Order, error) {
				if errors.Is(err, context.Canceled) {
					err = errors.New("request failed")
				}
				return o, err
			}
		}},
		{"answers turned round", "Decrypt", opened(func(a []result) []result { slices.Reverse(a); return a })},
		{"texts turned round", "Decrypt", opened(func(a []result) []result {
			a[0].Item.Plain, a[len(a)-1].Item.Plain = a[len(a)-1].Item.Plain, a[0].Item.Plain
			return a
		})},
		{"too few answers", "Mask", opened(func(a []result) []result { return a[1:] })},
		{"empty answers", "Mask", opened(func(a []result) []result { a[0].Item.Mask = ""; return a })},
		{"a text and an error", "Mask", opened(func(a []result) []result { a[0].Err = mall.ErrRejected; return a })},
		{"indexes in another order", "SearchIndex", func(s *shop) {
			s.indexed = func(a []result) []result {
				a[0].Item.Index, a[1].Item.Index = a[1].Item.Index, a[0].Item.Index
				return a
			}
		}},
		{"one index for all", "SearchIndex", func(s *shop) { s.indexed = func(a []result) []result { a[1].Item.Index = a[0].Item.Index; return a } }},
		{"too few indexes", "SearchIndex", func(s *shop) { s.indexed = func(a []result) []result { return a[1:] } }},
		{"an order in no group", "Mergeable", func(s *shop) { s.groups = func(g [][]string) [][]string { return g[:1] } }},
		{"an order in two groups", "Mergeable", func(s *shop) { s.groups = func(g [][]string) [][]string { return append(g, g[0][:1]) } }},
		{"remarks are appended", "SetRemark", func(s *shop) {
			n := 0
			s.remark = func(r *order.Remark) error { n++; r.Text = fmt.Sprint(r.Text, n); return nil }
		}},
		{"ciphers in another order", "Encrypt", func(s *shop) {
			s.sealing = func(a []result) { a[0].Item.Cipher, a[1].Item.Cipher = a[1].Item.Cipher, a[0].Item.Cipher }
		}},
		{"ciphers that are none", "Encrypt", func(s *shop) { s.sealing = func(a []result) { a[0].Item.Cipher = a[0].Item.Plain.Reveal() } }},
		{"ciphers of other texts", "Encrypt", func(s *shop) { s.sealing = func(a []result) { a[0].Item.Plain = "" } }},
		{"closes paid orders", "Close", func(s *shop) { s.closing = func(o *order.Order) error { o.Status = order.StatusClosed; return nil } }},
		{"closes nothing", "Close", func(s *shop) { s.closing = func(*order.Order) error { return nil } }},
		{"remarks on nothing", "SetRemark", func(s *shop) { s.remark = func(*order.Remark) error { return nil } }},
		{"one order for all", "Concurrency", got(func(o *order.Order) { o.ID = "100" })},
		{"errors that quote", "ErrorsTellNothing", func(s *shop) {
			s.got = func(o order.Order, err error) (order.Order, error) {
				if err != nil {
					err = errors.Join(err, secret)
				}
				return o, err
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(true)
			c.fault(s)
			if names := failures(t, s); !slices.Contains(names, c.check) {
				t.Errorf("got failures of %v, want one of %s", names, c.check)
			}
		})
	}
}

func TestFaultyCursorsFail(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(cursor string, page *mall.Page[order.Order]){
		"it ends early":  func(_ string, p *mall.Page[order.Order]) { p.Next = "" },
		"it never moves": func(_ string, p *mall.Page[order.Order]) { p.Next = "1" },
		"it skips a page": func(_ string, p *mall.Page[order.Order]) {
			if p.Next == "1" {
				p.Next = "2"
			}
		},
	} {
		s := newShop(false)
		s.page = func(_ order.Query, cursor string, page mall.Page[order.Order], err error) (mall.Page[order.Order], error) {
			if err == nil {
				change(cursor, &page)
			}
			return page, err
		}
		names := failures(t, s)
		for _, want := range []string{"ListByUpdate", "PagesByUpdate"} {
			if !slices.Contains(names, want) {
				t.Errorf("%s: got failures of %v, want one of %s", name, names, want)
			}
		}
	}
}
