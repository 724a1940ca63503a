package doudian

import (
	"fmt"
	"maps"
	"slices"
)

// Rules are assumptions about Doudian (抖店) that no document confirms.
type Rules struct {
	// TimestampToleranceSeconds is how far a call's timestamp may be from the
	// sandbox's clock, either way. Negative turns the check off, for tests that
	// move the sandbox's clock but not the caller's. Unconfirmed: 600.
	TimestampToleranceSeconds int `json:"timestamp_tolerance_seconds"`
	// DefaultSignMethod is used for calls without sign_method: "md5" or
	// "hmac-sha256". Unconfirmed: "md5".
	DefaultSignMethod string `json:"default_sign_method"`
	// ParamsInQuery accepts param_json in the query with an empty body, as old
	// SDKs send it. Unconfirmed that it still works: true.
	ParamsInQuery bool `json:"params_in_query"`
	// OldErrorsOnly leaves out the new members of an error that answers a call
	// without the header x-open-no-old-err-code. Sources disagree: false, so
	// both kinds of members are there.
	OldErrorsOnly bool `json:"old_errors_only"`

	// SelfCreateRenews makes token.create of a self-used app return a new pair
	// although the old one still works. Unconfirmed: false, the same pair.
	SelfCreateRenews bool `json:"self_create_renews"`
	// ReplacedRefreshWorks lets the refresh token of a replaced pair fetch the
	// new pair, as long as the old access token works. Unconfirmed: true.
	ReplacedRefreshWorks bool `json:"replaced_refresh_works"`
	// CodeKeepsOldPair keeps a working pair for an hour when a code is
	// exchanged for a new one, as after a renewal in its last hour.
	// Unconfirmed: true; false ends it at once.
	CodeKeepsOldPair bool `json:"code_keeps_old_pair"`
	// RevokedRefresh is the reason at the end of the sub code with which
	// token.refresh, and token.create of a self-used app, refuse a shop whose
	// authorisation was withdrawn. Unconfirmed which of the listed reasons it
	// is: "no-authorization".
	RevokedRefresh string `json:"revoked_refresh"`

	// WindowEndExclusive leaves out orders whose time is exactly the end of an
	// order.searchList window. Unconfirmed: false.
	WindowEndExclusive bool `json:"window_end_exclusive"`
	// MergeStatuses are the order statuses that order.merge merges.
	// Unconfirmed: 2 and 105, paid and nothing shipped.
	MergeStatuses []int64 `json:"merge_statuses"`

	// VirtualPhones makes batchDecrypt answer phones as a virtual number with
	// an extension. When the platform does so is unconfirmed: true.
	VirtualPhones bool `json:"virtual_phones"`
	// VirtualPhoneDays is how long such a number works. Unconfirmed: 30.
	VirtualPhoneDays int `json:"virtual_phone_days"`
	// DecryptItemError is the err_no of a text that cannot be decrypted.
	// Invented: 300004.
	DecryptItemError int `json:"decrypt_item_error"`
	// DecryptAllFailedSubCode is the sub code, with code 50002, of a batch in
	// which no text could be decrypted. Unconfirmed:
	// isv.business-failed:300003.
	DecryptAllFailedSubCode string `json:"decrypt_all_failed_sub_code"`
	// DecryptQuotaCode and DecryptQuotaSubCode refuse a decryption beyond the
	// shop's daily allowance. Unconfirmed: 80000
	// isv.risk-control-failed:300011.
	DecryptQuotaCode    int    `json:"decrypt_quota_code"`
	DecryptQuotaSubCode string `json:"decrypt_quota_sub_code"`

	// InferredOperations lets afterSale.operate carry out the types whose
	// meaning is inferred: 101, 111, 301 and 311. Unconfirmed: true.
	InferredOperations bool `json:"inferred_operations"`
	// StaleCaseNumber is the number at the end of the sub code
	// isv.business-failed that refuses a decision on a case that changed since
	// its update_time. Unconfirmed: 11005.
	StaleCaseNumber int `json:"stale_case_number"`

	// WaybillBatch is the most waybills that one call takes or prints. One
	// source says: 10.
	WaybillBatch int `json:"waybill_batch"`
	// CancelledWaybillReturns makes newCreateOrder answer a cancelled waybill
	// number again for the same order and pack. Unconfirmed: false, a new
	// number.
	CancelledWaybillReturns bool `json:"cancelled_waybill_returns"`

	// StockShortSubCode is the sub code, with code 50002, that refuses a
	// sku.syncStock that would make the stock negative. Documented for
	// sku.syncStockBatch only: isv.business-failed:2010012.
	StockShortSubCode string `json:"stock_short_sub_code"`
	// RefusedStockSpendsID uses up the idempotent_id of a stock write that is
	// refused for lack of stock. Unconfirmed: false.
	RefusedStockSpendsID bool `json:"refused_stock_spends_id"`

	// Dropship holds the rules of drop-ship (iop.*).
	Dropship DropshipRules `json:"dropship"`

	// PushTimeLimitMS is how long the app may take to answer a push, in real
	// milliseconds: 5000, from one source (minibear2021/doudian:examples.py).
	PushTimeLimitMS int `json:"push_time_limit_ms"`
	// PushRetrySeconds are the pauses before each retry of a failed push, by
	// the sandbox's clock; after the last retry it is given up. That pushes are
	// retried is confirmed, how often and when is not: 10, 60, 300, 1800.
	PushRetrySeconds []int `json:"push_retry_seconds"`
	// PushBatch is the most messages in one request. Bodies are arrays; whether
	// they ever hold more than one message is unconfirmed: 1.
	PushBatch int `json:"push_batch"`
	// These switch pushes to forms that older samples show and that the
	// platform's own SDKs read: a message without the array around it, msgId
	// for msg_id, the tag as a number, data as an object. All false: the
	// present form.
	PushBareObject bool `json:"push_bare_object"`
	PushCamelMsgID bool `json:"push_camel_msg_id"`
	PushNumberTag  bool `json:"push_number_tag"`
	PushObjectData bool `json:"push_object_data"`

	// SPITimeLimitMS is how long the app may take to answer an SPI call, in
	// real milliseconds. Unconfirmed: 5000.
	SPITimeLimitMS int `json:"spi_time_limit_ms"`
	// SpecChange (商品规格更新) and Intercept (拦截发货) say how customer service calls
	// the app. GUESSES: no public source shows their wire form, nor that the
	// second is an SPI call at all.
	SpecChange Service `json:"spec_change"`
	Intercept  Service `json:"intercept"`
	// InspectedFrom is the lowest quality_inspection_status of a line that
	// counts as BIC goods. Unconfirmed: 1, also when inspection is only
	// possible.
	InspectedFrom int `json:"inspected_from"`
	// InterceptStatuses are the order statuses in which an intercept may be
	// asked for. Unconfirmed: 105, 2, 101 and 3, paid and not finished.
	InterceptStatuses []int64 `json:"intercept_statuses"`
}

func defaultRules() Rules {
	return Rules{
		TimestampToleranceSeconds: 600,
		DefaultSignMethod:         "md5",
		ParamsInQuery:             true,
		ReplacedRefreshWorks:      true,
		CodeKeepsOldPair:          true,
		RevokedRefresh:            "no-authorization",
		MergeStatuses:             []int64{2, 105},
		VirtualPhones:             true,
		VirtualPhoneDays:          30,
		DecryptItemError:          300004,
		DecryptAllFailedSubCode:   "isv.business-failed:300003",
		DecryptQuotaCode:          80000,
		DecryptQuotaSubCode:       "isv.risk-control-failed:300011",
		InferredOperations:        true,
		StaleCaseNumber:           11005,
		WaybillBatch:              10,
		StockShortSubCode:         "isv.business-failed:2010012",
		Dropship:                  defaultDropshipRules(),
		PushTimeLimitMS:           5000,
		PushRetrySeconds:          []int{10, 60, 300, 1800},
		PushBatch:                 1,
		SPITimeLimitMS:            5000,
		SpecChange:                guessed("", specChangeFields),
		Intercept:                 guessed("intercept", interceptFields),
		InspectedFrom:             1,
		InterceptStatuses:         []int64{105, 2, 101, 3},
	}
}

func (r Rules) check() error {
	if r.DefaultSignMethod != signMD5 && r.DefaultSignMethod != signHMAC {
		return fmt.Errorf("sandbox: default_sign_method is %q; there are %q and %q", r.DefaultSignMethod, signMD5,
			signHMAC)
	}
	if r.DecryptQuotaCode == codeOK || r.DecryptItemError == 0 {
		return fmt.Errorf(
			"sandbox: decrypt_quota_code must not be 10000 and decrypt_item_error must not be 0: both stand for failures")
	}
	if r.WaybillBatch < 1 {
		return fmt.Errorf("sandbox: waybill_batch is %d; it must be 1 or more", r.WaybillBatch)
	}
	if r.PushTimeLimitMS < 1 || r.SPITimeLimitMS < 1 || r.PushBatch < 1 {
		return fmt.Errorf("sandbox: push_time_limit_ms, spi_time_limit_ms and push_batch must be above zero")
	}
	if len(r.PushRetrySeconds) > 0 && slices.Min(r.PushRetrySeconds) < 1 {
		return fmt.Errorf("sandbox: push_retry_seconds must be above zero")
	}
	if err := r.SpecChange.check("spec_change", specChangeFields); err != nil {
		return err
	}
	if err := r.Intercept.check("intercept", interceptFields); err != nil {
		return err
	}
	return r.Dropship.check()
}

// clone returns a deep copy.
func (r Rules) clone() Rules {
	r.MergeStatuses = slices.Clone(r.MergeStatuses)
	r.PushRetrySeconds = slices.Clone(r.PushRetrySeconds)
	r.SpecChange.Fields, r.Intercept.Fields = maps.Clone(r.SpecChange.Fields), maps.Clone(r.Intercept.Fields)
	r.InterceptStatuses = slices.Clone(r.InterceptStatuses)
	return r
}
