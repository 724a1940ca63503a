package order

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/mallwire/mall"
)

// CaseQuery says which after-sale cases to list. The zero CaseQuery means
// every case that the platform still lists, by update time. From, To and
// PageSize are those of [Query].
type CaseQuery struct {
	By       By // the case's own clocks
	From     time.Time
	To       time.Time
	PageSize int
	OrderID  string // keeps the cases of one order; empty keeps all
}

// span is the part of q that the walk goes by.
func (q CaseQuery) span() Query {
	return Query{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize}
}

// CaseLister is a [Driver] that can list after-sale cases. Both methods are
// needed to walk a list; what [Driver].ListPage promises holds here too.
type CaseLister interface {
	CaseLimits() Limits
	ListCases(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error)
}

// CaseReader is a [Driver] that can read one after-sale case. An unknown id is
// mall.ErrNotFound, or what else the platform says of it.
type CaseReader interface {
	GetCase(ctx context.Context, id string) (Case, error)
}

// Cases walks the after-sale cases that q asks for, with the promises of
// [Service.All]: a case that stays is seen, one that changes meanwhile is seen
// by the next walk by update time. [Service.ResolveCases] tells where that has
// to begin.
func (s *Service) Cases(ctx context.Context, q CaseQuery) iter.Seq2[Case, error] {
	return walkAll(ctx, caseVersion, func(ctx context.Context, cursor string) (mall.Page[Case], error) {
		return s.CasePage(ctx, q, cursor)
	})
}

func caseVersion(c Case) version { return version{c.ID, c.Updated.UnixNano()} }

// CanListCases reports whether Cases and CasePage can work at all.
func (s *Service) CanListCases() bool { _, ok := s.driver.(CaseLister); return ok }

// ResolveCases returns q as a walk that begins now reads it, as
// [Service.Resolve] does for orders.
func (s *Service) ResolveCases(q CaseQuery) (CaseQuery, error) {
	d, ok := s.driver.(CaseLister)
	if !ok {
		return CaseQuery{}, s.refuse("list cases", mall.ErrNotSupported)
	}
	span, err := q.span().resolve(d.CaseLimits(), s.opts.Clock.Now())
	if err != nil {
		return CaseQuery{}, s.refuse("list cases", err)
	}
	q.From, q.To, q.PageSize = span.From, span.To, span.PageSize
	return q, nil
}

// CasePage returns one page of after-sale cases, with cursors as those of
// [Service.ListPage]. With a [BadRecordsError] comes the rest of the page.
func (s *Service) CasePage(ctx context.Context, q CaseQuery, cursor string) (mall.Page[Case], error) {
	none := mall.Page[Case]{Total: -1}
	d, ok := s.driver.(CaseLister)
	if !ok {
		return none, s.refuse("list cases", mall.ErrNotSupported)
	}
	q.OrderID = strings.TrimSpace(q.OrderID)
	limits := d.CaseLimits()
	question := fmt.Sprintf("cases %s %s %d %d %d %q", s.driver.Platform(), s.shopID, q.By, q.From.UnixNano(), q.To.UnixNano(), q.OrderID)
	at, err := readPlace(question, q.span(), cursor, limits, s.opts.Clock.Now())
	if err != nil {
		return none, s.refuse("list cases", err)
	}
	page, _, err := walk[Case]{
		service: s, what: "list cases", noun: "cases", limits: limits, version: caseVersion,
		fetch: func(ctx context.Context, at place) (mall.Page[Case], error) {
			q.From, q.To, q.PageSize = at.From, at.End, at.Size
			return d.ListCases(ctx, q, at.cursor())
		},
	}.page(ctx, at)
	for i := range page.Items {
		s.completeCase(&page.Items[i])
	}
	return page, err
}

// Case reads one after-sale case by its id.
func (s *Service) Case(ctx context.Context, id string) (Case, error) {
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
