package logisticstest

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
)

func (s *suite) needWaybills(t *testing.T) {
	t.Helper()
	need(t, s.service.CanTakeWaybills())
	if s.WaybillCarrier == "" {
		t.Skip("no carrier for waybills is known")
	}
}

// take takes one waybill, asking again while its outcome is unknown, and keeps
// it as an app would.
func (s *suite) take(t *testing.T, id, packID string) logistics.Waybill {
	t.Helper()
	return s.takeFrom(t, s.WaybillCarrier, id, packID)
}

func (s *suite) takeFrom(t *testing.T, carrier, id, packID string) logistics.Waybill {
	t.Helper()
	var w logistics.Waybill
	var site logistics.NetSite
	if s.service.CanListNetSites() {
		sites, err := s.service.NetSites(t.Context(), carrier)
		if err != nil || len(sites) == 0 {
			t.Fatalf("no account with %s: %v", carrier, err)
		}
		site = sites[0]
	}
	r := logistics.WaybillRequest{Order: s.get(t, id), PackID: packID}
	err := ask(t.Context(), func(ctx context.Context) error {
		got, err := s.service.TakeWaybills(ctx, logistics.Take{CarrierCode: carrier, Sender: s.Sender, Site: site, Requests: []logistics.WaybillRequest{r}})
		if err != nil {
			return err
		}
		w = got[0].Waybill
		return got[0].Err
	})
	if err != nil || w.TrackingNo == "" {
		t.Fatalf("no waybill for order %s: %v", id, err)
	}
	return stored(t, w)
}

// stored is a waybill after it was written down and read again.
func stored(t *testing.T, w logistics.Waybill) (again logistics.Waybill) {
	t.Helper()
	text, err := json.Marshal(w)
	if err == nil {
		err = json.Unmarshal(text, &again)
	}
	if err != nil {
		t.Fatalf("a waybill cannot be stored: %v", err)
	}
	return again
}

// waybillAgain: one pack has one number, another pack another.
func waybillAgain(t *testing.T, s *suite) {
	s.needWaybills(t)
	id := s.Order(t, 1)
	first, again, other := s.take(t, id, ""), s.take(t, id, ""), s.take(t, id, "p2")
	if first.TrackingNo != again.TrackingNo {
		t.Errorf("the same pack got %s and %s", first.TrackingNo, again.TrackingNo)
	}
	if first.TrackingNo == other.TrackingNo {
		t.Errorf("two packs got the same number %s", first.TrackingNo)
	}
}

func waybillLost(t *testing.T, s *suite) {
	s.needWaybills(t)
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		id := s.Order(t, 1)
		lose(t)
		if first, again := s.take(t, id, ""), s.take(t, id, ""); first.TrackingNo != again.TrackingNo {
			t.Errorf("the same pack got %s and %s", first.TrackingNo, again.TrackingNo)
		}
	})
}

func waybillCancel(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanCancelWaybill())
	w := s.take(t, s.Order(t, 1), "")
	wants(t, s.service.CancelWaybill(t.Context(), w), "")
	wants(t, s.service.CancelWaybill(t.Context(), w), mall.ErrAlreadyDone)
}

func waybillCancelLost(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanCancelWaybill())
	s.lossy(t, func(t *testing.T, lose func(testing.TB)) {
		w := s.take(t, s.Order(t, 1), "")
		lose(t)
		err := ask(t.Context(), func(ctx context.Context) error { return s.service.CancelWaybill(ctx, w) })
		if !errors.Is(err, mall.ErrAlreadyDone) {
			wants(t, err, "")
		}
		wants(t, s.service.CancelWaybill(t.Context(), w), mall.ErrAlreadyDone)
	})
}

// printMoved: a label for an old address is not printed; an updated one is.
func printMoved(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanPrint())
	if s.MoveBuyer == nil {
		t.Skip("no way to change an address is known")
	}
	print := func(w logistics.Waybill) (logistics.PrintData, error) {
		got, err := s.service.PrintData(t.Context(), logistics.Template{URL: "https://example.com/t"}, w)
		if err != nil {
			t.Fatal(err)
		}
		return got[0].Data, got[0].Err
	}
	id := s.Order(t, 1)
	w := s.take(t, id, "")
	data, err := print(w)
	wants(t, err, "")
	if data.Payload == "" || data.TrackingNo != w.TrackingNo || data.TemplateURL != "https://example.com/t" {
		t.Errorf("print data of %s: %+v", w.TrackingNo, data)
	}
	before := data.Payload
	s.MoveBuyer(t, id)
	data, err = print(w)
	wants(t, err, mall.ErrConflict)
	if data.Payload != "" {
		t.Error("print data came with the refusal")
	}
	if !s.service.CanUpdateWaybill() {
		return
	}
	w, err = s.service.UpdateWaybill(t.Context(), w, logistics.Sender{}, logistics.WaybillRequest{Order: s.get(t, id)})
	wants(t, err, "")
	now, err := print(stored(t, w))
	wants(t, err, "")
	if now.Payload == "" || now.Payload == before {
		t.Error("the label of an updated waybill is the old one")
	}
}

// subWaybills: pieces that are added have numbers of their own, beside those
// there were.
func subWaybills(t *testing.T, s *suite) {
	s.needWaybills(t)
	need(t, s.service.CanAddSubWaybills())
	if s.SubCarrier == "" {
		t.Skip("no carrier that adds pieces is known")
	}
	w := s.takeFrom(t, s.SubCarrier, s.Order(t, 1), "")
	for n := 2; n <= 4; n += 2 {
		var err error
		w, err = s.service.AddSubWaybills(t.Context(), w, 2)
		wants(t, err, "")
		seen := map[string]bool{w.TrackingNo: true}
		for _, no := range w.Subs {
			seen[no] = true
		}
		if len(w.Subs) != n || len(seen) != n+1 {
			t.Errorf("%d pieces were added, and the sub-waybills are %q", n, w.Subs)
		}
	}
}
