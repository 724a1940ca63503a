package order

import (
	"context"
	"strings"

	"github.com/mallwire/mall/internal/settle"
)

// SetRemark makes r what the order shows as the merchant's remark. Repeating it
// does no harm, also on a platform that keeps all remarks: the order is read
// first, and nothing is written when it shows r already. A flag that is grey and
// none at all are taken for the same, as platforms show the one for the other.
//
// When the answer of the platform is lost, the order is read again: what it
// shows decides, and one that shows no trace of r is written to once more.
// mall.ErrUnknownOutcome is left when reading does not help, when it shows what
// somebody else wrote meanwhile, or when the second writing is refused.
func (s *Service) SetRemark(ctx context.Context, id string, r Remark) (err error) {
	const op = "set remark"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Writer](s)
	if err != nil {
		return err
	}
	if id, err = idOf(id, "order id"); err != nil {
		return err
	}
	before, err := s.get(ctx, id)
	if err != nil || before.Remark.same(r) {
		return err
	}
	rules := settle.Rules{Platform: s.driver.Platform(), Op: op} // a refusal needs no reading
	return rules.One(ctx, func(ctx context.Context) error { return d.SetRemark(ctx, id, r) },
		func(ctx context.Context, _ int, failure error, _ bool) (settle.Finding, error) {
			now, err := s.get(ctx, id)
			switch {
			case err != nil:
				return settle.Finding{}, err
			case now.Remark.same(r):
				return settle.Finding{Done: true}, nil
			case !now.Remark.same(before.Remark): // somebody wrote after us, or instead of us
				return settle.Finding{Err: rules.Unknown(failure, nil)}, nil
			}
			return settle.Finding{}, nil
		})
}

// same reports whether an order that shows r needs nothing to show want.
func (r Remark) same(want Remark) bool {
	return strings.TrimSpace(r.Text) == strings.TrimSpace(want.Text) && r.Flag.shown() == want.Flag.shown()
}

// shown is a flag without the difference that platforms do not make.
func (f Flag) shown() Flag {
	if f == FlagGrey {
		return FlagNone
	}
	return f
}
