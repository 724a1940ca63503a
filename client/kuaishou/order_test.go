package kuaishou_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/kuaishou"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// base returns fields of orderBaseInfo.
func base(fields map[string]any) map[string]any { return map[string]any{"orderBaseInfo": fields} }

func TestOrderErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	id := w.AddOrder(t, nil)
	other := w.App.Shop(w.Here.Shops[1].ShopID)
	for name, c := range map[string]struct {
		err  error
		kind mall.Kind
	}{
		"unknown":                {second(w.Shop.Orders.Get(ctx, "2599999999999999")), mall.ErrNotFound},
		"of another merchant":    {second(other.Orders.Get(ctx, id)), mall.ErrPermission},
		"no number":              {second(w.Shop.Orders.Get(ctx, "DS25000000000001")), mall.ErrInvalid},
		"unknown, remark":        {w.Shop.Orders.SetRemark(ctx, "2599999999999999", order.Remark{Text: "x"}), mall.ErrNotFound},
		"unknown, close":         {w.Shop.Orders.Close(ctx, "2599999999999999", ""), mall.ErrNotFound},
		"unknown, fees":          {second(kuaishou.FeeDetail(ctx, w.Shop, "2599999999999999")), mall.ErrRejected},
		"fees of another's":      {second(kuaishou.FeeDetail(ctx, other, id)), mall.ErrPermission},
		"a flag it has not":      {w.Shop.Orders.SetRemark(ctx, id, order.Remark{Flag: order.FlagOrange}), mall.ErrInvalid},
		"a remark that is long":  {w.Shop.Orders.SetRemark(ctx, id, order.Remark{Text: string(slices.Repeat([]rune("长"), 201))}), mall.ErrInvalid},
		"closing a paid order":   {w.Shop.Orders.Close(ctx, id, ""), mall.ErrConflict},
		"closing without asking": {kuaishou.DriverOf(w.Shop).(order.Writer).Close(ctx, id, ""), mall.ErrRejected},
	} {
		assert.ErrorIs(t, c.err, c.kind, name)
	}
	assert.Len(t, w.Record.Of("open.seller.order.close"), 1, "a call that is bound to fail is not sent")
}

func second[T any](_ T, err error) error { return err }

// TestRemark: the platform adds each note to those before, so a remark is
// written once, whichever answer is lost.
func TestRemark(t *testing.T) {
	t.Parallel()
	notes := func(w *world, id string) int {
		type noted struct {
			Note struct {
				List []struct{} `json:"orderNoteInfo"`
			} `json:"orderNote"`
		}
		own, err := mall.Native[noted](w.ReadOrder(t, id))
		require.NoError(t, err)
		return len(own.Note.List)
	}
	for _, kind := range []sandbox.FaultKind{"", sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHalfBody,
		sandbox.FaultHTML} {
		w := newWorld(t, nil)
		id := w.AddOrder(t, nil)
		r := order.Remark{Text: "<b>先发</b> & \"轻放\" 🎁", Flag: order.FlagRed}
		if kind != "" {
			w.Arm(t, sandbox.Fault{Method: "open.seller.order.note.add", Kind: kind})
		}
		require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id, r), kind)
		require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id, r), kind)
		assert.Equal(t, r, w.ReadOrder(t, id).Remark, kind)
		assert.Equal(t, 1, notes(w, id), kind)

		require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id, order.Remark{Text: "后发"}), kind)
		require.NoError(t, w.Shop.Orders.SetRemark(t.Context(), id, order.Remark{Text: "后发"}), "grey is none")
		assert.Equal(t, order.Remark{Text: "后发", Flag: order.FlagGrey}, w.ReadOrder(t, id).Remark)
		assert.Equal(t, 2, notes(w, id), kind)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{"", sandbox.FaultCutBefore, sandbox.FaultCutAfter, sandbox.FaultHalfBody,
		sandbox.FaultHTML} {
		w := newWorld(t, nil)
		id := w.AddOrder(t, base(map[string]any{"status": 10}))
		if kind != "" {
			w.Arm(t, sandbox.Fault{Method: "open.seller.order.close", Kind: kind})
		}
		require.NoError(t, w.Shop.Orders.Close(t.Context(), id, ""), kind)
		assert.Equal(t, order.StatusClosed, w.ReadOrder(t, id).Status, kind)
		require.ErrorIs(t, w.Shop.Orders.Close(t.Context(), id, ""), mall.ErrAlreadyDone, kind)
	}
}

// TestFees: the sums agree as the platform documents.
func TestFees(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.AddOrder(t, map[string]any{
		"orderBaseInfo": map[string]any{"expressFee": 600, "discountFee": 1000},
		"orderItemInfo": map[string]any{"price": 8900, "num": 2, "discountFee": 1000},
	})
	f, err := kuaishou.FeeDetail(t.Context(), w.Shop, id)
	require.NoError(t, err)
	assert.Equal(t, id, f.OrderID)
	assert.Equal(t, mall.Fen(2*8900)-f.MerchantBears, f.Goods)
	assert.Equal(t, f.Goods+f.Freight, f.SellerReceives)
	assert.Equal(t, f.SellerReceives-f.PlatformBears, f.BuyerPays)
	assert.Equal(t, f.Discount, f.PlatformBears+f.MerchantBears)
	require.Len(t, f.Items, 1)
	assert.Equal(t, int64(2), f.Items[0].Quantity)
	for _, id := range []string{"", "x"} {
		_, err = kuaishou.FeeDetail(t.Context(), w.Shop, id)
		assert.ErrorIs(t, err, mall.ErrInvalid, "%q", id)
	}
}

// TestPagesWithoutCursor: a list ends with the word for it; an answer without a
// cursor is an error.
func TestPagesWithoutCursor(t *testing.T) {
	t.Parallel()
	q := order.Query{From: time.Now().Add(-time.Hour), PageSize: 1}
	row := `{"orderBaseInfo":{"oid":2500000000000001,"status":30,"updateTime":1,"createTime":1},"orderItemInfo":{"skuId":1,"itemId":1,"num":1}}`
	for body, kind := range map[string]mall.Kind{
		`{"cursor":"nomore","orderList":[` + row + `]}`: "",
		`{"cursor":"nomore","orderList":null}`:          "",
		`{"cursor":"","orderList":[]}`:                  "",
		`{"orderList":[` + row + `]}`:                   mall.ErrReply,
		`{"cursor":"","orderList":null}`:                mall.ErrReply,
		`{}`:                                            mall.ErrReply,
		`null`:                                          mall.ErrReply,
		`[]`:                                            mall.ErrReply,
	} {
		shop := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":`+body+`}`)))
		page, err := shop.Orders.Page(t.Context(), q, "")
		if kind == "" {
			require.NoError(t, err, body)
			assert.Empty(t, page.Next, body)
			continue
		}
		require.ErrorIs(t, err, kind, body)
		assert.Empty(t, page.Items, body)
	}
	shop := shopOver(t, drivertest.Reply(200, []byte(`{"result":1,"data":{"cursor":"7_7","orderList":[]}}`)))
	page, err := shop.Orders.Page(t.Context(), q, "")
	require.NoError(t, err)
	assert.Empty(t, page.Items)
	require.NotEmpty(t, page.Next, "an empty page goes on")
	_, err = shop.Orders.Page(t.Context(), q, page.Next)
	require.ErrorIs(t, err, mall.ErrReply, "a cursor that stands is a failure")
}

// TestBadDetailInPage: the list reads the detail of each order with a refund. A
// detail that cannot be read leaves the refund open.
func TestBadDetailInPage(t *testing.T) {
	t.Parallel()
	const list, detail = "open.order.cursor.list", "open.order.detail"
	row := `{"orderBaseInfo":{"oid":%d,"status":30,"updateTime":1,"createTime":1},"orderItemInfo":{"skuId":1,"itemId":1,"num":1},"orderRefundList":%s}`
	rows := fmt.Sprintf(row, 1, `[{"refundId":7,"refundStatus":60}]`) + "," + fmt.Sprintf(row, 2, `[]`)
	for answer, stops := range map[string]error{
		`{"result":1,"requestId":"r","data":{"orderBaseInfo":{"oid":1,"status":{}}}}`: nil,
		`{"hello":1}`: mall.ErrReply, // of something in between
		`{"result":24,"error_msg":"AUTHORIZATION_REVOKED"}`: mall.ErrReauthorize,
		`{"result":100200500}`:                              mall.ErrUnavailable,
	} {
		shop := shopOver(t, talk{map[string]string{list: `{"cursor":"nomore","orderList":[` + rows + `]}`, detail: answer},
			new(string)}, client.WithRetries(0))
		page, err := shop.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
		if stops != nil {
			require.ErrorIs(t, err, stops, answer)
			continue
		}
		require.NoError(t, err, answer)
		require.Len(t, page.Items, 2)
		assert.NotEqual(t, order.RefundDone, page.Items[0].Lines[0].Refund, "nobody knows that it was no exchange")
	}
}

// TestSplitShipping: an order of which one piece of three was sent is
// StatusPartShipped.
func TestSplitShipping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	id := w.AddOrder(t, map[string]any{"orderItemInfo": map[string]any{"num": 3}})
	assert.Equal(t, order.StatusToShip, w.ReadOrder(t, id).Status)
	require.NoError(t, w.Side().UpdateOrder(id, map[string]any{
		"orderBaseInfo": map[string]any{"status": 40}, "orderDeliveryInfo": map[string]any{"deliveryNum": 1},
	}))
	assert.Equal(t, order.StatusPartShipped, w.ReadOrder(t, id).Status)
	require.NoError(t, w.Side().UpdateOrder(id, map[string]any{"orderDeliveryInfo": map[string]any{"deliveryNum": 3}}))
	assert.Equal(t, order.StatusShipped, w.ReadOrder(t, id).Status)
}

// TestCallLostAnswer: a method that the driver does not know to be repeatable
// is sent once.
func TestCallLostAnswer(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.FaultCutAfter, sandbox.FaultHalfBody, sandbox.FaultHTML,
		sandbox.FaultStatus} {
		w := newWorld(t, nil)
		id := w.AddOrder(t, nil)
		w.Arm(t, sandbox.Fault{Method: "open.seller.order.note.add", Kind: kind})
		_, err := client.Call[struct{}](t.Context(), w.Shop, "open.seller.order.note.add",
			map[string]any{"orderId": mustNumber(t, id), "note": "x"})
		assert.ErrorIs(t, err, mall.ErrUnknownOutcome, kind)
		assert.Len(t, w.Box.Received(), 1, kind)
	}
}
