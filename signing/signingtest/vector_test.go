package signingtest

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/signing"
)

// fileVector is a vector with the text that is signed, which some files give.
type fileVector struct {
	Vector
	StringToSign *string `json:"string_to_sign"`
}

func vectors(t testing.TB, file string) []fileVector {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var all []fileVector
	require.NoError(t, json.Unmarshal(data, &all))
	require.NotEmpty(t, all)
	return all
}

func md5Hex(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func TestVectors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../testdata/*.json")
	require.NoError(t, err)
	require.Len(t, files, 4)
	n := 0
	for _, file := range files {
		for _, v := range vectors(t, file) {
			n++
			t.Run(v.ID, func(t *testing.T) {
				got, want, ok := v.Run()
				assert.True(t, ok, "got %s, want %s", got, want)
			})
		}
	}
	t.Log(n, "vectors")
}

func TestVectorTexts(t *testing.T) {
	t.Parallel()
	n := 0
	files, err := filepath.Glob("../testdata/*.json")
	require.NoError(t, err)
	for _, file := range files {
		for _, v := range vectors(t, file) {
			want := input(v.Input).text("string_to_sign")
			if v.StringToSign != nil {
				want = *v.StringToSign
			} else if want == "" {
				continue
			}
			outcomes, err := schemes[v.Scheme](input(v.Input))
			require.NoError(t, err)
			assert.Equal(t, want, outcomes[0].values["string_to_sign"], v.ID)
			n++
		}
	}
	assert.Greater(t, n, 90)
}

// shape is a vector with another way to say what is expected, or one that must
// not pass.
type shape struct {
	name, scheme, input, expected, verify string
	ok                                    bool
}

// TestVectorShapes runs what the files leave out.
func TestVectorShapes(t *testing.T) {
	t.Parallel()
	runShapes(t, []shape{
		{"unknown scheme", "pinduoduo", `{}`, `false`, "", false},
		{"unknown kind", "top-secret-address", `{"aes_key_ascii":"0123456789abcdef","secret_version":1,"plaintext":"x"}`, `"x"`, "", false},
		{"short phone with index", "top-secret-phone-index", `{"aes_key_ascii":"0123456789abcdef","secret_version":1,"plaintext":"123"}`, `"123"`, "", true},
		{"short phone search", "top-secret-phone-search", `{"aes_key_ascii":"0123456789abcdef","secret_version":1,"plaintext":"123"}`, `"error"`, "", true},
		{"SPI of nothing, Go", "spi-sign", `{"app_key":"7","app_secret":"s","timestamp":"1","sign_method":"md5","param_json_received":""}`,
			`{"param_json_canonical":"{}","sign":"` + md5Hex("sapp_key7param_json{}timestamp1s") + `"}`, "", true},
		{"SPI of nothing, Java", "spi-sign", `{"app_key":"7","app_secret":"s","timestamp":"1","sign_method":"md5","param_json_received":""}`,
			`{"param_json_canonical":"","sign":"` + md5Hex("sapp_key7param_jsontimestamp1s") + `"}`, "", true},
		{"SPI headers and decoded form", "spi-md5", `{"secret":"s","content_type":"application/x-www-form-urlencoded","headers":{"top-sign-list":"X-A","x-a":"%41"},"query":{"b":"1"},"form":{"c":"2 3"}}`,
			`"` + strings.ToUpper(md5Hex("sX-AAb1c2 3s")) + `"`, "", true},
		{"push in upper case", "push-event-sign", `{"app_key":"a","app_secret":"s","body":"[]","headers":{"event-sign":"` + strings.ToUpper(md5Hex("a[]s")) + `"}}`, `{"valid":true}`, "", true},
	})
}

func runShapes(t *testing.T, shapes []shape) {
	t.Helper()
	for _, c := range shapes {
		t.Run(c.name, func(t *testing.T) {
			text := `{"id":"x","scheme":"` + c.scheme + `","input":` + c.input
			if c.expected != "" {
				text += `,"expected":` + c.expected
			}
			if c.verify != "" {
				text += `,"expect_verify":` + c.verify
			}
			var v Vector
			require.NoError(t, json.Unmarshal([]byte(text+"}"), &v))
			got, _, ok := v.Run()
			assert.Equal(t, c.ok, ok, got)
			assert.NotEmpty(t, got)
		})
	}
}

func TestParamsOf(t *testing.T) {
	t.Parallel()
	params, err := ParamsOf([]byte(`{"a":"x y","b":1.50,"c":{"d":null},"e":null}`))
	require.NoError(t, err)
	assert.ElementsMatch(t, []signing.Param{
		{Key: "a", Value: "x y"}, {Key: "b", Value: "1.50"}, {Key: "c", Value: `{"d":null}`},
	}, params)

	for _, text := range []string{"planted-payload", "[]", `"planted-payload"`, ""} {
		_, err := ParamsOf([]byte(text))
		require.ErrorIs(t, err, signing.ErrMalformed)
		assert.NotContains(t, err.Error(), "planted")
	}
}
