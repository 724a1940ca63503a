package doudian_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// parcelOrder is what the tests read of an order that is shipped.
type parcelOrder struct {
	Status   int64 `json:"order_status"`
	ShipTime int64 `json:"ship_time"`
	Parcels  []struct {
		TrackingNo string `json:"tracking_no"`
		Company    string `json:"company"`
		Name       string `json:"company_name"`
		ID         string `json:"delivery_id"`
		Products   []struct {
			LineID string `json:"sku_order_id"`
			Count  int64  `json:"product_count"`
		} `json:"product_info"`
	} `json:"logistics_info"`
	Lines []struct {
		ID       string `json:"order_id"`
		Status   int64  `json:"order_status"`
		ShipTime int64  `json:"ship_time"`
	} `json:"sku_order_list"`
	Tel  string `json:"encrypt_post_tel"`
	Name string `json:"encrypt_post_receiver"`
	Addr struct {
		Detail string `json:"encrypt_detail"`
	} `json:"post_addr"`
}

func (w wire) parcels(id string) (o parcelOrder) {
	w.T.Helper()
	text, err := w.Box.On(mall.Doudian).Order(id)
	require.NoError(w.T, err)
	require.NoError(w.T, json.Unmarshal(text, &o))
	return o
}

// twoLines makes an order of two lines of two pieces.
func (w wire) twoLines() string {
	return w.Add(map[string]any{"order_status": 2,
		"sku_order_list": []any{map[string]any{"item_num": 2}, map[string]any{"item_num": 2}}})
}

func (w wire) ship(id, no string, more map[string]any) wiretest.Answer {
	p := map[string]any{"order_id": id, "company_code": "shunfeng", "logistics_code": no}
	maps.Copy(p, more)
	return w.Call("order.logisticsAdd", p)
}

func pack(no string, items ...any) map[string]any {
	var list []any
	for i := 0; i < len(items); i += 2 {
		list = append(list, map[string]any{"shipped_order_id": items[i], "shipped_num": items[i+1]})
	}
	return map[string]any{"company_code": "shunfeng", "logistics_code": no, "shipped_order_info": list}
}

func (w wire) packs(id, request string, packs ...any) wiretest.Answer {
	return w.Call("order.logisticsAddMultiPack",
		map[string]any{"order_id": id, "request_id": request, "pack_list": packs})
}

func TestShipWholeOrder(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.twoLines()
	require.Equal(t, "10000", w.ship(id, "SF1000000000001", nil).Outcome())
	o := w.parcels(id)
	assert.EqualValues(t, 3, o.Status)
	assert.Equal(t, wiretest.Noon.Unix(), o.ShipTime)
	require.Len(t, o.Parcels, 1)
	assert.Equal(t, "顺丰速运", o.Parcels[0].Name)
	assert.NotEmpty(t, o.Parcels[0].ID)
	require.Len(t, o.Parcels[0].Products, 2)
	assert.EqualValues(t, 2, o.Parcels[0].Products[1].Count)
	for _, l := range o.Lines {
		assert.EqualValues(t, 3, l.Status)
		assert.Equal(t, wiretest.Noon.Unix(), l.ShipTime)
	}
	assert.Equal(t, "50002 isv.business-failed:60110", w.ship(id, "SF1000000000001", nil).Outcome())
	assert.Equal(t, o, w.parcels(id), "a refusal changes nothing")
}

func TestShipRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	other, err := w.Box.On(mall.Doudian).AddOrder(wiretest.Shop2, map[string]any{"order_status": 2})
	require.NoError(t, err)
	line := func(fields map[string]any) map[string]any {
		return map[string]any{"order_status": 2, "sku_order_list": []any{fields}}
	}
	for name, tt := range map[string]struct {
		order any // fields of an order, or an id
		more  map[string]any
		want  string
	}{
		"unpaid":           {map[string]any{"order_status": 1}, nil, "50002 isv.business-failed:60137"},
		"risk review":      {map[string]any{"order_status": 105}, nil, "50002 isv.business-failed:60109"},
		"cancelled":        {map[string]any{"order_status": 4}, nil, "50002 isv.business-failed:60021"},
		"refunded":         {map[string]any{"order_status": 4, "main_status": 21}, nil, "50002 isv.business-failed:60068"},
		"finished":         {map[string]any{"order_status": 5}, nil, "50002 isv.business-failed:60113"},
		"shipped":          {map[string]any{"order_status": 3}, nil, "50002 isv.business-failed:60110"},
		"partly shipped":   {map[string]any{"order_status": 101}, nil, "50002 isv.business-failed:60110"},
		"virtual":          {map[string]any{"order_status": 2, "order_type": 2}, nil, "50002 isv.business-failed:60111"},
		"cross-border":     {map[string]any{"order_status": 2, "biz": 21}, nil, "50002 isv.business-failed:60024"},
		"refund open":      {line(map[string]any{"after_sale_info": map[string]any{"after_sale_status": 6}}), nil, "50002 isv.business-failed:60040"},
		"refund refused":   {line(map[string]any{"after_sale_info": map[string]any{"after_sale_status": 6}}), map[string]any{"is_refund_reject": true}, "10000"},
		"inspected":        {line(map[string]any{"quality_inspection_status": 2}), nil, "50002 isv.business-failed:60069"},
		"no serial number": {line(map[string]any{"need_serial_number": true}), nil, "50002 isv.business-failed:60056"},
		"serial number":    {line(map[string]any{"need_serial_number": true}), map[string]any{"serial_number_list": []string{"SN1"}}, "10000"},
		"long serial":      {line(nil), map[string]any{"serial_number_list": []string{"1234567890123456789012345678901"}}, "40004 isv.parameter-invalid:60046"},
		"no carrier":       {line(nil), map[string]any{"company_code": ""}, "40002 isv.missing-parameter:60011"},
		"unknown carrier":  {line(nil), map[string]any{"company_code": "pigeon"}, "50002 isv.business-failed:60018"},
		"bad number":       {line(nil), map[string]any{"logistics_code": "S"}, "50002 isv.business-failed:60017"},
		"no order":         {"6920000000009999999", nil, "50002 isv.business-failed:60033"},
		"of another shop":  {other, nil, "50002 isv.business-failed:60101"},
		"letter left on":   {"6920000000000000100A", nil, "40004 isv.parameter-invalid:50049"},
	} {
		t.Run(name, func(t *testing.T) {
			id, ok := tt.order.(string)
			if !ok {
				id = w.Add(tt.order)
			}
			assert.Equal(t, tt.want, w.ship(id, "SF-"+fmt.Sprint(len(name))+"0000000", tt.more).Outcome())
		})
	}
	id := w.Add(line(map[string]any{"need_serial_number": true}))
	assert.Equal(t, "50002 isv.business-failed:60047",
		w.ship(id, "SF777777777", map[string]any{"serial_number_list": []string{"SN1"}}).Outcome(),
		"used by another order")
	assert.EqualValues(t, 2, w.parcels(id).Status, "and nothing is shipped")
}

func TestShipParcels(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.twoLines()
	lines := w.parcels(id).Lines
	a, b := lines[0].ID, lines[1].ID
	var first struct {
		Packs []struct {
			ID string `json:"pack_id"`
		} `json:"pack_list"`
	}
	w.packs(id, "r1", pack("SF0000001", a, 1)).Decode(t, &first)
	o := w.parcels(id)
	assert.EqualValues(t, 101, o.Status)
	assert.EqualValues(t, 101, o.Lines[0].Status, "one of two pieces")
	assert.EqualValues(t, 2, o.Lines[1].Status)
	assert.Zero(t, o.Lines[1].ShipTime)
	assert.Equal(t, first.Packs[0].ID, o.Parcels[0].ID)

	again := first
	w.packs(id, "r1", pack("SF0000001", a, 1)).Decode(t, &again)
	assert.Equal(t, first, again, "the first answer")
	assert.Len(t, w.parcels(id).Parcels, 1)
	assert.Equal(t, "40003 isv.idempotent-id-existed", w.packs(w.twoLines(), "r1", pack("SF0000009", a, 1)).Outcome())

	for name, tt := range map[string]struct {
		packs []any
		want  string
	}{
		"too many":         {[]any{pack("SF0000002", a, 2)}, "50002 isv.business-failed:70023"},
		"all or nothing":   {[]any{pack("SF0000002", b, 2), pack("SF0000003", b, 1)}, "50002 isv.business-failed:70023"},
		"a line of others": {[]any{pack("SF0000002", "1", 1)}, "50002 isv.business-failed:60102"},
		"negative":         {[]any{pack("SF0000002", b, -1)}, "50002 isv.business-failed:60080"},
		"empty":            {[]any{pack("SF0000002")}, "50002 isv.business-failed:70023"},
	} {
		assert.Equal(t, tt.want, w.packs(id, "x-"+name, tt.packs...).Outcome(), name)
	}
	assert.Equal(t, "20000 isp.service-error:99998", w.packs(id, "", pack("SF0000002", b, 2)).Outcome())
	assert.Len(t, w.parcels(id).Parcels, 1, "nothing of what was refused")

	require.Equal(t, "10000", w.packs(id, "r2", pack("SF0000002", a, 1), pack("SF0000003", b, 2)).Outcome())
	o = w.parcels(id)
	assert.EqualValues(t, 3, o.Status)
	assert.Len(t, o.Parcels, 3)
	assert.Equal(t, "50002 isv.business-failed:60110", w.packs(id, "r3", pack("SF0000004", b, 1)).Outcome())
}

func TestEditShipment(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id := w.twoLines()
	edit := func(no, packID string) string {
		p := map[string]any{"order_id": id, "company_code": "yuantong", "logistics_code": no}
		method := "order.logisticsEdit"
		if packID != "" {
			method, p["pack_id"] = "order.logisticsEditByPack", packID
		}
		return w.Call(method, p).Outcome()
	}
	assert.Equal(t, "50002 isv.business-failed:10007", edit("YT0000001", ""))
	lines := w.parcels(id).Lines
	require.Equal(t, "10000", w.packs(id, "r", pack("SF0000001", lines[0].ID, 2)).Outcome())
	require.Equal(t, "10000", edit("YT0000001", ""))
	require.Equal(t, "10000", w.packs(id, "r2", pack("SF0000002", lines[1].ID, 2)).Outcome())
	assert.Equal(t, "50002 isv.business-failed:70011", edit("YT0000002", ""), "which of the two?")
	require.Equal(t, "10000", edit("YT0000002", w.parcels(id).Parcels[1].ID))
	assert.Equal(t, "50002 isv.business-failed:60021", edit("YT0000003", "77"))
	o := w.parcels(id)
	assert.Equal(t, "YT0000001", o.Parcels[0].TrackingNo)
	assert.Equal(t, "YT0000002", o.Parcels[1].TrackingNo)
	assert.Equal(t, "圆通快递", o.Parcels[1].Name)
	assert.Len(t, o.Parcels[1].Products, 1, "the contents stay")
}

// taken takes a waybill for an order and returns its number or the entry's
// error code.
func (w wire) taken(id, packID string, more map[string]any) string {
	w.T.Helper()
	o := w.parcels(id)
	item := map[string]any{
		"order_id": id, "pack_id": packID, "items": []any{map[string]any{"item_name": "示例", "item_count": 1}},
		"receiver_info": map[string]any{
			"contact": map[string]any{"name": o.Name, "mobile": o.Tel},
			"address": map[string]any{"country_code": "CHN", "province_name": "江苏省", "city_name": "苏州市", "district_name": "吴中区", "detail_address": o.Addr.Detail},
		},
	}
	maps.Copy(item, more)
	a := w.Call("logistics.newCreateOrder",
		map[string]any{"logistics_code": "yuantong", "order_infos": []any{item}, "sender_info": senderInfo("示例路1号")})
	var data struct {
		Made []struct {
			No   string `json:"track_no"`
			Subs string `json:"sub_waybill_codes"`
		} `json:"ebill_infos"`
		Failed []struct {
			Code string `json:"err_code"`
		} `json:"err_infos"`
	}
	a.Decode(w.T, &data)
	if len(data.Failed) > 0 {
		return data.Failed[0].Code
	}
	return data.Made[0].No
}

func senderInfo(detail string) map[string]any {
	return map[string]any{
		"contact": map[string]any{"name": "示例发件人", "mobile": "19900000009"},
		"address": map[string]any{"country_code": "CHN", "province_name": "江苏省", "city_name": "苏州市", "district_name": "吴中区", "detail_address": detail},
	}
}

func (w wire) bill(method, no string, more map[string]any) wiretest.Answer {
	p := map[string]any{"logistics_code": "yuantong", "track_no": no}
	maps.Copy(p, more)
	return w.Call("logistics."+method, p)
}

func TestWaybills(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id, foreign := w.twoLines(), w.twoLines()
	no := w.taken(id, "", nil)
	assert.Equal(t, no, w.taken(id, "", nil), "the same pack, the same number")
	second := w.taken(id, "p_2", nil)
	assert.NotEqual(t, no, second)
	assert.Equal(t, "1000", w.taken(id, "a-b", nil), "not the form of a pack id")
	assert.Equal(t, "15002", w.taken(id, "", map[string]any{"order_id": "6920000000009999999"}))
	assert.Equal(t, "1000", w.taken(id, "p3", map[string]any{"order_id": foreign}), "ciphers of another order")
	a := w.Call("logistics.newCreateOrder",
		map[string]any{"logistics_code": "yuantong", "order_infos": []any{map[string]any{"order_id": id}},
			"sender_info": senderInfo("别处")})
	assert.Equal(t, "40004 isv.parameter-invalid:1000", a.Outcome(), "not an address of the net site")

	assert.Equal(t, "40004 isv.parameter-invalid:10014", w.bill("cancelOrder", "YT1", nil).Outcome())
	require.Equal(t, "10000", w.bill("cancelOrder", second, nil).Outcome())
	assert.Equal(t, "50002 isv.business-failed:10901", w.bill("cancelOrder", second, nil).Outcome())
	assert.Equal(t, "40004 isv.parameter-invalid:10901", w.bill("updateOrder", second, nil).Outcome())
	assert.NotEqual(t, second, w.taken(id, "p_2", nil), "a new number for the pack of a cancelled one")
	assert.Equal(t, "50002 isv.business-failed:70018",
		w.ship(id, second, map[string]any{"company_code": "yuantong"}).Outcome())
	assert.Equal(t, "50002 isv.business-failed:60128", w.ship(id, no, nil).Outcome(),
		"a carrier that the number is not of")

	assert.Equal(t, "50002 isv.business-failed:-10004", w.bill("trackNoRouteDetail", no, nil).Outcome(), "not shipped")
	require.Equal(t, "10000", w.ship(id, no, map[string]any{"company_code": "yuantong"}).Outcome())
	assert.Equal(t, "50002 isv.business-failed:4007", w.bill("cancelOrder", no, nil).Outcome(), "on its way")
	body := fmt.Sprintf(`{"platform":"doudian","tracking_no":%q,"state":"GOT","text":"已揽收"}`, no)
	assert.Equal(t, 201, w.Control("POST", "/routes", body, nil))
	assert.Equal(t, 404, w.Control("POST", "/routes", `{"platform":"doudian","tracking_no":"nix"}`, nil))
	var trace struct {
		Nodes []struct {
			Content string `json:"content"`
		} `json:"route__node_list"`
	}
	w.bill("trackNoRouteDetail", no, nil).Decode(t, &trace)
	require.Len(t, trace.Nodes, 1)
	assert.Equal(t, "已揽收", trace.Nodes[0].Content)
	assert.Equal(t, "50002 isv.business-failed:8168",
		w.bill("appendSubOrder", no, map[string]any{"pack_add_quantity": 1}).Outcome())
	assert.Equal(t, "40004 isv.parameter-invalid:10902", w.bill("updateOrder", no, nil).Outcome())
}

// TestAddressMismatch: a label for an old address cannot be shipped.
func TestAddressMismatch(t *testing.T) {
	t.Parallel()
	w := serve(t)
	id, other := w.twoLines(), w.twoLines()
	no := w.taken(id, "", nil)
	o := w.parcels(other)
	require.NoError(t, w.Box.On(mall.Doudian).UpdateOrder(id,
		map[string]any{"encrypt_post_tel": o.Tel, "post_addr": map[string]any{"encrypt_detail": o.Addr.Detail}}))
	assert.Equal(t, "50002 isv.business-failed:70020",
		w.ship(id, no, map[string]any{"company_code": "yuantong"}).Outcome())
}

func TestWaybillsOfABatch(t *testing.T) {
	t.Parallel()
	w := serve(t)
	require.NoError(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.WaybillBatch = 1 }))
	apply := func(n int) string {
		list := make([]any, n)
		for i := range list {
			list[i] = map[string]any{"logistics_code": "yuantong", "track_no": "YT1"}
		}
		return w.Call("logistics.waybillApply", map[string]any{"waybill_applies": list}).Outcome()
	}
	assert.Equal(t, "10000", apply(1), "with an error inside")
	assert.Equal(t, "40002 isv.missing-parameter:1001", apply(2))
	assert.Error(t, sandbox.Change(w.Box, func(r *doudian.Rules) { r.WaybillBatch = 0 }))
}
