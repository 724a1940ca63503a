package kuaishou_test

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// reviewed returns an order whose buyer asks the merchant for another address.
func (w *world) reviewed(t *testing.T) string {
	t.Helper()
	id := w.AddOrder(t, base(map[string]any{"payTime": w.Box.Now().Add(-7 * 3600e9).UnixMilli()}))
	w.askAddress(t, id, "示例路99号")
	return id
}

func (w *world) askAddress(t *testing.T, id, detail string) {
	t.Helper()
	ours, err := w.Side().AskAddress(id, sandbox.Receiver{Detail: detail})
	require.NoError(t, err)
	require.True(t, ours)
}

func TestAnswerAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.reviewed(t)
	was := w.ReadOrder(t, id).Receiver
	accept, refuse := change.Verdict{Accept: true}, change.Verdict{Code: "warehouse"}
	require.NoError(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept))
	now := w.ReadOrder(t, id).Receiver
	assert.NotEqual(t, was.Address.Cipher, now.Address.Cipher)
	assert.Equal(t, was.Name, now.Name, "only the address is changed")
	assert.False(t, was.Same(now))
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse), mall.ErrConflict,
		"it was accepted: refusing comes too late")
	assert.Empty(t, w.Record.Of("open.order.address.audit.reject"), "and is not sent")

	w.askAddress(t, id, "示例路100号")
	require.NoError(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse))
	assert.Equal(t, now, w.ReadOrder(t, id).Receiver)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrConflict)
}

func TestAnswerAddressRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	accept := change.Verdict{Accept: true}
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), w.AddOrder(t, nil), accept), mall.ErrNotFound,
		"nobody asks")
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), "2599999999999999", accept), mall.ErrNotFound)
	id := w.reviewed(t)
	require.NoError(t, w.Side().UpdateOrder(id, base(map[string]any{"status": 40})))
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrRejected, "it left")

	// Somebody else answers between the look and the call.
	for status, want := range map[int]mall.Kind{20: mall.ErrAlreadyDone, 30: mall.ErrConflict} {
		id := w.reviewed(t)
		answered := func(method string) {
			if method == "open.order.address.audit.approve" {
				assert.NoError(t, w.Side().UpdateOrder(id,
					map[string]any{"addressUpdateAuditInfo": map[string]any{"auditStatus": status}}))
			}
		}
		w.OnCall(answered)
		require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), want, status)
		w.OnCall(nil)
	}
}

func TestAnswerAddressLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.reviewed(t)
	w.Arm(t, sandbox.Fault{Method: "open.order.address.audit.approve", Kind: sandbox.FaultCutAfter})
	accept := change.Verdict{Accept: true}
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrUnknownOutcome,
		"a write, though it is sent by GET")
	assert.Len(t, w.Record.Of("open.order.address.audit.approve"), 1)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrAlreadyDone)
	assert.Len(t, w.Record.Of("open.order.address.audit.approve"), 1)
}

// newReceiver is a receiver that no order of the sandbox has.
func newReceiver() order.Receiver {
	region := func(code, name string) order.Region { return order.Region{Code: code, Name: name} }
	return order.Receiver{
		Name: order.Protected{Plain: "示例癸"}, Phone: order.Protected{Plain: "19900000088"},
		Address:  order.Protected{Plain: "示例路88号"},
		Province: region("32", "江苏省"), City: region("3205", "苏州市"), District: region("320505", "虎丘区"),
		Street: region("320505001", "枫桥街道"),
	}
}

func TestChangeAddress(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{"", sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHTML} {
		w := newWorld(t, nil)
		id, to := w.AddOrder(t, nil), newReceiver()
		was := w.ReadOrder(t, id).Receiver
		if kind != "" {
			w.Arm(t, sandbox.Fault{Method: "open.order.address.update", Kind: kind})
		}
		require.NoError(t, w.Shop.Changes.ChangeAddress(t.Context(), id, to), "%s: a lost answer is settled by looking", kind)
		now := w.ReadOrder(t, id).Receiver
		assert.NotEqual(t, was.Name, now.Name)
		assert.Equal(t, "虎丘区", now.District.Name)
		assert.False(t, was.Same(now))
		sent := len(w.Record.Of("open.order.address.update"))
		require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, to), mall.ErrAlreadyDone)
		require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, order.Receiver{Phone: to.Phone}),
			mall.ErrAlreadyDone)
		require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, now), mall.ErrAlreadyDone, "as it was read")
		assert.Len(t, w.Record.Of("open.order.address.update"), sent, "what is in force is not sent")

		require.NoError(t, w.Shop.Changes.ChangeAddress(t.Context(), id,
			order.Receiver{Phone: order.Protected{Plain: "19900000077"}}))
		then := w.ReadOrder(t, id).Receiver
		assert.NotEqual(t, now.Phone, then.Phone)
		assert.Equal(t, now.Name, then.Name)
		assert.Equal(t, now.Address, then.Address)
	}
}

func TestChangeAddressRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id, to := w.AddOrder(t, nil), newReceiver()
	foreign := to
	foreign.Name = w.ReadOrder(t, w.AddOrder(t, nil)).Receiver.Name
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, foreign), mall.ErrInvalid,
		"the cipher of another order")
	sealed := to
	sealed.Address = w.ReadOrder(t, id).Receiver.Address
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, sealed), mall.ErrInvalid,
		"another region, and the old street as a cipher")
	shipped := w.AddOrder(t, base(map[string]any{"status": 40}))
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), shipped, to), mall.ErrRejected)
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), "2599999999999999", to), mall.ErrNotFound)
}

func TestChangeAddressErrorHoldsNoReceiver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const phone = "19912345678"
	w.Arm(t, sandbox.Fault{Method: "open.order.address.update", Kind: sandbox.FaultBody, Times: 5,
		Body: `{"result":21,"error_msg":"手机号 ` + phone + ` 无效, lane-77"}`})
	to := newReceiver()
	to.Phone.Plain, to.Address.Plain = phone, "lane-77"
	err := w.Shop.Changes.ChangeAddress(t.Context(), w.AddOrder(t, nil), to)
	require.ErrorIs(t, err, mall.ErrRejected)
	assert.NotContains(t, err.Error(), phone)
	assert.NotContains(t, err.Error(), "lane-77")
}

// TestChangeAddressOfADepositPresale: the documents say that the address of a
// deposit presale cannot change. The driver does not send such a call, because
// failed calls lower the rates of the app.
func TestChangeAddressOfADepositPresale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.AddOrder(t, base(map[string]any{"allActivityType": []int{6}}))
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), id, newReceiver()), mall.ErrRejected)
	assert.Empty(t, w.Record.Of("open.order.address.update"))
}

type sends func(*http.Request) (*http.Response, error)

func (f sends) RoundTrip(q *http.Request) (*http.Response, error) { return f(q) }

// TestChangeAddressParams: an address is sent with all its levels and their
// codes. Name and phone may be sent alone, as a partial update.
func TestChangeAddressParams(t *testing.T) {
	t.Parallel()
	detail, err := os.ReadFile("testdata/order/to_ship.json")
	require.NoError(t, err)
	var param string
	shop := shopOver(t, sends(func(q *http.Request) (*http.Response, error) {
		body := detail
		switch q.URL.Path {
		case "/open/order/address/update":
			text, err := io.ReadAll(q.Body)
			assert.NoError(t, err)
			form, err := url.ParseQuery(string(text))
			assert.NoError(t, err)
			param, body = form.Get("param"), []byte(`{"result":1}`)
		case "/open/order/search/index/batch":
			body = []byte(`{"result":1,"indexResultList":[{"plainText":"19900000077","searchIndex":"of another","errorCode":1}]}`)
		}
		return drivertest.Reply(200, body).RoundTrip(q)
	}))
	const id = "2500000000000100"
	require.NoError(t, shop.Changes.ChangeAddress(t.Context(), id, newReceiver()))
	assert.JSONEq(t, `{"orderId":2500000000000100,"consignee":"示例癸","mobile":"19900000088","address":"示例路88号",
		"provinceCode":32,"province":"江苏省","cityCode":3205,"city":"苏州市","districtCode":320505,"district":"虎丘区",
		"townCode":320505001,"town":"枫桥街道","isPartialUpdate":false}`, param)
	require.NoError(t, shop.Changes.ChangeAddress(t.Context(), id,
		order.Receiver{Phone: order.Protected{Plain: "19900000077"}}))
	assert.JSONEq(t, `{"orderId":2500000000000100,"mobile":"19900000077","isPartialUpdate":true}`, param)
}
