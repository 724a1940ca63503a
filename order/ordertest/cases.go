package ordertest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// cases checks that a walk sees every known after-sale case once, and as
// GetCase reads it.
func cases(ctx context.Context, s *subject) error {
	_, err := s.service.PageCases(ctx, order.CaseQuery{PageSize: 1, From: s.known.From}, "")
	if err := power[order.CaseDriver](s, err); err != nil {
		return err
	}
	if s.note(err) != nil {
		return err
	}
	if len(s.known.Cases) == 0 {
		return suite.Skip("Known.Cases is empty")
	}
	for _, by := range []mall.By{mall.ByUpdate, mall.ByCreation} {
		for _, size := range []int{0, 1} {
			seen := map[string]order.Case{}
			q := order.CaseQuery{By: by, From: s.known.From, To: s.known.To, PageSize: size}
			for c, err := range s.service.AllCases(ctx, q) {
				if s.note(err) != nil {
					return fmt.Errorf("list cases: %w", err)
				}
				if _, ok := seen[c.ID]; ok {
					return fmt.Errorf("case %s is listed twice in one walk", c.ID)
				}
				seen[c.ID] = c
			}
			for _, id := range s.known.Cases {
				listed, ok := seen[id]
				if !ok {
					return fmt.Errorf("case %s is not listed", id)
				}
				if err := errors.Join(s.completeCase(listed), s.caseAsRead(ctx, listed)); err != nil {
					return err
				}
			}
		}
	}
	return s.casesOfOrder(ctx)
}

// completeCase checks what every case must say.
func (s *subject) completeCase(c order.Case) error {
	switch {
	case c.Platform != s.driver.Platform(), s.known.ShopID != "" && c.ShopID != s.known.ShopID:
		return fmt.Errorf("case %s belongs to shop %s of %s", c.ID, c.ShopID, c.Platform)
	case c.OrderID == "" || len(c.Lines) == 0 || c.Lines[0].LineID == "":
		return fmt.Errorf("case %s names no order or no line of it", c.ID)
	case c.PlatformKind == "" || c.PlatformState == "":
		return fmt.Errorf("case %s does not keep the platform's words", c.ID)
	case c.Updated.IsZero() || c.Created.IsZero():
		return fmt.Errorf("case %s has no times", c.ID)
	case len(c.Raw) == 0:
		return fmt.Errorf("case %s has no record of the platform", c.ID)
	}
	return nil
}

// caseAsRead compares a listed case with the one that GetCase reads.
func (s *subject) caseAsRead(ctx context.Context, listed order.Case) error {
	c, err := s.service.GetCase(ctx, listed.ID)
	if s.note(err) != nil {
		return fmt.Errorf("get case %s: %w", listed.ID, err)
	}
	if c.ID != listed.ID || c.OrderID != listed.OrderID || c.Kind != listed.Kind ||
		c.State != listed.State || c.Amount != listed.Amount ||
		!c.Updated.Equal(listed.Updated) || !c.Created.Equal(listed.Created) {
		return fmt.Errorf("case %s is listed as %q %q of %s, read as case %s, %q %q of %s",
			listed.ID, listed.Kind, listed.State, listed.Updated, c.ID, c.Kind, c.State, c.Updated)
	}
	return s.completeCase(c)
}

// casesOfOrder checks that the cases of one order can be asked for.
func (s *subject) casesOfOrder(ctx context.Context) error {
	var want string
	q := order.CaseQuery{From: s.known.From, To: s.known.To}
	for c, err := range s.service.AllCases(ctx, q) {
		if s.note(err) != nil {
			return err
		}
		want = c.OrderID
		break
	}
	q.OrderID = want
	found := false
	for c, err := range s.service.AllCases(ctx, q) {
		if s.note(err) != nil {
			return err
		}
		if found = true; c.OrderID != want {
			return fmt.Errorf("case %s of order %s is among those of order %s", c.ID, c.OrderID, want)
		}
	}
	if !found {
		return fmt.Errorf("order %s has no case when asked for by its id", want)
	}
	return nil
}

// casePages asks the driver itself, in pages of one: rows ascend, and the total
// is that of the whole window.
func casePages(ctx context.Context, s *subject) error {
	d, ok := s.driver.(order.CaseDriver)
	if !ok {
		return suite.ErrNoPower
	}
	if len(s.known.Cases) == 0 {
		return suite.Skip("Known.Cases is empty")
	}
	l := d.CaseLimits()
	if !l.Numbered {
		return nil // the walk has followed its cursors
	}
	q, err := s.service.ResolveCases(order.CaseQuery{From: s.known.From, To: s.known.To, PageSize: 1})
	if err != nil {
		return err
	}
	if start := q.To.Add(-l.MaxWindow); l.MaxWindow > 0 && start.After(q.From) {
		q.From = start
	}
	var last time.Time
	for n := 0; ; n++ {
		page, err := d.PageCases(ctx, q, strconv.Itoa(n))
		if s.note(err) != nil {
			return err
		}
		if len(page.Items) > 1 || n < page.Total && len(page.Items) == 0 {
			return fmt.Errorf("page %d of one case has %d", n, len(page.Items))
		}
		for _, c := range page.Items {
			if c.Updated.Before(last) {
				return fmt.Errorf("case %s of %s comes after one of %s: rows must ascend", c.ID, c.Updated, last)
			}
			last = c.Updated
		}
		if n+1 >= page.Total {
			return nil
		}
	}
}

// caseUnknown checks that an id that no case has is an error.
func caseUnknown(ctx context.Context, s *subject) error {
	c, err := s.service.GetCase(ctx, s.known.Unknown)
	if err := power[order.CaseDriver](s, err); err != nil {
		return err
	}
	if s.note(err) == nil {
		return fmt.Errorf("a case that does not exist reads as case %s", c.ID)
	}
	if c.ID != "" || c.Raw != nil {
		return errors.New("a case comes together with an error")
	}
	return nil
}

// rejectReasons checks that reasons have codes and texts.
func rejectReasons(ctx context.Context, s *subject) error {
	_, err := s.service.RejectReasons(ctx, "")
	if err := power[order.CaseDriver](s, err); err != nil {
		return err
	}
	if len(s.known.Cases) == 0 {
		return suite.Skip("Known.Cases is empty")
	}
	reasons, err := s.service.RejectReasons(ctx, s.known.Cases[0])
	if s.note(err) != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range reasons {
		if r.Code == "" || r.Text == "" || seen[r.Code] {
			return fmt.Errorf("reject reason %q has no text, or comes twice", r.Code)
		}
		seen[r.Code] = true
	}
	return nil
}
