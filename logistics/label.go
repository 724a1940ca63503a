package logistics

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// TakeWaybills takes waybills, one for each request and in their order. The
// error is about the arguments; what the platform says is in each answer, so
// that one bad address does not hide the waybills of the others.
//
// Asking again with the same order and PackID brings the same waybill, which is
// how a lost answer is resolved: once here, and later by calling again.
func (s *Service) TakeWaybills(ctx context.Context, t Take) ([]Taken, error) {
	d, ok := s.driver.(WaybillTaker)
	if !ok {
		return nil, s.refuse("take waybills", mall.ErrNotSupported)
	}
	if err := s.checkTake(t); err != nil {
		return nil, s.refuse("take waybills", err)
	}
	answers := make([]Taken, 0, len(t.Requests))
	for part := range slices.Chunk(t.Requests, chunk(s.driver.Limits().MaxTake, len(t.Requests))) {
		batch := t
		batch.Requests = part
		var got []Taken
		err := s.twice("take waybills").One(ctx, func(ctx context.Context) (err error) {
			got, err = s.take(ctx, d, batch)
			return err
		}, nil)
		for i, r := range part {
			if err != nil {
				answers = append(answers, Taken{Err: err})
				continue
			}
			answers = append(answers, s.complete(got[i], t.CarrierCode, r))
		}
	}
	return answers, nil
}

// take asks once. A reply that does not fit the question tells nothing about
// what was taken.
func (s *Service) take(ctx context.Context, d WaybillTaker, t Take) ([]Taken, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	got, err := d.TakeWaybills(ctx, t)
	if err == nil && len(got) != len(t.Requests) {
		err = s.refuse("take waybills", &mall.Error{Kind: mall.ErrUnknownOutcome, Message: fmt.Sprintf("%d answers to %d requests", len(got), len(t.Requests))})
	}
	return got, err
}

// complete fills in what follows from the request.
func (s *Service) complete(t Taken, carrierCode string, r WaybillRequest) Taken {
	if t.Err != nil {
		return Taken{Err: t.Err}
	}
	t.Waybill.CarrierCode, t.Waybill.PackID, t.Waybill.For = carrierCode, r.PackID, s.addressed(r)
	return t
}

func (s *Service) checkTake(t Take) error {
	if strings.TrimSpace(t.CarrierCode) == "" {
		return invalid("the carrier code is empty")
	}
	type pack struct{ orderID, packID string }
	seen := map[pack]bool{}
	for i, r := range t.Requests {
		if err := s.checkRequest(r); err != nil {
			return fmt.Errorf("request %d: %w", i, err)
		}
		if seen[pack{r.Order.ID, r.PackID}] {
			return invalid("request %d: pack %q of order %s is asked for twice", i, r.PackID, r.Order.ID)
		}
		seen[pack{r.Order.ID, r.PackID}] = true
	}
	return nil
}

func (s *Service) checkRequest(r WaybillRequest) error {
	for _, o := range append([]order.Order{r.Order}, r.Combined...) {
		switch {
		case o.ID == "":
			return invalid("an order has no id")
		case o.ShopID != "" && s.shopID != "" && o.ShopID != s.shopID:
			return invalid("order %s belongs to shop %s", o.ID, o.ShopID)
		case s.version(o.Receiver) == "":
			return invalid("order %s carries no receiver", o.ID)
		case o.Status == order.StatusClosed:
			return &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf("order %s is closed", o.ID)}
		}
	}
	return nil
}

// CanTakeWaybills reports whether TakeWaybills can work at all.
func (s *Service) CanTakeWaybills() bool { _, ok := s.driver.(WaybillTaker); return ok }

// UpdateWaybill gives a waybill that was not collected yet the receiver and
// contents of r, and returns it with the new versions of the addresses. An
// empty sender stays as it is. The number stays; the waybill in hand is worth
// nothing once this was tried, so store what is returned and print it anew.
//
// After mall.ErrUnknownOutcome call it again: repeating it does no harm.
func (s *Service) UpdateWaybill(ctx context.Context, w Waybill, sender Sender, r WaybillRequest) (Waybill, error) {
	d, ok := s.driver.(WaybillUpdater)
	if !ok {
		return Waybill{}, s.refuse("update waybill", mall.ErrNotSupported)
	}
	err := w.check()
	if err == nil {
		err = s.checkRequest(r)
	}
	if err == nil && w.OrderID() != r.Order.ID {
		err = invalid("waybill %s was taken for order %s, not for %s", w.TrackingNo, w.OrderID(), r.Order.ID)
	}
	if err != nil {
		return Waybill{}, s.refuse("update waybill", err)
	}
	var now Waybill
	err = s.twice("update waybill").One(ctx, func(ctx context.Context) (err error) {
		now, err = d.UpdateWaybill(ctx, w, sender, r)
		return err
	}, nil)
	if err != nil {
		return Waybill{}, err
	}
	w.For, w.Print = s.addressed(r), now.Print
	if now.SortCode != "" {
		w.SortCode = now.SortCode
	}
	return w, nil
}

// CanUpdateWaybill reports whether UpdateWaybill can work at all.
func (s *Service) CanUpdateWaybill() bool { _, ok := s.driver.(WaybillUpdater); return ok }

// CancelWaybill gives a waybill back that no parcel carries. mall.ErrAlreadyDone
// says that it was cancelled before. After mall.ErrUnknownOutcome call it again:
// repeating it does no harm.
func (s *Service) CancelWaybill(ctx context.Context, w Waybill) error {
	d, ok := s.driver.(WaybillCanceller)
	if !ok {
		return s.refuse("cancel waybill", mall.ErrNotSupported)
	}
	if w.CarrierCode == "" || w.TrackingNo == "" {
		return s.refuse("cancel waybill", invalid("the waybill has no carrier code or no number"))
	}
	rules := s.twice("cancel waybill")
	rules.Repeat = func(second error) (error, bool) {
		if errors.Is(second, mall.ErrAlreadyDone) {
			return nil, true // by us: the first answer was lost
		}
		return second, settle.Word(second)
	}
	return rules.One(ctx, func(ctx context.Context) error { return d.CancelWaybill(ctx, w) }, nil)
}

// CanCancelWaybill reports whether CancelWaybill can work at all.
func (s *Service) CanCancelWaybill() bool { _, ok := s.driver.(WaybillCanceller); return ok }

// AddSubWaybills adds n pieces to a waybill and returns it with all its
// sub-waybills. No platform has an id that makes this safe to repeat and none
// tells the number of pieces without adding some, so after
// mall.ErrUnknownOutcome cancel the waybill and take a new one.
func (s *Service) AddSubWaybills(ctx context.Context, w Waybill, n int) (Waybill, error) {
	d, ok := s.driver.(SubWaybiller)
	if !ok {
		return Waybill{}, s.refuse("add sub-waybills", mall.ErrNotSupported)
	}
	if w.CarrierCode == "" || w.TrackingNo == "" || n <= 0 {
		return Waybill{}, s.refuse("add sub-waybills", invalid("the waybill has no carrier code or no number, or nothing is to be added"))
	}
	more, err := d.AddSubWaybills(ctx, w, n)
	if err != nil {
		return Waybill{}, err
	}
	w.Subs, w.Print = slices.Clone(w.Subs), slices.Clone(w.Print)
	for _, no := range more.Subs {
		if !slices.Contains(w.Subs, no) {
			w.Subs = append(w.Subs, no)
		}
	}
	for _, p := range more.Print {
		if i := slices.IndexFunc(w.Print, func(old PrintData) bool { return old.TrackingNo == p.TrackingNo }); i >= 0 {
			w.Print[i] = p
		} else {
			w.Print = append(w.Print, p)
		}
	}
	return w, nil
}

// CanAddSubWaybills reports whether AddSubWaybills can work at all.
func (s *Service) CanAddSubWaybills() bool { _, ok := s.driver.(SubWaybiller); return ok }

// PrintData returns what labels are printed from, one answer for each waybill
// and in their order: what the waybill carries, or else what the platform
// answers. The error is about the arguments.
//
// Every order of a waybill is read first. One whose address is no longer the
// one that the waybill was made for, or that is closed, is answered by
// mall.ErrConflict and nothing is fetched for it.
func (s *Service) PrintData(ctx context.Context, t Template, list ...Waybill) ([]Printed, error) {
	d, ok := s.driver.(Printer)
	if !ok {
		return nil, s.refuse("print", mall.ErrNotSupported)
	}
	for _, w := range list {
		err := w.check()
		if err == nil && t.CarrierCode != "" && t.CarrierCode != w.CarrierCode {
			err = invalid("waybill %s is of carrier %s, the template of %s", w.TrackingNo, w.CarrierCode, t.CarrierCode)
		}
		if err != nil {
			return nil, s.refuse("print", err)
		}
	}
	answers := make([]Printed, len(list))
	var fit []int // indexes of those that may be printed
	orders := map[string]looked{}
	for i, w := range list {
		if err := s.stillFits(ctx, w, orders); err != nil {
			answers[i].Err = err
			continue
		}
		if len(w.Print) > 0 {
			answers[i] = Printed{Data: w.Print[0], Subs: slices.Clone(w.Print[1:])}.with(t)
			continue
		}
		fit = append(fit, i)
	}
	for part := range slices.Chunk(fit, chunk(s.driver.Limits().MaxPrint, len(fit))) {
		var batch []Waybill
		for _, i := range part {
			batch = append(batch, list[i])
		}
		got, err := d.PrintData(ctx, batch)
		if err == nil && len(got) != len(batch) {
			err = s.refuse("print", &mall.Error{Kind: mall.ErrReply, Message: fmt.Sprintf("%d answers for %d waybills", len(got), len(batch))})
		}
		for n, i := range part {
			if err != nil {
				answers[i] = Printed{Err: err}
				continue
			}
			answers[i] = got[n].with(t)
		}
	}
	return answers, nil
}

// CanPrint reports whether PrintData can work at all.
func (s *Service) CanPrint() bool { _, ok := s.driver.(Printer); return ok }

// with is a label in a form.
func (p Printed) with(t Template) Printed {
	if p.Err != nil {
		return p
	}
	p.Data.TemplateURL = t.URL
	for i := range p.Subs {
		p.Subs[i].TemplateURL = t.URL
	}
	return p
}

// looked is an order as it was read for this printing.
type looked struct {
	order order.Order
	err   error
}

// stillFits compares the addresses on a waybill with those of its orders now.
func (s *Service) stillFits(ctx context.Context, w Waybill, orders map[string]looked) error {
	for _, f := range w.For {
		now, ok := orders[f.OrderID]
		if !ok {
			now.order, now.err = s.driver.Order(ctx, f.OrderID)
			orders[f.OrderID] = now
		}
		conflict := func(text string) error {
			return s.refuse("print", &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf("waybill %s: "+text, w.TrackingNo, f.OrderID)})
		}
		switch {
		case now.err != nil:
			return now.err
		case now.order.Status == order.StatusClosed:
			return conflict("order %s is closed")
		case s.version(now.order.Receiver) != f.Address:
			return conflict("the address of order %s was changed after the waybill was taken")
		}
	}
	return nil
}

// check says what is missing to tell what the waybill was made for.
func (w Waybill) check() error {
	if w.CarrierCode == "" || w.TrackingNo == "" {
		return invalid("the waybill has no carrier code or no number")
	}
	if len(w.For) == 0 || slices.ContainsFunc(w.For, func(f AddressedOrder) bool { return f.OrderID == "" || f.Address == "" }) {
		return invalid("waybill %s does not tell which orders and addresses it was made for", w.TrackingNo)
	}
	return nil
}

// chunk is the size of a part: the platform's limit, or all at once.
func chunk(limit, all int) int {
	if limit > 0 {
		return limit
	}
	return max(all, 1)
}
