package kuaishou

import "github.com/mallwire/mall/dropship"

// DropshipAssumptions are what is not published of open.dropshipping.*. A zero
// field means the default, which is a guess.
type DropshipAssumptions struct {
	// EntryDone is the code of an entry of a batch that was carried out. Default:
	// "1", as of whole calls. With a wrong one each entry counts as refused, and
	// what became of it is looked up.
	EntryDone string
	// BindingStates are the states of a relation, by bindingStatus or, where that
	// is not here, by bindingStatusDesc. Neither is published. Default: 待审核,
	// 已绑定, 已拒绝 and 已解绑 mean what they say; any other word is kept as
	// PlatformState.
	BindingStates map[string]dropship.RelationState
	// PartnersFromZero says that the pages of partners count from 0. Default: from 1.
	PartnersFromZero bool
	// PageSize is the most rows in a page of partners or of the merchant's list,
	// which is published for the factory's alone. Default: 50, as there.
	PageSize int
	// Batch is how many entries one call assigns, cancels, adds, applies for or
	// unbinds. Default: ten, as documented for deleting and for waybills.
	Batch int
	// Missing are words that tell, in the refusal of a detail, that there is no
	// such order. Default: 不存在.
	Missing []string
	// DoneAfterSaleIsOver lets a factory ship after an after-sale case is done
	// (postSaleType 3). A factory is not told whether the buyer has the money
	// back, so the default is that nobody should.
	DoneAfterSaleIsOver bool
	// CancelReason is told to a factory where the caller gives no reason, which
	// the call needs. Default: 商家取消分配.
	CancelReason string
}

func (a DropshipAssumptions) withDefaults() DropshipAssumptions {
	if a.EntryDone == "" {
		a.EntryDone = "1"
	}
	if a.BindingStates == nil {
		a.BindingStates = map[string]dropship.RelationState{
			"待审核": dropship.RelationPending,
			"已绑定": dropship.RelationBound,
			"已拒绝": dropship.RelationRefused,
			"已解绑": dropship.RelationUnbound,
		}
	}
	if a.PageSize <= 0 {
		a.PageSize = 50
	}
	if a.Batch <= 0 {
		a.Batch = 10
	}
	if a.Missing == nil {
		a.Missing = []string{"不存在"}
	}
	if a.CancelReason == "" {
		a.CancelReason = "商家取消分配"
	}
	return a
}
