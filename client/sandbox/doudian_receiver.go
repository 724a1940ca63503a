package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ddReceiver is an invented person. The numbers begin with 199000, in a range
// where the rest of the digits gives them away.
type ddReceiver struct {
	name, tel, detail, idCard string
	province, city, town      ddArea
	street                    ddArea
}

var ddReceivers = []ddReceiver{
	{"示例甲", "19900000001", "示例路1号1栋101室", "000000000000000001", ddArea{"江苏省", "32"}, ddArea{"苏州市", "320500"}, ddArea{"吴中区", "320506"}, ddArea{"示例街道", "320506001"}},
	{"示例乙", "19900000002", "示例路2号2栋202室", "000000000000000002", ddArea{"浙江省", "33"}, ddArea{"杭州市", "330100"}, ddArea{"西湖区", "330106"}, ddArea{"示例街道", "330106001"}},
	{"示例丙", "19900000003", "示例路3号3栋303室", "000000000000000003", ddArea{"广东省", "44"}, ddArea{"广州市", "440100"}, ddArea{"天河区", "440106"}, ddArea{"示例街道", "440106001"}},
	{"示例丁", "19900000004", "示例路4号4栋404室", "000000000000000004", ddArea{"北京市", "11"}, ddArea{"北京市", "110100"}, ddArea{"朝阳区", "110105"}, ddArea{"示例街道", "110105001"}},
	{"示例戊", "19900000005", "示例路5号5栋505室", "000000000000000005", ddArea{"四川省", "51"}, ddArea{"成都市", "510100"}, ddArea{"武侯区", "510107"}, ddArea{"示例街道", "510107001"}},
}

// ddKind is the platform's number for a kind of personal text.
type ddKind int

const (
	ddKindAddress  ddKind = 1
	ddKindName     ddKind = 2
	ddKindPhone    ddKind = 3
	ddKindIDCard   ddKind = 4
	ddKindOwnPhone ddKind = 5 // a phone answered without a virtual number
)

// ddPlain is what stands behind a ciphertext.
type ddPlain struct {
	kind    ddKind
	text    string
	orderID string
}

// ddIndex is the platform's search index of a text: equal texts of one kind
// have equal indexes.
func ddIndex(kind ddKind, text string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "index|%d|%s", kind, text))
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// seal makes a ciphertext and remembers what stands behind it. Its look is
// that of the platform's: index, text and version between signs. The form with
// dollar signs, for phones, is a guess; callers must treat both as opaque.
func (d *doudian) seal(kind ddKind, text, orderID string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "cipher|%d|%s|%s", kind, text, orderID))
	sign := "#"
	if kind == ddKindPhone {
		sign = "$"
	}
	cipher := sign + ddIndex(kind, text) + sign +
		base64.StdEncoding.EncodeToString(sum[:15]) + "*" + base64.StdEncoding.EncodeToString(sum[15:30]) +
		sign + "1" + sign + sign
	d.vault[cipher] = ddPlain{kind, text, orderID}
	return cipher
}

// address gives the order its receiver, encrypted and masked.
func (d *doudian) address(o *ddOrder, r ddReceiver) {
	area := ddAddress{Province: r.province, City: r.city, Town: r.town, Street: r.street}
	o.PostAddr, o.MaskAddr = area, area
	o.PostAddr.EncryptDetail = d.seal(ddKindAddress, r.detail, o.OrderID)
	o.MaskAddr.Detail = ddMask(ddKindAddress, r.detail)
	o.EncryptTel, o.MaskTel = d.seal(ddKindPhone, r.tel, o.OrderID), ddMask(ddKindPhone, r.tel)
	o.EncryptReceiver, o.MaskReceiver = d.seal(ddKindName, r.name, o.OrderID), ddMask(ddKindName, r.name)
	o.DoudianOpenID = "1@#" + ddIndex(ddKindName, r.name+r.tel)
	o.OpenAddressID = "example" + ddIndex(ddKindAddress, strings.Join([]string{r.name, r.tel, r.town.ID, r.detail}, "|"))
}

// ddMask hides the middle of a text.
func ddMask(kind ddKind, text string) string {
	n := utf8.RuneCountInString(text)
	runes := []rune(text)
	switch {
	case n == 0:
		return ""
	case kind == ddKindPhone && n > 3:
		return string(runes[:1]) + strings.Repeat("*", n-3) + string(runes[n-2:])
	case kind == ddKindIDCard && n > 2:
		return string(runes[:1]) + strings.Repeat("*", n-2) + string(runes[n-1:])
	case kind == ddKindAddress:
		return string(runes[:1]) + "*路***号"
	}
	return string(runes[:1]) + strings.Repeat("*", n-1)
}
