package kuaishou

import (
	"fmt"
	"slices"
)

// Rules are assumptions about Kuaishou (快手小店) that no document confirms. Of
// many refusals the texts are documented, the numbers are not.
type Rules struct {
	// TimestampToleranceSeconds is how far a call's timestamp may be from the
	// sandbox's clock, either way. Negative turns the check off, for tests that
	// move the sandbox's clock but not the caller's. Unconfirmed: 600.
	TimestampToleranceSeconds int `json:"timestamp_tolerance_seconds"`

	// SignatureCode and SignatureMsg refuse a wrong signature. The text is
	// documented, in two forms (also 签名校验失败); the number is one public
	// client's: 27 验签失败.
	SignatureCode int    `json:"signature_code"`
	SignatureMsg  string `json:"signature_msg"`
	// ExpiredCode and ExpiredMsg refuse an expired access token. The text is
	// documented; sources disagree about the number: 28 TOKEN过期.
	ExpiredCode int    `json:"expired_code"`
	ExpiredMsg  string `json:"expired_msg"`
	// UnknownTokenCode and UnknownTokenMsg refuse an access token that was
	// replaced or never existed. The text is documented, the number is not: 28
	// 鉴权失败.
	UnknownTokenCode int    `json:"unknown_token_code"`
	UnknownTokenMsg  string `json:"unknown_token_msg"`
	// ScopeCode and ScopeMsg refuse a method whose permission pack the merchant
	// did not grant. The text is documented, the number is one public client's
	// for refusals of that kind: 22 token中无scope权限.
	ScopeCode int    `json:"scope_code"`
	ScopeMsg  string `json:"scope_msg"`
	// UnknownAppCode refuses an unknown appkey. Documented for the token
	// methods only: 100200101.
	UnknownAppCode int `json:"unknown_app_code"`
	// ParameterCode refuses missing or wrong parameters. Documented for the
	// token methods only: 100200100.
	ParameterCode int `json:"parameter_code"`
	// ThrottledCode refuses calls beyond the rate limit. The text is
	// documented, the number is one public client's: 1016.
	ThrottledCode int `json:"throttled_code"`
	// QuotaCode refuses calls beyond a day's quota. The texts are documented;
	// the number appears only in the one for a shop and method: 1017.
	QuotaCode int `json:"quota_code"`
	// BusyCode answers an armed fault without a code. Documented for the token
	// methods only: 100200500.
	BusyCode int `json:"busy_code"`
	// RejectedCode refuses what an order's status does not allow, with the text
	// of WrongStateMsg. That 21 is a general number for business refusals is
	// documented, this text is invented: 21 订单状态不允许该操作.
	RejectedCode  int    `json:"rejected_code"`
	WrongStateMsg string `json:"wrong_state_msg"`
	// UnknownOrderCode and UnknownOrderMsg refuse an order that does not exist.
	// Invented: 21 订单不存在.
	UnknownOrderCode int    `json:"unknown_order_code"`
	UnknownOrderMsg  string `json:"unknown_order_msg"`
	// EntryRefusedCode is the errorCode of a refused entry of a batch of
	// personal texts. Invented: 500001.
	EntryRefusedCode int `json:"entry_refused_code"`
	// PlatformAuditHours is how long after payment the platform itself decides
	// about a buyer's change of address; here it always agrees. Six hours are
	// documented, that they begin with the payment is not: 6.
	PlatformAuditHours int `json:"platform_audit_hours"`

	// UnknownItemMsg and UnknownSKUMsg refuse, with RejectedCode, items and
	// SKUs that do not exist or are deleted. Invented: 商品不存在, SKU不存在.
	UnknownItemMsg string `json:"unknown_item_msg"`
	UnknownSKUMsg  string `json:"unknown_sku_msg"`
	// ItemsByUpdate sorts open.item.list.get by update time, last changed
	// first, instead of newest first. Unconfirmed: false.
	ItemsByUpdate bool `json:"items_by_update"`
	// PriceUnit is how many fen one unit of the price in
	// open.item.sku.price.update is. Not documented: 1.
	PriceUnit int64 `json:"price_unit"`
	// GoodsAdd and GoodsSubtract are the values of operationType in
	// open.scm.inventory.adjust. Not documented: 增加, 减少.
	GoodsAdd      string `json:"goods_add"`
	GoodsSubtract string `json:"goods_subtract"`

	// SpentRefreshSeconds is how long a refresh token still works after its
	// first use. One page says at most five minutes, another that it ends at
	// once: 0.
	SpentRefreshSeconds int `json:"spent_refresh_seconds"`
	// ExpiredRefreshMsg refuses a refresh token after its 180 days. Which of
	// the listed texts it is is unconfirmed: "invalid refresh_token".
	ExpiredRefreshMsg string `json:"expired_refresh_msg"`

	// These refuse windows of open.order.cursor.list that end before they
	// begin, are wider than seven days, or begin more than 90 days ago.
	// Documented for the lists of after-sale cases only: 300003, 300004,
	// 300005.
	EndBeforeBeginCode int `json:"end_before_begin_code"`
	WideWindowCode     int `json:"wide_window_code"`
	OldWindowCode      int `json:"old_window_code"`
	// WindowEndExclusive leaves out orders whose time is exactly the end of a
	// window. Unconfirmed: false.
	WindowEndExclusive bool `json:"window_end_exclusive"`
	// EmptyPages inserts an empty page, with a cursor that continues, between
	// any two pages. Unconfirmed that it happens: false.
	EmptyPages bool `json:"empty_pages"`
	// NewerRefundList makes open.order.detail name its refunds
	// orderDetailRefundList, with only the newest and its handlingWay, as
	// copies of the documentation from 2025 do. false names them
	// orderRefundList, as the copies of 2024 and the list do. Unconfirmed:
	// true.
	NewerRefundList bool `json:"newer_refund_list"`

	// Refund holds the rules of after-sale cases.
	Refund RefundRules `json:"refund"`
	// Spec holds the rules of spec changes (改规格).
	Spec SpecRules `json:"spec"`
	// CancelledWaybillReturns makes open.express.ebill.get answer a cancelled
	// waybill number again for the same order and parcel, as "the same number"
	// could be understood. Unconfirmed: true; false gives a new number.
	CancelledWaybillReturns bool `json:"cancelled_waybill_returns"`
	// CancelledWaybillMsg refuses, with RejectedCode, calls about a cancelled
	// waybill. Invented: 电子面单已取消.
	CancelledWaybillMsg string `json:"cancelled_waybill_msg"`

	// PushTimeLimitMS is how long the app may take to answer a push, in real
	// milliseconds. Documented: 3000.
	PushTimeLimitMS int `json:"push_time_limit_ms"`
	// PushRetrySeconds are the pauses before each retry of a failed push, by
	// the sandbox's clock; after the last retry it is given up. Documented: 5,
	// 10, 20, 30 and 60 minutes.
	PushRetrySeconds []int `json:"push_retry_seconds"`

	// Dropship holds the rules of drop-ship (代发).
	Dropship DropshipRules `json:"dropship"`
}

func defaultRules() Rules {
	return Rules{
		TimestampToleranceSeconds: 600,
		SignatureCode:             27,
		SignatureMsg:              "验签失败",
		ExpiredCode:               28,
		ExpiredMsg:                "TOKEN过期",
		UnknownTokenCode:          28,
		UnknownTokenMsg:           "鉴权失败",
		ScopeCode:                 22,
		ScopeMsg:                  "token中无scope权限",
		UnknownAppCode:            100200101,
		ParameterCode:             100200100,
		ThrottledCode:             1016,
		QuotaCode:                 1017,
		BusyCode:                  100200500,
		RejectedCode:              21,
		WrongStateMsg:             "订单状态不允许该操作",
		UnknownOrderCode:          21,
		UnknownOrderMsg:           "订单不存在",
		UnknownItemMsg:            "商品不存在",
		UnknownSKUMsg:             "SKU不存在",
		PriceUnit:                 1,
		GoodsAdd:                  "增加",
		GoodsSubtract:             "减少",
		EntryRefusedCode:          500001,
		PlatformAuditHours:        6,
		ExpiredRefreshMsg:         "invalid refresh_token",
		EndBeforeBeginCode:        300003,
		WideWindowCode:            300004,
		OldWindowCode:             300005,
		NewerRefundList:           true,
		Refund:                    defaultRefundRules(),
		Spec:                      defaultSpecRules(),
		CancelledWaybillReturns:   true,
		CancelledWaybillMsg:       "电子面单已取消",
		PushTimeLimitMS:           3000,
		PushRetrySeconds:          []int{300, 600, 1200, 1800, 3600},
		Dropship:                  defaultDropshipRules(),
	}
}

func (r Rules) check() error {
	for _, code := range []int{
		r.SignatureCode, r.ExpiredCode, r.UnknownTokenCode, r.ScopeCode, r.UnknownAppCode, r.ParameterCode,
		r.ThrottledCode, r.QuotaCode, r.BusyCode,
		r.RejectedCode, r.UnknownOrderCode, r.EntryRefusedCode, r.EndBeforeBeginCode, r.WideWindowCode, r.OldWindowCode,
	} {
		if code == codeOK {
			return fmt.Errorf("sandbox: the code of a failure cannot be 1, which means success")
		}
	}
	if r.PriceUnit < 1 {
		return fmt.Errorf("sandbox: price_unit must be above zero")
	}
	if r.PlatformAuditHours < 0 {
		return fmt.Errorf("sandbox: platform_audit_hours is %d; it may be 0 or more", r.PlatformAuditHours)
	}
	if r.SpentRefreshSeconds < 0 {
		return fmt.Errorf("sandbox: spent_refresh_seconds is %d; it may be 0 or more", r.SpentRefreshSeconds)
	}
	if err := r.Refund.check(); err != nil {
		return err
	}
	if r.PushTimeLimitMS < 1 {
		return fmt.Errorf("sandbox: push_time_limit_ms must be above zero")
	}
	if len(r.PushRetrySeconds) > 0 && slices.Min(r.PushRetrySeconds) < 1 {
		return fmt.Errorf("sandbox: push_retry_seconds must be above zero")
	}
	if err := r.Spec.check(); err != nil {
		return err
	}
	return r.Dropship.check()
}

// clone returns a deep copy.
func (r Rules) clone() Rules {
	r.PushRetrySeconds, r.Refund = slices.Clone(r.PushRetrySeconds), r.Refund.clone()
	r.Dropship = r.Dropship.clone()
	return r
}
