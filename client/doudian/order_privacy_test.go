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
	o, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	texts := o.Texts()
	require.Len(t, texts, 3)

	opened, err := w.Shop.Orders.Decrypt(t.Context(), texts...)
	require.NoError(t, err)
	require.Len(t, opened, 3)
	for i, p := range opened {
		require.NoError(t, p.Err)
		assert.Equal(t, texts[i].Cipher, p.Item.Cipher)
		assert.Equal(t, texts[i].OrderID, p.Item.OrderID)
		assert.NotEmpty(t, p.Item.Plain.Reveal())
	}
	assert.True(t, opened[1].Item.Virtual)
	assert.Regexp(t, `^\d{11}$`, opened[1].Item.Plain.Reveal())
	assert.Regexp(t, `^\d{4}$`, opened[1].Item.Extension.Reveal())
	assert.True(t, opened[1].Item.Expires.After(w.Box.Now().Add(24*time.Hour)))

	masked, err := w.Shop.Orders.Mask(t.Context(), texts...)
	require.NoError(t, err)
	assert.Equal(t, o.Receiver.Name.Mask, masked[0].Item.Mask)
	assert.Equal(t, o.Receiver.Phone.Mask, masked[1].Item.Mask)

	indexes, err := w.Shop.Orders.SearchIndex(t.Context(),
		order.Text{Kind: order.TextName, Protected: order.Protected{Plain: "示例"}},
		order.Text{Kind: order.TextPhone, Protected: order.Protected{Plain: "19900000000"}},
		order.Text{Kind: order.TextName, Protected: order.Protected{Plain: "示例"}})
	require.NoError(t, err)
	assert.Equal(t, indexes[0].Item.Index, indexes[2].Item.Index)
	assert.NotEqual(t, indexes[0].Item.Index, indexes[1].Item.Index)
	_, err = w.Shop.Orders.SearchIndex(t.Context(), order.Text{Kind: "shoe size", Protected: order.Protected{Plain: "42"}})
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestDecryptPartly: a text that cannot be decrypted has its own error, and the
// others are decrypted.
func TestDecryptPartly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	bad := order.Text{OrderID: o.ID, Protected: order.Protected{Cipher: "#nonsense#"}}
	opened, err := w.Shop.Orders.Decrypt(t.Context(), o.Texts()[0], bad, o.Texts()[1])
	require.NoError(t, err)
	require.NoError(t, opened[0].Err)
	assert.ErrorIs(t, opened[1].Err, mall.ErrRejected)
	assert.Empty(t, opened[1].Item.Plain)
	assert.NotContains(t, opened[1].Err.Error(), "nonsense")
	require.NoError(t, opened[2].Err)
}

// TestEncrypt: a text that was encrypted for an order is decrypted for that
// order only.
func TestEncrypt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.AddOrder(t, nil)
	text := order.Text{Kind: order.TextName, Protected: order.Protected{Plain: "示例"}}
	got, err := w.Shop.Orders.Encrypt(t.Context(), ofOrder(id+"A", text), ofOrder("6999999999999999999", text))
	require.NoError(t, err)
	require.NoError(t, got[0].Err)
	assert.NotEmpty(t, got[0].Item.Cipher)
	assert.ErrorIs(t, got[1].Err, mall.ErrRejected)
	assert.Empty(t, got[1].Item.Cipher)
	opened, err := w.Shop.Orders.Decrypt(t.Context(),
		order.Text{OrderID: id, Protected: order.Protected{Cipher: got[0].Item.Cipher}},
		order.Text{OrderID: w.AddOrder(t, nil), Protected: order.Protected{Cipher: got[0].Item.Cipher}})
	require.NoError(t, err)
	assert.Equal(t, text.Plain, opened[0].Item.Plain)
	assert.Error(t, opened[1].Err)
	_, err = w.Shop.Orders.Encrypt(t.Context(),
		ofOrder(id, order.Text{Kind: "shoe size", Protected: order.Protected{Plain: "42"}}))
	assert.ErrorIs(t, err, mall.ErrInvalid)
	w.Arm(t, sandbox.Fault{Method: "order.batchEncrypt", Kind: sandbox.FaultBody, Times: 5,
		Body: `{"code":50002,"sub_code":"isv.business-failed:40001","sub_msg":"lane-77 无法加密","data":null}`})
	_, err = w.Shop.Orders.Encrypt(t.Context(),
		ofOrder(id, order.Text{Kind: order.TextAddress, Protected: order.Protected{Plain: "lane-77"}}))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "lane-77")
}

// TestDecryptMany: more texts than one call takes go in several calls.
func TestDecryptMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var texts []order.Text
	for o, err := range w.Shop.Orders.All(t.Context(), order.Query{}) {
		require.NoError(t, err)
		texts = append(texts, o.Texts()...)
	}
	require.Greater(t, len(texts), 100)
	opened, err := w.Shop.Orders.Decrypt(t.Context(), texts...)
	require.NoError(t, err)
	assert.Len(t, opened, len(texts))
	assert.Len(t, w.Record.Of("order.batchDecrypt"), (len(texts)+49)/50)
}

func TestDecryptBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil, client.WithDecryptBudget(order.NewMemoryBudget(2, nil)))
	o, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	_, err = w.Shop.Orders.Decrypt(t.Context(), o.Texts()...)
	assert.ErrorIs(t, err, mall.ErrPIIBudget)
	assert.Empty(t, w.Record.Of("order.batchDecrypt"), "nothing was sent")
	_, err = w.Shop.Orders.Decrypt(t.Context(), o.Texts()[:2]...)
	assert.NoError(t, err)
}

// TestDecryptQuotaOfThePlatform: the daily allowance of the platform is used
// up.
func TestDecryptQuotaOfThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	none := 0
	require.NoError(t, w.Side().SetLimit(sandbox.Limit{ShopID: w.Shop.ID(), DecryptsPerDay: &none}))
	o, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
	require.NoError(t, err)
	_, err = w.Shop.Orders.Decrypt(t.Context(), o.Texts()...)
	assert.ErrorIs(t, err, mall.ErrPermission, "risk control: waiting does not help")
}

func TestRemark(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := "6920000000000000100"
	require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id,
		order.Remark{Text: "<b>先发</b> & \"轻放\" 🎁", Flag: order.FlagRed}))
	o, err := w.Shop.Orders.Get(t.Context(), id)
	require.NoError(t, err)
	assert.Equal(t, order.Remark{Text: "<b>先发</b> & \"轻放\" 🎁", Flag: order.FlagRed}, o.Remark)
	assert.ErrorIs(t, w.Shop.Orders.SetRemark(t.Context(), id, order.Remark{Flag: order.FlagBlue}), mall.ErrInvalid)

	// A lost answer is no reason to worry: the remark is written over.
	w.Arm(t, sandbox.Fault{Method: "order.addOrderRemark", Kind: sandbox.FaultCutAfter})
	require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id, order.Remark{Text: "x"}))
}

func TestMergeable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var sameReceiver, other []order.Order
	for o, err := range w.Shop.Orders.All(t.Context(), order.Query{Status: order.StatusToShip}) {
		require.NoError(t, err)
		if len(sameReceiver) == 0 || o.Receiver.Same(sameReceiver[0].Receiver) {
			sameReceiver = append(sameReceiver, o)
		} else {
			other = append(other, o)
		}
	}
	require.NotEmpty(t, other)
	groups, err := w.Shop.Orders.Mergeable(t.Context(), append(sameReceiver[:1:1], other...)...)
	require.NoError(t, err)
	total := 0
	for _, g := range groups {
		total += len(g)
	}
	assert.Equal(t, 1+len(other), total, "every order is in one group")
	_, err = w.Shop.Orders.Mergeable(t.Context(), make([]order.Order, 101)...)
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestCallLostAnswer: a method that the driver does not know to be repeatable
// is sent once.
func TestCallLostAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutAfter, sandbox.FaultHalfBody, sandbox.FaultHTML,
		sandbox.FaultStatus} {
		w := newWorld(t, nil)
		require.NoError(t, w.detail(t))
		before := len(w.Box.Received())
		w.Arm(t, sandbox.Fault{Method: "order.logisticsAdd", Kind: kind})
		_, err := client.Call[struct{}](t.Context(), w.Shop, "order.logisticsAdd", map[string]string{"order_id": "1"})
		assert.ErrorIs(t, err, mall.ErrUnknownOutcome, kind)
		assert.Len(t, w.Box.Received(), before+1, kind)
	}
}

// ofOrder is a text that belongs to an order.
func ofOrder(id string, t order.Text) order.Text {
	t.OrderID = id
	return t
}
