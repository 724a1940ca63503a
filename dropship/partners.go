package dropship

import (
	"context"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Suppliers returns the factories that the merchant has applied to, in the
// given states, or in all; each once, by its latest application.
// See [Service.Apply] and [Service.Unbind] for binding and parting, which
// happen on the platform's own pages where there is no call for them.
func (s *Service) Suppliers(ctx context.Context, states ...RelationState) (list []Relation, err error) {
	defer func() { err = s.fail("list suppliers", err) }()
	d, err := power[MerchantDriver](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	return s.partners(ctx, RoleFactory, d.Suppliers, states)
}

// Merchants returns the merchants that applied to the factory, as
// [Service.Suppliers] does.
func (s *Service) Merchants(ctx context.Context, states ...RelationState) (list []Relation, err error) {
	defer func() { err = s.fail("list merchants", err) }()
	d, err := power[MerchantLister](ctx, s, RoleFactory)
	if err != nil {
		return nil, err
	}
	return s.partners(ctx, RoleMerchant, d.Merchants, states)
}

// steadyTries is how often a list of partners is read anew when its rows move.
const steadyTries = 3

// partners reads all pages of all states and chooses afterwards: a partner whose
// state changes meanwhile would otherwise move all behind it. When the rows do
// not add up to the total, it reads anew.
func (s *Service) partners(ctx context.Context, role Role,
	ask func(context.Context, int, int) (mall.Page[Relation], error), states []RelationState) ([]Relation, error) {
	size := max(s.driver.Limits().Relations, 1)
	for range steadyTries {
		seen, list, total := map[application]bool{}, []Relation(nil), 1
		for page := 0; page*size < total; page++ {
			if err := settle.Ended(ctx); err != nil {
				return nil, err
			}
			p, err := ask(ctx, page, size)
			if err != nil {
				return nil, err
			}
			if p.Total < 0 {
				return nil, &mall.Error{Kind: mall.ErrReply,
					Message: "a numbered page does not say how many rows there are"}
			}
			if page > 0 && p.Total != total {
				break // the rows moved: fewer were seen than there are, or more
			}
			total = p.Total
			for _, r := range p.Items {
				if row := (application{r.Partner, r.Applied.UnixNano()}); !seen[row] {
					seen[row] = true
					list = append(list, r)
				}
			}
		}
		if len(list) == total {
			return s.chosen(latest(list), role, states), nil
		}
	}
	return nil, &mall.Error{Kind: mall.ErrUnavailable, Message: "the list keeps changing while it is read"}
}

// application identifies a row of a list of partners: some platforms keep one for
// each application.
type application struct {
	partner string
	applied int64
}

// latest keeps the last application of each partner, in the order of the list.
func latest(list []Relation) []Relation {
	at, kept := map[string]int{}, list[:0]
	for _, r := range list {
		i, ok := at[r.Partner]
		switch {
		case !ok:
			at[r.Partner] = len(kept)
			kept = append(kept, r)
		case r.Applied.After(kept[i].Applied):
			kept[i] = r
		}
	}
	return kept
}

func (s *Service) chosen(list []Relation, role Role, states []RelationState) []Relation {
	kept := list[:0]
	for _, r := range list {
		if len(states) > 0 && !slices.Contains(states, r.State) {
			continue
		}
		if r.Platform == "" {
			r.Platform = s.driver.Platform()
		}
		r.ShopID, r.Role = s.shopID, role
		kept = append(kept, r)
	}
	return kept
}
