package dropship

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"iter"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// Query says which assignments to list. From is needed on platforms that do not
// say how far back they list.
type Query struct {
	// By chooses the clock that From and To are read on. [order.ByUpdate] is the
	// feed to keep up with, where the list has it: see [ListLimits.Feed].
	// [order.ByCreation] goes by the time of the trade in a merchant's list and by
	// the time of assignment in a factory's.
	By order.By
	// From is inclusive. Zero means as far back as the platform lists.
	From time.Time
	// To is exclusive, but what happened at that very moment may be listed as
	// well. Zero means now, less the platform's lag.
	To time.Time
	// State keeps assignments of one state. Zero keeps all, cancelled ones too.
	State State
	// PageSize is how many to ask for at once. Zero means as many as allowed.
	PageSize int
}

// MerchantOrders walks what the merchant may assign and has assigned. Only
// orders placed after binding are there. An error is yielded once and ends the
// walk, an [order.BadRecordsError] behind the good rows of its page. What did not change is not yielded twice; what changes meanwhile leaves
// the range, and the next walk, which begins where this one ended, sees it.
func (s *Service) MerchantOrders(ctx context.Context, q Query) iter.Seq2[Assignment, error] {
	return s.walk(ctx, q, s.merchantFeed)
}

// MerchantOrdersPage returns one page of [Service.MerchantOrders], to be resumed
// by its Next with the same query. Rows may be repeated on later pages; a page
// may be empty and still have a Next. Total is -1. With an
// [order.BadRecordsError] comes the rest of the page, and a Next that goes on
// behind it: one assignment that cannot be read stops no other.
func (s *Service) MerchantOrdersPage(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error) {
	return s.page(ctx, q, cursor, s.merchantFeed)
}

// CanListMerchantOrders reports whether MerchantOrders can work at all.
func (s *Service) CanListMerchantOrders() bool { return can[MerchantOrderLister](s) }

// FactoryOrders walks what the factory was given, as [Service.MerchantOrders]
// does. A push tells of an assignment sooner, but may not come: keep walking.
func (s *Service) FactoryOrders(ctx context.Context, q Query) iter.Seq2[Assignment, error] {
	return s.walk(ctx, q, s.factoryFeed)
}

// FactoryOrdersPage returns one page of [Service.FactoryOrders].
func (s *Service) FactoryOrdersPage(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error) {
	return s.page(ctx, q, cursor, s.factoryFeed)
}

// CanListFactoryOrders reports whether FactoryOrders can work at all.
func (s *Service) CanListFactoryOrders() bool { return can[FactoryOrderLister](s) }

// Resolve returns q as a walk through the list of that side, which begins now,
// reads it, with From, To and PageSize set. Its To is where the next walk has to
// begin, where the list is kept by update time.
func (s *Service) Resolve(side Role, q Query) (Query, error) {
	f := &feed{driver: s.driver, role: side}
	if side != RoleMerchant && side != RoleFactory {
		return Query{}, s.refuse("list orders", invalid("there is no list of role %q", side))
	}
	if err := s.clock("list orders", f, q); err != nil {
		return Query{}, err
	}
	r, err := s.orders(f, q).Resolve(q.window())
	q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
	return q, err
}

func (s *Service) merchantFeed(ctx context.Context, q Query) (*feed, error) {
	const what = "list merchant orders"
	d, err := power[MerchantOrderLister](ctx, s, RoleMerchant, what)
	if err != nil {
		return nil, err
	}
	f := &feed{driver: s.driver, role: RoleMerchant, ask: d.MerchantOrders}
	return f, s.clock(what, f, q)
}

func (s *Service) factoryFeed(ctx context.Context, q Query) (*feed, error) {
	const what = "list factory orders"
	d, err := power[FactoryOrderLister](ctx, s, RoleFactory, what)
	if err != nil {
		return nil, err
	}
	f := &feed{driver: s.driver, role: RoleFactory, ask: d.FactoryOrders}
	return f, s.clock(what, f, q)
}

// clock refuses a clock that the list is not kept by.
func (s *Service) clock(what string, f *feed, q Query) error {
	if f.limits().Has(q.By) || q.By != order.ByUpdate {
		return nil // a clock that nobody knows is the walk's to refuse
	}
	return s.refuse(what, &mall.Error{Platform: s.driver.Platform(), Kind: mall.ErrNotSupported,
		Message: "this list is not kept by update time: walk it by creation, over the period in which an assignment can still change"})
}

func (s *Service) walk(ctx context.Context, q Query, open func(context.Context, Query) (*feed, error)) iter.Seq2[Assignment, error] {
	return func(yield func(Assignment, error) bool) {
		f, err := open(ctx, q)
		if err != nil {
			yield(Assignment{}, err)
			return
		}
		for stub, err := range s.orders(f, q).All(ctx, q.window()) {
			if err != nil {
				yield(Assignment{}, err)
				return
			}
			if a := f.behind(stub); s.keep(&a, q, f.role) && !yield(a, nil) {
				return
			}
		}
	}
}

func (s *Service) page(ctx context.Context, q Query, cursor string, open func(context.Context, Query) (*feed, error)) (mall.Page[Assignment], error) {
	none := mall.Page[Assignment]{Total: -1}
	f, err := open(ctx, q)
	if err != nil {
		return none, err
	}
	stubs, err := s.orders(f, q).ListPage(ctx, q.window(), cursor)
	if err != nil && !partly(err) {
		return none, err
	}
	none.Next = stubs.Next
	for _, stub := range stubs.Items {
		if a := f.behind(stub); s.keep(&a, q, f.role) {
			none.Items = append(none.Items, a)
		}
	}
	return none, err
}

// partly reports that a page is good but for some of its records.
func partly(err error) bool {
	_, ok := errors.AsType[*order.BadRecordsError](err)
	return ok
}

// keep completes an assignment and reports whether q wants it. The platform is
// asked for the state only where that loses nothing; see [feed].
func (s *Service) keep(a *Assignment, q Query, role Role) bool {
	s.complete(a, role)
	return q.State == "" || a.State == q.State
}

func (s *Service) complete(a *Assignment, role Role) {
	if a.Platform == "" {
		a.Platform = s.driver.Platform()
	}
	if a.ShopID == "" {
		a.ShopID = s.shopID
	}
	if a.Role == RoleUnknown {
		a.Role = role
	}
}

func (q Query) window() order.Query {
	return order.Query{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize}
}

// feed lends package order's walk to assignments: windows, halving, numbered
// pages from the last to the first, cursors and repeats are written once, there.
// The walk sees one stub for each row, which carries the row's id, what tells
// its versions apart and its place in the page just read.
type feed struct {
	driver Driver
	role   Role
	state  State
	ask    func(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)
	got    []Assignment
}

// orders is the walk over a feed. The role and the state are part of the shop's
// name, so that a cursor of another list is refused.
func (s *Service) orders(f *feed, q Query) *order.Service {
	if q.By == order.ByUpdate {
		// A row that comes to have the state has been updated and thus left the
		// window. By any other clock it would come into the middle of the list and
		// push its successors onto pages that are behind us: then all are asked for.
		f.state = q.State
	}
	name := fmt.Sprintf("%s dropship %s %s", s.shopID, f.role, q.State)
	return order.NewService(f, name, order.Options{Clock: s.opts.Clock})
}

func (f *feed) Platform() mall.Platform { return f.driver.Platform() }
func (f *feed) Limits() order.Limits    { return f.limits().Limits }

func (f *feed) limits() ListLimits {
	if f.role == RoleFactory {
		return f.driver.Limits().FactoryOrders
	}
	return f.driver.Limits().MerchantOrders
}

func (f *feed) Get(context.Context, string) (order.Order, error) {
	return order.Order{}, mall.ErrNotSupported // the walk does not ask
}

func (f *feed) ListPage(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	page, err := f.ask(ctx, Query{By: q.By, From: q.From, To: q.To, State: f.state, PageSize: q.PageSize}, cursor)
	if err != nil && !partly(err) {
		return mall.Page[order.Order]{}, err
	}
	f.got = page.Items
	stubs := make([]order.Order, len(page.Items))
	for i, a := range page.Items {
		stubs[i] = order.Order{ID: a.key(), Updated: time.Unix(0, a.version()), PlatformStatus: strconv.Itoa(i)}
	}
	return mall.Page[order.Order]{Items: stubs, Next: page.Next, Total: page.Total}, err
}

// behind returns the row of a stub, which is of the page just read.
func (f *feed) behind(stub order.Order) Assignment {
	i, _ := strconv.Atoi(stub.PlatformStatus)
	return f.got[i]
}

// version tells apart what an assignment was like. Not every platform gives the
// time of its last change, so it is made from all that is known.
func (a Assignment) version() int64 {
	h := fnv.New64a()
	if len(a.Raw) > 0 {
		h.Write(a.Raw)
	} else {
		fmt.Fprintf(h, "%s %s %t %d %v", a.State, a.Trade, a.RefundOpen, a.Updated.UnixNano(), a.Parcels)
	}
	return int64(h.Sum64() >> 1)
}
