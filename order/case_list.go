package order

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/walk"
)

// CaseQuery says which after-sale cases to list. The zero CaseQuery means
// every case that the platform still lists, by update time. From, To and
// PageSize are those of [Query].
type CaseQuery struct {
	By       mall.By // the case's own clocks
	From     time.Time
	To       time.Time
	PageSize int
	OrderID  string // keeps the cases of one order; empty keeps all
}

// AllCases walks the after-sale cases that q asks for, with the promises of
// [Service.All]: a case that stays is seen, one that changes meanwhile is seen
// by the next walk by update time. [Service.ResolveCases] tells where that has
// to begin.
func (s *Service) AllCases(ctx context.Context, q CaseQuery) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		list, err := s.cases(q)
		if err != nil {
			yield(Case{}, err)
			return
		}
		list.All(ctx)(yield)
	}
}

// cases is the list that q asks for.
func (s *Service) cases(q CaseQuery) (walk.List[Case], error) {
	const op = "list cases"
	d, err := power[CaseDriver](s)
	if err != nil {
		return walk.List[Case]{}, s.fail(op, err)
	}
	q.OrderID = strings.TrimSpace(q.OrderID)
	return walk.List[Case]{
		Name: fmt.Sprintf("cases %s %q", s.shopID, q.OrderID),
		Noun: "cases", Op: op, Platform: s.driver.Platform(),
		Limits: d.CaseLimits(),
		Clock:  s.opts.Clock,
		Range:  walk.Range{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize},
		Version: func(c Case) walk.Version {
			return walk.Version{ID: c.ID, At: c.Updated.UnixNano()}
		},
		Fetch: func(ctx context.Context, r walk.Range, cursor string) (mall.Page[Case], error) {
			q := q // walks over one list may run at the same time
			q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
			return d.PageCases(ctx, q, cursor)
		},
		Keep: func(c *Case) bool {
			s.completeCase(c)
			return true
		},
	}, nil
}

// ResolveCases fills in what q leaves open, as [Service.Resolve] does for orders.
func (s *Service) ResolveCases(q CaseQuery) (CaseQuery, error) {
	list, err := s.cases(q)
	if err != nil {
		return CaseQuery{}, err
	}
	r, err := list.Resolve()
	if err != nil {
		return CaseQuery{}, err
	}
	q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
	return q, nil
}

// PageCases returns one page of after-sale cases, with cursors as those of
// [Service.Page]. With a [BadRecordsError] comes the rest of the page.
func (s *Service) PageCases(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error) {
	list, err := s.cases(q)
	if err != nil {
		return mall.Page[Case]{Total: -1}, err
	}
	page, _, err := list.Page(ctx, cursor)
	return page, err
}

// GetCase reads one after-sale case by its id.
func (s *Service) GetCase(ctx context.Context, id string) (c Case, err error) {
	defer func() { err = s.fail("get case", err) }()
	d, err := power[CaseDriver](s)
	if err != nil {
		return Case{}, err
	}
	if id, err = idOf(id, "case id"); err != nil {
		return Case{}, err
	}
	if c, err = d.GetCase(ctx, id); err != nil {
		return Case{}, err
	}
	s.completeCase(&c)
	return c, nil
}

// completeCase fills in what the driver leaves to the service.
func (s *Service) completeCase(c *Case) {
	if c.Platform == "" {
		c.Platform = s.driver.Platform()
	}
	if c.ShopID == "" {
		c.ShopID = s.shopID
	}
}
