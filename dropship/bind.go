package dropship

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/mallwire/mall"
)

// Application asks a factory to be bound to the merchant.
type Application struct {
	Supplier string // see [Relation].Partner
	Message  string // for the factory to read
	// Key is unique to this application. Empty: a random one.
	Key string
}

// Parting ends the relation with a factory, or asks it to agree to that.
type Parting struct {
	Supplier string
	Reason   string
	// Key is unique to this parting. Empty: a random one.
	Key string
}

// Apply asks factories to be bound: one result for each Supplier, in their
// order. The factory decides; see [Service.Suppliers]. A lost answer is looked
// up, and sent once more, with the same key, when nothing of it is there. What is
// pending or bound already is mall.ErrAlreadyDone.
func (s *Service) Apply(ctx context.Context, list ...Application) (answers []mall.Result[string], err error) {
	const op = "apply to factories"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Binder](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	keyed := make([]Application, len(list))
	for i, a := range list {
		a.Key = keyOr(a.Key)
		keyed[i] = a
	}
	return relations(ctx, s, op, keyed, func(a Application) string { return a.Supplier }, d.Apply,
		func(r Relation, _ bool) (finding, error) {
			return finding{done: r.State == RelationPending || r.State == RelationBound}, told(r)
		})
}

// Unbind parts from factories, answering as [Service.Apply]. Assignments that a
// factory has are not taken back by it. Where the other side has to agree the
// relation is [RelationUnbindPending] at first.
func (s *Service) Unbind(ctx context.Context, list ...Parting) (answers []mall.Result[string], err error) {
	const op = "part from factories"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Binder](ctx, s, RoleMerchant)
	if err != nil {
		return nil, err
	}
	keyed := make([]Parting, len(list))
	for i, p := range list {
		p.Key = keyOr(p.Key)
		keyed[i] = p
	}
	return relations(ctx, s, op, keyed, func(p Parting) string { return p.Supplier }, d.Unbind,
		func(r Relation, known bool) (finding, error) {
			return finding{done: !known || r.State == RelationUnbound || r.State == RelationUnbindPending}, told(r)
		})
}

// told refuses to judge by a state that the driver does not know.
func told(r Relation) error {
	if r.Partner != "" && r.State == "" {
		return errUntold
	}
	return nil
}

var errUntold = errors.New("the partner's state is not known")

// keyOr makes a key where there is none.
func keyOr(key string) string {
	if strings.TrimSpace(key) == "" {
		return rand.Text()
	}
	return key
}

// relations is a batch over partners, who are looked up all at once. Judge gets
// known as false where there is no relation at all.
func relations[T any](ctx context.Context, s *Service, op string, all []T, partner func(T) string,
	send func(context.Context, []T) ([]mall.Result[string], error),
	judge func(r Relation, known bool) (finding, error)) ([]mall.Result[string], error) {
	b := batch[T, string]{service: s, op: op, size: s.driver.Limits().Bind, id: partner,
		send: func(ctx context.Context, chunk []T) (map[string]error, error) {
			answered, err := send(ctx, chunk)
			return byItem(answered), err
		}}
	if d, ok := s.driver.(MerchantDriver); ok {
		b.look = func() func(context.Context, T) (finding, error) {
			var now map[string]Relation
			return func(ctx context.Context, x T) (finding, error) {
				if now == nil {
					list, err := s.partners(ctx, RoleFactory, d.Suppliers, nil)
					if err != nil {
						return finding{}, err
					}
					now = map[string]Relation{}
					for _, r := range list {
						now[r.Partner] = r
					}
				}
				r, known := now[partner(x)]
				return judge(r, known)
			}
		}
	}
	errs, err := b.run(ctx, all)
	partners := make([]string, len(all))
	for i, x := range all {
		partners[i] = partner(x)
	}
	return results(s, op, partners, errs), err
}
