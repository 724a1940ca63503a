package sandbox

import "fmt"

// DoudianRules are what is assumed about Doudian (抖店) without confirmation.
type DoudianRules struct {
	// TimestampToleranceSeconds is how far a call's timestamp may be from the
	// sandbox's clock, either way. Negative turns the check off, which helps
	// when the sandbox's clock is moved and the caller's is not. Unconfirmed: 600.
	TimestampToleranceSeconds int `json:"timestamp_tolerance_seconds"`
	// DefaultSignMethod is used when a call does not say: "md5" or
	// "hmac-sha256". Unconfirmed: "md5".
	DefaultSignMethod string `json:"default_sign_method"`
	// ParamsInQuery accepts param_json in the query with an empty body, as old
	// SDKs send it. Unconfirmed that it still works: true.
	ParamsInQuery bool `json:"params_in_query"`
	// OldErrorsOnly leaves out the new members of an error answered to a call
	// without the header x-open-no-old-err-code. Sources disagree: false, so
	// that both kinds of members are there.
	OldErrorsOnly bool `json:"old_errors_only"`

	// SelfCreateRenews makes token.create of a self-used app return a new pair
	// although the old one is good. Unconfirmed: false, the same pair.
	SelfCreateRenews bool `json:"self_create_renews"`
	// ReplacedRefreshWorks lets the refresh token of a replaced pair fetch the
	// pair that replaced it, as long as the old access token works.
	// Unconfirmed: true.
	ReplacedRefreshWorks bool `json:"replaced_refresh_works"`

	// CodeKeepsOldPair lets a good pair live on for an hour when a code is
	// exchanged for a new one, as after a renewal in its last hour.
	// Unconfirmed: true; false drops it at once.
	CodeKeepsOldPair bool `json:"code_keeps_old_pair"`
	// RevokedRefresh is the reason that ends the sub code of token.refresh, and
	// of token.create for a self-used app, without the merchant's authorisation.
	// Unconfirmed which of the listed reasons it is: "no-authorization".
	RevokedRefresh string `json:"revoked_refresh"`

	// WindowEndExclusive leaves out orders whose time is exactly the end of an
	// order.searchList window. Unconfirmed: false.
	WindowEndExclusive bool `json:"window_end_exclusive"`
	// MergeStatuses are the order statuses that order.merge puts together.
	// Unconfirmed: 2 and 105, paid and nothing shipped.
	MergeStatuses []int64 `json:"merge_statuses"`

	// VirtualPhones makes batchDecrypt answer phones by a virtual number with
	// an extension. When the platform does so is unconfirmed: true.
	VirtualPhones bool `json:"virtual_phones"`
	// VirtualPhoneDays is how long such a number is good. Unconfirmed: 30.
	VirtualPhoneDays int `json:"virtual_phone_days"`
	// DecryptItemError is the err_no of a text that cannot be decrypted.
	// Invented: 300004.
	DecryptItemError int `json:"decrypt_item_error"`
	// DecryptAllFailedSubCode answers, with code 50002, a batch of which not one
	// text could be decrypted. Unconfirmed: isv.business-failed:300003.
	DecryptAllFailedSubCode string `json:"decrypt_all_failed_sub_code"`
	// DecryptQuotaCode and DecryptQuotaSubCode answer a decryption beyond the
	// shop's daily allowance. Unconfirmed: 80000 isv.risk-control-failed:300011.
	DecryptQuotaCode    int    `json:"decrypt_quota_code"`
	DecryptQuotaSubCode string `json:"decrypt_quota_sub_code"`

	// Dropship holds the rules of iop.* alone.
	Dropship DoudianDropshipRules `json:"dropship"`
}

func defaultDoudianRules() DoudianRules {
	return DoudianRules{
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
		Dropship:                  defaultDoudianDropshipRules(),
	}
}

func (r DoudianRules) check() error {
	if r.DefaultSignMethod != ddMD5 && r.DefaultSignMethod != ddHMAC {
		return fmt.Errorf("sandbox: default_sign_method is %q; there are %q and %q", r.DefaultSignMethod, ddMD5, ddHMAC)
	}
	if r.DecryptQuotaCode == ddOK || r.DecryptItemError == 0 {
		return fmt.Errorf("sandbox: decrypt_quota_code and decrypt_item_error must be failures")
	}
	return r.Dropship.check()
}
