package doudian_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// decrypted is the data of batchDecrypt and batchSensitive.
type decrypted struct {
	Infos []struct {
		AuthID  string `json:"auth_id"`
		Cipher  string `json:"cipher_text"`
		Text    string `json:"decrypt_text"`
		ErrNo   int    `json:"err_no"`
		ErrMsg  string `json:"err_msg"`
		Kind    int    `json:"data_type"`
		Virtual bool   `json:"is_virtual_tel"`
		Expires int64  `json:"expire_time"`
		PhoneA  string `json:"phone_no_a"`
		PhoneB  string `json:"phone_no_b"`
	} `json:"decrypt_infos"`
	Err *struct {
		Code int `json:"err_code"`
	} `json:"custom_err"`
}

// ciphers returns the parameters for pairs of order id and ciphertext.
func ciphers(pairs ...string) map[string]any {
	list := []any{}
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, map[string]any{"auth_id": pairs[i], "cipher_text": pairs[i+1]})
	}
	return map[string]any{"cipher_infos": list}
}

func crossBorder(t *testing.T, w wire) wiretest.Order {
	t.Helper()
	for _, o := range w.Search(nil).List {
		if o.Biz == 21 {
			require.NotNil(t, o.Identity)
			return o
		}
	}
	t.Fatal("no cross-border order")
	return wiretest.Order{}
}

func TestDecrypt(t *testing.T) {
	t.Parallel()
	w := serve(t)
	o := crossBorder(t, w)
	var d decrypted
	w.Call("order.batchDecrypt", ciphers(o.OrderID, o.Tel, o.OrderID, o.Name, o.OrderID, o.Addr.Detail, o.OrderID,
		o.Identity.No)).Decode(t, &d)
	require.Len(t, d.Infos, 4)
	require.NotNil(t, d.Err)
	tel := d.Infos[0]
	assert.Equal(t, o.Tel, tel.Cipher)
	assert.Equal(t, o.OrderID, tel.AuthID)
	assert.Equal(t, 3, tel.Kind)
	assert.True(t, tel.Virtual)
	assert.Equal(t, tel.PhoneA+"-"+tel.PhoneB, tel.Text)
	assert.NotEmpty(t, tel.PhoneB)
	assert.Equal(t, wiretest.Noon.AddDate(0, 0, 30).Unix(), tel.Expires)
	assert.Equal(t, 2, d.Infos[1].Kind)
	assert.True(t, strings.HasPrefix(d.Infos[1].Text, "示例"))
	assert.Equal(t, 1, d.Infos[2].Kind)
	assert.Contains(t, d.Infos[2].Text, "示例路")
	assert.Equal(t, 4, d.Infos[3].Kind)
	assert.False(t, d.Infos[1].Virtual)

	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.VirtualPhones = false }))
	w.Call("order.batchDecrypt", ciphers(o.OrderID, o.Tel)).Decode(t, &d)
	assert.Equal(t, 5, d.Infos[0].Kind)
	assert.False(t, d.Infos[0].Virtual)
	assert.Regexp(t, `^1990000000\d$`, d.Infos[0].Text)
}

func TestDecryptPartlyFailed(t *testing.T) {
	t.Parallel()
	w := serve(t)
	list := w.Search(map[string]any{"size": 2}).List
	a := w.Call("order.batchDecrypt", ciphers(
		list[0].OrderID, list[0].Name,
		list[0].OrderID, list[1].Name, // the text of another order
		list[0].OrderID, "#example#x*y#1##",
	))
	assert.Equal(t, "50002 isv.business-failed:300008", a.Outcome())
	var d decrypted
	a.Code, a.SubCode = 10000, "" // the data is there all the same
	a.Decode(t, &d)
	require.Len(t, d.Infos, 3)
	assert.Zero(t, d.Infos[0].ErrNo)
	assert.NotEmpty(t, d.Infos[0].Text)
	for _, bad := range d.Infos[1:] {
		assert.Equal(t, 300004, bad.ErrNo)
		assert.NotEmpty(t, bad.ErrMsg)
		assert.Empty(t, bad.Text)
	}
	assert.Equal(t, "50002 isv.business-failed:300003", w.Call("order.batchDecrypt", ciphers("1", "x")).Outcome())
	assert.Equal(t, 1, w.Shop(wiretest.Shop1).Decrypted, "only what was decrypted counts")

	other := w.Send(w.Build("order.batchDecrypt", w.Shop(wiretest.Shop2).AccessToken,
		ciphers(list[0].OrderID, list[0].Name)))
	assert.Equal(t, "50002 isv.business-failed:300003", other.Outcome(), "another shop may not")
}

func TestCipherCounts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	o := w.Search(map[string]any{"size": 1}).List[0]
	pairs := func(n int) (all []string) {
		for range n {
			all = append(all, o.OrderID, o.Name)
		}
		return all
	}
	for _, method := range []string{"order.batchDecrypt", "order.batchSensitive"} {
		assert.Equal(t, "10000", w.Call(method, ciphers(pairs(50)...)).Outcome())
		assert.Equal(t, "40004 isv.parameter-invalid:100000", w.Call(method, ciphers(pairs(51)...)).Outcome())
		assert.Equal(t, "40004 isv.parameter-invalid:100000", w.Call(method, ciphers()).Outcome())
	}
}

func TestDecryptQuota(t *testing.T) {
	t.Parallel()
	w := serve(t)
	two := 2
	require.NoError(t, w.Box.On(mall.Doudian).SetLimit(sandbox.Limit{ShopID: wiretest.Shop1, DecryptsPerDay: &two}))
	o := w.Search(map[string]any{"size": 1}).List[0]
	decrypt := func(pairs ...string) string { return w.Call("order.batchDecrypt", ciphers(pairs...)).Outcome() }
	spent := "80000 isv.risk-control-failed:300011"
	assert.Equal(t, spent, decrypt(o.OrderID, o.Name, o.OrderID, o.Tel, o.OrderID, o.Name), "all or nothing")
	assert.Equal(t, "10000", decrypt(o.OrderID, o.Name, o.OrderID, o.Tel))
	assert.Equal(t, spent, decrypt(o.OrderID, o.Name))
	assert.Equal(t, 2, w.Shop(wiretest.Shop1).Decrypted)
	w.Box.Advance(12*time.Hour - time.Second)
	assert.Equal(t, spent, decrypt(o.OrderID, o.Name))
	w.Box.Advance(time.Second) // midnight in Beijing
	assert.Zero(t, w.Shop(wiretest.Shop1).Decrypted)
	assert.Equal(t, "10000", decrypt(o.OrderID, o.Name))
}

func TestSensitive(t *testing.T) {
	t.Parallel()
	w := serve(t)
	o := crossBorder(t, w)
	var d decrypted
	w.Call("order.batchSensitive", ciphers(o.OrderID, o.Tel, o.OrderID, o.Name, o.OrderID, "x", o.OrderID,
		o.Addr.Detail, o.OrderID, o.Identity.No)).Decode(t, &d)
	require.Len(t, d.Infos, 5)
	assert.Equal(t, o.MaskTel, d.Infos[0].Text)
	assert.Regexp(t, `^1\*{8}\d\d$`, d.Infos[0].Text)
	assert.Equal(t, o.MaskName, d.Infos[1].Text)
	assert.Equal(t, 300004, d.Infos[2].ErrNo)
	assert.Equal(t, "示*路***号", d.Infos[3].Text)
	assert.Regexp(t, `^0\*{16}\d$`, d.Infos[4].Text)
	assert.Zero(t, w.Shop(wiretest.Shop1).Decrypted, "masks cost nothing")
}

func TestSearchIndexFindsCiphertexts(t *testing.T) {
	t.Parallel()
	w := serve(t)
	index := func(items ...any) wiretest.Answer {
		list := []any{}
		for i := 0; i < len(items); i += 2 {
			list = append(list, map[string]any{"plain_text": items[i], "encrypt_type": items[i+1]})
		}
		return w.Call("order.BatchSearchIndex", map[string]any{"plain_text_list": list})
	}
	var d struct {
		List []struct {
			Plain string `json:"plain"`
			Index string `json:"search_index"`
		} `json:"plain_to_encrypt_index_list"`
		Err *struct {
			Code int `json:"err_code"`
		} `json:"custom_err"`
	}
	index("19900000001", 3, "示例甲", "2").Decode(t, &d)
	require.NotNil(t, d.Err)
	require.Len(t, d.List, 2)
	assert.Equal(t, "19900000001", d.List[0].Plain)
	found := 0
	for _, o := range w.Search(nil).List {
		assert.Equal(t, strings.HasPrefix(o.Tel, "$"+d.List[0].Index+"$"),
			strings.HasPrefix(o.Name, "#"+d.List[1].Index+"#"), "name and phone belong together")
		if strings.Contains(o.Tel, d.List[0].Index) {
			found++
		}
	}
	assert.Equal(t, 10, found)

	assert.Equal(t, "40004 isv.parameter-invalid:300002", index("199000000012", 3).Outcome())
	assert.Equal(t, "40004 isv.parameter-invalid:100000", index("x", 9).Outcome())
	assert.Equal(t, "40004 isv.parameter-invalid:100000", index().Outcome())
	many := []any{}
	for range 51 {
		many = append(many, "x", 1)
	}
	assert.Equal(t, "40004 isv.parameter-invalid:100000", index(many...).Outcome())
}
