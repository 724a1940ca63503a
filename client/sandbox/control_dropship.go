package sandbox

import (
	"net/http"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// DropshipAction is what merchants and factories do to drop-ship outside of the
// API. What buyers do to an order, such as asking for a refund by
// [Sandbox.AskAfterSale], shows in its assignments by itself.
type DropshipAction struct {
	Platform mall.Platform `json:"platform"`
	// ShopID is the merchant; of the actions on a single shop, that shop.
	ShopID string `json:"shop_id"`
	// FactoryID is the shop id of the other side of a bond.
	FactoryID string `json:"factory_id"`
	// Action on a shop: be_merchant, be_factory, be_nothing; drop_address (it has
	// no default address to ship from) and keep_address where the platform asks
	// for one. On a bond: apply, accept, refuse, unbind_apply, unbind_accept,
	// unbind_refuse.
	Action string `json:"action"`
}

// Dropship carries out an action. Errors: [ErrUnknownPlatform], [ErrUnknownID],
// [ErrTaken] for a role that is fixed since binding began, or an action that the
// state does not allow.
func (s *Sandbox) Dropship(a DropshipAction) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, err := s.find(a.Platform, a.ShopID)
	if err != nil {
		return err
	}
	d, ok := sh.Platform.(stage.Dropshipper)
	if !ok {
		return stage.Errorf(ErrUnknownPlatform, "%q has no drop-ship here", a.Platform)
	}
	return d.ActDropship(sh, a.Action, a.FactoryID)
}

func (s *Sandbox) postDropship(r *http.Request) (int, any, error) {
	var a DropshipAction
	if err := readBody(r, &a); err != nil {
		return 0, nil, err
	}
	return http.StatusOK, a, s.Dropship(a)
}
