package signing

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// messages is one of each kind, with something in every place.
func messages() map[string]Message {
	params := []Param{{"method", "m"}, {"app_key", "a"}, {"appkey", "a"}, {"param", "{}"}, {"page", "1"}, {"pageSize", "2"}}
	form := []Param{{"message", `{"msgId":1}`}, {aopSignature, "x"}}
	return map[string]Message{
		"DoudianCall":        DoudianCall{AppKey: "a", Method: "m", ParamJSON: []byte(`{"a":1}`), Timestamp: "1"},
		"DoudianCall md5":    DoudianCall{AppKey: "a", Method: "m", ParamJSON: []byte(`{"a":1}`), Timestamp: "1", SignMethod: MD5},
		"DoudianSPI":         DoudianSPI{AppKey: "a", ParamJSON: []byte(`{"a":"<"}`), Timestamp: "1", SignMethod: "hmac-sha256"},
		"DoudianSPI md5":     DoudianSPI{AppKey: "a", ParamJSON: []byte(`{"a":"<"}`), Timestamp: "1"},
		"DoudianPush":        DoudianPush{AppKey: "a", Body: []byte("[]")},
		"TOPCall md5":        TOPCall{Params: params, SignMethod: MD5},
		"TOPCall hmac":       TOPCall{Params: params, Body: []byte("<a/>"), SignMethod: HMACMD5},
		"TOPCall sha256":     TOPCall{Params: params, SignMethod: HMACSHA256},
		"TOPSPI":             TOPSPI{Params: params, Body: []byte("{}")},
		"TMCConnect":         TMCConnect{"a", "default", "1"},
		"KuaishouCall md5":   KuaishouCall{Params: params, SignMethod: KuaishouMD5},
		"KuaishouCall":       KuaishouCall{Params: params, SignMethod: KuaishouHMACSHA256},
		"Ali1688Call":        Ali1688Call{Path: "param2/1/n/a/k", Params: params},
		"Ali1688Push":        Ali1688Push{form},
		"Ali1688Push fields": Ali1688Push{[]Param{{"msgId", "1"}, {"type", "X"}}},
		"TunaFrame":          TunaFrame{"a", "c", "1"},
	}
}

func key(t testing.TB, secret string) *Key {
	t.Helper()
	k, err := NewKey(secret)
	require.NoError(t, err)
	return k
}

func TestCheck(t *testing.T) {
	t.Parallel()
	right, other := key(t, "s3cr3t-right"), key(t, "s3cr3t-other")
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) {
			sign, err := Sign(m, right)
			require.NoError(t, err)
			assert.NoError(t, Check(m, sign, right))
			assert.NoError(t, Check(m, sign, other, right), "while a secret is being changed")
			assert.ErrorIs(t, Check(m, sign, other), ErrMismatch)
			assert.ErrorIs(t, Check(m, sign+"0", right), ErrMismatch)
			assert.ErrorIs(t, Check(m, sign[1:], right), ErrMismatch)
			for i := range sign {
				wrong := []byte(sign)
				wrong[i] ^= 1
				assert.ErrorIs(t, Check(m, string(wrong), right), ErrMismatch)
			}

			assert.ErrorIs(t, Check(m, "", right), ErrMismatch, "empty signature")
			assert.ErrorIs(t, Check(m, sign), ErrMismatch, "no key")
			for _, none := range []*Key{nil, {}} {
				assert.ErrorIs(t, Check(m, sign, none), ErrNoSecret)
				assert.ErrorIs(t, Check(m, "", none), ErrNoSecret)
				_, err = Sign(m, none)
				assert.ErrorIs(t, err, ErrNoSecret)
				_, err = Explain(m, none)
				assert.ErrorIs(t, err, ErrNoSecret)
			}

			upper := strings.ToUpper(sign)
			if upper == sign {
				upper = strings.ToLower(sign)
			}
			err = Check(m, upper, right)
			if m.rule().anyCase {
				assert.NoError(t, err, "letter case does not matter")
			} else {
				assert.ErrorIs(t, err, ErrMismatch, "letter case matters")
			}
		})
	}
}

// TestEmptySecretSignature makes the signature that an empty secret would give
// and finds it refused.
func TestEmptySecretSignature(t *testing.T) {
	t.Parallel()
	_, err := NewKey("")
	require.ErrorIs(t, err, ErrNoSecret)
	push := DoudianPush{AppKey: "a", Body: []byte("[]")}
	assert.Error(t, Check(push, naiveMD5("a[]"), &Key{}))
	call := Ali1688Call{Path: "p"}
	assert.Error(t, Check(call, naive1688("", "p", nil), &Key{}))
	assert.Empty(t, call.AppendSign(nil, &Key{}))
	assert.Empty(t, call.AppendSign(nil, nil))
	assert.Empty(t, DoudianCall{}.AppendSign(nil, &Key{}))
	assert.Empty(t, TOPCall{SignMethod: MD5}.AppendSign(nil, &Key{}))
	assert.Empty(t, KuaishouCall{SignMethod: KuaishouMD5}.AppendSign(nil, &Key{}))
}

func TestUnknownMethod(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	for _, m := range []Message{
		DoudianCall{SignMethod: "sha1"}, TOPCall{}, TOPCall{SignMethod: "MD5"},
		KuaishouCall{SignMethod: "HMAC-SHA256"}, KuaishouCall{},
	} {
		_, err := Sign(m, k)
		assert.ErrorIs(t, err, ErrMethod)
		assert.ErrorIs(t, Check(m, "x", k), ErrMethod)
		assert.Empty(t, m.(interface{ AppendSign([]byte, *Key) []byte }).AppendSign(nil, k))
	}
}

// TestAppendSign finds both ways to a signature agreeing, and dst kept.
func TestAppendSign(t *testing.T) {
	t.Parallel()
	k := key(t, benchSecret)
	n := 0
	for name, m := range messages() {
		a, ok := m.(interface{ AppendSign([]byte, *Key) []byte })
		if !ok {
			continue
		}
		n++
		want, err := Sign(m, k)
		require.NoError(t, err)
		assert.Equal(t, "kept "+want, string(a.AppendSign([]byte("kept "), k)), name)
	}
	assert.Equal(t, 8, n)
}

func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	const secret = "do-not-print-me!"
	k := key(t, secret)
	k.begin(rule{digest: digestMD5, before: true}).release()
	top, err := NewTOPCipher([]byte(secret), 1)
	require.NoError(t, err)
	kuaishou, err := NewKuaishouCipher(base64.StdEncoding.EncodeToString([]byte(secret)))
	require.NoError(t, err)
	for _, v := range []any{k, top, kuaishou, struct{ K any }{k}, struct{ T *TOPCipher }{top}, []*Key{k}} {
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		out := fmt.Sprintf("%v %+v %#v %s %q %d %x", v, v, v, v, v, v, v) + log.String()
		assert.Contains(t, out, "[redacted]")
		assert.NotContains(t, out, secret)
		assert.NotContains(t, out, fmt.Sprintf("%x", secret))
		assert.NotContains(t, out, strings.Trim(fmt.Sprint([]byte(secret)), "[]"))
	}
}

func TestErrorsHoldNoPayload(t *testing.T) {
	t.Parallel()
	const planted = "planted-payload"
	k := key(t, "planted-secret")
	spi := DoudianSPI{ParamJSON: []byte(`{"` + planted)}
	_, signErr := Sign(spi, k)
	_, jsonErr := CanonicalJSON(nil, []byte(`{"`+planted+`":`))
	_, spiErr := ParseTOPSPI(nil, "a=%zz"+planted, "text/plain", nil)
	_, typeErr := ParseTOPSPI(nil, "", planted, nil)
	_, keyErr := NewKuaishouCipher(planted + "!")
	for _, err := range []error{signErr, jsonErr, spiErr, typeErr, keyErr} {
		require.ErrorIs(t, err, ErrMalformed)
		assert.NotContains(t, err.Error(), "planted")
	}
}

// TestOrderDoesNotMatter signs the same parameters in any order, and finds the
// caller's list unchanged.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SampledFrom([]string{
			"page", "pageSize", "pag", "a", "appkey", "method", "param", "_x", "Z", "中", "sign", "",
		})
		params := list(rapid.MapOfN(rapid.OneOf(names, rapid.String()), rapid.String(), 0, 40).Draw(t, "params"))
		shuffled := rapid.Permutation(params).Draw(t, "shuffled")
		before := slices.Clone(shuffled)
		for _, make := range []func([]Param) Message{
			func(p []Param) Message { return TOPCall{Params: p, SignMethod: MD5} },
			func(p []Param) Message { return TOPSPI{Params: p} },
			func(p []Param) Message { return KuaishouCall{Params: p, SignMethod: KuaishouMD5} },
			func(p []Param) Message { return Ali1688Call{Params: p} },
		} {
			a, err := Sign(make(params), k)
			require.NoError(t, err)
			b, err := Sign(make(shuffled), k)
			require.NoError(t, err)
			require.Equal(t, a, b)
		}
		require.Equal(t, before, shuffled)
	})
}

// TestLongAndRepeated covers lists too long to be sorted in place and a key
// that comes twice, which no platform allows.
func TestLongAndRepeated(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	all := map[string]string{}
	for i := range 3 * inline {
		all[fmt.Sprintf("key%d", i*7)] = fmt.Sprint(i)
	}
	assert.NoError(t, Check(TOPCall{Params: list(all), SignMethod: MD5}, naiveTOP("md5", "s", all, ""), k))
	assert.NoError(t, Check(Ali1688Call{Params: list(all)}, naive1688("s", "", all), k))

	a, err := Text(TOPCall{Params: []Param{{"a", "2"}, {"a", "1"}}})
	require.NoError(t, err)
	assert.Equal(t, "a1a2", string(a))
}

// TestEveryByteCounts changes one byte of the text or of the secret.
func TestEveryByteCounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := messages()
		m := all[rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(t, "message")]
		secret := rapid.StringN(1, 70, -1).Draw(t, "secret")
		k, err := NewKey(secret)
		require.NoError(t, err)
		sign, err := Sign(m, k)
		require.NoError(t, err)

		i := rapid.IntRange(0, len(secret)-1).Draw(t, "byte")
		changed := []byte(secret)
		changed[i] ^= byte(rapid.IntRange(1, 255).Draw(t, "bit"))
		if k, err = NewKey(string(changed)); err == nil {
			require.ErrorIs(t, Check(m, sign, k), ErrMismatch)
		}
	})

	k := key(t, "s3cr3t")
	body, form := []byte(`{"a":["b",1]}`), []Param{{"message", "abc"}}
	for name, c := range map[string]struct {
		data []byte
		m    func(b []byte) Message
	}{
		"Doudian body":   {body, func(b []byte) Message { return DoudianCall{ParamJSON: b} }},
		"Doudian method": {[]byte("order.a"), func(b []byte) Message { return DoudianCall{Method: string(b)} }},
		"Doudian time":   {[]byte("17356608"), func(b []byte) Message { return DoudianCall{Timestamp: string(b)} }},
		"Doudian app":    {[]byte("70000"), func(b []byte) Message { return DoudianCall{AppKey: string(b)} }},
		"push body":      {body, func(b []byte) Message { return DoudianPush{Body: b} }},
		"push app":       {[]byte("70000"), func(b []byte) Message { return DoudianPush{AppKey: string(b)} }},
		"TOP body":       {body, func(b []byte) Message { return TOPCall{Body: b, SignMethod: HMACMD5} }},
		"TOP value":      {body, func(b []byte) Message { return TOPCall{Params: []Param{{"k", string(b)}}, SignMethod: MD5} }},
		"TOP SPI body":   {body, func(b []byte) Message { return TOPSPI{Body: b} }},
		"Kuaishou param": {body, func(b []byte) Message {
			return KuaishouCall{Params: []Param{{"param", string(b)}}, SignMethod: KuaishouMD5}
		}},
		"1688 path":  {[]byte("param2/1"), func(b []byte) Message { return Ali1688Call{Path: string(b)} }},
		"1688 value": {body, func(b []byte) Message { return Ali1688Call{Params: []Param{{"k", string(b)}}} }},
		"1688 push":  {body, func(b []byte) Message { return Ali1688Push{[]Param{{form[0].Key, string(b)}}} }},
		"tuna":       {body, func(b []byte) Message { return TunaFrame{Content: string(b)} }},
	} {
		t.Run(name, func(t *testing.T) {
			sign, err := Sign(c.m(c.data), k)
			require.NoError(t, err)
			for i := range c.data {
				b := slices.Clone(c.data)
				b[i] ^= 1
				assert.ErrorIs(t, Check(c.m(b), sign, k), ErrMismatch, "byte %d", i)
			}
		})
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	if raceEnabled {
		t.Skip("a sync.Pool drops items under the race detector")
	}
	for _, c := range hotCases(t) {
		dst := make([]byte, 0, 4096)
		assert.LessOrEqual(t, testing.AllocsPerRun(200, func() { dst = c.sign(dst[:0]) }), c.allocs, c.name)
	}
	dst := make([]byte, 0, 4096)
	canonical, err := CanonicalJSON(nil, benchCall(t).ParamJSON)
	require.NoError(t, err)
	assert.Zero(t, testing.AllocsPerRun(200, func() { dst, _ = CanonicalJSON(dst[:0], canonical) }), "canonical already")
}

func TestKeyIsSharedSafely(t *testing.T) {
	t.Parallel()
	k := key(t, benchSecret)
	want := map[string]string{}
	for name, m := range messages() {
		sign, err := Sign(m, k)
		require.NoError(t, err)
		want[name] = sign
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for name, m := range messages() {
					if err := Check(m, want[name], k); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestAppendForm(t *testing.T) {
	t.Parallel()
	got := string(AppendForm([]byte("?"), []Param{{"sign", "a+b/c="}, {"memo", "礼 物&~-_.*"}, {"", ""}}))
	assert.Equal(t, "?sign=a%2Bb%2Fc%3D&memo=%E7%A4%BC+%E7%89%A9%26~-_.%2A&=", got)
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "params")
		back, ok := naiveForm(string(AppendForm(nil, list(in))))
		require.True(t, ok)
		if len(in) == 0 {
			return
		}
		require.Equal(t, in, back)
	})
}

func TestText(t *testing.T) {
	t.Parallel()
	text, err := Text(KuaishouCall{Params: []Param{{"method", "m"}, {"appkey", "a"}}})
	require.NoError(t, err)
	assert.Equal(t, "appkey=a&method=m&signSecret=", string(text))
}
