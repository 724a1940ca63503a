package doudian

import (
	"fmt"
)

// DropshipRules are assumptions about Doudian's drop-ship (代发, iop.*) that no
// document confirms.
type DropshipRules struct {
	// DealTimeInSeconds reads start_deal_time and end_deal_time of
	// iop.sellerOrderList as seconds. The documents say milliseconds: false.
	DealTimeInSeconds bool `json:"deal_time_in_seconds"`
	// WrongRoleSubCode is the sub code, with code 50002, that refuses a method
	// of the other role. Invented: isv.business-failed:40001.
	WrongRoleSubCode string `json:"wrong_role_sub_code"`
	// DistributeErrNo is the err_no of an entry that cannot be assigned. Invented: 1.
	DistributeErrNo int `json:"distribute_err_no"`
	// CancelTag is the tag of the push that tells a factory of a cancelled
	// assignment. A guess: "502"; it may be "503".
	CancelTag string `json:"cancel_tag"`
	// EmptyMapAsList writes an empty fail_distr_order_ids as [], as one page
	// sample does: true.
	EmptyMapAsList bool `json:"empty_map_as_list"`
	// WaybillInRefund lets a factory take a waybill number while a refund is
	// open. Unconfirmed: false.
	WaybillInRefund bool `json:"waybill_in_refund"`
	// WaybillErrCode is the err_code of an entry that gets no waybill number.
	// Invented: "41000".
	WaybillErrCode string `json:"waybill_err_code"`
	// WaybillRepeats answers a second request for the same assignment and
	// parcel with the first one's number. Unconfirmed: false, another number is
	// taken and charged.
	WaybillRepeats bool `json:"waybill_repeats"`
	// ReturnInRefundSubCode is the sub code, with code 50002, that refuses
	// shipping (回传) while a refund is open. Which of the listed numbers it is
	// is unconfirmed: isv.business-failed:41004.
	ReturnInRefundSubCode string `json:"return_in_refund_sub_code"`
	// WaybillCancelPercent is how many of its waybill numbers a factory may
	// cancel, in percent. The platform has such a limit; its size is
	// unconfirmed: 100.
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
		return fmt.Errorf(
			"sandbox: distribute_err_no must not be 0 and waybill_err_code must not be empty: both stand for failures")
	}
	return nil
}
