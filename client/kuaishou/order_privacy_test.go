package kuaishou_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

func mustNumber(t *testing.T, id string) json.Number {
	t.Helper()
	require.Regexp(t, `^\d+$`, id)
	return json.Number(id)
}

func TestDecryptMaskEncryptAndIndex(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o := w.ReadOrder(t, w.AddOrder(t, nil))
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
	assert.Regexp(t, `^\d{11}$`, opened[1].Item.Plain.Reveal())

	masked, err := w.Shop.Orders.Mask(t.Context(), texts...)
	require.NoError(t, err)
	assert.Equal(t, o.Receiver.Name.Mask, masked[0].Item.Mask)
	assert.Equal(t, o.Receiver.Phone.Mask, masked[1].Item.Mask)

	name := order.Text{Kind: order.TextName, Protected: order.Protected{Plain: opened[0].Item.Plain}}
	indexes, err := w.Shop.Orders.SearchIndex(t.Context(), name,
		order.Text{Kind: order.TextPhone, Protected: order.Protected{Plain: "19900000000"}}, name)
	require.NoError(t, err)
	assert.Equal(t, indexes[0].Item.Index, indexes[2].Item.Index)
	assert.NotEqual(t, indexes[0].Item.Index, indexes[1].Item.Index)
	assert.Contains(t, o.Receiver.Name.Cipher, indexes[0].Item.Index, "the index stands inside the cipher")

	other := w.AddOrder(t, nil)
	encrypted, err := w.Shop.Orders.Encrypt(t.Context(), ofOrder(other, name), ofOrder("2599999999999999", name))
	require.NoError(t, err)
	require.NoError(t, encrypted[0].Err)
	assert.NotEqual(t, o.Receiver.Name.Cipher, encrypted[0].Item.Cipher, "a text has another cipher in each order")
	assert.ErrorIs(t, encrypted[1].Err, mall.ErrRejected)
	assert.Empty(t, encrypted[1].Item.Cipher)

	bad := order.Text{Kind: "shoe size", Protected: order.Protected{Plain: "42"}}
	_, err = w.Shop.Orders.SearchIndex(t.Context(), bad)
	assert.ErrorIs(t, err, mall.ErrInvalid)
	_, err = w.Shop.Orders.Encrypt(t.Context(), ofOrder(other, bad))
	assert.ErrorIs(t, err, mall.ErrInvalid)
}

// TestDecryptPartly: a text that cannot be decrypted has its own error, and the
// others are decrypted.
func TestDecryptPartly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	o := w.ReadOrder(t, w.AddOrder(t, nil))
	bad := order.Text{OrderID: o.ID, Protected: order.Protected{Cipher: "#nonsense#"}}
	for name, open := range map[string]func() ([]mall.Result[order.Text], error){
		"decrypt": func() ([]mall.Result[order.Text], error) {
			return w.Shop.Orders.Decrypt(t.Context(), o.Texts()[0], bad, o.Texts()[1])
		},
		"mask": func() ([]mall.Result[order.Text], error) {
			return w.Shop.Orders.Mask(t.Context(), o.Texts()[0], bad, o.Texts()[1])
		},
	} {
		opened, err := open()
		require.NoError(t, err, name)
		require.NoError(t, opened[0].Err, name)
		assert.ErrorIs(t, opened[1].Err, mall.ErrRejected, name)
		assert.Empty(t, opened[1].Item.Plain, name)
		assert.NotContains(t, opened[1].Err.Error(), "nonsense", name)
		require.NoError(t, opened[2].Err, name)
	}
}

// TestErrorsHoldNoPersonalTexts: the platform quotes ciphers and plain texts in
// its refusals, of whole calls and of entries.
func TestErrorsHoldNoPersonalTexts(t *testing.T) {
	t.Parallel()
	const name, cipher = "示例壬", "#bGFuZS03Nw#c2VjcmV0#1##"
	for method, c := range map[string]struct {
		list string
		sent string // which of the two was sent
		call func(*order.Service) error
	}{
		"open.order.decrypt.batch": {"batchDecryptResultList", cipher, func(s *order.Service) error {
			opened, err := s.Decrypt(t.Context(), order.Text{OrderID: "1", Protected: order.Protected{Cipher: cipher}})
			if err == nil {
				err = opened[0].Err
			}
			return err
		}},
		"open.order.desensitise.batch": {"batchDesensitiseResultList", cipher, func(s *order.Service) error {
			opened, err := s.Mask(t.Context(), order.Text{OrderID: "1", Protected: order.Protected{Cipher: cipher}})
			if err == nil {
				err = opened[0].Err
			}
			return err
		}},
		"open.order.encrypt.batch": {"batchEncryptResultList", name, func(s *order.Service) error {
			encrypted, err := s.Encrypt(t.Context(),
				ofOrder("1", order.Text{Kind: order.TextName, Protected: order.Protected{Plain: name}}))
			if err == nil {
				err = encrypted[0].Err
			}
			return err
		}},
		"open.order.search.index.batch": {"indexResultList", name, func(s *order.Service) error {
			return second(s.SearchIndex(t.Context(), order.Text{Kind: order.TextName, Protected: order.Protected{Plain: name}}))
		}},
	} {
		entry := fmt.Sprintf(`{"encryptedData":%q,"decryptedData":%q,"plainText":%q,"bizId":"1","errorCode":500001,"errorMsg":"%s 的 %s 有误"}`, cipher, name, name, name, cipher)
		for body, kind := range map[string]mall.Kind{
			`{"result":1,"` + c.list + `":[` + entry + `]}`:                                mall.ErrRejected,
			`{"result":21,"error_msg":"` + c.sent + ` 有误","` + c.list + `":null}`:          mall.ErrRejected,
			`{"result":1,"` + c.list + `":[]}`:                                             mall.ErrReply,
			`{"result":1,"data":null}`:                                                     mall.ErrReply,
			`{"result":1,"` + c.list + `":[{"bizId":"1","errorCode":1}]}`:                  mall.ErrReply,
			`{"result":1,"` + c.list + `":{"errorCode":1,"decryptedData":"` + name + `"}}`: mall.ErrReply,
		} {
			s := shopOver(t, drivertest.Reply(200, []byte(body)), client.WithDecryptBudget(order.NewMemoryBudget(9, nil))).Orders
			err := c.call(s)
			if method == "open.order.encrypt.batch" && body == `{"result":1,"`+c.list+`":[{"bizId":"1","errorCode":1}]}` {
				require.ErrorIs(t, err, mall.ErrReply, "no cipher")
				continue
			}
			require.ErrorIs(t, err, kind, "%s %s", method, body)
			for _, form := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
				assert.NotContains(t, form, name, method)
				assert.NotContains(t, form, cipher, method)
			}
		}
	}
}

// TestDecryptMany: more texts than one call takes go in several calls.
func TestDecryptMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	var texts []order.Text
	for len(texts) < 201 {
		texts = append(texts, w.ReadOrder(t, w.AddOrder(t, nil)).Texts()...)
	}
	opened, err := w.Shop.Orders.Decrypt(t.Context(), texts...)
	require.NoError(t, err)
	assert.Len(t, opened, len(texts))
	assert.Len(t, w.Record.Of("open.order.decrypt.batch"), (len(texts)+99)/100)
}

func TestDecryptBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil, client.WithDecryptBudget(order.NewMemoryBudget(2, nil)))
	o := w.ReadOrder(t, w.AddOrder(t, nil))
	_, err := w.Shop.Orders.Decrypt(t.Context(), o.Texts()...)
	assert.ErrorIs(t, err, mall.ErrPIIBudget)
	assert.Empty(t, w.Record.Of("open.order.decrypt.batch"), "nothing was sent")
	_, err = w.Shop.Orders.Decrypt(t.Context(), o.Texts()[:2]...)
	assert.NoError(t, err)
}

// TestDecryptQuotaOfThePlatform: the merchant's daily allowance, which counts
// orders, is used up. What is refused is not sent again.
func TestDecryptQuotaOfThePlatform(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	one := 1
	require.NoError(t, w.Side().SetLimit(sandbox.Limit{ShopID: w.Shop.ID(), DecryptsPerDay: &one}))
	first, second := w.ReadOrder(t, w.AddOrder(t, nil)), w.ReadOrder(t, w.AddOrder(t, nil))
	opened, err := w.Shop.Orders.Decrypt(t.Context(), append(first.Texts(), second.Texts()...)...)
	require.NoError(t, err)
	for i, p := range opened {
		if i < 3 {
			assert.NoError(t, p.Err)
		} else {
			assert.ErrorIs(t, p.Err, mall.ErrRejected)
		}
	}
	assert.Len(t, w.Record.Of("open.order.decrypt.batch"), 1)
}

// TestInstantDecrypt: ciphers of other services of the platform, which expire,
// are decrypted with client.Call.
func TestInstantDecrypt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	type result struct {
		Plain string `json:"decryptedData"`
		Code  int    `json:"errorCode"`
	}
	got, err := client.Call[[]result](t.Context(), w.Shop, "open.security.instant.decrypt.batch",
		map[string]any{"decryptDataList": []any{map[string]any{"encryptedData": "instant/unknown"}}})
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.NotEqual(t, 1, got[0].Code)
	assert.Empty(t, got[0].Plain)
}

// TestListHeldOrders: the status of held orders is StatusPaid, with a Hold.
func TestListHeldOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	held := 0
	for o, err := range w.Shop.Orders.All(t.Context(), order.Query{From: w.Box.Now().AddDate(0, 0, -6)}) {
		require.NoError(t, err)
		if o.Status != order.StatusPaid {
			continue
		}
		held++
		assert.NotEqual(t, order.HoldNone, o.Hold, o.ID)
		assert.Equal(t, o.Status, o.Lines[0].Status)
	}
	assert.Positive(t, held)
}

// ofOrder is a text that belongs to an order.
func ofOrder(id string, t order.Text) order.Text {
	t.OrderID = id
	return t
}
