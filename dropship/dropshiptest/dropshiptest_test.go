package dropshiptest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// newPair is a merchant and a factory bound to it.
func newPair() (merchant, factory *side) {
	p := newPlatform()
	return &side{platform: p, is: dropship.RoleMerchant}, &side{platform: p, is: dropship.RoleFactory}
}

// narrow has only the powers that nobody can do without.
type narrow interface {
	dropship.Driver
	dropship.MerchantDriver
	dropship.FactoryDriver
}

func TestFaultlessDriversPass(t *testing.T) {
	t.Parallel()
	merchant, factory := newPair()
	Run(t, merchant, factory, merchant.known())

	merchant, factory = newPair()
	merchant.numbered = true
	Run(t, merchant, factory, merchant.known())

	merchant, factory = newPair()
	one := func(l *dropship.Limits) {
		l.Parcels = 1
		l.MerchantOrders.Clocks, l.FactoryOrders.Clocks = []mall.By{mall.ByCreation}, []mall.By{mall.ByCreation}
	}
	merchant.limits, factory.limits, factory.uncounted = one, one, true
	k := merchant.known()
	k.Stranger, k.Accept = "", nil
	k.Lacks = []string{"Merchants", "Bind", "Append", "Pieces"}
	Run(t, struct{ narrow }{merchant}, struct{ narrow }{factory}, k)
}

func TestKnownMustNameLines(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Known){
		"no supplier": func(k *Known) { k.Supplier = "" },
		"three lines": func(k *Known) { k.Lines = k.Lines[:3] },
		"no time":     func(k *Known) { k.From = time.Time{} },
		"no settling": func(k *Known) { k.Settle = nil },
		"no stranger": func(k *Known) { k.Stranger = "" },
		"no accept":   func(k *Known) { k.Accept = nil },
	} {
		merchant, factory := newPair()
		k := merchant.known()
		change(&k)
		if _, err := newSubject(merchant, factory, k); err == nil {
			t.Errorf("%s: it is accepted", name)
		}
	}
}

// first runs the suite up to the first promise that is broken.
func first(t *testing.T, merchant, factory *side) (string, error) {
	t.Helper()
	s, err := newSubject(merchant, factory, merchant.known())
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range suite.Failures(t.Context(), checks, s, nil) {
		return name, err
	}
	return "", nil
}

// Each fault must be found by the promise that it breaks, before any other, and
// each promise is broken by a fault.
func TestFaultyDriversFail(t *testing.T) {
	t.Parallel()
	type sides = func(merchant, factory *side)
	merchantRow := func(change func(*dropship.Assignment)) sides { return func(m, _ *side) { m.row = change } }
	factoryRow := func(change func(*dropship.Assignment)) sides { return func(_, f *side) { f.row = change } }
	broken := map[string]bool{}
	for _, c := range []struct {
		name  string
		check string
		fault sides
	}{
		{"both are merchants", "Roles", func(_, f *side) { f.role = func() dropship.Role { return dropship.RoleMerchant } }},
		{"a role that changes", "OtherSideIsRefused", func(_, f *side) {
			asked := 0
			f.role = func() dropship.Role {
				if asked++; asked == 1 {
					return dropship.RoleFactory
				}
				return dropship.RoleMerchant
			}
		}},
		{"a supplier without the platform's word", "Suppliers", func(m, _ *side) { m.relation = func(r *dropship.Relation) { r.PlatformState = "" } }},
		{"another supplier", "Suppliers", func(m, _ *side) { m.relation = func(r *dropship.Relation) { r.Partner += "'" } }},
		{"a merchant without a name", "Merchants", func(_, f *side) { f.relation = func(r *dropship.Relation) { r.Partner = "" } }},
		{"applies to nobody", "Bind", func(m, _ *side) { m.claims = "Apply" }},
		{"applies again", "Bind", func(m, _ *side) { m.again = "Apply" }},
		{"parts from nobody", "Bind", func(m, _ *side) { m.claims = "Unbind" }},
		{"parts again", "Bind", func(m, _ *side) { m.again = "Unbind" }},

		{"no state of the platform", "MerchantGet", merchantRow(func(a *dropship.Assignment) { a.PlatformState = "" })},
		{"no order", "MerchantGet", merchantRow(func(a *dropship.Assignment) { a.OrderID = "" })},
		{"no record", "MerchantGet", merchantRow(func(a *dropship.Assignment) { a.Raw = nil })},
		{"no pieces", "MerchantGet", merchantRow(func(a *dropship.Assignment) { a.Lines[0].Quantity = 0 })},
		{"shipped before", "MerchantGet", merchantRow(func(a *dropship.Assignment) { a.OrderStatus = order.StatusShipped })},
		{"any id exists", "MerchantGet", func(m, _ *side) { m.missing = func(error) error { return nil } }},
		{"unknown is another error", "MerchantGet", func(m, _ *side) { m.missing = func(error) error { return errors.New("system error") } }},
		{"hides a line", "MerchantList", func(m, _ *side) {
			hidden := m.lines[1].MerchantID
			m.page = func(p *mall.Page[dropship.Assignment]) {
				p.Items = slices.DeleteFunc(p.Items, func(a dropship.Assignment) bool { return a.MerchantID == hidden })
			}
		}},
		{"begins anew on every page", "MerchantList", func(m, _ *side) { m.cursor = func(string) string { return "" } }},
		{"the total of a page", "MerchantList", func(m, _ *side) {
			m.numbered = true
			m.page = func(p *mall.Page[dropship.Assignment]) { p.Total = len(p.Items) }
		}},
		{"lists another order", "MerchantList", func(m, _ *side) { m.listed = func(a *dropship.Assignment) { a.OrderID += "'" } }},
		{"tells of a refund in lists only", "MerchantList", func(m, _ *side) { m.listed = func(a *dropship.Assignment) { a.RefundOpen = true } }},
		{"a clock that it has not", "MerchantList", func(m, _ *side) { m.byUpdate = refusal(mall.ErrInvalid) }},
		{"adds another kind", "Append", func(m, _ *side) { m.extra = func(x *dropship.Extra) { x.Kind = dropship.KindResend } }},
		{"takes nothing away", "Append", func(m, _ *side) { m.claims = "Delete" }},
		{"gives nothing", "Assign", func(m, _ *side) { m.claims = "Assign" }},
		{"gives again", "Assign", func(m, _ *side) { m.again = "Assign" }},

		{"shows the factory the order", "FactoryList", factoryRow(func(a *dropship.Assignment) { a.OrderID = "t0" })},
		{"shows other goods", "FactoryList", factoryRow(func(a *dropship.Assignment) { a.Lines[0].SKU.Code = "x" })},
		{"hides an assignment", "FactoryList", func(_, f *side) {
			f.page = func(p *mall.Page[dropship.Assignment]) { p.Items = p.Items[:max(len(p.Items)-1, 0)] }
		}},
		{"any assignment exists", "FactoryGet", func(_, f *side) { f.missing = func(error) error { return nil } }},
		{"numbers that are none", "Waybills", func(_, f *side) { f.claims = "TakeWaybills" }},
		{"a number for nothing", "Waybills", func(_, f *side) { f.anything = true }},
		{"ships nothing", "Return", func(_, f *side) { f.claims = "ReturnWaybills" }},
		{"ships twice", "Return", func(_, f *side) { f.again = "ReturnWaybills" }},
		{"ships once more under another number", "Return", func(_, f *side) { f.replaces = true }},
		{"hides the parcel from the merchant", "Return", merchantRow(func(a *dropship.Assignment) { a.Parcels = nil })},
		{"hides the parcel from the factory", "Return", factoryRow(func(a *dropship.Assignment) { a.Parcels = nil })},
		{"ships more than there is", "Pieces", func(_, f *side) { f.uncounted = true }},
		{"corrects nothing", "Update", func(_, f *side) { f.claims = "ChangeShipment" }},
		{"takes no number back", "CancelWaybill", func(_, f *side) { f.refuses = "CancelWaybill" }},
		{"takes nothing back", "Cancel", func(m, _ *side) { m.claims = "CancelAssignment" }},
		{"never gives again what it took back", "Cancel", func(m, _ *side) { m.once = true }},
		{"takes back what is shipped", "Cancel", func(m, _ *side) { m.again = "CancelAssignment" }},
	} {
		broken[c.check] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			merchant, factory := newPair()
			c.fault(merchant, factory)
			if found, err := first(t, merchant, factory); found != c.check {
				t.Errorf("got a failure of %q first, want %s: %v", found, c.check, err)
			}
		})
	}
	for _, c := range checks {
		if !broken[c.Name] {
			t.Errorf("no fault breaks %s", c.Name)
		}
	}
}
