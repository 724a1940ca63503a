package signing

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	e, err := Explain(TOPCall{
		Params:     []Param{{"method", "m"}, {"app_key", "1"}, {"memo", ""}, {"sign", "X"}},
		Body:       []byte("<r/>"),
		SignMethod: MD5,
	}, key(t, "s3cr3t"))
	require.NoError(t, err)
	assert.Equal(t, strings.ToUpper(naiveMD5("s3cr3tapp_key1methodm<r/>s3cr3t")), e.Signature)
	assert.Equal(t, ` 1. leave out memo: it is empty, so it is not sent either
 2. leave out sign: it carries the signature
 3. put the others in order (by the bytes of the key):
 4.   app_key = 1
 5.   method = m
 6. join key and value of each with nothing between, not percent-encoded
 7. append the raw body, 4 bytes as sent
 8. put the secret before it
 9. put the secret after it
text:      ‹secret›app_key1methodm<r/>‹secret›
digest:    MD5, upper-case hex
signature: `+e.Signature+"\n", e.String())
	assert.True(t, e.SecretBefore && e.SecretAfter)

	e, err = Explain(DoudianPush{AppKey: "1"}, key(t, "s"))
	require.NoError(t, err)
	assert.True(t, !e.SecretBefore && e.SecretAfter)
}

func TestExplainHidesTheSecret(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		"s3cr3t", "secret", "text", "digest", "MD5", "‹secret›", "[hidden]", "app_key", `a"b<c>&d`, "line\nend", "a b+c%",
		"the", " ", "‹›[]{}¤□", "aa", "\u2028", "密钥",
	} {
		for name, m := range planted(secret) {
			k := key(t, secret)
			e, err := Explain(m, k)
			require.NoError(t, err)
			out := e.String() + e.Text + e.Algorithm + strings.Join(e.Steps, "\x00") + fmt.Sprintf("%v%+v%s", e, e, e)
			assert.NotContains(t, out, secret, "%s, secret %q", name, secret)
			inJSON, _ := canonicalEscaped(nil, quoted(secret))
			assert.NotContains(t, out, string(inJSON[1:len(inJSON)-1]), "%s, secret %q in JSON", name, secret)
			assert.NotContains(t, out, url.QueryEscape(secret), "%s, secret %q percent-encoded", name, secret)
			sign, err := Sign(m, k)
			require.NoError(t, err)
			assert.Equal(t, sign, e.Signature)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringN(1, 20, -1).Draw(t, "secret")
		all := planted(secret)
		require.Len(t, all, 10)
		m := all[rapid.SampledFrom(slices.Sorted(maps.Keys(all))).Draw(t, "message")]
		k, err := NewKey(secret)
		require.NoError(t, err)
		e, err := Explain(m, k)
		require.NoError(t, err)
		require.NotContains(t, e.String(), secret)
	})
}

// planted are the messages that have the secret in every place that a caller fills.
func planted(secret string) map[string]Message {
	all := map[string]Message{}
	for _, p := range trials {
		maps.Copy(all, p.planted(secret))
	}
	return all
}

// plantedParams have the secret in keys and values.
func plantedParams(secret string) []Param {
	return []Param{
		{"method", "x" + secret + secret}, {secret, "v"}, {"param", secret}, {"sign", secret},
		{"page", secret[1:] + secret + secret[:1]},
	}
}
