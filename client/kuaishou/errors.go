package kuaishou

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
)

// words maps texts of refusals to kinds. It is searched before the numbers,
// because the numbers of these refusals are not documented and other
// integrations disagree about them. The texts are from the platform's own
// answers to questions, copied in
// AndersonBY/kwaixiaodian-python-sdk:docs/开发者支持文档/.
var words = []struct {
	text string // in lower case, found anywhere
	kind mall.Kind
}{
	{"authorization_revoked", mall.ErrReauthorize}, // withdrawn, a test grant of 10 days ended, or the service ran out
	{"revokedauthorization", mall.ErrReauthorize},
	{"refreshtoken.discarded", mall.ErrReauthorize}, // spent before
	{"invalid refresh_token", mall.ErrReauthorize},
	{"token中无scope权限", mall.ErrPermission},
	{"token过期", mall.ErrAuth},
	{"鉴权失败", mall.ErrAuth}, // expired, not granted, or withdrawn: a new token tells which
	{"验签失败", mall.ErrSignature},
	{"签名校验失败", mall.ErrSignature},
	{"exceed qps limit", mall.ErrRateLimited},
	{"exceed quota limit", mall.ErrQuota}, // a day's, of the app or of the merchant
	{"主账号不存在", mall.ErrPermission},        // another kind of token, or a deleted sub-account
	{"order operation reject", mall.ErrPermission},
	{"商品不存在", mall.ErrNotFound},  // unconfirmed: no answer about an unknown item was seen
	{"sku不存在", mall.ErrNotFound}, // unconfirmed
}

// numbers maps the numbers of refusals whose texts are not in words. Confirmed
// are 11, 21, 24, 26, 3401, 1800608, the 3000xx of after-sale and those of
// OAuth; the rest is the mapping of one other integration
// (whalesky-labs/kwaishop-php-sdk).
var numbers = map[string]mall.Kind{
	"11":      mall.ErrRejected,    // shipping was intercepted: see stops
	"15":      mall.ErrRateLimited, // unconfirmed
	"16":      mall.ErrRateLimited, // unconfirmed
	"17":      mall.ErrRateLimited, // unconfirmed
	"21":      mall.ErrRejected,    // any rule of business
	"22":      mall.ErrPermission,  // unconfirmed
	"24":      mall.ErrReauthorize, // AUTHORIZATION_REVOKED
	"25":      mall.ErrPermission,  // unconfirmed
	"26":      mall.ErrPermission,  // 主账号不存在
	"27":      mall.ErrSignature,   // unconfirmed
	"28":      mall.ErrSignature,   // unconfirmed: an unsourced note says "token expired", see classify
	"1016":    mall.ErrRateLimited, // unconfirmed
	"1017":    mall.ErrQuota,       // "[1017] exceed quota limit"
	"3401":    mall.ErrRejected,    // the item may be edited on the platform's own pages only
	"802000":  mall.ErrRateLimited, // unconfirmed
	"1800608": mall.ErrPermission,  // no right to sell off the site

	"300002": mall.ErrInvalid,    // kind of refund
	"300003": mall.ErrInvalid,    // the end is before the beginning
	"300004": mall.ErrInvalid,    // SEARCH TIME RANGE EXPAND 7 DAYS
	"300005": mall.ErrInvalid,    // older than 90 days
	"300006": mall.ErrInvalid,    // no id
	"300007": mall.ErrInvalid,    // a text is blank
	"300008": mall.ErrInvalid,    // way of handling
	"300009": mall.ErrInvalid,    // the amount is zero
	"300010": mall.ErrConflict,   // not in this state
	"300011": mall.ErrNotFound,   // REFUND ORDER NOT FOUND
	"300012": mall.ErrPermission, // of another merchant
	"300013": mall.ErrConflict,   // the buyer withdrew
	"300014": mall.ErrConflict,   // REFUND ORDER UPDATED
	"300015": mall.ErrInvalid,    // more than 3 pictures
	"300016": mall.ErrConflict,   // state of the negotiation
	"300017": mall.ErrConflict,   // the negotiation changed
	"300018": mall.ErrConflict,   // not allowed
	"300019": mall.ErrInvalid,    // the range is too long

	"100200100": mall.ErrInvalid,     // invalid_request
	"100200101": mall.ErrPermission,  // unauthorized_client
	"100200102": mall.ErrReauthorize, // access_denied, also of later calls
	"100200103": mall.ErrInvalid,     // unsupported_response_type
	"100200104": mall.ErrInvalid,     // unsupported_grant_type
	"100200105": mall.ErrReauthorize, // invalid_grant: the code is wrong, spent or older than two minutes
	"100200106": mall.ErrPermission,  // invalid_scope
	"100200107": mall.ErrReauthorize, // invalid_openid
	"100200500": mall.ErrUnavailable, // server_error
}

// throttle is the pause after "Exceed qps limit", which is a limit per second.
const throttle = time.Second

// classify returns the kind of a refusal and, where waiting helps, how long to
// wait. The kind is empty for an unknown number.
func classify(code, text string) (mall.Kind, time.Duration) {
	kind := numbers[code]
	text = strings.ToLower(text)
	if code == "28" && strings.Contains(text, "expired") {
		kind = mall.ErrAuth // 28 is said to mean a signature or an expired token
	}
	for _, w := range words {
		if strings.Contains(text, w.text) {
			kind = w.kind
			break
		}
	}
	if kind == mall.ErrRateLimited {
		return kind, throttle
	}
	return kind, 0
}

// reclassed returns a refusal with the given kind if its text contains one of
// words. It is for refusals whose number says only that some rule was broken.
func reclassed(err error, kind mall.Kind, words ...string) error {
	e, ok := errors.AsType[*mall.Error](err)
	if !ok || e.Code == "" || e.Kind != mall.ErrRejected && e.Kind != "" ||
		!slices.ContainsFunc(words, func(w string) bool { return w != "" && strings.Contains(e.Message, w) }) {
		return err
	}
	told := *e
	told.Kind = kind
	return &told
}
