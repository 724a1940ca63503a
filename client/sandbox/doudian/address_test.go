package doudian_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func (w wire) confirm(id string, code int) string {
	w.T.Helper()
	return w.Call("order.addressConfirm", map[string]any{"order_id": id, "is_approved": code}).Outcome()
}

func (w wire) review(on int) {
	w.T.Helper()
	require.Equal(w.T, "10000", w.Call("order.AddressAppliedSwitch",
		map[string]any{"is_allowed": on, "review_type": 0}).Outcome())
}

func (w wire) askAddress(id string) bool {
	w.T.Helper()
	reviewed, err := w.Box.On(mall.Doudian).AskAddress(id,
		sandbox.Receiver{Name: "示例新", Phone: "19900000099", Detail: "示例路99号"})
	require.NoError(w.T, err)
	return reviewed
}

func TestAddressReview(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o, pushed := w.Add(nil), 0
	was := w.Detail(o)
	assert.Equal(t, "40004 isv.parameter-invalid:50038", w.confirm(o, 0), "the review is off")
	w.review(1)
	var config struct {
		Status int `json:"authorized_status"`
	}
	w.Call("order.addresSwitchConfig", map[string]any{}).Decode(t, &config)
	assert.Equal(t, 2, config.Status)
	assert.Equal(t, "40004 isv.parameter-invalid:50039", w.confirm(o, 0), "nothing was asked")

	require.True(t, w.askAddress(o))
	require.Equal(t, []string{"111"}, tags(w, &pushed))
	assert.Equal(t, was, w.Detail(o), "nothing changes before the answer")
	_, err := w.Box.On(mall.Doudian).AskAddress(o, sandbox.Receiver{Detail: "x"})
	require.Error(t, err, "one at a time")
	assert.Equal(t, "40003 isv.parameter-invalid", w.confirm(o, 7))
	require.Equal(t, "10000", w.confirm(o, 0))
	require.Equal(t, []string{"105"}, tags(w, &pushed))
	now := w.Detail(o)
	assert.NotEqual(t, was.Addr.Detail, now.Addr.Detail)
	assert.NotEqual(t, was.AddressID, now.AddressID)
	assert.Equal(t, "示**", now.MaskName)
	assert.Equal(t, "50002 isv.business-failed:50040", w.confirm(o, 0))
	assert.Equal(t, "50002 isv.business-failed:50040", w.confirm(o, 1001))

	second := w.Add(nil)
	require.True(t, w.askAddress(second))
	require.Equal(t, "10000", w.confirm(second, 1003))
	a := w.Call("order.addressConfirm", map[string]any{"order_id": second, "is_approved": 0})
	assert.Equal(t, "50002 isv.business-failed:50041", a.Outcome())
	assert.Contains(t, a.SubMsg, "订单已进入仓库环节")
	require.True(t, w.askAddress(second), "the buyer may ask again")

	w.ask(sandbox.AfterSale{OrderID: second})
	assert.Equal(t, "50002 isv.business-failed:50042", w.confirm(second, 0), "an after-sale ends the review")
}

func TestAddressWithoutReview(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o, pushed := w.Add(nil), 0
	was := w.Detail(o).Addr.Detail
	require.False(t, w.askAddress(o))
	assert.Equal(t, []string{"105"}, tags(w, &pushed))
	assert.NotEqual(t, was, w.Detail(o).Addr.Detail)
	_, err := w.Box.On(mall.Doudian).AskAddress(o, sandbox.Receiver{Name: "示例新"})
	require.ErrorContains(t, err, "already")
	_, err = w.Box.On(mall.Doudian).AskAddress(w.Add(map[string]any{"order_status": 3}), sandbox.Receiver{Name: "示例新"})
	require.ErrorContains(t, err, "too late")
	_, err = w.Box.On(mall.Doudian).AskAddress("9", sandbox.Receiver{})
	require.ErrorIs(t, err, sandbox.ErrUnknownID)
}

func TestAddressPushes(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	w.review(1)
	o := w.Add(nil)
	w.askAddress(o)
	require.Equal(t, "10000", w.confirm(o, 0))
	now := w.Detail(o)
	list := w.News()
	require.Len(t, list, 2)
	var data struct {
		Order   json.Number           `json:"p_id"`
		Lines   []json.Number         `json:"s_ids"`
		Before  struct{ Addr string } `json:"post_receiver_msg"`
		Message struct {
			Addr string
			Name string `json:"encrypt_name"`
			Tel  string `json:"encrypt_tel"`
		} `json:"receiver_msg"`
	}
	for i, tag := range []string{"111", "105"} {
		assert.Equal(t, tag, list[i].Tag)
		require.NoError(t, json.Unmarshal(list[i].Data, &data))
		assert.Equal(t, o, data.Order.String())
		assert.Equal(t, now.Tel, data.Message.Tel, "the ciphers of the new receiver, before and after")
		assert.Equal(t, now.Name, data.Message.Name)
		var addr struct {
			Detail string `json:"encrypt_detail"`
		}
		require.NoError(t, json.Unmarshal([]byte(data.Message.Addr), &addr), "JSON text inside JSON")
		assert.Equal(t, now.Addr.Detail, addr.Detail)
		for _, plain := range []string{"19900000099", "示例新", "示例路99号"} {
			assert.NotContains(t, string(list[i].Data), plain)
		}
	}
	assert.NotEmpty(t, data.Before.Addr)
	assert.Equal(t, o, data.Lines[0].String())
}

func TestAddressModify(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.Add(nil)
	area := func(id, name string) map[string]any { return map[string]any{"id": id, "name": name} }
	addr := func(more map[string]any) map[string]any {
		a := map[string]any{"province": area("32", "江苏省"), "city": area("320500", "苏州市"),
			"town": area("320506", "吴中区"), "street": area("", ""),
			"address_detail": "示例路77号", "land_mark": ""}
		maps.Copy(a, more)
		return a
	}
	modify := func(id string, params map[string]any) string {
		p := map[string]any{"order_id": id}
		maps.Copy(p, params)
		return w.Call("order.addressModify", p).Outcome()
	}
	was := w.Detail(o)
	require.Equal(t, "10000", modify(o, map[string]any{"post_addr": addr(nil)}))
	now := w.Detail(o)
	assert.NotEqual(t, was.Addr.Detail, now.Addr.Detail)
	assert.Equal(t, was.Tel, now.Tel, "what is not named stays")
	assert.Equal(t, "40004 isv.parameter-invalid:80004", modify(o, map[string]any{"post_addr": addr(nil)}))
	assert.Equal(t, "40004 isv.parameter-invalid:80004", modify(o, map[string]any{"post_tel": now.Tel}),
		"a cipher is what stands behind it")
	require.Equal(t, "10000", modify(o, map[string]any{"post_tel": "19900000088", "post_receiver": "示例八"}))

	shipped, abroad := w.Add(map[string]any{"order_status": 101}), w.Add(map[string]any{"biz": 21})
	others, err := w.Box.On(mall.Doudian).AddShop(wiretest.Shop2, "")
	require.NoError(t, err)
	foreign, err := w.Box.On(mall.Doudian).AddOrder(others.ShopID, nil)
	require.NoError(t, err)
	for _, c := range []struct {
		id     string
		params map[string]any
		want   string
	}{
		{o, map[string]any{"post_tel": "1990000008"}, "40004 isv.parameter-invalid:20002"},
		{"6999999999999999999", map[string]any{"post_tel": "19900000077"}, "40004 isv.parameter-invalid:20003"},
		{foreign, map[string]any{"post_tel": "19900000077"}, "50002 isv.business-failed:50004"},
		{shipped, map[string]any{"post_tel": "19900000077"}, "50002 isv.business-failed:80001"},
		{abroad, map[string]any{"post_tel": "19900000077"}, "50002 isv.business-failed:80101"},
		{o, map[string]any{"post_addr": addr(map[string]any{"address_detail": strings.Repeat("长", 61)})}, "50002 isv.business-failed:80002"},
		{o, map[string]any{"post_addr": addr(map[string]any{"land_mark": nil})}, "40003 isv.parameter-invalid"},
	} {
		assert.Equal(t, c.want, modify(c.id, c.params), "%v", c.params)
	}
	assert.Equal(t, "50002 isv.business-failed:50036", w.confirm(foreign, 0))
	assert.Equal(t, "40003 isv.parameter-invalid",
		w.Call("order.AddressAppliedSwitch", map[string]any{"is_allowed": 2}).Outcome())
}
