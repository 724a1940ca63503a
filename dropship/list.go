package dropship

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/walk"
)

// Query says which assignments to list. From is needed on platforms that do not
// say how far back they list.
type Query struct {
	// By chooses the clock that From and To are read on. [mall.ByUpdate] is the
	// feed to keep up with, where the list has it: see [mall.ListLimits.Feed].
	// [mall.ByCreation] goes by the time of the buyer's order in a merchant's list
	// and by the time of assignment in a factory's.
	By mall.By
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

// AllMerchantOrders walks what the merchant may assign and has assigned. Only
// orders placed after binding are there. An error is yielded once and ends the
// walk, an [order.BadRecordsError] behind the good rows of its page. What did not
// change is not yielded twice. What changes meanwhile leaves the range: the next
// walk, which begins where this one ended, yields it.
func (s *Service) AllMerchantOrders(ctx context.Context, q Query) iter.Seq2[Assignment, error] {
	return s.walk(ctx, q, s.merchantList)
}

// PageMerchantOrders returns one page of [Service.AllMerchantOrders], to be resumed
// by its Next with the same query. Rows may be repeated on later pages; a page
// may be empty and still have a Next. Total is -1. With an
// [order.BadRecordsError] comes the rest of the page, and a Next that goes on
// behind it: one assignment that cannot be read stops no other.
func (s *Service) PageMerchantOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error) {
	return s.page(ctx, q, cursor, s.merchantList)
}

// AllFactoryOrders walks what the factory was given, as [Service.AllMerchantOrders]
// does. A push comes sooner than the next walk, or not at all: keep walking.
func (s *Service) AllFactoryOrders(ctx context.Context, q Query) iter.Seq2[Assignment, error] {
	return s.walk(ctx, q, s.factoryList)
}

// PageFactoryOrders returns one page of [Service.AllFactoryOrders].
func (s *Service) PageFactoryOrders(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error) {
	return s.page(ctx, q, cursor, s.factoryList)
}

// Resolve fills in what q leaves open: From, To and PageSize as a walk that starts
// now through the list of that side has them. Where the list is kept by update
// time, the next walk has to begin at this To.
func (s *Service) Resolve(side Role, q Query) (resolved Query, err error) {
	defer func() { err = s.fail("list orders", err) }()
	if side != RoleMerchant && side != RoleFactory {
		return Query{}, settle.Invalid("there is no list of role %.40q", string(side))
	}
	r, err := s.list(side, q, nil).Resolve()
	if err != nil {
		return Query{}, err
	}
	q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
	return q, nil
}

// ask is a driver's method that answers one question of a list.
type ask func(ctx context.Context, q Query, cursor string) (mall.Page[Assignment], error)

// opener checks that the driver and the shop have a list.
type opener func(context.Context, Query) (walk.List[Assignment], error)

func (s *Service) merchantList(ctx context.Context, q Query) (walk.List[Assignment], error) {
	d, err := power[MerchantDriver](ctx, s, RoleMerchant)
	if err != nil {
		return walk.List[Assignment]{}, s.fail(listOp(RoleMerchant), err)
	}
	return s.list(RoleMerchant, q, d.PageMerchantOrders), nil
}

func (s *Service) factoryList(ctx context.Context, q Query) (walk.List[Assignment], error) {
	d, err := power[FactoryDriver](ctx, s, RoleFactory)
	if err != nil {
		return walk.List[Assignment]{}, s.fail(listOp(RoleFactory), err)
	}
	return s.list(RoleFactory, q, d.PageFactoryOrders), nil
}

func listOp(side Role) string { return fmt.Sprintf("list %s orders", side) }

// list is the list of one side, as q asks for it.
func (s *Service) list(side Role, q Query, ask ask) walk.List[Assignment] {
	state, limits := q.State, s.driver.Limits().MerchantOrders
	if side == RoleFactory {
		limits = s.driver.Limits().FactoryOrders
	}
	if q.By != mall.ByUpdate {
		// A row that comes to have the state has been updated and thus left the
		// window. By any other clock it would come into the middle of the list and
		// push its successors onto pages that are behind us: then all are asked for.
		q.State = ""
	}
	return walk.List[Assignment]{
		Name: fmt.Sprintf("dropship %s %s %s", s.shopID, side, state),
		Noun: "assignments", Op: listOp(side), Platform: s.driver.Platform(),
		Limits: limits,
		Clock:  s.opts.Clock,
		Range:  walk.Range{By: q.By, From: q.From, To: q.To, PageSize: q.PageSize},
		Version: func(a Assignment) walk.Version {
			return walk.Version{ID: a.key(), At: a.version()}
		},
		Fetch: func(ctx context.Context, r walk.Range, cursor string) (mall.Page[Assignment], error) {
			q := q // walks over one list may run at the same time
			q.From, q.To, q.PageSize = r.From, r.To, r.PageSize
			return ask(ctx, q, cursor)
		},
		Keep: func(a *Assignment) bool {
			s.complete(a, side)
			return state == "" || a.State == state
		},
	}
}

func (s *Service) walk(ctx context.Context, q Query, open opener) iter.Seq2[Assignment, error] {
	return func(yield func(Assignment, error) bool) {
		list, err := open(ctx, q)
		if err != nil {
			yield(Assignment{}, err)
			return
		}
		list.All(ctx)(yield)
	}
}

func (s *Service) page(ctx context.Context, q Query, cursor string, open opener) (mall.Page[Assignment], error) {
	list, err := open(ctx, q)
	if err != nil {
		return mall.Page[Assignment]{Total: -1}, err
	}
	page, _, err := list.Page(ctx, cursor)
	return page, err
}

func (s *Service) complete(a *Assignment, role Role) {
	if a.Platform == "" {
		a.Platform = s.driver.Platform()
	}
	if a.ShopID == "" {
		a.ShopID = s.shopID
	}
	if a.Role == "" {
		a.Role = role
	}
}

// version changes when the assignment does. Not every platform gives the time of
// the last change, so it is made from all that is known.
func (a Assignment) version() int64 {
	h := fnv.New64a()
	if len(a.Raw) > 0 {
		h.Write(a.Raw)
	} else {
		fmt.Fprintf(h, "%s %s %t %d %v", a.State, a.OrderStatus, a.RefundOpen, a.Updated.UnixNano(), a.Parcels)
	}
	return int64(h.Sum64() >> 1)
}
