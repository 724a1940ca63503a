package doudian_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// TestItemsTellNoReceiver: the client cleans refusals of whole calls; those of
// single entries stand in the answer, and are cleaned by the driver.
func TestItemsTellNoReceiver(t *testing.T) {
	const said = "示例：收件人示例甲电话19900000001、+86 199-0000-0001、0512-12345678，地址#abcDEF#Qk1EWVhZ*a2V5c2tleXNrZXlz#1##不可达"
	about := order.Receiver{Name: order.Protected{Plain: "示例甲"}}
	entry := fmt.Sprintf(`"err_code":"1","err_msg":%q,"err_no":1,"message":%q,"status_code":7,"status_msg":%q`, said, said, said)
	shop := func(data string) *client.Shop {
		return shopOver(t, reply{200, fmt.Appendf(nil, `{"code":10000,"data":%s}`, data)})
	}
	calls := map[string]func() error{
		"waybills": func() error {
			s := shop(`{"err_infos":[{"order_id":"1",` + entry + `}]}`)
			taken, err := doudian.LogisticsOf(s).(logistics.WaybillTaker).TakeWaybills(t.Context(), logistics.Take{
				CarrierCode: "yuantong", Requests: []logistics.WaybillRequest{{Order: order.Order{ID: "1", Receiver: about}}},
			})
			require.NoError(t, err)
			return taken[0].Err
		},
		"assignments": func() error {
			s := shop(`{"distribute_order_reuslts":[{"distr_order_id":"1",` + entry + `}]}`)
			outcomes, err := doudian.DropshipOf(s).(dropship.Assigner).Assign(t.Context(), []dropship.Choice{{ID: "1", Supplier: "20000001"}})
			require.NoError(t, err)
			return outcomes[0].Err
		},
		"taken back": func() error {
			s := shop(fmt.Sprintf(`{"succ_distr_order_ids":[],"fail_distr_order_ids":{"1":%q}}`, said))
			outcomes, err := doudian.DropshipOf(s).(dropship.AssignmentCanceller).CancelAssignment(t.Context(), "", []dropship.MerchantID{"1"})
			require.NoError(t, err)
			return outcomes[0].Err
		},
		"cases": func() error {
			s := shop(`{"items":[{"aftersale_id":1,` + entry + `}]}`)
			return doudian.DriverOf(s).(order.Decider).Decide(t.Context(), order.Case{ID: "1", Kind: order.CaseRefund, State: order.RefundRequested}, order.Decision{Agree: true})
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

// TestRefusalsTellNobody: refusals of whole calls that repeat who was sent,
// under names that look like any other word.
func TestRefusalsTellNobody(t *testing.T) {
	const name, sender, street = "Lane-77", "Sender-88", "Example-Row-5"
	said := fmt.Sprintf(`{"code":50002,"sub_code":"isv.business-failed:1","sub_msg":"%s, %s, %s 不可达","data":{}}`, name, sender, street)
	s := shopOver(t, reply{200, []byte(said)})
	to := order.Receiver{Name: order.Protected{Plain: name}, Address: order.Protected{Plain: street}}
	from := logistics.Sender{Name: sender, Address: logistics.Address{Detail: street}}
	asked := logistics.WaybillRequest{Order: order.Order{ID: "1", Receiver: to}}
	parcels := doudian.LogisticsOf(s)
	for call, err := range map[string]error{
		"take":   second(parcels.(logistics.WaybillTaker).TakeWaybills(t.Context(), logistics.Take{CarrierCode: "sf", Sender: from, Requests: []logistics.WaybillRequest{asked}})),
		"update": second(parcels.(logistics.WaybillUpdater).UpdateWaybill(t.Context(), logistics.Waybill{CarrierCode: "sf", TrackingNo: "SF1"}, from, asked)),
	} {
		require.Error(t, err, call)
		assert.Contains(t, err.Error(), "不可达", call)
		for _, leak := range []string{name, sender, street} {
			assert.NotContains(t, err.Error(), leak, call)
		}
	}
	err := second(parcels.(logistics.Ranger).OutOfRange(t.Context(), logistics.Way{CarrierCode: "sf", From: from.Address, To: to, Leg: logistics.LegBoth}))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), street)
	err = second(doudian.DropshipOf(s).(dropship.WaybillTaker).TakeWaybills(t.Context(), dropship.WaybillRequest{
		Carrier: "sf", Sender: dropship.Sender{Name: sender, From: dropship.Place{Detail: street}},
		Entries: []dropship.WaybillEntry{{ID: dropship.FactoryID{Shop: "1", ID: "1"}}},
	}))
	require.Error(t, err)
	assert.NotContains(t, err.Error(), sender)
	assert.NotContains(t, err.Error(), street)
}

func second[T any](_ T, err error) error { return err }
