package signing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func init() {
	trials = append(trials, tried{
		messages: map[string]Message{
			"KuaishouCall md5": KuaishouCall{Params: sampleParams(), SignMethod: KuaishouMD5},
			"KuaishouCall":     KuaishouCall{Params: sampleParams(), SignMethod: KuaishouHMACSHA256},
		},
		planted: func(secret string) map[string]Message {
			return map[string]Message{
				"KuaishouCall": KuaishouCall{Params: plantedParams(secret), SignMethod: KuaishouHMACSHA256},
			}
		},
		unknown: []Message{KuaishouCall{SignMethod: "HMAC-SHA256"}, KuaishouCall{}},
		byParams: []func([]Param) Message{
			func(p []Param) Message { return KuaishouCall{Params: p, SignMethod: KuaishouMD5} },
		},
		bytes: map[string]everyByte{
			"Kuaishou param": {sampleBody(), func(b []byte) Message {
				return KuaishouCall{Params: []Param{{"param", string(b)}}, SignMethod: KuaishouMD5}
			}},
		},
		hot: hotKuaishou,
	})
}

func TestKuaishouSignsSevenParameters(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	params := []Param{{"method", "m"}, {"appkey", "a"}, {"access_token", "t"}, {"param", ""}, {"signMethod", "MD5"}}
	want, err := Sign(KuaishouCall{Params: params}, k)
	require.NoError(t, err)
	for _, p := range []Param{{"uid", "1"}, {"sign", "x"}, {"signSecret", "s"}, {"Method", "m"}, {"", ""}} {
		assert.NoError(t, Check(KuaishouCall{Params: append([]Param{p}, params...)}, want, k), p.Key)
	}
	assert.Error(t, Check(KuaishouCall{Params: append([]Param{{"version", ""}}, params...)}, want, k), "an empty one counts")
}

func FuzzKuaishouSign(f *testing.F) {
	f.Add("s", "method=open.order.detail&appkey=ks1&param=%7B%7D&uid=1&access_token=", true)
	f.Fuzz(func(t *testing.T, secret, form string, isMD5 bool) {
		k, err := NewKey(secret)
		params, ok := naiveForm(form)
		if err != nil || !ok {
			return
		}
		m := KuaishouHMACSHA256
		if isMD5 {
			m = KuaishouMD5
		}
		c := KuaishouCall{Params: list(params), SignMethod: m}
		want := naiveKuaishou(string(m), secret, params)
		if got := string(c.AppendSign(nil, k)); got != want || Check(c, want, k) != nil {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

const messageKey = "AAECAwQFBgcICQoLDA0ODw=="

func kuaishouCipher(t testing.TB, messageKey string) *KuaishouCipher {
	c, err := NewKuaishouCipher(messageKey)
	require.NoError(t, err)
	return c
}

// sealed encrypts blocks as they are, whatever padding they end with.
func sealed(t testing.TB, blocks string) []byte {
	k, err := base64.StdEncoding.DecodeString(messageKey)
	require.NoError(t, err)
	block, err := aes.NewCipher(k)
	require.NoError(t, err)
	data := []byte(blocks)
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(data, data)
	return base64.StdEncoding.AppendEncode(nil, data)
}

func TestKuaishouPadding(t *testing.T) {
	t.Parallel()
	c := kuaishouCipher(t, messageKey)
	for n := 1; n <= 16; n++ {
		text := strings.Repeat("x", 32-n)
		pad := bytes.Repeat([]byte{byte(n)}, n)
		got, err := c.AppendDecrypt([]byte("kept"), sealed(t, text+string(pad)))
		require.NoError(t, err)
		assert.Equal(t, "kept"+text, string(got))
		for i := range pad {
			wrong := bytes.Clone(pad)
			wrong[i] ^= 0x80
			got, err := c.AppendDecrypt(nil, sealed(t, text+string(wrong)))
			assert.Equal(t, ErrDecrypt, err, "padding of %d, byte %d", n, i)
			assert.Nil(t, got)
		}
	}
	for _, n := range []byte{0, 17, 32, 64} {
		for _, fill := range []byte{'x', n} {
			_, err := c.AppendDecrypt(nil, sealed(t, strings.Repeat(string([]byte{fill}), 31)+string([]byte{n})))
			assert.Equal(t, ErrDecrypt, err, "padding of %d", n)
		}
	}
}

func TestKuaishouPushRefuses(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"not base64", "AAEC", messageKey[1:]} {
		_, err := NewKuaishouCipher(bad)
		assert.ErrorIs(t, err, ErrMalformed)
	}
	_, err := NewKuaishouCipher("")
	assert.ErrorIs(t, err, ErrNoSecret)

	c := kuaishouCipher(t, messageKey)
	body := c.AppendEncrypt(nil, []byte(`{"test":true}`))
	for i := range 300 {
		other := kuaishouCipher(t, base64.StdEncoding.EncodeToString([]byte{15: byte(i), 14: byte(i >> 8), 0: 9}))
		_, err := other.AppendDecrypt(nil, body)
		assert.Equal(t, ErrDecrypt, err, "another key, also where the padding looks right")
	}
	for _, b := range []string{
		"", `{"test":true}`, "AAAA", string(body[:20]), string(body[4:]), string(body) + "AAAA", "=", "AA==",
		"vftmsTE4kncTlrYRCUwCMh==",
	} {
		_, err := c.AppendDecrypt(nil, []byte(b))
		assert.Equal(t, ErrDecrypt, err, "%q", b)
	}
	got, err := c.AppendDecrypt(nil, []byte(" "+string(body)+"\r\n"))
	require.NoError(t, err)
	assert.Equal(t, `{"test":true}`, string(got))
}

func FuzzKuaishouPush(f *testing.F) {
	f.Add([]byte("0123456789abcdef"), `{"test":true}`, uint16(3))
	f.Add([]byte("0123456789abcdef0123456789abcdef"), "", uint16(0))
	f.Fuzz(func(t *testing.T, k []byte, plain string, flip uint16) {
		c, err := NewKuaishouCipher(base64.StdEncoding.EncodeToString(k))
		if err != nil {
			if n := len(k); n == 16 || n == 24 || n == 32 {
				t.Fatal(err)
			}
			return
		}
		raw := naiveCBC(k, strings.Repeat("\x00", 16), plain)
		want := base64.StdEncoding.EncodeToString(raw)
		if got := string(c.AppendEncrypt(nil, []byte(plain))); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		got, err := c.AppendDecrypt(nil, []byte(want))
		if utf8.ValidString(plain) != (err == nil) || err == nil && string(got) != plain {
			t.Fatalf("got %q, %v", got, err)
		}
		raw[int(flip)%len(raw)] ^= byte(flip>>8) | 1
		if got, err := c.AppendDecrypt(nil, base64.StdEncoding.AppendEncode(nil, raw)); err == nil && string(got) == plain {
			t.Fatal("a changed text opened as the same")
		}
	})
}

func naiveKuaishou(method, secret string, params map[string]string) string {
	var pairs []string
	for _, k := range []string{"access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"} {
		if v, ok := params[k]; ok {
			pairs = append(pairs, k+"="+v)
		}
	}
	text := strings.Join(pairs, "&") + "&signSecret=" + secret
	if method == "MD5" {
		return naiveMD5(text)
	}
	return base64.StdEncoding.EncodeToString(naiveHMAC(sha256.New, secret, text))
}

func TestKuaishouText(t *testing.T) {
	t.Parallel()
	text, err := Text(KuaishouCall{Params: []Param{{"method", "m"}, {"appkey", "a"}}})
	require.NoError(t, err)
	assert.Equal(t, "appkey=a&method=m&signSecret=", string(text))
}

func TestKuaishouKeyDoesNotPrint(t *testing.T) {
	t.Parallel()
	const secret = "do-not-print-me!"
	doNotPrint(t, secret, kuaishouCipher(t, base64.StdEncoding.EncodeToString([]byte(secret))))
	_, err := NewKuaishouCipher("planted-payload!")
	require.ErrorIs(t, err, ErrMalformed)
	assert.NotContains(t, err.Error(), "planted")
}
