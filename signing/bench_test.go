package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const benchSecret = "0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b"

func benchKey(t testing.TB) *Key {
	k, err := NewKey(benchSecret)
	require.NoError(t, err)
	return k
}

// shipment is a call of 15 parameters, its fields in the order of the platform's
// documents, not of the alphabet. orderedShipment is the same in key order.
type shipment struct {
	OrderID      string `json:"order_id"`
	Company      string `json:"company"`
	CompanyCode  string `json:"company_code"`
	LogisticsID  string `json:"logistics_id"`
	Code         string `json:"logistics_code"`
	IsRejected   bool   `json:"is_refund_reject"`
	SerialNumber string `json:"serial_number"`
	RequestID    string `json:"request_id"`
	StoreID      int64  `json:"store_id"`
	AddressID    string `json:"address_id"`
	AfterSale    string `json:"after_sale_address_id"`
	Remark       string `json:"remark"`
	ShopID       int64  `json:"shop_id"`
	UserID       int64  `json:"user_id"`
	Lines        []line `json:"shipped_order_info"`
}

type line struct {
	ID  string `json:"shipped_order_id"`
	Num int64  `json:"shipped_num"`
}

type orderedShipment struct {
	AddressID    string        `json:"address_id"`
	AfterSale    string        `json:"after_sale_address_id"`
	Company      string        `json:"company"`
	CompanyCode  string        `json:"company_code"`
	IsRejected   bool          `json:"is_refund_reject"`
	Code         string        `json:"logistics_code"`
	LogisticsID  string        `json:"logistics_id"`
	OrderID      string        `json:"order_id"`
	Remark       string        `json:"remark"`
	RequestID    string        `json:"request_id"`
	SerialNumber string        `json:"serial_number"`
	Lines        []orderedLine `json:"shipped_order_info"`
	ShopID       int64         `json:"shop_id"`
	StoreID      int64         `json:"store_id"`
	UserID       int64         `json:"user_id"`
}

type orderedLine struct {
	Num int64  `json:"shipped_num"`
	ID  string `json:"shipped_order_id"`
}

var benchShipment = shipment{
	OrderID: "6920000000000000001", Company: "顺丰速运", CompanyCode: "shunfeng", LogisticsID: "12",
	Code: "SF1000000000001", SerialNumber: "SN-0001", RequestID: "1735660800-0001", StoreID: 10000001,
	AddressID: "700000000001", AfterSale: "700000000002", Remark: "请放前台，谢谢 <A&B>", ShopID: 10000001,
	UserID: 6920000000000000002,
	Lines:  []line{{"6920000000000000001", 1}, {"6920000000000000002", 2}},
}

var benchOrdered = orderedShipment{
	OrderID: "6920000000000000001", Company: "顺丰速运", CompanyCode: "shunfeng", LogisticsID: "12",
	Code: "SF1000000000001", SerialNumber: "SN-0001", RequestID: "1735660800-0001", StoreID: 10000001,
	AddressID: "700000000001", AfterSale: "700000000002", Remark: "请放前台，谢谢 <A&B>", ShopID: 10000001,
	UserID: 6920000000000000002,
	Lines:  []orderedLine{{1, "6920000000000000001"}, {2, "6920000000000000002"}},
}

func benchCall(t testing.TB) DoudianCall {
	params, err := AppendDoudianParams(nil, benchShipment)
	require.NoError(t, err)
	return DoudianCall{
		AppKey: "7000000000000000001", Method: "order.logisticsAddMultiPack", ParamJSON: params, Timestamp: "1735660800",
	}
}

func benchParams(method, value string) []Param {
	return []Param{
		{"method", "taobao.logistics.offline.send"}, {"app_key", "12340001"}, {"session", "6100e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"},
		{"timestamp", "2024-03-05 09:08:07"}, {"format", "json"}, {"v", "2.0"}, {method, value}, {"simplify", "true"},
		{"partner_id", "mall-go"}, {"tid", "3812345678901234567"}, {"sub_tid", "3812345678901234568,3812345678901234569"},
		{"is_split", "1"}, {"out_sid", "SF1000000000001"}, {"company_code", "SF"}, {"feature", "tid=3812345678901234567:identCode=1001;" + strings.Repeat("a", 80)},
	}
}

func benchKuaishou() []Param {
	return []Param{
		{"appkey", "ks600000000000000001"}, {"method", "open.order.deliver.goods"}, {"version", "1"},
		{"access_token", "ChFvYXV0aC5hY2Nlc3NUb2tlbhIwTESTtokenTESTtokenTESTtokenTESTtoken"}, {"timestamp", "1790000000000"},
		{"signMethod", "HMAC_SHA256"}, {"param", `{"orderId":2500000000000001,"expressNo":"SF1000000000001","expressCode":4,"remark":"` + strings.Repeat("货", 60) + `"}`},
		{"uid", "1"}, {"x1", "1"}, {"x2", "1"}, {"x3", "1"}, {"x4", "1"}, {"x5", "1"}, {"x6", "1"}, {"x7", "1"},
	}
}

// benchPush is the plain text of a push.
const benchPush = `{"eventId":"900_1001_555037","msgId":"84_555036","bizId":2500000000000001,"userId":1000000001,` +
	`"openId":"f100000000000000000000000000000a","appKey":"ks600000000000000001","event":"kwaishop_order_addressChange",` +
	`"info":"{\"oid\":2500000000000001,\"sellerId\":1000000001,\"openId\":\"fakeBuyerOpenId0001\",` +
	`\"buyerOpenId\":\"f2000000000000000000000000000001\",\"updateTime\":1790000000000}","status":1,"createTime":1790000000000,"updateTime":1790000000100}`

// blockMode is the block mode that a body was encrypted in, and nothing else:
// no base64, no look at the padding or the text.
func blockMode(t testing.TB, body []byte) func([]byte) []byte {
	raw, err := base64.StdEncoding.AppendDecode(nil, body)
	require.NoError(t, err)
	key, err := base64.StdEncoding.DecodeString(messageKey)
	require.NoError(t, err)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	mode := cipher.NewCBCDecrypter(block, make([]byte, aes.BlockSize))
	return func(dst []byte) []byte {
		dst = append(dst, raw...)
		mode.CryptBlocks(dst, dst)
		return dst
	}
}

// hotCase is one signer and the least it could cost: one prepared digest over
// the same bytes. For what is opened instead it is the bare block mode.
type hotCase struct {
	name   string
	target float64 // of the ratio
	sign   func(dst []byte) []byte
	raw    func(dst []byte) []byte
	allocs float64 // that may be needed
}

func hotCases(t testing.TB) []hotCase {
	k := benchKey(t)
	text := func(m Message) []byte {
		r := m.rule()
		b := []byte{}
		if r.before {
			b = append(b, benchSecret...)
		}
		b, err := m.appendText(b)
		require.NoError(t, err)
		if r.after {
			b = append(b, benchSecret...)
		}
		return b
	}
	secret := []byte(benchSecret)
	doudian := benchCall(t)
	md5Call := TOPCall{Params: benchParams("sign_method", "md5")}
	hmacCall := TOPCall{Params: benchParams("sign_method", "hmac")}
	shaCall := TOPCall{Params: benchParams("sign_method", "hmac-sha256")}
	kuaishou := KuaishouCall{Params: benchKuaishou()}
	kuaishouMD5 := KuaishouCall{Params: benchKuaishou(), SignMethod: KuaishouMD5}
	aop := Ali1688Call{Path: "param2/1/com.alibaba.trade/alibaba.trade.fastCreateOrder/1000000", Params: benchParams("page", "1")}
	push := kuaishouCipher(t, messageKey)
	pushBody := push.AppendEncrypt(nil, []byte(benchPush))
	params := make([]byte, 0, 4096)
	digest := func(mac hash.Hash, text []byte) func([]byte) []byte {
		return func(dst []byte) []byte {
			mac.Reset()
			mac.Write(text)
			return mac.Sum(dst)
		}
	}
	hmacMD5 := func(text []byte) func([]byte) []byte { return digest(hmac.New(md5.New, secret), text) }
	hmacSHA1 := func(text []byte) func([]byte) []byte { return digest(hmac.New(sha1.New, secret), text) }
	hmacSHA256 := func(text []byte) func([]byte) []byte { return digest(hmac.New(sha256.New, secret), text) }
	rawMD5 := func(text []byte) func([]byte) []byte { return digest(md5.New(), text) }
	return []hotCase{
		{"Doudian/canonical", 1.3, func(dst []byte) []byte { return doudian.AppendSign(dst, k) }, hmacSHA256(text(doudian)), 0},
		{"Doudian/typed", 4, func(dst []byte) []byte {
			c := doudian
			c.ParamJSON, _ = AppendDoudianParams(params, &benchOrdered)
			return c.AppendSign(dst, k)
		}, hmacSHA256(text(doudian)), 0},
		{"Doudian/typed-any-order", 4, func(dst []byte) []byte {
			c := doudian
			c.ParamJSON, _ = AppendDoudianParams(params, &benchShipment)
			return c.AppendSign(dst, k)
		}, hmacSHA256(text(doudian)), 0},
		{"TOP/md5", 3, func(dst []byte) []byte { return md5Call.AppendSign(dst, k) }, rawMD5(text(md5Call)), 0},
		{"TOP/hmac", 3, func(dst []byte) []byte { return hmacCall.AppendSign(dst, k) }, hmacMD5(text(hmacCall)), 0},
		{"TOP/hmac-sha256", 3, func(dst []byte) []byte { return shaCall.AppendSign(dst, k) }, hmacSHA256(text(shaCall)), 0},
		{"Kuaishou/HMAC_SHA256", 3, func(dst []byte) []byte { return kuaishou.AppendSign(dst, k) }, hmacSHA256(text(kuaishou)), 0},
		{"Kuaishou/MD5", 3, func(dst []byte) []byte { return kuaishouMD5.AppendSign(dst, k) }, rawMD5(text(kuaishouMD5)), 0},
		{"Kuaishou/push", 2.5, func(dst []byte) []byte {
			dst, _ = push.AppendDecrypt(dst, pushBody)
			return dst
		}, blockMode(t, pushBody), 2},
		{"Ali1688", 3, func(dst []byte) []byte { return aop.AppendSign(dst, k) }, hmacSHA1(text(aop)), 0},
	}
}

// BenchmarkSign reports as x-raw the ratio of a signature to one raw digest of
// the same bytes. Both are timed in turns, a batch each, and the median of the
// batches counts, so that a busy machine hits both alike.
func BenchmarkSign(b *testing.B) {
	const batch = 64
	for _, c := range hotCases(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 4096)
			var times, ratios []float64
			for b.Loop() {
				start := time.Now()
				for range batch {
					dst = c.sign(dst[:0])
				}
				middle := time.Now()
				for range batch {
					dst = c.raw(dst[:0])
				}
				ours, raw := middle.Sub(start), time.Since(middle)
				times = append(times, float64(ours)/batch)
				ratios = append(ratios, float64(ours)/float64(raw))
			}
			b.ReportMetric(median(times), "ns/op")
			b.ReportMetric(median(ratios), "x-raw")
			b.ReportMetric(c.target, "x-target")
		})
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
