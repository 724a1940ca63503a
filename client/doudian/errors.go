package doudian

import (
	"strings"

	"github.com/mallwire/mall"
)

// refusal is one line of the platform's error table.
type refusal struct {
	code string
	sub  string // start of the sub_code, up to a colon; empty matches any
	kind mall.Kind
}

// refusals is the gateway's error table. Of the lines of one code the most
// specific come first, because the first match wins. Sources:
// renhonghai/doudian-sdk:src/Constants/ErrNoConstant.php,
// tb07/doudian:src/Error/ErrorCode.php.
var refusals = []refusal{
	{"10001", "", mall.ErrUnavailable}, // 请求部分失败; class unconfirmed

	{"20000", "", mall.ErrUnavailable}, // dop.service-error, isp.service-error:N 服务不可用
	{"20001", "", mall.ErrUnavailable}, // inner time-out: a write may have happened

	{"30001", "isv.app-permissions-insufficient", mall.ErrPermission}, // the app lacks the API package
	{"30001", "dop.authorization-no-existed", mall.ErrReauthorize},    // the shop's authorisation is gone
	{"30001", "dop.authorization-closed", mall.ErrReauthorize},        // the merchant switched it off
	{"30001", "", mall.ErrPermission},                                 // dop.app-forbidden, dop.no-permissions
	{"30002", "", mall.ErrPermission},                                 // the caller's IP is not in the white list

	{"40001", "isv.signature-missing", mall.ErrSignature},
	{"40001", "isv.access-token-missing", mall.ErrAuth},
	{"40001", "", mall.ErrInvalid}, // isv.app-id-missing, isv.parameter-missing
	{"40002", "", mall.ErrInvalid}, // isv.missing-parameter:N

	{"40003", "isv.access-token-expired", mall.ErrAuth},
	{"40003", "isv.access-token-no-existed", mall.ErrAuth},           // replaced: the token store may have the new one
	{"40003", "isv.access-token-invalid", mall.ErrReauthorize},       // of another app
	{"40003", "isv.authorization-type-invalid", mall.ErrReauthorize}, // of another kind of subject
	{"40003", "isv.signature-invalid", mall.ErrSignature},
	{"40003", "isv.timestamp-invalid", mall.ErrSignature},
	{"40003", "isv.timestamp-format-error", mall.ErrSignature},
	{"40003", "isv.app-id-invalid", mall.ErrSignature},
	{"40003", "isv.app-id-expired", mall.ErrSignature},
	{"40003", "isv.idempotent-id-existed", mall.ErrAlreadyDone},
	{"40003", "", mall.ErrInvalid}, // isv.parameter-invalid[:N], isv.parameter-format-invalid
	{"40004", "", mall.ErrInvalid}, // isv.parameter-invalid:N, found by the method itself

	{"50001", "dop.token-generate-failed:app-id-invalid", mall.ErrSignature},
	{"50001", "dop.token-generate-failed:app-secret-invalid", mall.ErrSignature},
	{"50001", "dop.token-generate-failed:app-forbidden", mall.ErrPermission},
	{"50001", "dop.token-generate-failed:grant-type-invalid", mall.ErrInvalid},
	{"50001", "", mall.ErrReauthorize}, // code-invalid, code-expired, no-authorization, token-expired, token-invalid
	{"50002", "", mall.ErrRejected},    // isv.business-failed:N

	{"60000", "", mall.ErrRateLimited}, // isv.traffic-limited 触发限流
	{"70000", "", mall.ErrNotFound},    // isp.api-service-off, isp.comment-service-off: the method is off line
	{"80000", "", mall.ErrPermission},  // isv.risk-control-failed:N 风控拦截: not throttling, waiting does not help

	{"90000", "isv.env-suspected", mall.ErrPermission},
	{"90000", "", mall.ErrUnavailable}, // dop.unknown-error, isp.unknown-error
}

// everywhere holds the sub_code numbers that mean the same in every method.
var everywhere = map[string]mall.Kind{
	"2010401":   mall.ErrRateLimited, // 触发商品操作限流: throttled or busy
	"120032":    mall.ErrUnavailable, // 售后请求并发，请稍后重试
	"628145015": mall.ErrRateLimited, // throttled
}

// partlyDone maps methods to the sub_code that says "some entries failed": such
// a reply carries an answer to each entry, so it is read as a success.
var partlyDone = map[string]string{
	"order.batchDecrypt": ":300008", // 解密接口存在部分失败
}

// oldKinds maps the old error numbers (err_no), which the platform no longer
// sends to clients that opt out of them (see header). Source:
// Lesible/retrofit-doudian-sdk.
var oldKinds = map[string]mall.Kind{
	"2":     mall.ErrPermission,
	"3":     mall.ErrInvalid, // missing
	"4":     mall.ErrInvalid,
	"5":     mall.ErrInvalid,
	"6":     mall.ErrInvalid, // JSON
	"7":     mall.ErrUnavailable,
	"8":     mall.ErrUnavailable,
	"9":     mall.ErrRateLimited,
	"11":    mall.ErrSignature,
	"30001": mall.ErrReauthorize,
	"30002": mall.ErrAuth, // token expired; as a new code it means the IP white list
	"30003": mall.ErrReauthorize,
	"30004": mall.ErrPermission, // app disabled
	"30005": mall.ErrAuth,       // token not existing
	"30006": mall.ErrReauthorize,
	"30007": mall.ErrSignature, // app key and token do not belong together
}

// kindOf returns the kind of a refusal: by method and number first, since a
// number may mean something else in another method, then by the gateway's
// table. It is empty for an unknown code.
func kindOf(method, code, sub string) mall.Kind {
	name, number, _ := strings.Cut(sub, ":")
	if kind, ok := numbers[method][number]; ok {
		return kind
	}
	if kind, ok := everywhere[number]; ok {
		return kind
	}
	for _, r := range refusals {
		if r.code == code && (r.sub == "" || r.sub == name || r.sub == sub) {
			return r.kind
		}
	}
	return ""
}
