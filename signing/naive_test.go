package signing

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"sort"
	"strings"
)

// The second implementation: each scheme once more from its rule, with maps and
// the plainest calls, sharing nothing with the package.

func naiveHMAC(h func() hash.Hash, secret, text string) []byte {
	m := hmac.New(h, []byte(secret))
	_, _ = io.WriteString(m, text)
	return m.Sum(nil)
}

func naiveMD5(text string) string { return fmt.Sprintf("%x", md5.Sum([]byte(text))) }

func naiveCanonical(src string, escapeHTML bool) (string, error) {
	d := json.NewDecoder(strings.NewReader(src))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return "", err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("more than one value")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(escapeHTML)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

func naiveDoudian(hmacSHA256 bool, secret, core string) string {
	text := secret + core + secret
	if hmacSHA256 {
		return fmt.Sprintf("%x", naiveHMAC(sha256.New, secret, text))
	}
	return naiveMD5(text)
}

func naiveJoin(params map[string]string, dropEmpty bool) string {
	var keys []string
	for k, v := range params {
		if k != "sign" && (!dropEmpty || k != "" && strings.TrimFunc(v, javaSpace) != "") {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	var b strings.Builder
	for _, k := range keys {
		b.WriteString(k + params[k])
	}
	return b.String()
}

// javaSpace lists Character.isWhitespace.
func javaSpace(r rune) bool {
	return strings.ContainsRune("\t\n\v\f\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"+
		"\u2008\u2009\u200a\u2028\u2029\u205f\u3000", r)
}

func naiveTOP(method, secret string, params map[string]string, body string) string {
	text := naiveJoin(params, true) + body
	switch method {
	case "hmac":
		return fmt.Sprintf("%X", naiveHMAC(md5.New, secret, text))
	case "hmac-sha256":
		return fmt.Sprintf("%X", naiveHMAC(sha256.New, secret, text))
	default:
		return strings.ToUpper(naiveMD5(secret + text + secret))
	}
}

func naive1688(secret, path string, params map[string]string) string {
	var joined []string
	for k, v := range params {
		if k != "_aop_signature" {
			joined = append(joined, k+v)
		}
	}
	sort.Strings(joined)
	return fmt.Sprintf("%X", naiveHMAC(sha1.New, secret, path+strings.Join(joined, "")))
}

func naiveCBC(key []byte, iv, plain string) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	n := 16 - len(plain)%16
	data := []byte(plain + strings.Repeat(string(rune(n)), n))
	cipher.NewCBCEncrypter(block, []byte(iv)).CryptBlocks(data, data)
	return data
}

// naiveForm reads a query string as a map, the last value of a name winning.
func naiveForm(form string) (map[string]string, bool) {
	values, err := url.ParseQuery(form)
	if err != nil {
		return nil, false
	}
	params := map[string]string{}
	for k, v := range values {
		params[k] = v[len(v)-1]
	}
	return params, true
}

func list(params map[string]string) []Param {
	var all []Param
	for k, v := range params {
		all = append(all, Param{k, v})
	}
	return all
}
