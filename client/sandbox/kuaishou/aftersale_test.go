package kuaishou_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// refundCase is what the tests read of a case.
type refundCase struct {
	ID        int64  `json:"refundId"`
	OID       int64  `json:"oid"`
	Way       int64  `json:"handlingWay"`
	Status    int64  `json:"status"`
	Negotiate int64  `json:"negotiateStatus"`
	Fee       int64  `json:"refundFee"`
	Created   int64  `json:"createTime"`
	Updated   int64  `json:"updateTime"`
	Ended     int64  `json:"endTime"`
	Nick      string `json:"skuNick"`
	Parcel    *struct {
		No   string `json:"expressNo"`
		Code int64  `json:"expressCode"`
	} `json:"logisticsInfo"`
	Freight *struct {
		Amount int64 `json:"returnFreightAmount"`
		Status int64 `json:"returnFreightStatus"`
	} `json:"returnFreightInfo"`
	Exchange *struct {
		SKUID int64 `json:"skuId"`
	} `json:"exchangeInfo"`
}

// The handlingWays that a buyer may ask for.
var ksReturnWay, ksExchangeWay = new(1), new(3)

// ask opens a case as a buyer, for a new shipped order unless one is given.
func (w wire) ask(a sandbox.AfterSale) int64 {
	w.T.Helper()
	if a.OrderID == "" {
		a.OrderID = w.add(map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	}
	text, err := w.Box.On(mall.Kuaishou).AskAfterSale(a)
	require.NoError(w.T, err)
	id, err := strconv.ParseInt(text, 10, 64)
	require.NoError(w.T, err)
	return id
}

func (w wire) refund(id int64) (c refundCase) {
	w.T.Helper()
	w.get("open.seller.order.refund.detail", map[string]any{"refundId": id}).data(w.T, &c)
	return c
}

// answer calls the method with that ending for a case.
func (w wire) answer(method string, id int64, more map[string]any) string {
	w.T.Helper()
	p := map[string]any{"refundId": id}
	maps.Copy(p, more)
	return w.post(method, p).outcome()
}

const (
	refundApprove  = "open.seller.order.refund.approve"
	returnsApprove = "open.seller.order.refund.returngoods.approve"
	confirmReceipt = "open.seller.order.refund.confirm.receipt"
	confirmAndSend = "open.refund.confirm.and.send"
	refundReject   = "open.refund.reject"
	directRefund   = "open.refund.direct.refund"
	returnInfo     = "open.refund.submit.returnInfo"
)

func (w wire) moves(id int64, move string) error {
	return w.Box.On(mall.Kuaishou).MoveAfterSale(strconv.FormatInt(id, 10), move, "")
}

// events returns the pushes about cases since the last call, with their
// eventType.
func (w wire) events(since *int) (list []string) {
	w.T.Helper()
	all := w.News()
	for _, p := range all[*since:] {
		var info struct {
			Refund int64 `json:"refundId"`
			Event  int   `json:"eventType"`
		}
		require.NoError(w.T, json.Unmarshal(p.Data, &info))
		if info.Refund != 0 {
			list = append(list, fmt.Sprintf("%s %d", p.Tag[len("kwaishop_aftersales_"):], info.Event))
		}
	}
	*since = len(all)
	return list
}

func TestRefundOnly(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o, pushed := w.add(nil), 0
	id := w.ask(sandbox.AfterSale{OrderID: o})
	assert.Equal(t, []string{"addRefund 0"}, w.events(&pushed))
	c := w.refund(id)
	assert.Equal(t, []int64{10, 10, 1}, []int64{c.Way, c.Status, c.Negotiate})
	require.Len(t, w.detail(o).NewRefunds, 1)
	assert.Equal(t, id, w.detail(o).NewRefunds[0].ID)
	_, err := w.Box.On(mall.Kuaishou).AskAfterSale(sandbox.AfterSale{OrderID: o})
	require.ErrorContains(t, err, "has the open after-sale")

	assert.Equal(t, "300009 REFUND AMOUNT IS ZERO", w.answer(refundApprove, id, nil))
	assert.Equal(t, 21, w.post(refundApprove, map[string]any{"refundId": id, "refundAmount": c.Fee - 1}).Result)
	assert.Equal(t, "300014 REFUND ORDER UPDATED",
		w.answer(refundApprove, id, map[string]any{"refundAmount": c.Fee, "status": 12}))
	assert.Equal(t, "300017 NEGOTIATE STATUS UPDATED",
		w.answer(refundApprove, id, map[string]any{"refundAmount": c.Fee, "negotiateStatus": 3}))
	assert.Equal(t, "300008 HANDLING WAY ERROR", w.answer(returnsApprove, id, map[string]any{"refundAmount": c.Fee}))
	w.Box.Advance(time.Minute)
	require.Equal(t, "1", w.answer(refundApprove, id,
		map[string]any{"refundAmount": c.Fee, "status": 10, "negotiateStatus": 1, "refundHandingWay": 10}))
	assert.Equal(t, []string{"updateRefund 3", "updateRefund 50", "updateRefund 60"}, w.events(&pushed))
	done := w.refund(id)
	assert.EqualValues(t, 60, done.Status)
	assert.Greater(t, done.Updated, c.Updated)
	assert.NotZero(t, done.Ended)
	assert.Equal(t, 80, w.detail(o).Base.Status, "nothing is left of it")
	assert.Equal(t, "300010 REFUND ORDER STATUS CAN NOT REFUND",
		w.answer(refundApprove, id, map[string]any{"refundAmount": c.Fee}), "once only")
}

func TestReturn(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	pushed := 0
	id := w.ask(sandbox.AfterSale{Type: ksReturnWay, Amount: 100, Freight: 900})
	w.events(&pushed)
	assert.Equal(t, "300010 REFUND ORDER STATUS CAN NOT REFUND", w.answer(confirmReceipt, id, nil), "too early")
	assert.Equal(t, 21, w.post(returnsApprove, map[string]any{"refundId": id, "refundAmount": 99}).Result)
	require.Equal(t, "1", w.answer(returnsApprove, id, map[string]any{"refundAmount": 100}))
	assert.EqualValues(t, 30, w.refund(id).Status)
	assert.Equal(t, "300007 CONTENT IS BLANK",
		w.answer(returnInfo, id, map[string]any{"expressNo": "", "expressCode": 4}))
	require.Equal(t, "1", w.answer(returnInfo, id, map[string]any{"expressNo": "SF9", "expressCode": 4}))
	assert.Equal(t, "SF9", w.refund(id).Parcel.No)

	assert.Equal(t, "300014 REFUND ORDER UPDATED", w.answer(confirmReceipt, id, map[string]any{"status": 30}))
	for name, more := range map[string]map[string]any{
		"no word": {}, "no amount": {"returnFreightHandlingAdvice": 1}, "another amount": {"returnFreightHandlingAdvice": 1, "returnFreightAmount": 901},
	} {
		assert.Equal(t, 21, w.post(confirmReceipt, with(more, "refundId", id)).Result, name)
	}
	assert.Equal(t, "300007 CONTENT IS BLANK",
		w.answer(confirmReceipt, id, map[string]any{"returnFreightHandlingAdvice": 2}))
	require.Equal(t, "1", w.answer(confirmReceipt, id,
		map[string]any{"status": 40, "returnFreightHandlingAdvice": 1, "returnFreightAmount": 900}))
	c := w.refund(id)
	assert.Equal(t, []int64{60, 20}, []int64{c.Status, c.Freight.Status})
	assert.Equal(t, []string{"updateRefund 3", "updateRefund 6", "updateRefund 7", "updateRefund 50",
		"updateRefund 60"}, w.events(&pushed))

	plain := w.ask(sandbox.AfterSale{Type: ksReturnWay})
	require.Equal(t, "1", w.answer(returnsApprove, plain, map[string]any{"refundAmount": w.refund(plain).Fee}))
	assert.Equal(t, 21, w.post(confirmReceipt,
		map[string]any{"refundId": plain, "returnFreightHandlingAdvice": 1, "returnFreightAmount": 1}).Result,
		"nobody claims any")
	require.Equal(t, "1", w.answer(confirmReceipt, plain, nil), "without waiting for the goods")
}

func with(m map[string]any, name string, v any) map[string]any {
	m = maps.Clone(m)
	m[name] = v
	return m
}

func TestExchange(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.add(map[string]any{"orderBaseInfo": map[string]any{"status": 40}})
	id := w.ask(sandbox.AfterSale{OrderID: o, Type: ksExchangeWay})
	assert.NotZero(t, w.refund(id).Exchange.SKUID)
	assert.Zero(t, w.refund(id).Fee)
	assert.NotContains(t, string(w.get("open.seller.order.refund.detail", map[string]any{"refundId": id}).Data),
		`"town`, "this address has no such members")
	assert.Equal(t, ksParameter+"refundAmount", w.answer(returnsApprove, id, nil), "zero is said, too")
	parcel := map[string]any{"expressNo": "SF1", "expressCode": 4}
	assert.Equal(t, "300018 REFUND ORDER STATUS NOT ALLOWED", w.answer(confirmAndSend, id, parcel), "too early")
	require.Equal(t, "1", w.answer(returnsApprove, id, map[string]any{"refundAmount": 0}))
	require.NoError(t, w.moves(id, "return"))
	assert.Equal(t, "300007 CONTENT IS BLANK", w.answer(confirmAndSend, id, nil))
	require.Equal(t, "1", w.answer(confirmAndSend, id, parcel))
	assert.Equal(t, "300018 REFUND ORDER STATUS NOT ALLOWED", w.answer(confirmAndSend, id, parcel), "once only")
	version := map[string]any{"refundVersion": w.refund(id).Updated}
	assert.Equal(t, "300010 REFUND ORDER STATUS CAN NOT REFUND", w.answer(directRefund, id, version), "too late")
	require.Error(t, w.moves(id, "withdraw"), "too late")
	require.NoError(t, w.moves(id, "receive"))
	assert.EqualValues(t, 60, w.refund(id).Status)
	assert.Equal(t, 40, w.detail(o).Base.Status, "the sale stands")

	id = w.ask(sandbox.AfterSale{OrderID: o, Type: ksExchangeWay})
	assert.Equal(t, "300014 REFUND ORDER UPDATED", w.answer(directRefund, id, version))
	require.Equal(t, "1", w.answer(directRefund, id, map[string]any{"refundVersion": w.refund(id).Updated}))
	assert.Equal(t, 80, w.detail(o).Base.Status)
	require.Len(t, w.detail(o).NewRefunds, 1, "the detail shows the newest")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	pushed := 0
	id := w.ask(sandbox.AfterSale{Type: ksReturnWay})
	version := w.refund(id).Updated
	reject := func(more map[string]any) string {
		return w.answer(refundReject, id, with(more, "refundVersion", version))
	}
	assert.Equal(t, "300014 REFUND ORDER UPDATED",
		w.answer(refundReject, id, map[string]any{"reasonCode": 1002, "refundVersion": version - 1}))
	assert.Equal(t, 100200100, w.post(refundReject,
		map[string]any{"refundId": id, "reasonCode": 1, "refundVersion": version}).Result)
	assert.Equal(t, "300007 CONTENT IS BLANK", reject(map[string]any{"reasonCode": 1001}))
	assert.Equal(t, "300015 MAX 3 IMAGES",
		reject(map[string]any{"reasonCode": 1002, "rejectImages": []string{"1", "2", "3", "4", "5", "6", "7"}}))
	assert.Equal(t, "300008 HANDLING WAY ERROR", reject(map[string]any{"reasonCode": 1002, "editHandlingWay": 3}))
	w.events(&pushed)
	require.Equal(t, "1", reject(map[string]any{"reasonCode": 1001, "rejectDesc": "示例",
		"rejectImages": []string{"https://example.com/e.jpg"}}))
	assert.Equal(t, []string{"updateRefund 2"}, w.events(&pushed))
	c := w.refund(id)
	assert.Equal(t, []int64{12, 3}, []int64{c.Status, c.Negotiate})
	require.NoError(t, w.moves(id, "withdraw"))
	assert.Equal(t, []string{"updateRefund 70"}, w.events(&pushed))
	assert.Equal(t, "300013 REFUND ORDER CANCELED BY BUYER",
		w.answer(returnsApprove, id, map[string]any{"refundAmount": c.Fee}))

	require.NoError(t, sandbox.Change(w.Box,
		func(r *kuaishou.Rules) { r.Refund.OldStatuses, r.Refund.RejectImages = true, 0 }))
	id = w.ask(sandbox.AfterSale{Type: ksReturnWay})
	version = w.refund(id).Updated
	assert.EqualValues(t, 11, w.refund(id).Status)
	assert.Equal(t, "300015 MAX 3 IMAGES", reject(map[string]any{"reasonCode": 1002, "rejectImages": []string{"1"}}))
	require.Equal(t, "1", reject(map[string]any{"reasonCode": 1002}))
	c = w.refund(id)
	assert.Equal(t, []int64{11, 3}, []int64{c.Status, c.Negotiate})
	version = c.Updated
	assert.Equal(t, "300016 NEGOTIATE STATUS ERROR", reject(map[string]any{"reasonCode": 1002}),
		"it waits for the buyer")
}

func TestCasesOfOthers(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	_, err := w.Box.On(mall.Kuaishou).AddShop(shop2, "")
	require.NoError(t, err)
	id := w.ask(sandbox.AfterSale{})
	other := w.Shop(shop2).AccessToken
	for _, method := range []string{"open.seller.order.refund.detail", "open.refund.reject.reason",
		"open.refund.comment.basic.list"} {
		assert.Equal(t, "300006 REFUND ID IS BLANK", w.get(method, map[string]any{}).outcome(), method)
		assert.Equal(t, "300011 REFUND ORDER NOT FOUND", w.get(method, map[string]any{"refundId": 9}).outcome(), method)
		assert.Equal(t, "300012 REFUND ORDER NOT BELONG TO SELLER",
			w.send(w.build("GET", method, other, map[string]any{"refundId": id})).outcome(), method)
		assert.Equal(t, 1, w.get(method, map[string]any{"refundId": id}).Result, method)
	}
	for _, method := range []string{refundApprove, returnsApprove, confirmReceipt, confirmAndSend, refundReject,
		directRefund, returnInfo} {
		assert.Equal(t, "300011 REFUND ORDER NOT FOUND", w.answer(method, 9, nil), method)
		assert.Equal(t, 300012, w.send(w.build("POST", method, other, map[string]any{"refundId": id})).Result, method)
	}
}

func TestCasePushHasThePlatformsForm(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	o := w.add(nil)
	id := w.ask(sandbox.AfterSale{OrderID: o})
	c := w.refund(id)
	last := func() sandbox.Push { all := w.News(); return all[len(all)-1] }
	assert.Equal(t, "kwaishop_aftersales_addRefund", last().Tag)
	assert.JSONEq(t, fmt.Sprintf(`{"orderId":%s,"refundId":%d,"handlingWay":10,"specialRefundType":0,"status":10,"createTime":%d}`, o, id, c.Created), string(last().Data))
	require.NoError(t, w.moves(id, "withdraw"))
	assert.Equal(t, "kwaishop_aftersales_updateRefund", last().Tag)
	assert.JSONEq(t, fmt.Sprintf(`{"orderId":%s,"refundId":%d,"handlingWay":10,"specialRefundType":0,"status":70,"eventType":70,"updateTime":%d}`, o, id, w.refund(id).Updated), string(last().Data))
}
