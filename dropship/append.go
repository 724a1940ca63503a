package dropship

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Extra is an order that the merchant adds to those of a buyer, for a factory to
// ship: a gift, something sent once more, an exchange.
type Extra struct {
	Base  MerchantID // an assignment of the buyer's order
	Kind  Kind       // any but KindOrder
	Lines []Line     // at least one; prices are not read
	// To is who gets it; its texts are read from Plain. Zero: who gets the buyer's
	// order.
	To     order.Receiver
	Remark string
	// Key is unique to this order. Empty: a random one.
	Key string
}

// Append adds orders: one result for each, in their order, whose Item is the new
// assignment, which nobody has yet. Long lists go out in batches; when one fails
// as a whole the results so far are returned along with the error.
//
// No platform is known to find an order by its key afterwards, so nothing is
// sent twice: an order of mall.ErrUnknownOutcome may have been added. It is in
// [Service.AllMerchantOrders] then, with the OrderID of its base, and has to be
// looked for there before it is added again.
func (s *Service) Append(ctx context.Context, list ...Extra) (answers []mall.Result[MerchantID], err error) {
	const op = "append orders"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Appender](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	keyed, seen := make([]Extra, len(list)), map[string]bool{}
	for i, x := range list {
		x.Key = keyOr(x.Key)
		if err := x.check(); err != nil {
			return nil, err
		}
		if seen[x.Key] {
			return nil, settle.Invalid("two orders have the same key")
		}
		seen[x.Key], keyed[i] = true, x
	}
	b := batch[Extra, string]{service: s, op: op, size: s.driver.Limits().Append,
		id: func(x Extra) string { return x.Key }}
	added := map[string]MerchantID{}
	b.send = func(ctx context.Context, chunk []Extra) (map[string]error, error) {
		answered, err := d.Append(ctx, chunk)
		by := map[string]error{}
		for key, a := range answered {
			by[key], added[key] = a.Err, a.Item
		}
		return by, err
	}
	errs, err := b.run(ctx, keyed)
	ids := make([]MerchantID, len(keyed))
	for i, x := range keyed {
		ids[i] = added[x.Key]
	}
	return results(s, op, ids, errs), err
}

func (x Extra) check() error {
	switch {
	case strings.TrimSpace(string(x.Base)) == "":
		return settle.Invalid("the assignment to add to is empty")
	case x.Kind != KindGift && x.Kind != KindResend && x.Kind != KindExchange && x.Kind != KindOther:
		return settle.Invalid("an order of kind %.40q cannot be added", string(x.Kind))
	case len(x.Lines) == 0:
		return settle.Invalid("an order to add to %s holds nothing", x.Base)
	}
	for _, l := range x.Lines {
		if l.Quantity < 1 {
			return settle.Invalid("an order to add to %s has a line without pieces", x.Base)
		}
	}
	return nil
}

// Delete takes added orders away: one result for each, in their order. One that
// is gone already is mall.ErrAlreadyDone, one that was shipped a [*Refusal] with
// [ReasonShipped]. A lost answer is looked up.
func (s *Service) Delete(ctx context.Context, ids ...MerchantID) (list []mall.Result[MerchantID], err error) {
	const op = "delete orders"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Appender](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	w := assignmentWrite[MerchantID]{op: op, size: s.driver.Limits().Delete, id: itself, send: d.Delete,
		goneIsDone: true}
	w.judge = func(_ MerchantID, a Assignment) finding {
		f := finding{now: &a}
		if a.State == StateReturned {
			f.reason = ReasonShipped
		}
		return f
	}
	return w.run(ctx, s, ids)
}
