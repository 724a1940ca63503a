package doudian

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// receiver is an invented person. Phone numbers begin with 199000; the digits
// after that show that they are invented.
type receiver struct {
	name, tel, detail, idCard string
	province, city, town      area
	street                    area
}

var receivers = []receiver{
	{"示例甲", "19900000001", "示例路1号1栋101室", "000000000000000001", area{"江苏省", "32"}, area{"苏州市", "320500"}, area{"吴中区", "320506"}, area{"示例街道", "320506001"}},
	{"示例乙", "19900000002", "示例路2号2栋202室", "000000000000000002", area{"浙江省", "33"}, area{"杭州市", "330100"}, area{"西湖区", "330106"}, area{"示例街道", "330106001"}},
	{"示例丙", "19900000003", "示例路3号3栋303室", "000000000000000003", area{"广东省", "44"}, area{"广州市", "440100"}, area{"天河区", "440106"}, area{"示例街道", "440106001"}},
	{"示例丁", "19900000004", "示例路4号4栋404室", "000000000000000004", area{"北京市", "11"}, area{"北京市", "110100"}, area{"朝阳区", "110105"}, area{"示例街道", "110105001"}},
	{"示例戊", "19900000005", "示例路5号5栋505室", "000000000000000005", area{"四川省", "51"}, area{"成都市", "510100"}, area{"武侯区", "510107"}, area{"示例街道", "510107001"}},
}

// textKind is the platform's number for a kind of personal text.
type textKind int

const (
	kindAddress  textKind = 1
	kindName     textKind = 2
	kindPhone    textKind = 3
	kindIDCard   textKind = 4
	kindOwnPhone textKind = 5 // a phone answered without a virtual number
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
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// seal makes a ciphertext and keeps its plaintext. It looks like the
// platform's: index, text and version between signs. The form with dollar
// signs, for phones, is a guess; callers must treat both as opaque.
func (d *platform) seal(kind textKind, text, orderID string) string {
	sum := stage.Digest("cipher", kind, text, orderID)
	sign := "#"
	if kind == kindPhone {
		sign = "$"
	}
	cipher := sign + searchIndex(kind, text) + sign +
		base64.StdEncoding.EncodeToString(sum[:15]) + "*" + base64.StdEncoding.EncodeToString(sum[15:30]) +
		sign + "1" + sign + sign
	d.vault[cipher] = plaintext{kind, text, orderID}
	return cipher
}

// address sets the order's receiver, encrypted and masked.
func (d *platform) address(o *order, r receiver) {
	area := address{Province: r.province, City: r.city, Town: r.town, Street: r.street}
	o.PostAddr, o.MaskAddr = area, area
	o.PostAddr.EncryptDetail = d.seal(kindAddress, r.detail, o.OrderID)
	o.MaskAddr.Detail = maskText(kindAddress, r.detail)
	o.EncryptTel, o.MaskTel = d.seal(kindPhone, r.tel, o.OrderID), maskText(kindPhone, r.tel)
	o.EncryptReceiver, o.MaskReceiver = d.seal(kindName, r.name, o.OrderID), maskText(kindName, r.name)
	o.DoudianOpenID = "1@#" + searchIndex(kindName, r.name+r.tel)
	o.OpenAddressID = "example" + searchIndex(kindAddress,
		strings.Join([]string{r.name, r.tel, r.town.ID, r.detail}, "|"))
}

// maskText hides the middle of a text.
func maskText(kind textKind, text string) string {
	n := utf8.RuneCountInString(text)
	runes := []rune(text)
	switch {
	case n == 0:
		return ""
	case kind == kindPhone && n > 3:
		return string(runes[:1]) + strings.Repeat("*", n-3) + string(runes[n-2:])
	case kind == kindIDCard && n > 2:
		return string(runes[:1]) + strings.Repeat("*", n-2) + string(runes[n-1:])
	case kind == kindAddress:
		return string(runes[:1]) + "*路***号"
	}
	return string(runes[:1]) + strings.Repeat("*", n-1)
}
