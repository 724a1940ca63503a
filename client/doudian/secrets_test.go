package doudian_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// TestEntryErrorsHoldNoReceiver: the client removes personal data from refusals
// of whole calls, the driver from refusals of entries, which stand in answers
// that succeed.
func TestEntryErrorsHoldNoReceiver(t *testing.T) {
	t.Parallel()
	const said = "示例：收件人示例甲电话19900000001、+86 199-0000-0001、0512-12345678，地址#abcDEF#Qk1EWVhZ*a2V5c2tleXNrZXlz#1##不可达"
	about := order.Receiver{Name: order.Protected{Plain: "示例甲"}}
	entry := fmt.Sprintf(`"err_code":"1","err_msg":%q,"err_no":1,"message":%q,"status_code":7,"status_msg":%q`, said, said,
		said)
	shop := func(data string) *client.Shop {
		return shopOver(t, drivertest.Reply(200, fmt.Appendf(nil, `{"code":10000,"data":%s}`, data)))
	}
	calls := map[string]func() error{
		"waybills": func() error {
			s := shop(`{"err_infos":[{"order_id":"1",` + entry + `}]}`)
			taken, err := doudian.LogisticsOf(s).(logistics.Waybiller).TakeWaybills(t.Context(), logistics.Take{
				CarrierCode: "yuantong", Requests: []logistics.WaybillRequest{{Order: order.Order{ID: "1", Receiver: about}}},
			})
			require.NoError(t, err)
			return taken[0].Err
		},
		"assignments": func() error {
			s := shop(`{"distribute_order_reuslts":[{"distr_order_id":"1",` + entry + `}]}`)
			outcomes, err := doudian.DropshipOf(s).(dropship.MerchantDriver).Assign(t.Context(),
				[]dropship.Choice{{ID: "1", Supplier: "20000001"}})
			require.NoError(t, err)
			return outcomes[0].Err
		},
		"taken back": func() error {
			s := shop(fmt.Sprintf(`{"succ_distr_order_ids":[],"fail_distr_order_ids":{"1":%q}}`, said))
			outcomes, err := doudian.DropshipOf(s).(dropship.MerchantDriver).CancelAssignment(t.Context(), "",
				[]dropship.MerchantID{"1"})
			require.NoError(t, err)
			return outcomes[0].Err
		},
		"cases": func() error {
			s := shop(`{"items":[{"aftersale_id":1,` + entry + `}]}`)
			return doudian.DriverOf(s).(order.CaseDriver).Decide(t.Context(),
				order.Case{ID: "1", Kind: order.CaseRefund, State: order.RefundRequested}, order.Decision{Agree: true})
		},
		"intercepts": func() error {
			s := shop(fmt.Sprintf(`{"intercept_results":[],"unavailable_reason_code":5,"unavailable_reason":%q}`, said))
			_, err := doudian.DriverOf(s).(order.Interceptor).Intercept(t.Context(), "1", []order.Parcel{{TrackingNo: "YT1"}})
			return err
		},
	}
	for name, call := range calls {
		err := call()
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "不可达", "%s: the rest is kept", name)
		for _, leak := range []string{"1990000", "199-0000", "12345678", "Qk1EWVhZ"} {
			assert.NotContains(t, err.Error(), leak, name)
		}
		if name == "waybills" {
			assert.NotContains(t, err.Error(), "示例甲", "what the entry was about")
		}
	}
}

// TestRefusalsHoldNoReceiver: refusals of whole calls repeat the receiver,
// under a name that looks like any other word.
func TestRefusalsHoldNoReceiver(t *testing.T) {
	t.Parallel()
	const name, sender, street = "Lane-77", "Sender-88", "Example-Row-5"
	said := fmt.Sprintf(`{"code":50002,"sub_code":"isv.business-failed:1","sub_msg":"%s, %s, %s 不可达","data":{}}`, name,
		sender, street)
	s := shopOver(t, drivertest.Reply(200, []byte(said)))
	to := order.Receiver{Name: order.Protected{Plain: name}, Address: order.Protected{Plain: street}}
	from := logistics.Sender{Name: sender, Address: logistics.Address{Detail: street}}
	asked := logistics.WaybillRequest{Order: order.Order{ID: "1", Receiver: to}}
	parcels := doudian.LogisticsOf(s)
	for call, err := range map[string]error{
		"take":   second(parcels.(logistics.Waybiller).TakeWaybills(t.Context(), logistics.Take{CarrierCode: "sf", Sender: from, Requests: []logistics.WaybillRequest{asked}})),
		"update": second(parcels.(logistics.Waybiller).UpdateWaybill(t.Context(), logistics.Waybill{CarrierCode: "sf", TrackingNo: "SF1"}, from, asked)),
	} {
		require.Error(t, err, call)
		assert.Contains(t, err.Error(), "不可达", call)
		for _, leak := range []string{name, sender, street} {
			assert.NotContains(t, err.Error(), leak, call)
		}
	}
	err := second(parcels.(logistics.Ranger).OutOfRange(t.Context(),
		logistics.Way{CarrierCode: "sf", From: from.Address, To: to, Leg: ""}))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), street)
	err = second(doudian.DropshipOf(s).(dropship.FactoryDriver).TakeWaybills(t.Context(), logistics.Take{
		CarrierCode: "sf", Sender: logistics.Sender{Name: sender, Address: logistics.Address{Detail: street}},
		Requests: []logistics.WaybillRequest{numberFor(dropship.FactoryID{Shop: "1", ID: "1"})},
	}))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), sender)
	assert.NotContains(t, err.Error(), street)
}

func second[T any](_ T, err error) error { return err }

// TestErrorsHoldNoSecrets: the platform repeats what it was sent, and no error
// or observation does.
func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	const receiver = "19912345678"
	var told strings.Builder
	tell := func(err error) {
		fmt.Fprintf(&told, "%v|%+v|%#v|%s|%q\n", err, err, err, err, err)
		for ; err != nil; err = errors.Unwrap(err) {
			fmt.Fprintln(&told, err)
		}
	}
	canaries := []string{receiver}
	for _, fault := range []sandbox.Fault{
		{Kind: sandbox.FaultHTML}, {Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody}, {Kind: sandbox.FaultExpireToken}, {Kind: sandbox.FaultRevoke},
		{Kind: sandbox.FaultBody, Body: `{"code":50002,"sub_code":"isv.business-failed:1","sub_msg":"手机号 ` + receiver + ` 无效","data":null}`},
		{Kind: sandbox.FaultBody, Body: `{"code":10000,"data":{"shop_order_detail":{"order_id":"1","buyer_words":` + receiver + `}}}`},
		{Kind: sandbox.FaultBody, Body: `{"code":10000,"data":{"shop_order_detail":{"order_id":"1","item_num":"` + receiver + `x"}}}`},
		{Kind: sandbox.FaultBody, Body: receiver},
		{Kind: sandbox.FaultThrottle},
	} {
		w := newWorld(t, nil, client.WithRetries(0))
		require.NoError(t, w.detail(t))
		for _, s := range w.Box.Shops() {
			canaries = append(canaries, s.AccessToken, s.RefreshToken)
		}
		canaries = append(canaries, w.Here.AppSecret)
		fault.Times = 5
		for _, method := range []string{"order.orderDetail", "order.searchList", "order.batchDecrypt",
			"order.BatchSearchIndex", "order.addOrderRemark"} {
			fault.Method = method
			w.Arm(t, fault)
		}
		_, err := w.Shop.Orders.Get(t.Context(), "6920000000000000100")
		tell(err)
		_, err = w.Shop.Orders.Page(t.Context(), order.Query{}, "")
		tell(err)
		_, err = w.Shop.Orders.Decrypt(t.Context(), order.Text{OrderID: "1", Protected: order.Protected{Cipher: receiver}})
		tell(err)
		_, err = w.Shop.Orders.SearchIndex(t.Context(),
			order.Text{Kind: order.TextPhone, Protected: order.Protected{Plain: receiver}})
		tell(err)
		tell(w.Shop.Orders.SetRemark(t.Context(), "6920000000000000100", order.Remark{Text: receiver}))
		fmt.Fprintf(&told, "%+v %#v", w.Record.All(), w.Record.All())
	}
	for _, c := range canaries {
		require.NotEmpty(t, c)
		if strings.Contains(told.String(), c) {
			i := strings.Index(told.String(), c)
			t.Errorf("told: …%s…", told.String()[max(0, i-200):i+20])
		}
	}
}
