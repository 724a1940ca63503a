package signing

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const topKey = "0123456789abcdef"

var topKinds = []TOPKind{TOPNick, TOPReceiverName, TOPPhone, "simple", "search", "normal"}

func topCipher(t testing.TB, version int64) *TOPCipher {
	c, err := NewTOPCipher([]byte(topKey), version)
	require.NoError(t, err)
	return c
}

func TestTOPCipherRoundTrip(t *testing.T) {
	t.Parallel()
	for _, version := range []int64{5, -5} {
		c := topCipher(t, version)
		for _, kind := range topKinds {
			for _, plain := range []string{"", "a", "测试买家01", "13000001234", "+86-13000001234", strings.Repeat("x", 16)} {
				for _, encrypt := range []func(TOPKind, string) (string, error){c.Encrypt, c.EncryptIndexed} {
					hidden, err := encrypt(kind, plain)
					require.NoError(t, err)
					if kind == TOPPhone && len(utf16.Encode([]rune(plain))) < 11 {
						assert.Equal(t, plain, hidden)
						continue
					}
					got, ok := kind.Version(hidden)
					assert.True(t, ok, "%s %q", kind, hidden)
					assert.Equal(t, version, got)
					back, err := c.Decrypt(kind, hidden)
					require.NoError(t, err, "%s %q", kind, hidden)
					assert.Equal(t, plain, back)
				}
			}
		}
	}
}

func TestTOPCipherSearch(t *testing.T) {
	t.Parallel()
	c := topCipher(t, 5)
	name, err := c.EncryptIndexed(TOPNick, "测试买家01")
	require.NoError(t, err)
	for _, part := range []string{"测试", "试买", "家01", "测试买"} {
		token, err := c.SearchToken(TOPNick, part)
		require.NoError(t, err)
		assert.Contains(t, name, token, part)
	}
	phone, err := c.EncryptIndexed(TOPPhone, "13000001234")
	require.NoError(t, err)
	token, err := c.SearchToken(TOPPhone, "1234")
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(phone, token))
	for _, part := range []string{"", "123", "12345"} {
		_, err = c.SearchToken(TOPPhone, part)
		assert.ErrorIs(t, err, ErrMalformed)
	}
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":           "",
		"a":          "a",
		"abcd":       "abcd",
		"abcdef":     "abcd bcde cdef",
		"测试买家01":     "测试 试买 买家 买家0 家01",
		"a测试":        "a测试 测试",
		"abc中文def":   "abc中 bc中 c中文 中文 中文d 文de 文def",
		"中":          "中",
		"中a文b":       "中a文 a文b",
		"ab中文":       "ab中 b中文 中文",
		"\U0001F381": "\U0001F381",
	} {
		var got []string
		for _, w := range windows(utf16.Encode([]rune(in))) {
			got = append(got, text(w))
		}
		assert.Equal(t, want, strings.Join(got, " "), in)
	}
}

func TestTOPCipherRefuses(t *testing.T) {
	t.Parallel()
	_, err := NewTOPCipher(nil, 1)
	assert.ErrorIs(t, err, ErrNoSecret)
	_, err = NewTOPCipher([]byte("short"), 1)
	assert.ErrorIs(t, err, ErrMalformed)
	c := topCipher(t, 5)
	for _, f := range []func(TOPKind, string) (string, error){c.Encrypt, c.EncryptIndexed, c.SearchToken} {
		_, err = f("address", "x")
		assert.ErrorIs(t, err, ErrMalformed)
	}
	for _, hidden := range []string{
		"", "~", "~~~~", "plain", "~nick~", "~uOZXTwbeKv1LZ7fW9xilcw==~x~", "~uOZXTwbeKv1LZ7fW9xilcw==~+5~",
		"~not base64~5~", "~~5~", "uOZXTwbeKv1LZ7fW9xilcw==~5~", "~uOZXTwbeKv1LZ7fW9xilcw==~idx~5~",
	} {
		_, ok := TOPNick.Version(hidden)
		assert.False(t, ok, hidden)
		_, err = c.Decrypt(TOPNick, hidden)
		assert.Equal(t, ErrDecrypt, err, hidden)
	}
	for _, hidden := range []string{"~uOZXTwbeKv1LZ7fW9xilcw==~6~", "~uOZXTwbeKv1LZ7fW9xilcA==~5~", "~AAAA~5~"} {
		_, err = c.Decrypt(TOPNick, hidden)
		assert.Equal(t, ErrDecrypt, err, hidden)
	}
}

func FuzzTOPSecret(f *testing.F) {
	f.Add("测试买家01", int64(5), uint8(0))
	f.Add("13000001234", int64(-5), uint8(2))
	f.Fuzz(func(t *testing.T, plain string, version int64, n uint8) {
		plain = strings.ToValidUTF8(plain, "?")
		kind := topKinds[int(n)%len(topKinds)]
		c := topCipher(t, version)
		encrypt := func(s string) string {
			return base64.StdEncoding.EncodeToString(naiveCBC([]byte(topKey), "0102030405060708", s))
		}
		sep := map[TOPKind]string{TOPPhone: "$", "normal": "\x01"}[kind]
		if sep == "" {
			sep = "~"
		}
		ascii := strings.IndexFunc(plain, func(r rune) bool { return r > 127 }) < 0
		want := sep + encrypt(plain) + sep + fmt.Sprint(version) + sep
		if kind == TOPPhone {
			if !ascii {
				return
			}
			if want = plain; len(plain) >= 11 {
				cut := len(plain) - 8
				want = "$" + plain[:cut] + "$" + encrypt(plain[cut:]) + "$" + fmt.Sprint(version) + "$"
			}
		}
		got, err := c.Encrypt(kind, plain)
		if err != nil || got != want {
			t.Fatalf("%v: got %q, want %q", err, got, want)
		}
		if kind != TOPPhone || len(plain) >= 11 && !strings.Contains(plain, "$") {
			if back, err := c.Decrypt(kind, got); err != nil || back != plain {
				t.Fatalf("%v: back %q", err, back)
			}
		}
		if !ascii || kind == TOPPhone {
			return
		}
		// For ASCII a search index is every run of four.
		index := ""
		for i := 0; i == 0 && plain != "" || i+4 <= len(plain); i++ {
			h := naiveHMAC(md5.New, topKey, plain[i:min(i+4, len(plain))])
			var folded [3]byte
			for j, b := range h {
				folded[j%3] ^= b
			}
			index += base64.StdEncoding.EncodeToString(folded[:])
		}
		token, err := c.SearchToken(kind, plain)
		if err != nil || token != index {
			t.Fatalf("%v: got %q, want %q", err, token, index)
		}
		want = sep + encrypt(plain) + sep + index + sep + fmt.Sprint(version) + sep + sep
		if indexed, err := c.EncryptIndexed(kind, plain); err != nil || indexed != want {
			t.Fatalf("%v: got %q", err, indexed)
		}
	})
}
