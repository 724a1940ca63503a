package kuaishou

import (
	"fmt"
	"slices"
)

// DropshipRules are assumptions about Kuaishou's drop-ship (代发,
// open.dropshipping.*) that no document confirms. Refusals of whole calls have
// [Rules].RejectedCode and texts of their own, all of them invented.
type DropshipRules struct {
	// EntryDoneCode and EntryFailedCode are the code of a batch entry that
	// succeeds or fails. The first is a guess: 1. The second is invented: 21.
	EntryDoneCode   int `json:"entry_done_code"`
	EntryFailedCode int `json:"entry_failed_code"`
	// BatchMost is the most entries of one call that allocates, takes back,
	// adds, applies or unbinds. Documented for deleting and for waybills: 10.
	BatchMost int `json:"batch_most"`
	// PageMost is the largest page of the merchant's list and of relations.
	// Documented for the factory's list: 50.
	PageMost int `json:"page_most"`
	// PartnersFromZero counts the pages of relations from 0. Unconfirmed: false,
	// from 1.
	PartnersFromZero bool `json:"partners_from_zero"`
	// KeepApplications lists each application, not only the newest between two
	// shops. Unconfirmed: true.
	KeepApplications bool `json:"keep_applications"`
	// BindingStates are bindingStatus and bindingStatusDesc of an application
	// that is pending, accepted, refused or ended. Invented.
	BindingStates [4]BindingState `json:"binding_states"`
	// MissingMsg refuses an order that does not exist, WrongRoleMsg a method of
	// the other role. Invented: 代发订单不存在, 代发身份不符.
	MissingMsg   string `json:"missing_msg"`
	WrongRoleMsg string `json:"wrong_role_msg"`
	// CursorEnd is the cursor after the last page of the merchant's list.
	// Documented for other lists: nomore.
	CursorEnd string `json:"cursor_end"`
	// FollowSpec makes an allocated order follow a spec change (改规格). A guess:
	// false, it keeps the SKU that it was allocated with.
	FollowSpec bool `json:"follow_spec"`
	// ShowMerchantShipping shows a factory, as consignTime, that the merchant
	// itself shipped an allocated order. Unconfirmed: true.
	ShowMerchantShipping bool `json:"show_merchant_shipping"`
	// WaybillInRefund lets a factory take a waybill number while a refund is
	// open. Unconfirmed: false.
	WaybillInRefund bool `json:"waybill_in_refund"`
	// WaybillRepeats answers a second request for the same order, parcel and
	// carrier with the first one's number, which is documented for
	// open.express.ebill.get only. Unconfirmed: false, another number is taken
	// and charged.
	WaybillRepeats bool `json:"waybill_repeats"`
	// SerialTypes is what must be given to ship goods: 1 a serial number, 2 an
	// IMEI. Default: none.
	SerialTypes []int `json:"serial_types"`
}

// BindingState is a state of a relation, as number and text of the platform.
type BindingState struct {
	Status int    `json:"status"`
	Desc   string `json:"desc"`
}

func defaultDropshipRules() DropshipRules {
	return DropshipRules{
		EntryDoneCode: 1, EntryFailedCode: 21, BatchMost: 10, PageMost: 50, KeepApplications: true,
		BindingStates: [4]BindingState{{1, "待审核"}, {2, "已绑定"}, {3, "已拒绝"}, {4, "已解绑"}},
		MissingMsg:    "代发订单不存在", WrongRoleMsg: "代发身份不符", CursorEnd: noMore,
		ShowMerchantShipping: true,
	}
}

func (r DropshipRules) check() error {
	if r.EntryDoneCode == r.EntryFailedCode {
		return fmt.Errorf("sandbox: entry_failed_code must differ from entry_done_code")
	}
	if r.BatchMost < 1 || r.PageMost < 1 {
		return fmt.Errorf("sandbox: batch_most and page_most must be above zero")
	}
	return nil
}

// clone returns a deep copy.
func (r DropshipRules) clone() DropshipRules {
	r.SerialTypes = slices.Clone(r.SerialTypes)
	return r
}
