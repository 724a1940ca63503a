package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// The SKUs of the item that the tests order: the ordered one, another of the
// same price, a cheaper one and a dearer one.
const (
	shirt   = 24900000000001
	red     = 158400000000001
	blue    = 158400000000002
	cheaper = 158400000000003
	dearer  = 158400000000004
)

// shirt adds an order of a shirt, with fields applied to it.
func (w wire) shirt(fields map[string]any) string {
	w.T.Helper()
	o := map[string]any{"orderItemInfo": map[string]any{"itemId": shirt, "skuId": red, "price": 5900, "num": 1,
		"skuNick": "TS-RED-M"}}
	for k, v := range fields {
		o[k] = v
	}
	return w.add(o)
}

// card sends the buyer of an order a card, as customer service.
func (w wire) card(id, sku string) error {
	w.T.Helper()
	c, err := w.Box.On(mall.Kuaishou).RequestSpecChange(w.T.Context(), sandbox.ServiceRequest{OrderID: id, SKUID: sku})
	if err == nil {
		assert.Equal(w.T, "pending", c.Verdict)
		assert.Zero(w.T, c.ID, "the app is not called")
		assert.Equal(w.T, id, c.OrderID)
	}
	return err
}

func (w wire) agree(id string, agree bool) error {
	_, err := w.Box.On(mall.Kuaishou).AnswerSpecChange(id, agree)
	return err
}

// update calls open.seller.order.sku.update.
func (w wire) update(id string, from, to int64) answer {
	w.T.Helper()
	return w.post("open.seller.order.sku.update",
		map[string]any{"orderId": json.Number(id), "itemId": shirt, "oldSkuId": from, "newSkuId": to})
}

// verdicts returns the verdicts of an order's operation log.
func (w wire) verdicts(id string) (list []string) {
	w.T.Helper()
	ops, err := w.Box.On(mall.Kuaishou).Operations(id)
	require.NoError(w.T, err)
	for _, op := range ops {
		assert.Equal(w.T, "spec_change", op.Service)
		list = append(list, op.Verdict)
	}
	return list
}

func TestSpecChange(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.shirt(nil)
	before := w.detail(id)
	assert.Equal(t, "21 买家未同意修改规格", w.update(id, red, blue).outcome())
	require.NoError(t, w.card(id, "158400000000002"))
	assert.Equal(t, "21 买家未同意修改规格", w.update(id, red, blue).outcome(), "a card is no consent")
	require.ErrorIs(t, w.card(id, "158400000000004"), sandbox.ErrRefused, "one card at a time")
	w.Box.Advance(time.Hour)
	require.NoError(t, w.agree(id, true))
	require.ErrorIs(t, w.agree(id, true), sandbox.ErrRefused, "it was answered")
	assert.Equal(t, before, w.detail(id), "the yes alone changes nothing")
	assert.Equal(t, "21 买家未同意修改规格", w.update(id, red, dearer).outcome(), "it was a yes to another SKU")

	answer := w.update(id, red, blue)
	assert.Equal(t, 1, answer.Result, "%s", answer.raw)
	assert.Empty(t, answer.Data, "the answer is the bare envelope")
	after := w.detail(id)
	assert.EqualValues(t, blue, after.Item.SKUID)
	assert.EqualValues(t, red, after.Item.Prev.SKUID)
	assert.Equal(t, before.Item.Price, after.Item.Price, "nobody pays a difference")
	assert.Equal(t, w.Box.Now().UnixMilli(), after.Base.Updated)
	var own struct {
		Item struct {
			Desc string `json:"skuDesc"`
			Nick string `json:"skuNick"`
			Prev struct {
				Nick string `json:"skuNick"`
			} `json:"itemPrevInfo"`
		} `json:"orderItemInfo"`
	}
	text, err := w.Box.On(mall.Kuaishou).Order(id)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &own))
	assert.Equal(t, "颜色:蓝色;尺码:XL", own.Item.Desc)
	assert.Equal(t, "TS-RED-M-XL", own.Item.Nick)
	assert.Equal(t, "TS-RED-M", own.Item.Prev.Nick)
	assert.Equal(t, []string{"pending", "accepted"}, w.verdicts(id))
	assert.Empty(t, w.Box.SPICalls())
	for _, p := range w.Box.Pushes() {
		assert.NotContains(t, p.Tag, "sku")
	}

	assert.Equal(t, "21 规格不存在", w.update(id, red, blue).outcome(), "done before: the old SKU is no more there")
	assert.Equal(t, "21 买家未同意修改规格", w.update(id, blue, red).outcome(), "a yes is spent")
	require.NoError(t, w.card(id, "158400000000001"), "and back")
	require.NoError(t, w.agree(id, false))
	assert.Equal(t, "21 买家未同意修改规格", w.update(id, blue, red).outcome())
}

// TestSpecCardEnds: an unanswered card runs out, and a card whose order changes
// becomes void.
func TestSpecCardEnds(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.shirt(nil)
	require.NoError(t, w.card(id, "158400000000002"))
	w.Box.Advance(2*time.Hour - time.Second)
	assert.Equal(t, []string{"pending"}, w.verdicts(id))
	w.Box.Advance(time.Second)
	assert.Equal(t, []string{"pending", "timed_out"}, w.verdicts(id))
	require.ErrorIs(t, w.agree(id, true), sandbox.ErrRefused)
	require.NoError(t, w.card(id, "158400000000002"), "and another may be sent")

	for name, change := range map[string]map[string]any{
		"shipped": {"orderBaseInfo": map[string]any{"status": 40}},
		"refund":  {"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": 10, "handlingWay": 10}}},
	} {
		id := w.shirt(nil)
		require.NoError(t, w.card(id, "158400000000002"))
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id,
			map[string]any{"orderBaseInfo": map[string]any{"remark": "x"}}))
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id, change))
		assert.Equal(t, []string{"pending", "void"}, w.verdicts(id), name)
		require.ErrorIs(t, w.agree(id, true), sandbox.ErrRefused, name)
	}
	// The buyer agrees, then the order changes: the method is refused.
	id = w.shirt(nil)
	require.NoError(t, w.card(id, "158400000000002"))
	require.NoError(t, w.agree(id, true))
	require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id,
		map[string]any{"orderBaseInfo": map[string]any{"status": 40}}))
	assert.Equal(t, "21 订单已不支持修改规格", w.update(id, red, blue).outcome())
}

func TestSpecCardRefused(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	base := func(name string, v any) map[string]any {
		return map[string]any{"orderBaseInfo": map[string]any{name: v}}
	}
	refund := func(status int) map[string]any {
		return map[string]any{"orderRefundList": []any{map[string]any{"refundId": 1, "refundStatus": status,
			"handlingWay": 10}}}
	}
	for name, x := range map[string]struct {
		fields map[string]any
		sku    string
		words  string // empty: sent
	}{
		"same price":       {sku: "158400000000002"},
		"dearer":           {sku: "158400000000004"},
		"cheaper":          {sku: "158400000000003", words: "此规格低于订单商品价格，无法修改"},
		"cheaper, unpaid":  {sku: "158400000000003", fields: base("status", 10)},
		"deposit presale":  {sku: "158400000000002", fields: base("allActivityType", []int{6}), words: "定金预售订单不支持改规格"},
		"shipped":          {sku: "158400000000002", fields: base("status", 40), words: "订单已不支持修改规格"},
		"refund open":      {sku: "158400000000002", fields: refund(10), words: "订单已不支持修改规格"},
		"refund done":      {sku: "158400000000002", fields: refund(60), words: "订单已不支持修改规格"},
		"refund withdrawn": {sku: "158400000000002", fields: refund(70)},
		"as it is":         {sku: "158400000000001", words: "新规格与原规格相同"},
		"another item":     {sku: "158400000000011", words: "规格不存在"},
	} {
		id := w.shirt(x.fields)
		err := w.card(id, x.sku)
		if x.words == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, sandbox.ErrRefused, name)
		assert.ErrorContains(t, err, x.words, name)
		assert.Empty(t, w.verdicts(id), name)
	}
	id := w.shirt(nil)
	_, err := w.Box.On(mall.Kuaishou).RequestSpecChange(t.Context(),
		sandbox.ServiceRequest{OrderID: id, SKUID: "158400000000003", Force: true})
	require.NoError(t, err, "forced")
	for _, r := range []sandbox.ServiceRequest{{OrderID: "1"}, {OrderID: id, LineID: "1"},
		{OrderID: id, ShopID: shop2}} {
		r.SKUID = "158400000000002"
		_, err = w.Box.On(mall.Kuaishou).RequestSpecChange(t.Context(), r)
		assert.ErrorIs(t, err, sandbox.ErrUnknownID)
	}
	for _, sku := range []string{"", "x"} {
		assert.Error(t, w.card(id, sku))
	}
	_, err = w.Box.On(mall.Doudian).AnswerSpecChange("6920000000000000100", true)
	assert.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	_, err = w.Box.On("nowhere").AnswerSpecChange(id, true)
	assert.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	assert.ErrorIs(t, w.agree("1", true), sandbox.ErrUnknownID)

	for param, want := range map[string]string{
		`{}`: "100200100 参数错误：itemId, oldSkuId, newSkuId", `{"orderId":"1"}`: "100200100 参数错误：参数类型错误",
		`{"orderId":1,"itemId":1,"oldSkuId":1,"newSkuId":1}`: "21 订单不存在",
	} {
		assert.Equal(t, want, w.post("open.seller.order.sku.update", json.RawMessage(param)).outcome())
	}
}

// TestSpecRules: the rules change unconfirmed behaviour.
func TestSpecRules(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	rules := func(change func(*kuaishou.SpecRules)) {
		require.NoError(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { change(&r.Spec) }))
	}
	rules(func(r *kuaishou.SpecRules) { r.AgreementChanges = true })
	id := w.shirt(nil)
	require.NoError(t, w.card(id, "158400000000002"))
	require.NoError(t, w.agree(id, true))
	assert.EqualValues(t, blue, w.detail(id).Item.SKUID)

	rules(func(r *kuaishou.SpecRules) { r.UpdateAsks, r.CardSeconds = true, 60 })
	id = w.shirt(nil)
	assert.Equal(t, 1, w.update(id, red, blue).Result)
	assert.EqualValues(t, red, w.detail(id).Item.SKUID)
	assert.Equal(t, "21 买家处理中，无法再次修改规格", w.update(id, red, blue).outcome())
	require.NoError(t, w.agree(id, true))
	assert.EqualValues(t, blue, w.detail(id).Item.SKUID)
	assert.Equal(t, "21 此规格低于订单商品价格，无法修改", w.update(id, blue, cheaper).outcome())
	assert.Equal(t, 1, w.update(id, blue, dearer).Result)
	w.Box.Advance(time.Minute)
	assert.Equal(t, "timed_out", w.verdicts(id)[3])

	assert.Error(t, sandbox.Change(w.Box, func(r *kuaishou.Rules) { r.Spec.CardSeconds = 0 }))
}

func TestSpecControl(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.shirt(nil)
	var call sandbox.SPICall
	require.Equal(t, 200, w.Control("POST", "/service/spec-change",
		`{"platform":"kuaishou","order_id":"`+id+`","sku_id":"158400000000002","operator":"示例客服02"}`, &call))
	assert.Equal(t, "pending", call.Verdict)
	answer := func(more string) int {
		return w.Control("POST", "/service/spec-answer", `{"platform":"kuaishou","order_id":"`+id+`"`+more+`}`, nil)
	}
	assert.Equal(t, 400, answer(""))
	assert.Equal(t, 200, answer(`,"agree":true`))
	assert.Equal(t, 409, answer(`,"agree":true`))
	ops, err := w.Box.On(mall.Kuaishou).Operations(id)
	require.NoError(t, err)
	require.Len(t, ops, 2)
	assert.Equal(t, "示例客服02", ops[1].Operator)
	assert.Equal(t, call.RequestID, ops[1].RequestID)
}
