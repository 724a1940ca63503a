package doudian_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

func (w *world) address(t *testing.T, id string) order.Receiver {
	t.Helper()
	o, err := w.Shop.Orders.Get(t.Context(), id)
	require.NoError(t, err)
	return o.Receiver
}

// reviewed has the merchant review address changes and returns an order whose
// buyer asks for one.
func (w *world) reviewed(t *testing.T) string {
	t.Helper()
	require.NoError(t, w.Shop.Changes.SetAddressReview(t.Context(), change.ReviewHere, false))
	id := w.AddOrder(t, nil)
	w.askAddress(t, id)
	return id
}

func (w *world) askAddress(t *testing.T, id string) {
	t.Helper()
	ours, err := w.Side().AskAddress(id, sandbox.Receiver{Phone: "19900000099", Detail: "示例路99号"})
	require.NoError(t, err)
	require.True(t, ours)
}

func TestAnswerAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.reviewed(t)
	was := w.address(t, id)
	accept, refuse := change.Verdict{Accept: true}, change.Verdict{Code: "warehouse"}
	require.NoError(t, w.Shop.Changes.AnswerAddress(t.Context(), id+"A", accept), "also with the letter of old answers")
	now := w.address(t, id)
	assert.NotEqual(t, was.Address.Cipher, now.Address.Cipher)
	assert.False(t, was.Same(now))
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse), mall.ErrConflict,
		"it was accepted: refusing comes too late")

	w.askAddressAgain(t, id)
	require.NoError(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse))
	assert.Equal(t, now, w.address(t, id))
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, refuse), mall.ErrAlreadyDone)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrConflict)
}

func (w *world) askAddressAgain(t *testing.T, id string) {
	t.Helper()
	_, err := w.Side().AskAddress(id, sandbox.Receiver{Detail: "示例路100号"})
	require.NoError(t, err)
}

func TestAnswerAddressRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	accept := change.Verdict{Accept: true}
	other := w.AddOrder(t, nil)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), other, accept), mall.ErrInvalid, "the review is off")
	id := w.reviewed(t)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), other, accept), mall.ErrNotFound)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, change.Verdict{Code: "moonlight"}), mall.ErrInvalid)
	_, err := w.Side().AskAfterSale(sandbox.AfterSale{OrderID: id})
	require.NoError(t, err)
	for _, v := range []change.Verdict{accept, {}} {
		require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, v), mall.ErrConflict, "a refund ended the review")
	}
}

func TestAnswerAddressLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.reviewed(t)
	w.Arm(t, sandbox.Fault{Method: "order.addressConfirm", Kind: sandbox.FaultCutAfter})
	accept := change.Verdict{Accept: true}
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrUnknownOutcome)
	assert.Len(t, w.Record.Of("order.addressConfirm"), 1)
	require.ErrorIs(t, w.Shop.Changes.AnswerAddress(t.Context(), id, accept), mall.ErrAlreadyDone)
}

func TestAnswerAddressReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, reason := range []string{"picking", "allocating", "warehouse", "outbound", "shipping", ""} {
		id := w.reviewed(t)
		require.NoError(t, w.Shop.Changes.AnswerAddress(t.Context(), id, change.Verdict{Code: reason}), "%q", reason)
	}
}

func TestAddressReview(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	for _, review := range []change.Review{change.ReviewHere, change.ReviewOff} {
		require.NoError(t, w.Shop.Changes.SetAddressReview(t.Context(), review, true))
		got, err := w.Shop.Changes.AddressReview(t.Context())
		require.NoError(t, err)
		assert.Equal(t, review, got)
	}
	for word, want := range map[string]change.Review{"1": change.ReviewElsewhere, `"2"`: change.ReviewHere, "9": ""} {
		shop := shopOver(t, drivertest.Reply(200, []byte(`{"code":10000,"data":{"authorized_status":`+word+`}}`)))
		got, err := shop.Changes.AddressReview(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got, word)
	}
	shop := shopOver(t, drivertest.Reply(200,
		[]byte(`{"code":50002,"sub_code":"isv.business-failed:50045","sub_msg":"开启失败，已存在有权限审核改地址的应用"}`)))
	require.ErrorIs(t, shop.Changes.SetAddressReview(t.Context(), change.ReviewHere, false), mall.ErrPermission)
}

func TestChangeAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.AddOrder(t, nil)
	was := w.address(t, id)
	region := func(code, name string) order.Region { return order.Region{Code: code, Name: name} }
	to := order.Receiver{
		Name:     was.Name, // as a cipher
		Province: region("32", "江苏省"), City: region("320500", "苏州市"), District: region("320506", "吴中区"),
		Address: order.Protected{Plain: "示例路88号"},
	}
	w.Arm(t, sandbox.Fault{Method: "order.addressModify", Kind: sandbox.FaultCutAfter})
	err := w.Shop.Changes.ChangeAddress(t.Context(), id, to)
	require.ErrorIs(t, err, mall.ErrAlreadyDone, "the answer was lost, and the second attempt finds nothing to change")
	now := w.address(t, id)
	assert.Equal(t, was.Name, now.Name)
	assert.Equal(t, was.Phone, now.Phone)
	assert.NotEqual(t, was.Address, now.Address)
	assert.Equal(t, "吴中区", now.District.Name)

	require.NoError(t, w.Shop.Changes.ChangeAddress(t.Context(), id,
		order.Receiver{Phone: order.Protected{Plain: "19900000088"}}))
	shipped := w.AddOrder(t, map[string]any{"order_status": 101})
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), shipped, to), mall.ErrRejected)
	require.ErrorIs(t, w.Shop.Changes.ChangeAddress(t.Context(), "6999999999999999999", to), mall.ErrNotFound)
}

func TestChangeAddressErrorHoldsNoReceiver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	const phone = "19912345678"
	w.Arm(t, sandbox.Fault{Method: "order.addressModify", Kind: sandbox.FaultBody, Times: 5,
		Body: `{"code":50002,"sub_code":"isv.business-failed:40001","sub_msg":"手机号 ` + phone + ` 无效, lane-77","data":null}`})
	err := w.Shop.Changes.ChangeAddress(t.Context(), w.AddOrder(t, nil), order.Receiver{
		Phone: order.Protected{Plain: phone}, Address: order.Protected{Plain: "lane-77"},
		Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"},
	})
	require.ErrorIs(t, err, mall.ErrRejected)
	assert.NotContains(t, err.Error(), phone)
	assert.NotContains(t, err.Error(), "lane-77")
}
