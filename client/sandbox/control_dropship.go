package sandbox

import (
	"net/http"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Dropship carries out what merchants and factories do to drop-ship (代发) outside
// of the API. What buyers do to an order, such as asking for a refund by
// [Side.AskAfterSale], shows in its assignments by itself.
//
// On a single shop the actions are "be_merchant", "be_factory" and "be_nothing",
// and, where the platform asks for an address to ship from, "drop_address" and
// "keep_address"; factoryID is empty. On a merchant and one of its factories they
// are "apply", "accept", "refuse", "unbind_apply", "unbind_accept" and
// "unbind_refuse", as far as the platform has them.
//
// Errors: [ErrUnknownPlatform], [ErrUnknownID], [ErrTaken] for a role that is
// fixed since binding began, or an action that the state does not allow.
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
