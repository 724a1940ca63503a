package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// entry is an entry of any batch of personal texts.
type entry struct {
	Plain  string `json:"decryptedData"`
	Masked string `json:"desensitisedData"`
	Cipher string `json:"encryptedData"`
	Text   string `json:"plainText"`
	Index  string `json:"searchIndex"`
	ID     string `json:"bizId"`
	Code   int    `json:"errorCode"`
	Msg    string `json:"errorMsg"`
}

// batch calls a method whose payload stands beside result, not in data.
func (w wire) batch(method, request, reply string, entries ...any) (list []entry) {
	w.T.Helper()
	a := w.post(method, map[string]any{request: entries})
	require.Equal(w.T, 1, a.Result, "%s", a.raw)
	require.Empty(w.T, a.Data, "%s", a.raw)
	var top map[string]json.RawMessage
	require.NoError(w.T, json.Unmarshal(a.raw, &top))
	require.NoError(w.T, json.Unmarshal(top[reply], &list), "%s", a.raw)
	return list
}

func (w wire) decrypt(pairs ...string) []entry {
	w.T.Helper()
	var entries []any
	for i := 0; i < len(pairs); i += 2 {
		entries = append(entries, map[string]any{"bizId": pairs[i], "encryptedData": pairs[i+1]})
	}
	return w.batch("open.order.decrypt.batch", "batchDecryptList", "batchDecryptResultList", entries...)
}

func TestDecryptAnswersEntryByEntry(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id, other := w.add(nil), w.add(nil)
	a := w.detail(id).Address
	list := w.decrypt(id, *a.Name, other, *a.Name, id, *a.Mobile, id, "#nothing#")
	require.Len(t, list, 4)
	for i, ok := range []bool{true, false, true, false} {
		if ok {
			assert.Equal(t, 1, list[i].Code, i)
			assert.NotEmpty(t, list[i].Plain, i)
		} else {
			assert.Equal(t, 500001, list[i].Code, i)
			assert.Empty(t, list[i].Plain, i)
		}
	}
	assert.Regexp(t, `^\d{11}$`, list[2].Plain)
	masked := w.batch("open.order.desensitise.batch", "batchDesensitiseList", "batchDesensitiseResultList",
		map[string]any{"bizId": id, "encryptedData": *a.Mobile},
		map[string]any{"bizId": other, "encryptedData": *a.Mobile})
	assert.Equal(t, *a.Mask, masked[0].Masked)
	assert.Equal(t, 500001, masked[1].Code)
	for _, method := range []string{"open.order.decrypt.batch", "open.order.desensitise.batch",
		"open.order.encrypt.batch",
		"open.order.search.index.batch", "open.security.instant.decrypt.batch"} {
		assert.Equal(t, 100200100, w.post(method, map[string]any{}).Result, "%s: no entry", method)
	}
}

// TestDecryptAllowance: an order counts once against the allowance of the day.
func TestDecryptAllowance(t *testing.T) {
	t.Parallel()
	w := serve(t)
	one := 1
	require.NoError(t, w.Box.On(mall.Kuaishou).SetLimit(sandbox.Limit{ShopID: shop1, DecryptsPerDay: &one}))
	first, second := w.add(nil), w.add(nil)
	a, b := w.detail(first).Address, w.detail(second).Address
	list := w.decrypt(first, *a.Name, second, *b.Name, first, *a.Mobile)
	assert.Equal(t, []int{1, 500001, 1}, []int{list[0].Code, list[1].Code, list[2].Code})
	w.Box.Advance(24 * time.Hour)
	list = w.decrypt(first, *a.Name, second, *b.Name)
	assert.Equal(t, []int{1, 1}, []int{list[0].Code, list[1].Code}, "the first one was counted before")

	third := w.add(nil)
	c := w.detail(third).Address
	assert.Equal(t, 500001, w.decrypt(third, *c.Name)[0].Code)
	w.ask(sandbox.AfterSale{OrderID: third})
	assert.Equal(t, 1, w.decrypt(third, *c.Name)[0].Code, "free while a case is open")
}

func TestDecryptEndsAfterTheTrade(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.add(map[string]any{"orderBaseInfo": map[string]any{"status": 70}})
	a := w.detail(id).Address
	assert.Equal(t, 1, w.decrypt(id, *a.Name)[0].Code)
	w.Box.Advance(15 * 24 * time.Hour)
	code, err := w.Box.On(mall.Kuaishou).IssueCode(shop1)
	require.NoError(t, err)
	token := w.oauth("GET", "/oauth2/access_token", map[string]string{
		"app_id": w.App.AppKey, "app_secret": w.App.AppSecret, "grant_type": "code", "code": code,
	})
	require.Equal(t, 1, token.Result)
	assert.Equal(t, 500001, w.decrypt(id, *a.Name)[0].Code)
}

// TestEncryptAndIndex: a text has one index everywhere, and its ciphertexts
// contain it.
func TestEncryptAndIndex(t *testing.T) {
	t.Parallel()
	w := serve(t)
	first, second := w.add(nil), w.add(nil)
	entry := func(id, text string, kind int) any {
		return map[string]any{"bizId": id, "decryptedData": text, "type": kind}
	}
	list := w.batch("open.order.encrypt.batch", "batchEncryptList", "batchEncryptResultList",
		entry(first, "示例", 2), entry(second, "示例", 2), entry(first, "示例", 9), entry("2599999999999999", "示例", 2),
		entry(first, "", 2))
	for i, code := range []int{1, 1, 500001, 500001, 500001} {
		assert.Equal(t, code, list[i].Code, i)
	}
	assert.NotEqual(t, list[0].Cipher, list[1].Cipher)
	index := func(text string, kind int) any { return map[string]any{"plainText": text, "type": kind} }
	indexes := w.batch("open.order.search.index.batch", "indexParamList", "indexResultList", index("示例", 2),
		index("示例", 3), index("示例", 0))
	assert.Contains(t, list[0].Cipher, indexes[0].Index)
	assert.Contains(t, list[1].Cipher, indexes[0].Index)
	assert.NotEqual(t, indexes[0].Index, indexes[1].Index)
	assert.Equal(t, 500001, indexes[2].Code)
	assert.Equal(t, "示例", w.decrypt(first, list[0].Cipher)[0].Plain)
}
