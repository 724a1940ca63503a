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

// CaseLister is a [Driver] that can list after-sale cases. Both methods are
// needed to walk a list; what [Driver].Page promises holds here too.
type CaseLister interface {
	CaseLimits() mall.ListLimits
	PageCases(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error)
}

// CaseReader is a [Driver] that can read one after-sale case. An unknown id is
// mall.ErrNotFound, or what else the platform says of it.
type CaseReader interface {
	GetCase(ctx context.Context, id string) (Case, error)
}

// AllCases walks the after-sale cases that q asks for, with the promises of
// [Service.All]: a case that stays is seen, one that changes meanwhile is seen
// by the next walk by update time. [Service.ResolveCases] tells where that has
// to begin.
func (s *Service) AllCases(ctx context.Context, q CaseQuery) iter.Seq2[Case, error] {
	return func(yield func(Case, error) bool) {
		d, ok := s.driver.(CaseLister)
		if !ok {
			yield(Case{}, s.refuse("list cases", mall.ErrNotSupported))
			return
		}
		s.cases(d, q).All(ctx)(yield)
	}
}

// cases is the list that q asks for.
func (s *Service) cases(d CaseLister, q CaseQuery) walk.List[Case] {
	q.OrderID = strings.TrimSpace(q.OrderID)
	return walk.List[Case]{
		Name: fmt.Sprintf("cases %s %q", s.shopID, q.OrderID),
		Noun: "cases", Op: "list cases", Platform: s.driver.Platform(),
		Limits: d.CaseLimits(),
		Clock:  s.opts.Clock,
		Range:  walk.Range{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize},
		Version: func(c Case) walk.Version {
			return walk.Version{ID: c.ID, At: c.Updated.UnixNano()}
		},
		Fetch: func(ctx context.Context, r walk.Range, cursor string) (mall.Page[Case], error) {
			q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
			return d.PageCases(ctx, q, cursor)
		},
		Keep: func(c *Case) bool {
			s.completeCase(c)
			return true
		},
	}
}

// CanListCases reports whether AllCases and PageCases can work at all.
func (s *Service) CanListCases() bool { _, ok := s.driver.(CaseLister); return ok }

// ResolveCases returns q as a walk that begins now reads it, as
// [Service.Resolve] does for orders.
func (s *Service) ResolveCases(q CaseQuery) (CaseQuery, error) {
	d, ok := s.driver.(CaseLister)
	if !ok {
		return CaseQuery{}, s.refuse("list cases", mall.ErrNotSupported)
	}
	span, err := s.cases(d, q).Resolve()
	if err != nil {
		return CaseQuery{}, err
	}
	q.From, q.To, q.PageSize = span.From, span.To, span.PageSize
	return q, nil
}

// PageCases returns one page of after-sale cases, with cursors as those of
// [Service.Page]. With a [BadRecordsError] comes the rest of the page.
func (s *Service) PageCases(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error) {
	none := mall.Page[Case]{Total: -1}
	d, ok := s.driver.(CaseLister)
	if !ok {
		return none, s.refuse("list cases", mall.ErrNotSupported)
	}
	page, _, err := s.cases(d, q).Page(ctx, cursor)
	return page, err
}

// GetCase reads one after-sale case by its id.
func (s *Service) GetCase(ctx context.Context, id string) (Case, error) {
	d, ok := s.driver.(CaseReader)
	if !ok {
		return Case{}, s.refuse("get case", mall.ErrNotSupported)
	}
	if id = strings.TrimSpace(id); id == "" {
		return Case{}, s.refuse("get case", invalid("the case id is empty"))
	}
	c, err := d.GetCase(ctx, id)
	if err != nil {
		return Case{}, err
	}
	s.completeCase(&c)
	return c, nil
}

// CanReadCases reports whether Case can work at all.
func (s *Service) CanReadCases() bool { _, ok := s.driver.(CaseReader); return ok }

// completeCase fills in what follows from the platform's facts alone.
func (s *Service) completeCase(c *Case) {
	if c.Platform == "" {
		c.Platform = s.driver.Platform()
	}
	if c.ShopID == "" {
		c.ShopID = s.shopID
	}
}
