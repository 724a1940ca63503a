package dropshiptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// platform is what both sides share.
type platform struct {
	clock     time.Time
	lines     []*line
	relations map[string]dropship.RelationState // of the merchant to factories
	made      int
	unused    map[string]bool // numbers that were taken
	numbered  bool            // pages of lists
}

// line is an assignment as the merchant sees it, and its id on the other side.
type line struct {
	dropship.Assignment
	factoryID string
}

func newPlatform() *platform {
	p := &platform{clock: noon, unused: map[string]bool{}, relations: map[string]dropship.RelationState{
		"bound": dropship.RelationBound, "stranger": dropship.RelationUnbound,
	}}
	for i := range 5 {
		p.add(dropship.Assignment{
			OrderID: fmt.Sprint("t", i), Kind: dropship.KindOrder, Created: noon.Add(time.Duration(i-10) * time.Minute),
			Lines: []dropship.Line{{SKU: sku.Ref{Code: fmt.Sprint("code", i)}, Quantity: int64(i + 1)}},
		})
	}
	return p
}

// add makes an assignment that nobody has.
func (p *platform) add(a dropship.Assignment) dropship.MerchantID {
	a.MerchantID, a.OrderStatus, a.Raw = dropship.MerchantID(p.number()), order.StatusToShip, mall.Raw(`{}`)
	l := &line{Assignment: a}
	p.lines = append(p.lines, l)
	p.turn(l, dropship.StateUnassigned)
	l.Updated = a.Created
	return a.MerchantID
}

// turn changes the state of a line.
func (p *platform) turn(l *line, to dropship.State) {
	l.State, l.PlatformState, l.Updated = to, string(to), p.clock
}

// number makes up what nothing else has.
func (p *platform) number() string { p.made++; return fmt.Sprint(1000 + p.made) }

func (p *platform) now() time.Time { return p.clock }

// known is what the suite is told.
func (p *platform) known() Known {
	k := Known{
		Supplier: "bound", From: noon.Add(-time.Hour), Stranger: "stranger", Take: logistics.Take{CarrierCode: "yt"},
		Clock:  p.now,
		Accept: func(context.Context) error { p.relations["stranger"] = dropship.RelationBound; return nil },
		Settle: func() { p.clock = p.clock.Add(time.Minute) },
	}
	for _, l := range p.lines[:4] {
		k.Lines = append(k.Lines, l.MerchantID)
	}
	return k
}

// side is a faultless driver with every power, for the shop of its role. Its
// functions can be replaced to make a faulty one.
type side struct {
	*platform
	is dropship.Role

	role      func() dropship.Role
	limits    func(*dropship.Limits)
	row       func(*dropship.Assignment) // in lists and by itself
	listed    func(*dropship.Assignment) // in lists only
	cursor    func(string) string
	page      func(*mall.Page[dropship.Assignment])
	missing   func(error) error // of an assignment that there is not
	relation  func(*dropship.Relation)
	extra     func(*dropship.Extra)
	claims    string // the call that it says it carried out, and did not
	again     string // the call that it carries out whatever the state
	refuses   string // the call that it never carries out
	byUpdate  error  // of lists by update time
	anything  bool   // has a waybill number, also what there is not
	uncounted bool   // pieces
	replaces  bool   // ships what is shipped under other numbers
	once      bool   // a line that was taken back is not given again
}

func (s *side) Platform() mall.Platform { return "fake" }

func (s *side) Limits() dropship.Limits {
	list := mall.ListLimits{MaxPageSize: 3, Lag: time.Second, Resolution: time.Second}
	if s.numbered {
		list.Numbered = true
	}
	l := dropship.Limits{MerchantOrders: list, FactoryOrders: list, Relations: 10, Assign: 2, Waybills: 2}
	if s.limits != nil {
		s.limits(&l)
	}
	return l
}

func (s *side) Role(context.Context) (dropship.Role, error) {
	if s.role != nil {
		return s.role(), nil
	}
	return s.is, nil
}

func refusal(kind mall.Kind) error { return &mall.Error{Platform: "fake", Kind: kind} }

// find returns the line that matches, or why there is none.
func (s *side) find(match func(*line) bool) (*line, error) {
	if i := slices.IndexFunc(s.lines, match); i >= 0 {
		return s.lines[i], nil
	}
	return nil, refusal(mall.ErrNotFound)
}

func (s *side) merchants(id dropship.MerchantID) (*line, error) {
	return s.find(func(l *line) bool { return l.MerchantID == id })
}

// factorys is a line that the factory has.
func (s *side) factorys(id string) (*line, error) {
	return s.find(func(l *line) bool { return l.factoryID == id && l.State != dropship.StateCancelled })
}

// view is a line as this side sees it.
func (s *side) view(l *line) dropship.Assignment {
	a := l.Assignment
	a.Lines, a.Parcels = slices.Clone(a.Lines), slices.Clone(a.Parcels)
	if s.is == dropship.RoleFactory {
		a.FactoryID, a.MerchantID, a.OrderID, a.OrderStatus, a.Partner = dropship.FactoryID{Shop: "alias",
			ID: l.factoryID}, "", "", "", "alias"
	}
	if s.row != nil {
		s.row(&a)
	}
	return a
}

// read answers one line, or why there is none.
func (s *side) read(l *line, err error) (dropship.Assignment, error) {
	if err != nil {
		if s.missing != nil {
			err = s.missing(err)
		}
		return dropship.Assignment{}, err
	}
	return s.view(l), nil
}

func (s *side) GetMerchantOrder(_ context.Context, id dropship.MerchantID) (dropship.Assignment, error) {
	return s.read(s.merchants(id))
}

func (s *side) GetFactoryOrder(_ context.Context, id dropship.FactoryID) (dropship.Assignment, error) {
	return s.read(s.factorys(id.ID))
}

// list answers a page of the lines that this side sees.
func (s *side) list(q dropship.Query, cursor string,
	created func(*line) time.Time) (mall.Page[dropship.Assignment], error) {
	if q.By == mall.ByUpdate && s.byUpdate != nil {
		return mall.Page[dropship.Assignment]{}, s.byUpdate
	}
	if s.cursor != nil {
		cursor = s.cursor(cursor)
	}
	var rows []*line
	at := func(l *line) time.Time {
		if q.By == mall.ByCreation {
			return created(l)
		}
		return l.Updated
	}
	for _, l := range s.lines {
		seen := s.is == dropship.RoleMerchant || l.factoryID != "" && l.State != dropship.StateCancelled
		if seen && !at(l).Before(q.From) && at(l).Before(q.To) && (q.State == "" || q.State == l.State) {
			rows = append(rows, l)
		}
	}
	slices.SortStableFunc(rows, func(a, b *line) int {
		return cmp.Or(at(a).Compare(at(b)),
			cmp.Compare(a.MerchantID, b.MerchantID))
	})
	n, _ := strconv.Atoi(cursor)
	if s.numbered {
		n *= q.PageSize
	}
	from := min(n, len(rows))
	to := min(from+q.PageSize, len(rows))
	page := mall.Page[dropship.Assignment]{Total: len(rows)}
	for _, l := range rows[from:to] {
		a := s.view(l)
		if s.listed != nil {
			s.listed(&a)
		}
		page.Items = append(page.Items, a)
	}
	if to < len(rows) && !s.numbered {
		page.Next = strconv.Itoa(to)
	}
	if s.page != nil {
		s.page(&page)
	}
	return page, nil
}

func (s *side) PageMerchantOrders(_ context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	return s.list(q, cursor, func(l *line) time.Time { return l.Created })
}

func (s *side) PageFactoryOrders(_ context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	return s.list(q, cursor, func(l *line) time.Time { return l.Assigned })
}
