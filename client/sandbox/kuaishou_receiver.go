package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ksReceiver is an invented person.
type ksReceiver struct {
	name, mobile, detail string
	region               ksRegion
}

var ksReceivers = []ksReceiver{
	{"示例甲", "19900000001", "示例路1号1栋101室", ksRegion{32, "江苏省", 3205, "苏州市", 320506, "吴中区", 320506001, "示例街道"}},
	{"示例乙", "19900000002", "示例路2号2栋202室", ksRegion{33, "浙江省", 3301, "杭州市", 330106, "西湖区", 330106001, "示例街道"}},
	{"示例丙", "19900000003", "示例路3号3栋303室", ksRegion{44, "广东省", 4401, "广州市", 440106, "天河区", 440106001, "示例街道"}},
	{"示例丁", "19900000004", "示例路4号4栋404室", ksRegion{11, "北京市", 1101, "北京市", 110105, "朝阳区", 110105001, "示例街道"}},
	{"示例戊", "19900000005", "示例路5号5栋505室", ksRegion{51, "四川省", 5101, "成都市", 510107, "武侯区", 510107001, "示例街道"}},
}

// ksKind is the platform's number for a kind of personal text.
type ksKind int

const (
	ksKindAddress ksKind = 1
	ksKindName    ksKind = 2
	ksKindPhone   ksKind = 3
)

// ksPlain is what stands behind a ciphertext.
type ksPlain struct {
	kind    ksKind
	text    string
	orderID string
}

// ksIndex is the platform's search index of a text: equal texts of one kind
// have equal indexes.
func ksIndex(kind ksKind, text string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "index|%d|%s", kind, text))
	return base64.StdEncoding.EncodeToString(sum[:12])
}

// seal makes a ciphertext and remembers what stands behind it. The signs
// around its parts tell the kind; that the index is the first part, and the
// tail, are guesses: callers must treat all of it as opaque.
func (k *kuaishou) seal(kind ksKind, text, orderID string) ksNullable {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "cipher|%d|%s|%s", kind, text, orderID))
	sign := map[ksKind]string{ksKindAddress: "~", ksKindName: "#", ksKindPhone: "$"}[kind]
	cipher := sign + ksIndex(kind, text) + sign + base64.StdEncoding.EncodeToString(sum[:18]) + sign + "1" + sign + sign
	if kind == ksKindName {
		cipher = sign + ksIndex(kind, text) + sign + base64.StdEncoding.EncodeToString(sum[:18]) + "=" + sign + "1" + sign + sign
	}
	k.vault[cipher] = ksPlain{kind, text, orderID}
	return ksNullable(cipher)
}

// address is a receiver as an order shows it, and the id of the receiver.
func (k *kuaishou) address(r ksReceiver, orderID string) (a ksAddress, openAddressID string) {
	a = ksAddress{
		Name: k.seal(ksKindName, r.name, orderID), MaskName: ksMask(ksKindName, r.name),
		Mobile: k.seal(ksKindPhone, r.mobile, orderID), MaskMobile: ksMask(ksKindPhone, r.mobile),
		Address: k.seal(ksKindAddress, r.detail, orderID), MaskAddress: ksMask(ksKindAddress, r.detail),
		ksRegion: r.region,
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "receiver|%s|%s|%d|%s", r.name, r.mobile, r.region.TownCode, r.detail))
	return a, fmt.Sprintf("oa%x", sum[:9])
}

// ksMask hides most of a text.
func ksMask(kind ksKind, text string) ksNullable {
	runes := []rune(text)
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return ""
	case kind == ksKindPhone && n > 7:
		return ksNullable(string(runes[:3]) + strings.Repeat("*", n-7) + string(runes[n-4:]))
	case kind == ksKindAddress:
		return "**路**号***室"
	}
	return ksNullable(string(runes[:1]) + strings.Repeat("*", len(runes)-1))
}
