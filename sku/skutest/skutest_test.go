package skutest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/sku"
)

var known = Known{Products: []string{"10", "11", "12", "13", "14"}, Writable: "100", ShopID: "shop-1"}

func TestFaultlessDriversPass(t *testing.T) {
	t.Parallel()
	s := newShop()
	k := known
	k.Touch = s.touch
	Run(t, s, k)
	k.Lacks = []string{"Get", "GetStock", "Price"}
	s = newShop()
	k.Touch = s.touch
	Run(t, adder{s, s, false}, k)
	k = known
	k.Lacks = []string{"Get", "GetStock", "SetStock", "AddStock", "LostAnswers", "Results", "Price", "MovingRows"}
	Run(t, plain{newShop()}, k)
}

// TestUnreadableCounts: who can only add must be able to read.
func TestUnreadableCounts(t *testing.T) {
	t.Parallel()
	s := newShop()
	subject, err := newSubject(adder{s, s, true}, known)
	if err != nil {
		t.Fatal(err)
	}
	if limits(t.Context(), subject) == nil {
		t.Error("nobody can read the count of a SKU whose product is not named")
	}
}

// failures runs the suite and names the promises that are broken.
func failures(t *testing.T, s *shop) (names []string) {
	t.Helper()
	k := known
	k.Touch = s.touch
	subject, err := newSubject(s, k)
	if err != nil {
		t.Fatal(err)
	}
	for name := range suite.Failures(t.Context(), checks, subject, nil) {
		names = append(names, name)
	}
	return names
}

func TestKnownMustNameProducts(t *testing.T) {
	t.Parallel()
	if _, err := newSubject(newShop(), Known{}); err == nil {
		t.Error("nothing known is accepted")
	}
}

// Each fault must be found by the promise that it breaks, and each promise is
// broken by a fault.
func TestFaultyDriversFail(t *testing.T) {
	t.Parallel()
	broken := map[string]bool{}
	for name, c := range map[string]struct {
		spoil func(*shop)
		finds string
	}{
		"negative limit": {func(s *shop) {
			s.limits = func(l sku.Limits) sku.Limits { return sku.Limits{ListLimits: mall.ListLimits{MaxPageSize: -1}} }
		}, "Limits"},
		"another id":            {func(s *shop) { s.product = func(p *sku.Product) { p.ID = "x" } }, "Product"},
		"another shop":          {func(s *shop) { s.product = func(p *sku.Product) { p.ShopID = "x" } }, "Product"},
		"no word of the status": {func(s *shop) { s.product = func(p *sku.Product) { p.PlatformStatus = "" } }, "Product"},
		"no record":             {func(s *shop) { s.product = func(p *sku.Product) { p.Raw = nil } }, "Product"},
		"no SKUs":               {func(s *shop) { s.product = func(p *sku.Product) { p.SKUs = nil } }, "Product"},
		"shared memory":         {func(s *shop) { shared := s.products[0].SKUs; s.product = func(p *sku.Product) { p.SKUs = shared } }, "Product"},
		"not found, untyped":    {func(s *shop) { s.found = func(error) error { return errors.New("?") } }, "Unknown"},
		"not found, no error":   {func(s *shop) { s.found = func(error) error { return nil } }, "Unknown"},
		"a row left out": {func(s *shop) {
			s.listed = func(_ sku.Query, p *mall.Page[sku.Product]) { p.Items = p.Items[:max(len(p.Items)-1, 0)] }
		}, "List"},
		"stale list":     {func(s *shop) { s.product = func(p *sku.Product) { p.Name = "newer" } }, "List"},
		"no second page": {func(s *shop) { s.listed = func(_ sku.Query, p *mall.Page[sku.Product]) { p.Next = "" } }, "List"},
		"page too large": {func(s *shop) {
			s.listed = func(q sku.Query, p *mall.Page[sku.Product]) {
				if q.PageSize == 1 && p.Next != "" {
					p.Items = append(p.Items[:1:1], p.Items[0])
				}
			}
		}, "PageSizes"},
		"all statuses": {func(s *shop) {
			s.listed = func(q sku.Query, p *mall.Page[sku.Product]) {
				if q.Status == sku.StatusOffSale {
					p.Items = append(p.Items, sku.Product{ID: "10"})
				}
			}
		}, "Status"},
		"From exclusive": {func(s *shop) {
			s.listed = func(q sku.Query, p *mall.Page[sku.Product]) {
				p.Items = slices.DeleteFunc(p.Items, func(p sku.Product) bool { return !q.From.IsZero() && p.Updated.Equal(q.From) })
			}
		}, "Window"},
		"no lower bound": {func(s *shop) {
			s.listed = func(q sku.Query, p *mall.Page[sku.Product]) {
				if older := s.products[0]; q.From.After(older.Updated) {
					p.Items = append(p.Items, older)
				}
			}
		}, "Window"},
		"numbered pages":      {func(s *shop) { s.numbered = true }, "MovingRows"},
		"price elsewhere":     {func(s *shop) { s.got = func(k *sku.SKU) { k.Price++ } }, "Get"},
		"SKU left out":        {func(s *shop) { s.product = func(p *sku.Product) { p.SKUs = p.SKUs[:1] } }, "SKUs"},
		"stock elsewhere":     {func(s *shop) { s.got = func(k *sku.SKU) { k.Stock.Quantity++ } }, "GetStock"},
		"zero is not written": {func(s *shop) { s.written = func(w *sku.StockWrite) { w.Quantity = max(w.Quantity, 1) } }, "SetStock"},
		"set adds":            {func(s *shop) { s.written = func(w *sku.StockWrite) { w.Mode, w.ID = sku.Add, "" } }, "SetStock"},
		"the id is forgotten": {func(s *shop) { s.written = func(w *sku.StockWrite) { w.ID = "" } }, "AddStock"},
		"the lost is done twice": {func(s *shop) {
			s.written = func(w *sku.StockWrite) { w.ID += strings.Repeat("'", s.writes); s.writes++ }
		}, "LostAnswers"},
		"add sets": {func(s *shop) { s.written = func(w *sku.StockWrite) { w.Mode = sku.Set } }, "AddStock"},
		"one failure fails all": {func(s *shop) {
			s.outcome = func(errs []error) []error { return slices.Repeat([]error{errors.Join(errs...)}, len(errs)) }
		}, "Results"},
		"failures are passed over": {func(s *shop) { s.outcome = func(errs []error) []error { return make([]error, len(errs)) } }, "Results"},
		"another price":            {func(s *shop) { s.priced = func(w *sku.PriceWrite) { w.Price++ } }, "Price"},
		"the price of another":     {func(s *shop) { s.priced = func(w *sku.PriceWrite) { w.SKUID = known.Writable } }, "Price"},
		"answers are short":        {func(s *shop) { s.outcome = func(errs []error) []error { return nil } }, "SetStock"},
	} {
		broken[c.finds] = true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop()
			c.spoil(s)
			if found := failures(t, s); !slices.Contains(found, c.finds) {
				t.Errorf("found by %v, not by %s", found, c.finds)
			}
		})
	}
	for _, c := range checks {
		if !broken[c.Name] {
			t.Errorf("no fault breaks %s", c.Name)
		}
	}
}
