package sandbox

import (
	"net/http"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Dropship carries out what merchants and factories do about drop-ship (代发) on
// the platform's web pages. What buyers do to an order, such as asking for a
// refund by [Side.AskAfterSale], shows in its assignments without it.
//
// Actions on a single shop are "be_merchant", "be_factory" and "be_nothing"
// and, on platforms with an address to ship from, "drop_address" and
// "keep_address"; factoryID is empty. Actions between a merchant and one of its
// factories are "apply", "accept", "refuse", "unbind_apply", "unbind_accept"
// and "unbind_refuse", as far as the platform has them.
//
// Errors: [ErrUnknownPlatform], [ErrUnknownID], [ErrTaken] for a role that can
// no longer change after an application, or an action that the present state
// does not allow.
func (d Side) Dropship(action, shopID, factoryID string) error {
	p, err := lockFor[stage.Dropshipper](d, "drop-ship")
	if err != nil {
		return err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return err
	}
	return p.ActDropship(sh, action, factoryID)
}

func (s *Sandbox) postDropship(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		FactoryID string `json:"factory_id"`
		Action    string `json:"action"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, b, s.On(b.Platform).Dropship(b.Action, b.ShopID, b.FactoryID)
}
