package ordertest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// The shop of the other tests has after-sale cases too: one each for the first
// four orders.
func (s *shop) allCases() (list []order.Case) {
	for i, o := range s.orders[:4] {
		at := noon.Add(-time.Duration(4-i) * time.Minute)
		c := order.Case{
			Platform: "fake", ShopID: "shop-1", ID: fmt.Sprintf("c%d", i), OrderID: o.ID, Kind: order.CaseRefund, PlatformKind: "1",
			State: order.RefundRequested, PlatformState: "6", Created: at, Updated: at, Amount: 1,
			Lines: []order.CaseLine{{LineID: "1", Quantity: 1}}, Raw: mall.Raw(`{"id":1}`),
		}
		list = append(list, c)
	}
	return list
}

func (s *shop) CaseLimits() mall.ListLimits { return s.bare.Limits().ListLimits }

func (s *shop) PageCases(ctx context.Context, q order.CaseQuery, cursor string) (mall.Page[order.Case], error) {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return mall.Page[order.Case]{}, err
	}
	var rows []order.Case
	for _, c := range s.allCases() {
		if !c.Updated.Before(q.From) && !c.Updated.After(q.To) && (q.OrderID == "" || q.OrderID == c.OrderID) {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(a, b order.Case) int { return cmp.Or(a.Updated.Compare(b.Updated), cmp.Compare(a.ID, b.ID)) })
	at, _ := strconv.Atoi(cursor)
	from := min(at*q.PageSize, len(rows))
	page := mall.Page[order.Case]{Items: rows[from:min(from+q.PageSize, len(rows))], Total: len(rows)}
	if !s.numbered && from+q.PageSize < len(rows) {
		page.Next = strconv.Itoa(at + 1)
	}
	if s.casePage != nil {
		s.casePage(q, cursor, &page)
	}
	return page, nil
}

func (s *shop) GetCase(ctx context.Context, id string) (order.Case, error) {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return order.Case{}, err
	}
	for _, c := range s.allCases() {
		if c.ID == id || s.casesForAll {
			if s.gotCase != nil {
				s.gotCase(&c)
			}
			return c, nil
		}
	}
	return order.Case{}, &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
}

func (s *shop) RejectReasons(context.Context, string) ([]order.RejectReason, error) {
	list := []order.RejectReason{{Code: "1", Text: "one"}, {Code: "2", Text: "two"}}
	if s.reasons != nil {
		s.reasons(list)
	}
	return list, nil
}

// faults of a shop with cases.
type caseFaults struct {
	casePage    func(q order.CaseQuery, cursor string, page *mall.Page[order.Case])
	gotCase     func(*order.Case)
	casesForAll bool
	reasons     func([]order.RejectReason)
}

func TestFaultyCasesFail(t *testing.T) {
	t.Parallel()
	got := func(change func(*order.Case)) func(*shop) { return func(s *shop) { s.gotCase = change } }
	page := func(change func(q order.CaseQuery, cursor string, page *mall.Page[order.Case])) func(*shop) {
		return func(s *shop) { s.casePage = change }
	}
	each := func(change func(*order.Case)) func(*shop) {
		return page(func(_ order.CaseQuery, _ string, p *mall.Page[order.Case]) {
			for i := range p.Items {
				change(&p.Items[i])
			}
		})
	}
	for _, c := range []struct {
		name  string
		check string
		fault func(*shop)
	}{
		{"another shop", "Cases", each(func(c *order.Case) { c.ShopID = "shop-2" })},
		{"no order", "Cases", each(func(c *order.Case) { c.OrderID = "" })},
		{"no line", "Cases", each(func(c *order.Case) { c.Lines = nil })},
		{"no words of the platform", "Cases", each(func(c *order.Case) { c.PlatformState = "" })},
		{"no time", "Cases", each(func(c *order.Case) { c.Updated = time.Time{} })},
		{"no record", "Cases", each(func(c *order.Case) { c.Raw = nil })},
		{"one is missing", "Cases", page(func(_ order.CaseQuery, _ string, p *mall.Page[order.Case]) {
			p.Items = slices.DeleteFunc(p.Items, func(c order.Case) bool { return c.ID == "c2" })
		})},
		{"read in another state", "Cases", got(func(c *order.Case) { c.State = order.RefundDone })},
		{"read with another time", "Cases", got(func(c *order.Case) { c.Updated = noon })},
		{"all orders' cases", "Cases", page(func(q order.CaseQuery, _ string, p *mall.Page[order.Case]) {
			for i := range p.Items {
				if q.OrderID != "" {
					p.Items[i].OrderID = "another"
				}
			}
		})},
		{"descending", "CasePages", page(func(_ order.CaseQuery, cursor string, p *mall.Page[order.Case]) {
			n, _ := strconv.Atoi(cursor)
			for i := range p.Items {
				p.Items[i].Updated = noon.Add(-time.Hour - time.Duration(n)*time.Second)
			}
		})},
		{"pages too large", "CasePages", page(func(_ order.CaseQuery, _ string, p *mall.Page[order.Case]) {
			p.Items = append(p.Items, p.Items...)
		})},
		{"any id exists", "CaseUnknown", func(s *shop) { s.casesForAll = true }},
		{"reason without code", "RejectReasons", func(s *shop) { s.reasons = func(l []order.RejectReason) { l[0].Code = "" } }},
		{"reasons alike", "RejectReasons", func(s *shop) { s.reasons = func(l []order.RejectReason) { l[0] = l[1] } }},
	} {
		s := newShop(true)
		c.fault(s)
		if names := failures(t, s); !slices.Contains(names, c.check) {
			t.Errorf("%s: %v fail, %s does not", c.name, names, c.check)
		}
	}
}
