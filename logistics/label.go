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
func (s *Service) TakeWaybills(ctx context.Context, t Take) (answers []mall.Result[Waybill], err error) {
	const op = "take waybills"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Waybiller](s)
	if err != nil {
		return nil, err
	}
	if err := s.checkTake(t); err != nil {
		return nil, err
	}
	answers = make([]mall.Result[Waybill], 0, len(t.Requests))
	for part := range slices.Chunk(t.Requests, chunk(s.driver.Limits().MaxTake, len(t.Requests))) {
		batch := t
		batch.Requests = part
		var got []mall.Result[Waybill]
		err := s.twice(op).One(ctx, func(ctx context.Context) (err error) {
			got, err = s.take(ctx, d, batch)
			return err
		}, nil)
		for i, r := range part {
			answer := mall.Result[Waybill]{Err: err}
			if err == nil {
				answer = got[i]
			}
			answers = append(answers, s.complete(op, answer, t.CarrierCode, r))
		}
	}
	return answers, nil
}

// take asks once. When the number of answers is not that of the requests, nobody
// knows which waybills were taken.
func (s *Service) take(ctx context.Context, d Waybiller, t Take) ([]mall.Result[Waybill], error) {
	if err := settle.Ended(ctx); err != nil {
		return nil, err
	}
	got, err := d.TakeWaybills(ctx, t)
	if err == nil && len(got) != len(t.Requests) {
		err = &mall.Error{Kind: mall.ErrUnknownOutcome,
			Message: fmt.Sprintf("%d answers to %d requests", len(got), len(t.Requests))}
	}
	return got, err
}

// complete fills in what follows from the request, also in the answer to one that
// failed.
func (s *Service) complete(op string, a mall.Result[Waybill], carrierCode string,
	r WaybillRequest) mall.Result[Waybill] {
	if a.Err != nil {
		a = mall.Result[Waybill]{Err: s.fail(op, a.Err)}
	}
	a.Item.CarrierCode, a.Item.PackID, a.Item.For = carrierCode, r.PackID, s.addressed(r)
	return a
}

func (s *Service) checkTake(t Take) error {
	if strings.TrimSpace(t.CarrierCode) == "" {
		return settle.Invalid("the carrier code is empty")
	}
	type pack struct{ orderID, packID string }
	seen := map[pack]bool{}
	for i, r := range t.Requests {
		if err := s.checkRequest(r); err != nil {
			return fmt.Errorf("request %d: %w", i, err)
		}
		if seen[pack{r.Order.ID, r.PackID}] {
			return settle.Invalid("request %d: pack %q of order %s is asked for twice", i, r.PackID, r.Order.ID)
		}
		seen[pack{r.Order.ID, r.PackID}] = true
	}
	return nil
}

func (s *Service) checkRequest(r WaybillRequest) error {
	for _, o := range append([]order.Order{r.Order}, r.Combined...) {
		switch {
		case o.ID == "":
			return settle.Invalid("an order has no id")
		case o.ShopID != "" && s.shopID != "" && o.ShopID != s.shopID:
			return settle.Invalid("order %s belongs to shop %s", o.ID, o.ShopID)
		case s.version(o.Receiver) == "":
			return settle.Invalid("order %s carries no receiver", o.ID)
		case o.Status == order.StatusClosed:
			return &mall.Error{Kind: mall.ErrConflict, Message: fmt.Sprintf("order %s is closed", o.ID)}
		}
	}
	return nil
}

// UpdateWaybill gives a waybill that was not collected yet the receiver and
// contents of r, and returns it with the new versions of the addresses. An
// empty sender stays as it is. The number stays. Store what is returned and print
// it anew: the old label is no longer valid, even when the answer was lost.
//
// After mall.ErrUnknownOutcome call it again: repeating it does no harm.
func (s *Service) UpdateWaybill(ctx context.Context, w Waybill, sender Sender,
	r WaybillRequest) (updated Waybill, err error) {
	const op = "update waybill"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Waybiller](s)
	if err == nil {
		err = w.check()
	}
	if err == nil {
		err = s.checkRequest(r)
	}
	if err == nil && w.OrderID() != r.Order.ID {
		err = settle.Invalid("waybill %s was taken for order %s, not for %s", w.TrackingNo, w.OrderID(), r.Order.ID)
	}
	if err != nil {
		return Waybill{}, err
	}
	var now Waybill
	err = s.twice(op).One(ctx, func(ctx context.Context) (err error) {
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

// CancelWaybill gives a waybill back that no parcel carries. mall.ErrAlreadyDone
// says that it was cancelled before. After mall.ErrUnknownOutcome call it again:
// repeating it does no harm.
func (s *Service) CancelWaybill(ctx context.Context, w Waybill) (err error) {
	const op = "cancel waybill"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Waybiller](s)
	if err != nil {
		return err
	}
	if w.CarrierCode == "" || w.TrackingNo == "" {
		return errNoNumber
	}
	rules := s.twice(op)
	rules.Repeat = func(second error) (error, bool) {
		if errors.Is(second, mall.ErrAlreadyDone) {
			return nil, true // by us: the first answer was lost
		}
		return second, settle.Word(second)
	}
	return rules.One(ctx, func(ctx context.Context) error { return d.CancelWaybill(ctx, w) }, nil)
}

// AddSubWaybills adds n pieces to a waybill and returns it with all its
// sub-waybills. Repeating it adds more pieces, and no platform lists those that
// there are: after mall.ErrUnknownOutcome cancel the waybill and take a new one.
func (s *Service) AddSubWaybills(ctx context.Context, w Waybill, n int) (all Waybill, err error) {
	defer func() { err = s.fail("add sub-waybills", err) }()
	d, err := power[SubWaybiller](s)
	switch {
	case err != nil:
		return Waybill{}, err
	case w.CarrierCode == "" || w.TrackingNo == "":
		return Waybill{}, errNoNumber
	case n <= 0:
		return Waybill{}, settle.Invalid("%d pieces to add", n)
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

// PrintData returns what labels are printed from, one answer for each waybill
// and in their order: what the waybill carries, or else what the platform
// answers. The label of the waybill itself comes first, then those of its
// sub-waybills, where each has its own. The error is about the arguments.
//
// Every order of a waybill is read first. One whose address is no longer the
// one that the waybill was made for, or that is closed, is answered by
// mall.ErrConflict and nothing is fetched for it.
func (s *Service) PrintData(ctx context.Context, t Template,
	list ...Waybill) (answers []mall.Result[[]PrintData], err error) {
	const op = "print labels"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Waybiller](s)
	if err != nil {
		return nil, err
	}
	for _, w := range list {
		if err := w.check(); err != nil {
			return nil, err
		}
		if t.CarrierCode != "" && t.CarrierCode != w.CarrierCode {
			return nil, settle.Invalid("waybill %s is of carrier %s, the template of %s", w.TrackingNo, w.CarrierCode,
				t.CarrierCode)
		}
	}
	answers = make([]mall.Result[[]PrintData], len(list))
	var fit []int // indexes of those that may be printed
	orders := map[string]looked{}
	for i, w := range list {
		if err := s.stillFits(ctx, w, orders); err != nil {
			answers[i].Err = err
		} else if len(w.Print) > 0 {
			answers[i].Item = slices.Clone(w.Print)
		} else {
			fit = append(fit, i)
		}
	}
	for part := range slices.Chunk(fit, chunk(s.driver.Limits().MaxPrint, len(fit))) {
		var batch []Waybill
		for _, i := range part {
			batch = append(batch, list[i])
		}
		got, err := d.PrintData(ctx, batch)
		if err == nil && len(got) != len(batch) {
			err = &mall.Error{Kind: mall.ErrReply,
				Message: fmt.Sprintf("%d answers for %d waybills", len(got), len(batch))}
		}
		for n, i := range part {
			if answers[i].Err = err; err == nil {
				answers[i] = got[n]
			}
		}
	}
	for i := range answers {
		if answers[i].Err != nil {
			answers[i] = mall.Result[[]PrintData]{Err: s.fail(op, answers[i].Err)}
		}
		for j := range answers[i].Item {
			answers[i].Item[j].TemplateURL = t.URL
		}
	}
	return answers, nil
}

// looked is an order that was read for this call of PrintData.
type looked struct {
	order order.Order
	err   error
}

// stillFits compares the addresses that a waybill was made for with those that its
// orders have now.
func (s *Service) stillFits(ctx context.Context, w Waybill, orders map[string]looked) error {
	for _, f := range w.For {
		now, ok := orders[f.OrderID]
		if !ok {
			now.order, now.err = s.driver.Order(ctx, f.OrderID)
			orders[f.OrderID] = now
		}
		conflict := func(text string) error {
			return &mall.Error{Kind: mall.ErrConflict,
				Message: fmt.Sprintf("waybill %s: "+text, w.TrackingNo, f.OrderID)}
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

var errNoNumber = settle.Invalid("the waybill has no carrier code or no number")

// check refuses a waybill that does not say what it was made for.
func (w Waybill) check() error {
	if w.CarrierCode == "" || w.TrackingNo == "" {
		return errNoNumber
	}
	if len(w.For) == 0 || slices.ContainsFunc(w.For,
		func(f AddressedOrder) bool { return f.OrderID == "" || f.Address == "" }) {
		return settle.Invalid("waybill %s does not tell which orders and addresses it was made for", w.TrackingNo)
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
