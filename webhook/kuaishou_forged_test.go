package webhook_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// genuineKuaishou is what the forger has seen.
func genuineKuaishou(t testing.TB) *http.Request {
	r, err := kuaishou.Push(ksURL, ksEvent("paySuccess", "1"))
	require.NoError(t, err)
	return r
}

// ksBody is the body of a request, which stays as it is.
func ksBody(t testing.TB, r *http.Request) (body []byte) {
	t.Helper()
	withBody(r, func(b []byte) []byte { body = bytes.Clone(b); return b })
	require.NotEmpty(t, body)
	return body
}

// ksBlocks encrypts whole blocks under the genuine key, whatever padding they
// end with.
func ksBlocks(t testing.TB, plain []byte) []byte {
	key, err := base64.StdEncoding.DecodeString(ksKey.Reveal())
	require.NoError(t, err)
	block, err := aes.NewCipher(key)
	require.NoError(t, err)
	data := bytes.Clone(plain)
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(data, data)
	return base64.StdEncoding.AppendEncode(nil, data)
}

func ksRequest(body []byte) *http.Request {
	return httptest.NewRequest(http.MethodPost, ksURL, bytes.NewReader(body))
}

// TestBadKuaishou: each is refused with the same answer, reported as what it is,
// and reaches nobody.
func TestBadKuaishou(t *testing.T) {
	t.Parallel()
	const genuine = `{"eventId":"1","bizId":2500000000000001,"userId":1000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":"{\"oid\":2500000000000001}"}`
	sealed := func(plain string) *http.Request {
		r, err := kuaishou.PushBody(ksURL, []byte(plain))
		require.NoError(t, err)
		return r
	}
	changed := func(old, now string) *http.Request {
		require.Contains(t, genuine, old)
		return sealed(strings.Replace(genuine, old, now, 1))
	}
	stranger, err := webhooktest.Kuaishou{AppKey: ksApp, MessageKey: "DDECAwQFBgcICQoLDA0ODw=="}.Push(ksURL, ksEvent("paySuccess", "1"))
	require.NoError(t, err)
	otherApp, err := webhooktest.Kuaishou{AppKey: "ks600000000000000002", MessageKey: ksKey}.Push(ksURL, ksEvent("paySuccess", "1"))
	require.NoError(t, err)
	get := genuineKuaishou(t)
	get.Method = http.MethodGet
	compressed := genuineKuaishou(t)
	compressed.Header.Set("Content-Encoding", "gzip")
	cut := genuineKuaishou(t)
	cut.Body = io.NopCloser(iotest.TimeoutReader(iotest.OneByteReader(cut.Body)))
	long := genuineKuaishou(t)
	long.ContentLength = 1<<20 + 1
	unending := genuineKuaishou(t)
	unending.ContentLength = -1
	unending.Body = io.NopCloser(io.MultiReader(unending.Body, strings.NewReader(strings.Repeat("A", 1<<20))))
	for name, c := range map[string]struct {
		r    *http.Request
		want error
	}{
		"other key":           {stranger, mall.ErrSignature},
		"other app":           {otherApp, mall.ErrSignature},
		"no app":              {changed(`"appKey":"ks600000000000000001",`, ``), mall.ErrSignature},
		"not encrypted":       {ksRequest([]byte(genuine)), mall.ErrSignature},
		"base64 alone":        {ksRequest(base64.StdEncoding.AppendEncode(nil, []byte(genuine))), mall.ErrSignature},
		"plain heartbeat":     {ksRequest([]byte(`{"test":true}`)), mall.ErrSignature},
		"heartbeat in base64": {ksRequest([]byte(base64.StdEncoding.EncodeToString([]byte(`{"test":true}`)))), mall.ErrSignature},
		"empty":               {ksRequest(nil), mall.ErrSignature},
		"cut short":           {withBody(genuineKuaishou(t), func(b []byte) []byte { return b[:len(b)-4] }), mall.ErrSignature},
		"without its start":   {withBody(genuineKuaishou(t), func(b []byte) []byte { return b[64:] }), mall.ErrSignature},
		"twice":               {withBody(genuineKuaishou(t), func(b []byte) []byte { return append(bytes.Clone(b), b...) }), mall.ErrSignature},
		"URL base64":          {withBody(genuineKuaishou(t), func(b []byte) []byte { return append([]byte("-_-_"), b[4:]...) }), mall.ErrSignature},
		"percent-encoded":     {withBody(genuineKuaishou(t), func(b []byte) []byte { return append(bytes.Clone(b), "%3D"...) }), mall.ErrSignature},
		"nothing inside":      {sealed(``), mall.ErrSignature},
		"not JSON":            {sealed(`eventId=1`), mall.ErrSignature},
		"half":                {sealed(genuine[:100]), mall.ErrSignature},
		"two values":          {sealed(genuine + genuine), mall.ErrSignature},
		"a list":              {sealed(`[` + genuine + `]`), mall.ErrSignature},
		"no event":            {changed(`"event":"kwaishop_order_paySuccess",`, ``), mall.ErrSignature},
		"event is an object":  {changed(`"kwaishop_order_paySuccess"`, `{"canary":1}`), mall.ErrSignature},
		"no heartbeat":        {sealed(`{"test":false}`), mall.ErrSignature},
		"event without app":   {sealed(`{"test":true,"event":"kwaishop_order_paySuccess","userId":1000000001,"bizId":2500000000000001}`), mall.ErrSignature},
		"null":                {sealed(`null`), mall.ErrSignature},
		"GBK":                 {sealed("{\"test\":true,\"a\":\"\xb8\xc4\"}"), mall.ErrSignature},
		"GET":                 {get, mall.ErrReply},
		"compressed":          {compressed, mall.ErrReply},
		"connection cut":      {cut, mall.ErrReply},
		"too large":           {long, errTooLong},
		"never ending":        {unending, errTooLong},
		// These open and name our app, but not what they are about.
		"no shop":          {changed(`"userId":1000000001,`, ``), mall.ErrReply},
		"shop 0":           {changed(`"userId":1000000001`, `"userId":0`), mall.ErrReply},
		"shop is a text":   {changed(`"userId":1000000001`, `"userId":"canary"`), mall.ErrReply},
		"shop is negative": {changed(`"userId":1000000001`, `"userId":-1`), mall.ErrReply},
		"info is no JSON":  {changed(`"{\"oid\":2500000000000001}"`, `"{canary"`), mall.ErrReply},
		"order is a list":  {changed(`{\"oid\":2500000000000001}`, `{\"oid\":[\"canary\"]}`), mall.ErrReply},
		"nothing named":    {sealed(`{"userId":1000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_paySuccess","info":"{}"}`), mall.ErrReply},
		"case missing":     {sealed(`{"userId":1000000001,"appKey":"ks600000000000000001","event":"kwaishop_aftersales_addRefund","info":"{\"orderId\":2500000000000001}"}`), mall.ErrReply},
	} {
		a, d := &app{}, newDesk()
		got := serve(t, newKuaishou(t, a, d), c.r)
		assert.Equal(t, ksRejected, got.text, name)
		a.rejected(t, c.want, name)
		assert.Empty(t, a.calls(), name)
		assert.Empty(t, d.reads, name)
		quiet(t, a)
		assert.NotContains(t, a.last().Err.Error(), ksKey.Reveal())
	}
}

// TestKuaishouPadding: every byte of the padding counts, whatever its length.
func TestKuaishouPadding(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	for n := range 256 {
		// White space before the padding makes any length of a heartbeat good.
		plain := []byte(`{"test":true}` + strings.Repeat(" ", 19))
		for i := max(len(plain)-n, 13); i < len(plain); i++ {
			plain[i] = byte(n)
		}
		plain[len(plain)-1] = byte(n)
		want := ksRejected
		if 1 <= n && n <= 16 {
			want = ksDone
		}
		assert.Equal(t, want, serve(t, h, ksRequest(ksBlocks(t, plain))).text, "padding of %d", n)
		for i := max(len(plain)-n, 13); i < len(plain)-1; i++ {
			wrong := bytes.Clone(plain)
			wrong[i] ^= 0x20
			assert.Equal(t, ksRejected, serve(t, h, ksRequest(ksBlocks(t, wrong))).text, "padding of %d, byte %d", n, i)
		}
	}
	assert.Empty(t, a.calls())
	assert.Empty(t, d.reads)
}

// TestKuaishouChangedBytes: a body of which any one byte was changed is refused.
// With many more tries a body could be altered into one that can be decrypted, so
// what was read counts: see [TestReadingDecides].
func TestKuaishouChangedBytes(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	body := ksBody(t, genuineKuaishou(t))
	for i := range body {
		for _, bit := range []byte{1, 2, 4, 16, 128} {
			changed := bytes.Clone(body)
			changed[i] ^= bit
			serve(t, h, ksRequest(changed))
		}
	}
	assert.Empty(t, a.calls())
	assert.Empty(t, d.reads)
}

// TestTenThousandForgedKuaishou: without the key, no push leads to an API call.
func TestTenThousandForgedKuaishou(t *testing.T) {
	t.Parallel()
	a, d := &app{}, newDesk()
	h := newKuaishou(t, a, d)
	rnd := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		return b
	}
	genuine := ksBody(t, genuineKuaishou(t))
	for i := range 10_000 {
		var r *http.Request
		switch i % 5 {
		case 0:
			key := mall.Secret(base64.StdEncoding.EncodeToString(random(16)))
			r, _ = webhooktest.Kuaishou{AppKey: ksApp, MessageKey: key}.Push(ksURL, ksEvent("paySuccess", "1"))
		case 1:
			r = ksRequest(base64.StdEncoding.AppendEncode(nil, random(16*(1+rnd.IntN(30)))))
		case 2:
			r = ksRequest(genuine[:rnd.IntN(len(genuine))])
		case 3:
			b := bytes.Clone(genuine)
			b[rnd.IntN(len(b))] ^= byte(1 + rnd.IntN(255))
			r = ksRequest(b)
		case 4: // blocks in another order
			raw, err := base64.StdEncoding.AppendDecode(nil, genuine)
			require.NoError(t, err)
			n := len(raw) / 16
			j := rnd.IntN(n - 1)
			block := bytes.Clone(raw[16*j : 16*j+16])
			copy(raw[16*j:], raw[16*j+16:16*j+32])
			copy(raw[16*j+16:], block)
			r = ksRequest(base64.StdEncoding.AppendEncode(nil, raw))
		}
		require.NotNil(t, r)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, ksRejected, w.Body.String(), i)
	}
	assert.Empty(t, a.calls())
	assert.Empty(t, d.reads)
	assert.Len(t, a.seen, 10_000)
	quiet(t, a)
}
