package doudian_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

func TestDecryptMaskAndIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o, err := w.shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	sealed := o.Sealed()
	require.Len(t, sealed, 3)

	opened, err := w.shop.Orders.Decrypt(t.Context(), sealed...)
	require.NoError(t, err)
	require.Len(t, opened, 3)
	for i, p := range opened {
		require.NoError(t, p.Err)
		assert.Equal(t, sealed[i], p.Sealed)
		assert.NotEmpty(t, p.Plain.Reveal())
	}
	assert.True(t, opened[1].Virtual)
	assert.Regexp(t, `^\d{11}$`, opened[1].Plain.Reveal())
	assert.Regexp(t, `^\d{4}$`, opened[1].Extension.Reveal())
	assert.True(t, opened[1].Expires.After(w.box.Now().Add(24*time.Hour)))

	masked, err := w.shop.Orders.Mask(t.Context(), sealed...)
	require.NoError(t, err)
	assert.Equal(t, o.Receiver.Name.Mask, masked[0].Plain.Reveal())
	assert.Equal(t, o.Receiver.Phone.Mask, masked[1].Plain.Reveal())

	indexes, err := w.shop.Orders.SearchIndex(t.Context(),
		order.PlainText{Kind: order.TextName, Text: "示例"}, order.PlainText{Kind: order.TextPhone, Text: "19900000000"}, order.PlainText{Kind: order.TextName, Text: "示例"})
	require.NoError(t, err)
	assert.Equal(t, indexes[0], indexes[2])
	assert.NotEqual(t, indexes[0], indexes[1])
	_, err = w.shop.Orders.SearchIndex(t.Context(), order.PlainText{Kind: "shoe size", Text: "42"})
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestDecryptPartly: one bad text among good ones has its own error.
func TestDecryptPartly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o, err := w.shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	bad := order.Sealed{OrderID: o.ID, Cipher: "#nonsense#"}
	opened, err := w.shop.Orders.Decrypt(t.Context(), o.Sealed()[0], bad, o.Sealed()[1])
	require.NoError(t, err)
	require.NoError(t, opened[0].Err)
	assert.ErrorIs(t, opened[1].Err, mall.ErrRejected)
	assert.Empty(t, opened[1].Plain)
	assert.NotContains(t, opened[1].Err.Error(), "nonsense")
	require.NoError(t, opened[2].Err)
}

// TestEncrypt: what was encrypted for an order is opened for it, and for no
// other.
func TestEncrypt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.orderOf(t, nil)
	text := order.PlainText{Kind: order.TextName, Text: "示例"}
	got, err := w.shop.Orders.Encrypt(t.Context(), order.Unsealed{OrderID: id + "A", PlainText: text}, order.Unsealed{OrderID: "6999999999999999999", PlainText: text})
	require.NoError(t, err)
	require.NoError(t, got[0].Err)
	assert.NotEmpty(t, got[0].Cipher)
	assert.ErrorIs(t, got[1].Err, mall.ErrRejected)
	assert.Empty(t, got[1].Cipher)
	opened, err := w.shop.Orders.Decrypt(t.Context(), order.Sealed{OrderID: id, Cipher: got[0].Cipher}, order.Sealed{OrderID: w.orderOf(t, nil), Cipher: got[0].Cipher})
	require.NoError(t, err)
	assert.Equal(t, text.Text, opened[0].Plain)
	assert.Error(t, opened[1].Err)
	_, err = w.shop.Orders.Encrypt(t.Context(), order.Unsealed{OrderID: id, PlainText: order.PlainText{Kind: "shoe size", Text: "42"}})
	assert.ErrorIs(t, err, mall.ErrInvalid)
	w.Arm(t, sandbox.Fault{Method: "order.batchEncrypt", Kind: sandbox.FaultBody, Times: 5,
		Body: `{"code":50002,"sub_code":"isv.business-failed:40001","sub_msg":"lane-77 无法加密","data":null}`})
	_, err = w.shop.Orders.Encrypt(t.Context(), order.Unsealed{OrderID: id, PlainText: order.PlainText{Kind: order.TextAddress, Text: "lane-77"}})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "lane-77")
}

// TestDecryptMany: more texts than one call takes.
func TestDecryptMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var sealed []order.Sealed
	for o, err := range w.shop.Orders.All(t.Context(), order.Query{}) {
		require.NoError(t, err)
		sealed = append(sealed, o.Sealed()...)
	}
	require.Greater(t, len(sealed), 100)
	opened, err := w.shop.Orders.Decrypt(t.Context(), sealed...)
	require.NoError(t, err)
	assert.Len(t, opened, len(sealed))
	assert.Len(t, w.record.Of("order.batchDecrypt"), (len(sealed)+49)/50)
}

func TestDecryptBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil, client.WithDecryptBudget(order.NewMemoryBudget(2, nil)))
	o, err := w.shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	_, err = w.shop.Orders.Decrypt(t.Context(), o.Sealed()...)
	assert.ErrorIs(t, err, mall.ErrPIIBudget)
	assert.Empty(t, w.record.Of("order.batchDecrypt"), "nothing was sent")
	_, err = w.shop.Orders.Decrypt(t.Context(), o.Sealed()[:2]...)
	assert.NoError(t, err)
}

// TestDecryptQuotaOfThePlatform: the platform's own allowance is used up.
func TestDecryptQuotaOfThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	none := 0
	require.NoError(t, w.box.On(mall.Doudian).SetLimit(sandbox.Limit{ShopID: w.shop.ID(), DecryptsPerDay: &none}))
	o, err := w.shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	_, err = w.shop.Orders.Decrypt(t.Context(), o.Sealed()...)
	assert.ErrorIs(t, err, mall.ErrPermission, "risk control: waiting does not help")
}

func TestRemark(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := "6920000000000000100"
	require.NoError(t, w.shop.Orders.SetRemark(t.Context(), id, order.Remark{Text: "<b>先发</b> & \"轻放\" 🎁", Flag: order.FlagRed}))
	o, err := w.shop.Orders.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, order.Remark{Text: "<b>先发</b> & \"轻放\" 🎁", Flag: order.FlagRed}, o.Remark)
	assert.ErrorIs(t, w.shop.Orders.SetRemark(t.Context(), id, order.Remark{Flag: order.FlagBlue}), mall.ErrInvalid)

	// A lost answer is no reason to worry: the remark is written over.
	w.Arm(t, sandbox.Fault{Method: "order.addOrderRemark", Kind: sandbox.FaultCutAfter})
	require.NoError(t, w.shop.Orders.SetRemark(t.Context(), id, order.Remark{Text: "x"}))
}

func TestMergeable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var sameReceiver, other []order.Order
	for o, err := range w.shop.Orders.All(t.Context(), order.Query{Status: order.StatusToShip}) {
		require.NoError(t, err)
		if len(sameReceiver) == 0 || order.SameReceiver(o.Receiver, sameReceiver[0].Receiver) {
			sameReceiver = append(sameReceiver, o)
		} else {
			other = append(other, o)
		}
	}
	require.NotEmpty(t, other)
	groups, err := w.shop.Orders.Mergeable(t.Context(), append(sameReceiver[:1:1], other...)...)
	require.NoError(t, err)
	total := 0
	for _, g := range groups {
		total += len(g)
	}
	assert.Equal(t, 1+len(other), total, "every order is in one group")
	_, err = w.shop.Orders.Mergeable(t.Context(), make([]order.Order, 101)...)
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestWritesAreNotRepeated: any method that is not known to be repeatable.
func TestWritesAreNotRepeated(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutAfter, sandbox.FaultHalfBody, sandbox.FaultHTML, sandbox.FaultStatus} {
		w := newWorld(t, nil)
		require.NoError(t, w.detail(t))
		before := len(w.box.Received())
		w.Arm(t, sandbox.Fault{Method: "order.logisticsAdd", Kind: kind})
		_, err := client.Call[struct{}](t.Context(), w.shop, "order.logisticsAdd", map[string]string{"order_id": "1"})
		assert.ErrorIs(t, err, mall.ErrUnknownOutcome, kind)
		assert.Len(t, w.box.Received(), before+1, kind)
	}
}
