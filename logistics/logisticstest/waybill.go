package logisticstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// take takes one waybill, asking again while its outcome is unknown, and keeps
// it as an app would.
func (s *subject) take(ctx context.Context, carrier string, o order.Order, packID string) (logistics.Waybill, error) {
	sites, err := s.service.NetSites(ctx, carrier)
	if err != nil || len(sites) == 0 {
		return logistics.Waybill{}, fmt.Errorf("no account with %s: %w", carrier, err)
	}
	var w logistics.Waybill
	r := logistics.WaybillRequest{Order: o, PackID: packID}
	err = ask(ctx, func(ctx context.Context) error {
		got, err := s.service.TakeWaybills(ctx, logistics.Take{CarrierCode: carrier, Sender: s.known.Sender,
			Site: sites[0], Requests: []logistics.WaybillRequest{r}})
		if err != nil {
			return err
		}
		w = got[0].Item
		return got[0].Err
	})
	if err != nil || w.TrackingNo == "" {
		return w, fmt.Errorf("no waybill for order %s: %w", o.ID, err)
	}
	return stored(w)
}

// taken is a waybill for an order that nobody used before.
func (s *subject) taken(ctx context.Context, carrier string) (logistics.Waybill, error) {
	o, err := s.fresh(ctx, 1)
	if err != nil {
		return logistics.Waybill{}, err
	}
	return s.take(ctx, carrier, o, "")
}

// stored is a waybill after it was written down and read again.
func stored(w logistics.Waybill) (again logistics.Waybill, err error) {
	text, err := json.Marshal(w)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		err = fmt.Errorf("a waybill cannot be stored: %w", err)
	}
	return again, err
}

// waybillAgain checks that one pack has one number, another pack another.
func waybillAgain(ctx context.Context, s *subject) error {
	o, err := s.fresh(ctx, 1)
	if err != nil {
		return err
	}
	var numbers []string
	for _, pack := range []string{"", "", "p2"} {
		w, err := s.take(ctx, s.known.WaybillCarrier, o, pack)
		if err != nil {
			return err
		}
		numbers = append(numbers, w.TrackingNo)
	}
	if numbers[0] != numbers[1] || numbers[0] == numbers[2] {
		return fmt.Errorf("one pack got %s and %s, another %s", numbers[0], numbers[1], numbers[2])
	}
	return nil
}

// waybillLost checks that a pack has one number when the answer is lost.
func waybillLost(ctx context.Context, s *subject, lost lostWrite) error {
	o, err := s.fresh(ctx, 1)
	if err != nil {
		return err
	}
	var first logistics.Waybill
	err = lost(func(ctx context.Context) error { first, err = s.take(ctx, s.known.WaybillCarrier, o, ""); return err })
	if err != nil {
		return err
	}
	again, err := s.take(ctx, s.known.WaybillCarrier, o, "")
	if err == nil && first.TrackingNo != again.TrackingNo {
		err = fmt.Errorf("one pack got %s and %s", first.TrackingNo, again.TrackingNo)
	}
	return err
}

// waybillCancel checks that a waybill is given back once.
func waybillCancel(ctx context.Context, s *subject) error {
	w, err := s.taken(ctx, s.known.WaybillCarrier)
	if err != nil {
		return err
	}
	return errors.Join(want(s.service.CancelWaybill(ctx, w), nil),
		want(s.service.CancelWaybill(ctx, w), mall.ErrAlreadyDone))
}

// waybillCancelLost checks that it is given back when the answer is lost.
func waybillCancelLost(ctx context.Context, s *subject, lost lostWrite) error {
	w, err := s.taken(ctx, s.known.WaybillCarrier)
	if err != nil {
		return err
	}
	err = lost(func(ctx context.Context) error { return s.service.CancelWaybill(ctx, w) })
	return errors.Join(done(err), want(s.service.CancelWaybill(ctx, w), mall.ErrAlreadyDone))
}

// subWaybills checks that pieces that are added have numbers of their own,
// beside those there were.
func subWaybills(ctx context.Context, s *subject) error {
	if s.known.SubCarrier == "" {
		return suite.Skip("Known.SubCarrier is empty")
	}
	w, err := s.taken(ctx, s.known.SubCarrier)
	if err != nil {
		return err
	}
	for n := 2; n <= 4; n += 2 {
		if w, err = s.service.AddSubWaybills(ctx, w, 2); err != nil {
			return err
		}
		seen := map[string]bool{w.TrackingNo: true}
		for _, no := range w.Subs {
			seen[no] = true
		}
		if len(w.Subs) != n || len(seen) != n+1 {
			return fmt.Errorf("%d pieces were added, and the sub-waybills are %q", n, w.Subs)
		}
	}
	return nil
}

// print fetches what one label is printed from.
func (s *subject) print(ctx context.Context, w logistics.Waybill) (logistics.PrintData, error) {
	got, err := s.service.PrintData(ctx, logistics.Template{URL: "https://example.com/t"}, w)
	switch {
	case err != nil:
		return logistics.PrintData{}, err
	case len(got[0].Item) == 0:
		return logistics.PrintData{}, got[0].Err
	}
	return got[0].Item[0], got[0].Err
}

// printMoved checks that a label for an old address is not printed, and an
// updated one is.
func printMoved(ctx context.Context, s *subject) error {
	if s.known.MoveBuyer == nil {
		return suite.Skip("Known.MoveBuyer is nil")
	}
	w, err := s.taken(ctx, s.known.WaybillCarrier)
	if err != nil {
		return err
	}
	first, err := s.print(ctx, w)
	if err != nil {
		return err
	}
	if first.Payload == "" || first.TrackingNo != w.TrackingNo || first.TemplateURL != "https://example.com/t" {
		return fmt.Errorf("print data of %s are for %s, by template %s, of %d bytes", w.TrackingNo, first.TrackingNo,
			first.TemplateURL, len(first.Payload))
	}
	if err := s.known.MoveBuyer(ctx, w.OrderID()); err != nil {
		return fmt.Errorf("Known.MoveBuyer: %w", err)
	}
	data, err := s.print(ctx, w)
	if err := want(err, mall.ErrConflict); err != nil {
		return fmt.Errorf("print for an address that the buyer has left: %w", err)
	}
	if data.Payload != "" {
		return errors.New("print data came with the refusal")
	}
	o, err := s.get(ctx, w.OrderID())
	if err != nil {
		return err
	}
	w, err = s.service.UpdateWaybill(ctx, w, logistics.Sender{}, logistics.WaybillRequest{Order: o})
	if err != nil {
		return fmt.Errorf("update waybill: %w", err)
	}
	if w, err = stored(w); err != nil {
		return err
	}
	now, err := s.print(ctx, w)
	if err == nil && (now.Payload == "" || now.Payload == first.Payload) {
		err = errors.New("the label of an updated waybill is the old one")
	}
	return err
}
