package kuaishou

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// receiver is an invented person.
type receiver struct {
	name, mobile, detail string
	region               region
}

var receivers = []receiver{
	{"示例甲", "19900000001", "示例路1号1栋101室", region{32, "江苏省", 3205, "苏州市", 320506, "吴中区", 320506001, "示例街道"}},
	{"示例乙", "19900000002", "示例路2号2栋202室", region{33, "浙江省", 3301, "杭州市", 330106, "西湖区", 330106001, "示例街道"}},
	{"示例丙", "19900000003", "示例路3号3栋303室", region{44, "广东省", 4401, "广州市", 440106, "天河区", 440106001, "示例街道"}},
	{"示例丁", "19900000004", "示例路4号4栋404室", region{11, "北京市", 1101, "北京市", 110105, "朝阳区", 110105001, "示例街道"}},
	{"示例戊", "19900000005", "示例路5号5栋505室", region{51, "四川省", 5101, "成都市", 510107, "武侯区", 510107001, "示例街道"}},
}

// textKind is the platform's number for a kind of personal text.
type textKind int

const (
	kindAddress textKind = 1
	kindName    textKind = 2
	kindPhone   textKind = 3
)

// plaintext is what a ciphertext decrypts to.
type plaintext struct {
	kind    textKind
	text    string
	orderID string
}

// searchIndex returns the platform's search index of a text: equal texts of one
// kind have equal indexes.
func searchIndex(kind textKind, text string) string {
	sum := stage.Digest("index", kind, text)
	return base64.StdEncoding.EncodeToString(sum[:12])
}

// seal makes a ciphertext and keeps its plaintext. The signs around its parts
// depend on the kind. That the index comes first, and the tail, are guesses:
// callers must treat all of it as opaque.
func (k *platform) seal(kind textKind, text, orderID string) nullable {
	if text == "" {
		return ""
	}
	sum := stage.Digest("cipher", kind, text, orderID)
	sign := map[textKind]string{kindAddress: "~", kindName: "#", kindPhone: "$"}[kind]
	cipher := sign + searchIndex(kind,
		text) + sign + base64.StdEncoding.EncodeToString(sum[:18]) + sign + "1" + sign + sign
	if kind == kindName {
		cipher = sign + searchIndex(kind, text) + sign +
			base64.StdEncoding.EncodeToString(sum[:18]) + "=" + sign + "1" + sign + sign
	}
	k.vault[cipher] = plaintext{kind, text, orderID}
	return nullable(cipher)
}

// address returns a receiver as an order shows it, and the receiver's
// openAddressId.
func (k *platform) address(r receiver, orderID string) (a address, openAddressID string) {
	a = address{
		Name: k.seal(kindName, r.name, orderID), MaskName: maskText(kindName, r.name),
		Mobile: k.seal(kindPhone, r.mobile, orderID), MaskMobile: maskText(kindPhone, r.mobile),
		Address: k.seal(kindAddress, r.detail, orderID), MaskAddress: maskText(kindAddress, r.detail),
		region: r.region,
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "receiver|%s|%s|%d|%s", r.name, r.mobile, r.region.TownCode, r.detail))
	return a, fmt.Sprintf("oa%x", sum[:9])
}

// maskText hides most of a text.
func maskText(kind textKind, text string) nullable {
	runes := []rune(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return ""
	case kind == kindPhone && n > 7:
		return nullable(string(runes[:3]) + strings.Repeat("*", n-7) + string(runes[n-4:]))
	case kind == kindAddress:
		return "**路**号***室"
	}
	return nullable(string(runes[:1]) + strings.Repeat("*", len(runes)-1))
}
