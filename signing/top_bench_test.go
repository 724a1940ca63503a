package signing

import "strings"

func benchParams(method, value string) []Param {
	return []Param{
		{"method", "taobao.logistics.offline.send"}, {"app_key", "12340001"}, {"session", "6100e1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f7"},
		{"timestamp", "2024-03-05 09:08:07"}, {"format", "json"}, {"v", "2.0"}, {method, value}, {"simplify", "true"},
		{"partner_id", "mall-go"}, {"tid", "3812345678901234567"}, {"sub_tid", "3812345678901234568,3812345678901234569"},
		{"is_split", "1"}, {"out_sid", "SF1000000000001"}, {"company_code", "SF"}, {"feature", "tid=3812345678901234567:identCode=1001;" + strings.Repeat("a", 80)},
	}
}

func hotTOP(h hot) []hotCase {
	callMD5 := TOPCall{Params: benchParams("sign_method", "md5")}
	hmac := TOPCall{Params: benchParams("sign_method", "hmac")}
	sha := TOPCall{Params: benchParams("sign_method", "hmac-sha256")}
	return []hotCase{
		{"TOP/md5", 3, func(dst []byte) []byte { return callMD5.AppendSign(dst, h.k) }, h.md5(callMD5), 0},
		{"TOP/hmac", 3, func(dst []byte) []byte { return hmac.AppendSign(dst, h.k) }, h.hmacMD5(hmac), 0},
		{"TOP/hmac-sha256", 3, func(dst []byte) []byte { return sha.AppendSign(dst, h.k) }, h.hmacSHA256(sha), 0},
	}
}
