package doudian

import (
	"fmt"
)

// DropshipRules are what is assumed about Doudian's drop-ship (iop.*)
// without confirmation.
type DropshipRules struct {
	// DealTimeInSeconds reads start_deal_time and end_deal_time of
	// iop.sellerOrderList as seconds. The documents say milliseconds: false.
	DealTimeInSeconds bool `json:"deal_time_in_seconds"`
	// WrongRoleSubCode refuses, with code 50002, a call of the other side.
	// Invented: isv.business-failed:40001.
	WrongRoleSubCode string `json:"wrong_role_sub_code"`
	// DistributeErrNo is the err_no of an entry that cannot be assigned. Invented: 1.
	DistributeErrNo int `json:"distribute_err_no"`
	// CancelTag is the tag of the push that tells a factory of a cancelled
	// assignment. A guess: "502"; it may be "503".
	CancelTag string `json:"cancel_tag"`
	// EmptyMapAsList writes [] for an empty fail_distr_order_ids, as one page
	// sample does: true.
	EmptyMapAsList bool `json:"empty_map_as_list"`
	// WaybillInRefund lets a factory take a number while a refund is open.
	// Unconfirmed: false.
	WaybillInRefund bool `json:"waybill_in_refund"`
	// WaybillErrCode is the err_code of an entry for which no number can be
	// taken. Invented: "41000".
	WaybillErrCode string `json:"waybill_err_code"`
	// WaybillRepeats answers the same assignment and parcel with the number taken
	// before. Unconfirmed: false, another number is taken and charged.
	WaybillRepeats bool `json:"waybill_repeats"`
	// ReturnInRefundSubCode refuses, with code 50002, a return while a refund is
	// open. Which of the listed numbers it is is unconfirmed:
	// isv.business-failed:41004.
	ReturnInRefundSubCode string `json:"return_in_refund_sub_code"`
	// WaybillCancelPercent is the share of the numbers taken that a factory may
	// give back. The platform has such a share; its size is unconfirmed: 100.
	WaybillCancelPercent int `json:"waybill_cancel_percent"`
}

func defaultDropshipRules() DropshipRules {
	return DropshipRules{
		WrongRoleSubCode:      "isv.business-failed:40001",
		DistributeErrNo:       1,
		CancelTag:             "502",
		EmptyMapAsList:        true,
		WaybillErrCode:        "41000",
		ReturnInRefundSubCode: "isv.business-failed:41004",
		WaybillCancelPercent:  100,
	}
}

func (r DropshipRules) check() error {
	if r.DistributeErrNo == 0 || r.WaybillErrCode == "" {
		return fmt.Errorf("sandbox: distribute_err_no and waybill_err_code must be failures")
	}
	return nil
}
