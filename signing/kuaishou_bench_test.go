package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

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

func hotKuaishou(h hot) []hotCase {
	call := KuaishouCall{Params: benchKuaishou()}
	callMD5 := KuaishouCall{Params: benchKuaishou(), SignMethod: KuaishouMD5}
	push := kuaishouCipher(h.t, messageKey)
	body := push.AppendEncrypt(nil, []byte(benchPush))
	return []hotCase{
		{"Kuaishou/HMAC_SHA256", 3, func(dst []byte) []byte { return call.AppendSign(dst, h.k) }, h.hmacSHA256(call), 0},
		{"Kuaishou/MD5", 3, func(dst []byte) []byte { return callMD5.AppendSign(dst, h.k) }, h.md5(callMD5), 0},
		{"Kuaishou/push", 2.5, func(dst []byte) []byte {
			dst, _ = push.AppendDecrypt(dst, body)
			return dst
		}, blockMode(h.t, body), 2},
	}
}
