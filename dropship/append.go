package dropship

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
)

// Extra is an order that the merchant adds to those of a trade, for a factory to
// ship: a gift, something sent once more, an exchange.
type Extra struct {
	Base  MerchantID // an assignment of the trade
	Kind  Kind       // any but KindTrade
	Lines []Line     // at least one; prices are not read
	// To is who gets it, in plain text. Zero: who gets the trade.
	To     Recipient
	Remark string
	// Key tells this order from all others. Empty: made up.
	Key string
}

// Recipient is who gets an [Extra]. Its texts are plain, and are shown by no log.
type Recipient struct {
	Name   mall.Secret
	Mobile mall.Secret
	Place  Place
}

// Appended is the answer to one [Extra]. ID is the new assignment, which nobody
// has yet.
type Appended struct {
	Key string
	ID  MerchantID
	Err error
}

// Append adds orders: one answer for each, in their order. Long lists go out in
// batches; when one fails as a whole the answers so far are returned along with
// the error.
//
// No platform is known to tell an order by its key afterwards, so nothing is
// sent twice: an answer of mall.ErrUnknownOutcome may have been added. It is in
// [Service.MerchantOrders] then, with the OrderID of its base, and has to be
// looked for there before it is added again.
func (s *Service) Append(ctx context.Context, list ...Extra) ([]Appended, error) {
	const what = "append orders"
	d, err := power[Appender](ctx, s, RoleMerchant, what)
	if err != nil {
		return nil, err
	}
	keyed, seen := make([]Extra, len(list)), map[string]bool{}
	for i, x := range list {
		x.Key = keyOr(x.Key)
		switch {
		case strings.TrimSpace(string(x.Base)) == "":
			return nil, s.refuse(what, invalid("the assignment to add to is empty"))
		case x.Kind != KindGift && x.Kind != KindResend && x.Kind != KindExchange && x.Kind != KindOther:
			return nil, s.refuse(what, invalid("an order of kind %q cannot be added", x.Kind))
		case len(x.Lines) == 0:
			return nil, s.refuse(what, invalid("an order to add to %s holds nothing", x.Base))
		case seen[x.Key]:
			return nil, s.refuse(what, invalid("two orders have the same key"))
		}
		for _, l := range x.Lines {
			if l.Quantity < 1 {
				return nil, s.refuse(what, invalid("an order to add to %s has a line without pieces", x.Base))
			}
		}
		seen[x.Key], keyed[i] = true, x
	}
	b := batch[Extra, string]{service: s, what: what, size: s.driver.Limits().Append, id: func(x Extra) string { return x.Key }}
	ids := map[string]MerchantID{}
	b.send = func(ctx context.Context, chunk []Extra) (map[string]error, error) {
		answered, err := d.Append(ctx, chunk)
		by := map[string]error{}
		for _, a := range answered {
			by[a.Key], ids[a.Key] = a.Err, a.ID
		}
		return by, err
	}
	errs, err := b.run(ctx, keyed)
	answers := make([]Appended, len(errs))
	for i, e := range errs {
		answers[i] = Appended{Key: keyed[i].Key, ID: ids[keyed[i].Key], Err: e}
	}
	return answers, err
}

// CanAppend reports whether Append can work at all.
func (s *Service) CanAppend() bool { return can[Appender](s) }

// Delete takes added orders away: one outcome for each, in their order. One that
// is gone already is mall.ErrAlreadyDone, one that was shipped a [*Refusal] with
// [ReasonShipped]. A lost answer is looked up.
func (s *Service) Delete(ctx context.Context, ids ...MerchantID) ([]Outcome, error) {
	const what = "delete orders"
	d, err := power[Deleter](ctx, s, RoleMerchant, what)
	if err != nil {
		return nil, err
	}
	return assignments(ctx, s, what, s.driver.Limits().Delete, ids, true, func(id MerchantID) MerchantID { return id }, d.Delete,
		func(_ MerchantID, a Assignment) finding {
			f := finding{now: &a}
			if a.State == StateReturned {
				f.reason = ReasonShipped
			}
			return f
		})
}

// CanDelete reports whether Delete can work at all.
func (s *Service) CanDelete() bool { return can[Deleter](s) }
