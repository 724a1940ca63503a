package webhook_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// TestDoudianPushGolden compares what every known message becomes with a golden
// file.
func TestDoudianPushGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/push/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".json"), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(f)
			require.NoError(t, err)
			a := &app{}
			h := newPush(t, a)
			r, err := platform.PushBody(pushURL, body)
			require.NoError(t, err)
			assert.Equal(t, `{"code":0,"msg":"success"}`, serve(t, h, r).text)
			got, err := json.MarshalIndent(a.calls(), "", "  ")
			require.NoError(t, err)
			got = append(got, '\n')
			if *update {
				require.NoError(t, os.WriteFile(f+".golden", got, 0o644))
			}
			want, err := os.ReadFile(f + ".golden")
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
		})
	}
}

// TestDoudianTags: every tag that is known has its function.
func TestDoudianTags(t *testing.T) {
	t.Parallel()
	body, err := os.ReadFile("testdata/push/every_tag.json")
	require.NoError(t, err)
	var messages []struct {
		Tag  string `json:"tag"`
		Data string `json:"data"`
	}
	require.NoError(t, json.Unmarshal(body, &messages))
	want := map[string]string{"137": "Other", "138": "Other", "x-OrderTagChange": "Other", "x-skuStockZero": "Other",
		"104": "LogisticsChanged", "105": "AddressChanged", "111": "AddressAsked", "113": "RemarkChanged"}
	for _, m := range messages {
		a := &app{}
		push(t, newPush(t, a), webhooktest.Message{Tag: m.Tag, ID: "m", Data: json.RawMessage(m.Data)})
		require.Len(t, a.calls(), 1, m.Tag)
		function := want[m.Tag]
		if function == "" {
			function = map[byte]string{'1': "OrderChanged", '2': "RefundChanged", '4': "ProductChanged", '5': "DropshipChanged"}[m.Tag[0]]
		}
		assert.Equal(t, function, a.calls()[0].Function, m.Tag)
	}
}

// TestDoudianTagOption gives a number to messages that have none in public.
func TestDoudianTagOption(t *testing.T) {
	t.Parallel()
	a := &app{}
	h, err := webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}, Tags: map[string]webhook.Kind{
		"900": "stock.changed", "901": "auth.changed", "902": webhook.KindOrderLabel, "503": webhook.KindOther,
	}}, a.handlers(), webhook.Options{})
	require.NoError(t, err)
	defer h.Close()
	push(t, h,
		webhooktest.Message{Tag: "900", ID: "1", Data: map[string]any{"shop_id": "10000001", "product_id": "3600000000000000001", "sku_id": "1780000000000001", "after": "true"}},
		webhooktest.Message{Tag: "901", ID: "2", Data: map[string]any{"shop_id": 10000001}},
		webhooktest.Message{Tag: "902", ID: "3", Data: map[string]any{"shop_id": 10000001, "p_id": "6920000000000000001A", "tag_key": "sku_logistics_extra_info"}},
		webhooktest.Message{Tag: "503", ID: "4", Data: map[string]any{"shop_id": 10000001}})
	got := a.calls()
	require.Len(t, got, 4)
	stock := got[0].Event.(webhook.ProductEvent)
	assert.Equal(t, []any{"StockChanged", "1780000000000001", true}, []any{got[0].Function, stock.SKUID, stock.SoldOut})
	assert.Equal(t, "AuthChanged", got[1].Function)
	label := got[2].Event.(webhook.OrderEvent)
	assert.Equal(t, []string{"6920000000000000001", "sku_logistics_extra_info"}, []string{label.OrderID, label.Label})
	assert.Equal(t, "Other", got[3].Function)

	_, err = webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}, Tags: map[string]webhook.Kind{"900": "spec.change"}}, a.handlers(), webhook.Options{})
	assert.ErrorContains(t, err, `"900"`)
}

// TestDoudianAddress: the receiver stays out of JSON, and the app can read it.
func TestDoudianAddress(t *testing.T) {
	t.Parallel()
	a := &app{}
	addr := `{"province":{"name":"江苏省","id":32},"town":{"name":"吴中区","id":"320506"},"detail":"示例路1号","encrypt_detail":"#sealed#"}`
	for i, form := range []any{addr, json.RawMessage(addr), json.RawMessage("[" + addr + "]")} {
		push(t, newPush(t, a), webhooktest.Message{Tag: "105", ID: "m", Data: map[string]any{
			"p_id": 1, "shop_id": 2, "receiver_msg": map[string]any{"addr": form, "name": "示例", "encrypt_name": "#n#", "tel": "10000000000", "encrypt_tel": "$t$"}}})
		e := a.calls()[i].Event.(webhook.AddressEvent)
		assert.Equal(t, order.Receiver{
			Name: order.Protected{Plain: "示例", Cipher: "#n#"}, Phone: order.Protected{Plain: "10000000000", Cipher: "$t$"},
			Address:  order.Protected{Plain: "示例路1号", Cipher: "#sealed#"},
			Province: order.Region{Code: "32", Name: "江苏省"}, District: order.Region{Code: "320506", Name: "吴中区"},
		}, e.Change.ToReceiver)
		text, err := json.Marshal(e)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "10000000000")
	}
}

// TestDoudianPushFormsAccepted: forms that old samples and other SDKs have.
func TestDoudianPushFormsAccepted(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"bare object":       `{"tag":"101","msg_id":"1","data":"{\"p_id\":1,\"shop_id\":2}"}`,
		"number for a tag":  `[{"tag":101,"msg_id":"1","data":"{\"p_id\":1,\"shop_id\":2}"}]`,
		"number for an id":  `[{"tag":"101","msg_id":1,"data":"{\"p_id\":\"1\",\"shop_id\":\"2\"}"}]`,
		"object for data":   `[{"tag":"101","msgId":"1","data":{"p_id":1,"shop_id":2,"s_ids":null}}]`,
		"white space":       "\n [ {\"tag\":\"101\",\"msg_id\":\"1\",\"data\":{\"p_id\":1,\"shop_id\":2,\"s_ids\":\"\"}} ]\n",
		"escaped":           `[{"tag":"\u0031\u0030\u0031","msg_id":"1","data":"{\u0022p_id\u0022:1,\u0022shop_id\u0022:2}"}]`,
		"a time like a day": `[{"tag":"101","msg_id":"1","data":{"p_id":1,"shop_id":2,"pay_time":"yesterday"}}]`,
	} {
		a := &app{}
		h := newPush(t, a)
		r, err := platform.PushBody(pushURL, []byte(body))
		require.NoError(t, err)
		r.Header.Set("event-sign", strings.ToUpper(r.Header.Get("event-sign")))
		assert.Equal(t, 0, serve(t, h, r).Code, name)
		require.Len(t, a.calls(), 1, name)
		e := a.calls()[0].Event.(webhook.OrderEvent)
		assert.Equal(t, []string{"1", "2", "101", "1"}, []string{e.OrderID, e.ShopID, e.Tag, e.ID}, name)
	}
}

// TestDoudianProbe: no function is called for the message that tries a URL out.
func TestDoudianProbe(t *testing.T) {
	t.Parallel()
	for _, o := range []webhook.Options{{}, {Queue: neverQueued(t)}} {
		a := &app{}
		h := newPush(t, a, o)
		r, err := platform.Probe(pushURL, time.Now())
		require.NoError(t, err)
		assert.Equal(t, `{"code":0,"msg":"success"}`, serve(t, h, r).text)
		assert.Empty(t, a.calls())
	}
}

// TestDoudianPushRotation takes either secret while one is being changed.
func TestDoudianPushRotation(t *testing.T) {
	t.Parallel()
	a := &app{}
	h := newPush(t, a)
	for _, s := range []mall.Secret{secret, older} {
		r, err := webhooktest.Doudian{AppKey: appKey, Secret: s}.Push(pushURL, paid(string("m-"+s[:12])))
		require.NoError(t, err)
		assert.Equal(t, 0, serve(t, h, r).Code)
	}
	assert.Len(t, a.calls(), 2)
}

// TestRawBelongsToTheApp: what the app keeps does not change with the next
// request that is read into the same buffer.
func TestRawBelongsToTheApp(t *testing.T) {
	t.Parallel()
	a := &app{}
	h := newPush(t, a)
	body := func(id string) []byte {
		return []byte(`[{"tag":"101","msg_id":"` + id + `","data":{"p_id":` + id + `,"shop_id":2}}]`)
	}
	for i := range 50 {
		r, err := platform.PushBody(pushURL, body(string(rune('1'+i%9))+"00"))
		require.NoError(t, err)
		serve(t, h, r)
	}
	for _, c := range a.calls() {
		e := c.Event.(webhook.OrderEvent)
		assert.Contains(t, string(e.Raw), `"p_id":`+e.OrderID+`,`)
		assert.True(t, bytes.HasPrefix(e.Raw, []byte("{")))
	}
}
