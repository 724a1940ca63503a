package signing

import (
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

// tried is what the tests of all schemes try of the schemes of one platform. The
// platform's test file adds it to trials.
type tried struct {
	messages map[string]Message                     // one of each kind, with something in every place
	planted  func(secret string) map[string]Message // with the secret in every place that a caller fills
	unknown  []Message                              // calls whose sign method is none
	byParams []func([]Param) Message                // messages whose parameters have no order
	bytes    map[string]everyByte
	hot      func(hot) []hotCase
}

var trials []tried

// everyByte is a message of a text that is signed byte by byte.
type everyByte struct {
	data []byte
	m    func(b []byte) Message
}

// sampleParams are some that one scheme or another knows.
func sampleParams() []Param {
	return []Param{{"method", "m"}, {"app_key", "a"}, {"appkey", "a"}, {"param", "{}"}, {"page", "1"}, {"pageSize", "2"}}
}

// messages are those of all platforms.
func messages() map[string]Message {
	all := map[string]Message{}
	for _, p := range trials {
		maps.Copy(all, p.messages)
	}
	return all
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
	assert.Empty(t, DoudianCall{}.AppendSign(nil, &Key{}))
	n := 0
	for name, m := range messages() {
		if a, ok := m.(interface{ AppendSign([]byte, *Key) []byte }); ok {
			n++
			assert.Empty(t, a.AppendSign(nil, &Key{}), name)
			assert.Empty(t, a.AppendSign(nil, nil), name)
		}
	}
	assert.Equal(t, 8, n)
}

func TestUnknownMethod(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	n := 0
	for _, p := range trials {
		for _, m := range p.unknown {
			n++
			_, err := Sign(m, k)
			assert.ErrorIs(t, err, ErrMethod)
			assert.ErrorIs(t, Check(m, "x", k), ErrMethod)
			assert.Empty(t, m.(interface{ AppendSign([]byte, *Key) []byte }).AppendSign(nil, k))
		}
	}
	assert.Equal(t, 5, n)
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
	doNotPrint(t, secret, k, top, struct{ K any }{k}, struct{ T *TOPCipher }{top}, []*Key{k})
}

// doNotPrint finds the secret in no form in which the values can be printed.
func doNotPrint(t *testing.T, secret string, values ...any) {
	t.Helper()
	for _, v := range values {
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
	for _, err := range []error{signErr, jsonErr, spiErr, typeErr} {
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
		n := 0
		for _, p := range trials {
			for _, make := range p.byParams {
				n++
				a, err := Sign(make(params), k)
				require.NoError(t, err)
				b, err := Sign(make(shuffled), k)
				require.NoError(t, err)
				require.Equal(t, a, b)
			}
		}
		require.Equal(t, 4, n)
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
	n := 0
	for _, p := range trials {
		for name, c := range p.bytes {
			n++
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
	assert.Equal(t, 14, n)
}

// sampleBody is a body that is signed as it stands.
func sampleBody() []byte { return []byte(`{"a":["b",1]}`) }

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
