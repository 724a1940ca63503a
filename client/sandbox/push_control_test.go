package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/internal/platforms"
)

func TestControlPushes(t *testing.T) {
	t.Parallel()
	w := emptyShop(t, every())
	none := map[mall.Platform]sandbox.Callbacks{}
	for _, p := range platforms.All() {
		none[p.Name] = sandbox.Callbacks{}
	}
	var set struct {
		Callbacks map[mall.Platform]sandbox.Callbacks
	}
	require.Equal(t, 200, w.Control("GET", "/callbacks", "", &set))
	assert.Equal(t, none, set.Callbacks)
	r := wiretest.Receive(t, w.Box)
	require.Equal(t, 200, w.Control("POST", "/callbacks",
		fmt.Sprintf(`{"platform":"doudian","push":"%s/push?x=1"}`, r.URL), &set))
	assert.Len(t, r.Taken(), 1, "the probe")
	assert.Equal(t, sandbox.Callbacks{Push: r.URL + "/push?x=1", SPI: r.URL + "/spi"}, set.Callbacks[mall.Doudian],
		"what is not named stays")

	var ids struct {
		OrderIDs []string `json:"order_ids"`
	}
	require.Equal(t, 201, w.Control("POST", "/orders",
		`{"platform":"doudian","shop_id":"10000001","order":{"order_status":1}}`, &ids))
	require.Equal(t, 201, w.Control("POST", "/pushes",
		`{"platform":"doudian","shop_id":"10000001","tag":"400","data":{"product_id":6920000000000000001}}`, nil))
	require.Equal(t, 201, w.Control("POST", "/faults", `{"kind":"push_drop","method":"400"}`, nil))
	var rep sandbox.DeliveryReport
	require.Equal(t, 200, w.Control("POST", "/pushes/deliver", "", &rep))
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Delivered: 1, Dropped: 1}, rep)
	var list struct{ Pushes []sandbox.Push }
	for query, n := range map[string]int{
		"": 2, "?platform=doudian": 2, "?platform=x": 0, "?shop_id=10000001": 2, "?tag=400": 1, "?state=delivered": 1, "?state=waiting": 0, "?after_seq=1": 1,
	} {
		require.Equal(t, 200, w.Control("GET", "/pushes"+query, "", &list))
		assert.Len(t, list.Pushes, n, query)
	}
	require.Equal(t, 200, w.Control("GET", "/pushes?tag=400", "", &list))
	assert.JSONEq(t, `{"product_id":6920000000000000001}`, string(list.Pushes[0].Data))
	assert.Equal(t, sandbox.FaultPushDrop, list.Pushes[0].Attempts[0].Fault)
	var gone struct{ Removed int }
	require.Equal(t, 200, w.Control("DELETE", "/pushes", "", &gone))
	assert.Equal(t, 2, gone.Removed)

	require.Equal(t, 200, w.Control("POST", "/callbacks", `{"platform":"doudian","push":""}`, &set))
	assert.Equal(t, sandbox.Callbacks{SPI: r.URL + "/spi"}, set.Callbacks[mall.Doudian])
}

func TestControlService(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	id := w.Add(nil)
	var c sandbox.SPICall
	require.Equal(t, 200, w.Control("POST", "/service/spec-change", `{"platform":"doudian","shop_id":"10000001","order_id":"`+id+`","line_id":"`+id+`","code":"TS-RED-L","escape_html":true}`, &c))
	assert.Equal(t, "accepted", c.Verdict)
	assert.Equal(t, id, c.LineID)
	require.Equal(t, 200, w.Control("POST", "/service/intercept",
		`{"platform":"doudian","order_id":"`+id+`","reason":"x"}`, &c))
	require.Equal(t, 200, w.Control("POST", "/spi/repeat", `{"id":1}`, &c))
	assert.Len(t, c.Answers, 2)
	require.Equal(t, 200, w.Control("POST", "/spi",
		`{"platform":"doudian","params":{"shop_order_id":"7","a":6920000000000000001},"get":true}`, &c))
	got := r.Called()
	require.Len(t, got, 4)
	assert.Equal(t, `{"a":6920000000000000001,"shop_order_id":"7"}`, got[3].Query.Get("param_json"))
	var log struct{ Operations []sandbox.Operation }
	require.Equal(t, 200, w.Control("GET", "/operations?platform=doudian&order_id="+id, "", &log))
	assert.Len(t, log.Operations, 3)
	var calls struct{ Calls []sandbox.SPICall }
	for query, n := range map[string]int{"": 3, "?order_id=" + id: 2, "?after_id=2": 1, "?platform=x": 0} {
		require.Equal(t, 200, w.Control("GET", "/spi"+query, "", &calls))
		assert.Len(t, calls.Calls, n, query)
	}
}

func TestControlPushRefusals(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	done := w.Add(map[string]any{"order_status": 5})
	for _, tt := range []struct {
		verb, path, body string
		status           int
		says             string
	}{
		{"POST", "/callbacks", `{"platform":"x","push":""}`, 404, "platform"},
		{"POST", "/callbacks", `{"platform":"doudian","push":"http://example.com"}`, 400, "loopback"},
		{"POST", "/callbacks", `{"platform":"doudian","push":"http://127.0.0.1:1"}`, 400, "probe"},
		{"POST", "/callbacks", `{"platform":"doudian","pull":""}`, 400, "pull"},
		{"POST", "/pushes", `{"platform":"doudian","shop_id":"9","tag":"1","data":{}}`, 404, "shop"},
		{"POST", "/pushes", `{"platform":"doudian","shop_id":"10000001","data":{}}`, 400, "tag"},
		{"POST", "/pushes", `{"platform":"doudian","shop_id":"10000001","tag":"1"}`, 400, "data"},
		{"POST", "/pushes", `{"platform":"doudian","shop_id":"10000001","tag":"1","data":[]}`, 400, "object"},
		{"POST", "/pushes", `{`, 400, "body"},
		{"GET", "/pushes?after_seq=x", "", 400, "after_seq"},
		{"GET", "/spi?after_id=x", "", 400, "after_id"},
		{"POST", "/spi", `{"platform":"doudian","params":{}}`, 409, "no SPI URL"},
		{"POST", "/spi", `{"platform":"x","params":{}}`, 404, "x"},
		{"POST", "/spi", `{"params":[]}`, 400, "body"},
		{"POST", "/spi/repeat", `{"id":1}`, 404, "call 1"},
		{"POST", "/spi/repeat", `{`, 400, "body"},
		{"POST", "/service/spec-change", `{"platform":"doudian","order_id":"7","code":"x"}`, 404, "order"},
		{"POST", "/service/spec-change", `{"platform":"doudian","order_id":"` + done + `","code":"x"}`, 409, "status 5"},
		{"POST", "/service/spec-change", `{"sku":1}`, 400, "sku"},
		{"POST", "/service/intercept", `{"platform":"doudian","order_id":"` + done + `"}`, 409, "status 5"},
		{"GET", "/operations?platform=doudian&order_id=7", "", 404, "order"},
		{"POST", "/rules", `{"doudian":{"push_batch":0}}`, 400, "push_batch"},
		{"POST", "/rules", `{"doudian":{"push_retry_seconds":[5,0]}}`, 400, "push_retry_seconds"},
		{"POST", "/rules", `{"doudian":{"spi_time_limit_ms":0}}`, 400, "spi_time_limit_ms"},
	} {
		var p struct{ Error string }
		assert.Equal(t, tt.status, w.Control(tt.verb, tt.path, tt.body, &p), "%s %s %s", tt.verb, tt.path, tt.body)
		assert.Contains(t, p.Error, tt.says, "%s %s %s", tt.verb, tt.path, tt.body)
	}
}
