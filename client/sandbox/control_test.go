package sandbox_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestControlListsWhatItHas(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var list struct {
		Endpoints []struct{ Method, Path, About string }
	}
	require.Equal(t, 200, w.Control("GET", "/", "", &list))
	require.GreaterOrEqual(t, len(list.Endpoints), 30)
	for _, e := range list.Endpoints {
		assert.NotEmpty(t, e.About)
		body := ""
		if e.Method != "GET" && e.Method != "DELETE" {
			body = "{" // refused, but by the endpoint
		}
		status := w.Control(e.Method, strings.TrimPrefix(e.Path, "/control"), body, nil)
		assert.NotEqual(t, 405, status, "%s %s", e.Method, e.Path)
	}
	require.Equal(t, 200, w.Control("GET", "", "", &list), "also without the slash")
}

func TestControlRefusals(t *testing.T) {
	t.Parallel()
	w := serve(t)
	tests := []struct {
		verb, path, body string
		status           int
		says             string
	}{
		{"GET", "/nothing", "", 404, "no such endpoint"},
		{"PUT", "/shops", "", 405, "use GET or POST"},
		{"POST", "/shops", `{"platform":"doudian","nome":"x"}`, 400, `unknown field "nome"`},
		{"POST", "/shops", `{"platform":"doudian"} {}`, 400, "more than one"},
		{"POST", "/shops", `{"platform":"elsewhere"}`, 404, "elsewhere"},
		{"POST", "/shops", `{"platform":"doudian","shop_id":"10000001"}`, 409, "10000001"},
		{"POST", "/shops", `{"platform":"doudian","shop_id":"abc"}`, 400, "abc"},
		{"POST", "/codes", `{"platform":"doudian","shop_id":"9"}`, 404, "shop"},
		{"POST", "/tokens", `{"platform":"doudian","shop_id":"9","action":"expire"}`, 404, "shop"},
		{"POST", "/tokens", `{"platform":"doudian","shop_id":"10000001","action":"burn"}`, 400, "burn"},
		{"GET", "/orders?platform=doudian&shop_id=9", "", 404, "shop"},
		{"GET", "/orders?platform=doudian&order_id=9", "", 404, "order"},
		{"GET", "/orders?platform=x&order_id=9", "", 404, "platform"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"9"}`, 404, "shop"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"10000001","count":0}`, 400, "count"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"10000001","count":1,"status":77}`, 400, "77"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"10000001","count":1,"order":{}}`, 400, "order"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"10000001","order":[]}`, 400, "body"},
		{"POST", "/orders", `{"platform":"doudian","shop_id":"10000001","order":{"order_id":"x"}}`, 400, "order_id"},
		{"POST", "/orders/update", `{"platform":"doudian","order_id":"9","order":{"buyer_words":"x"}}`, 404, "order"},
		{"POST", "/orders/update", `{"platform":"doudian","order_id":"9"}`, 400, "no field"},
		{"POST", "/clock", `{}`, 400, "either"},
		{"POST", "/clock", `{"now":"yesterday"}`, 400, "body"},
		{"POST", "/clock", `{"advance_seconds":1e99}`, 400, "advance_seconds"},
		{"POST", "/faults", `{"kind":"flood"}`, 400, "flood"},
		{"POST", "/faults", `{"kind":"error","id":4}`, 400, "id"},
		{"POST", "/faults", `{"kind":"error","platform":"x"}`, 404, "platform"},
		{"GET", "/received?after_seq=x", "", 400, "after_seq"},
		{"POST", "/limits", `{"platform":"doudian","shop_id":"9","calls_per_second":1}`, 404, "shop"},
		{"POST", "/limits", `{"platform":"doudian","calls_per_second":-1}`, 400, "calls_per_second"},
		{"POST", "/limits", `{"platform":"doudian","method":"x","decrypts_per_day":1}`, 400, "decrypts_per_day"},
		{"POST", "/rules", `{"calls_per_second":0}`, 400, "calls_per_second"},
		{"POST", "/rules", `{"doudian":{"x":1}}`, 400, "x"},
	}
	for _, tt := range tests {
		var p struct{ Error string }
		assert.Equal(t, tt.status, w.Control(tt.verb, tt.path, tt.body, &p), "%s %s %s", tt.verb, tt.path, tt.body)
		assert.Contains(t, p.Error, tt.says, "%s %s %s", tt.verb, tt.path, tt.body)
	}
	w.Base = strings.TrimSuffix(w.Base, "/") + "/elsewhere" // no platform of the sandbox
	assert.Equal(t, 404, w.Control("GET", "/", "", nil))
}

func TestControlShopsAndCodes(t *testing.T) {
	t.Parallel()
	w := serve(t, every())
	var made sandbox.Shop
	require.Equal(t, 201, w.Control("POST", "/shops", `{"platform":"doudian","shop_id":"77","name":"示例店"}`, &made))
	assert.Equal(t, "77", made.ShopID)
	assert.True(t, made.Authorized)
	assert.Equal(t, wiretest.Works, w.Standing(made.AccessToken))
	var chosen sandbox.Shop
	require.Equal(t, 201, w.Control("POST", "/shops", `{"platform":"doudian"}`, &chosen))
	assert.Equal(t, "10000003", chosen.ShopID)
	assert.NotEmpty(t, chosen.Name)

	var c struct{ Code string }
	require.Equal(t, 201, w.Control("POST", "/codes", `{"platform":"doudian","shop_id":"77"}`, &c))
	var p wiretest.Pair
	w.Create(map[string]any{"code": c.Code, "grant_type": "authorization_code"}).Decode(t, &p)
	assert.Equal(t, `"77"`, string(p.ShopID))
	assert.Equal(t, "示例店", p.ShopName)

	var list struct{ Shops []sandbox.Shop }
	require.Equal(t, 200, w.Control("GET", "/shops", "", &list))
	require.Len(t, list.Shops, 17)
	assert.Equal(t, 37, list.Shops[0].Orders)
	assert.Equal(t, p.Access, list.Shops[15].AccessToken)

	var sh sandbox.Shop
	require.Equal(t, 200, w.Control("POST", "/tokens", `{"platform":"doudian","shop_id":"77","action":"expire"}`, &sh))
	assert.Equal(t, wiretest.Expired, w.Standing(sh.AccessToken))
	w.Refresh(sh.RefreshToken)
	require.Equal(t, 200, w.Control("GET", "/shops", "", &list))
	assert.Equal(t, 1, list.Shops[15].Renewals)
}

func TestControlOrders(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var made struct {
		IDs []string `json:"order_ids"`
	}
	const body = `{"platform":"doudian","shop_id":"10000001","order":{"order_status":2,"buyer_words":"示例","open_address_id":"exampleX",
		"sku_order_list":[{"code":"A-1","item_num":3,"goods_price":1000},{"code":"A-2"}]}}`
	require.Equal(t, 201, w.Control("POST", "/orders", body, &made))
	require.Len(t, made.IDs, 1)
	o := w.Detail(made.IDs[0])
	assert.Equal(t, "示例", o.Buyer)
	assert.Equal(t, "A-1", o.Lines[0].Code)
	assert.EqualValues(t, 3000, o.Lines[0].PayAmount)
	assert.Equal(t, o.Lines[0].PayAmount+o.Lines[1].PayAmount, o.PayAmount)
	assert.Equal(t, made.IDs[0], o.Lines[0].OrderID)

	require.Equal(t, 201, w.Control("POST", "/orders",
		`{"platform":"doudian","shop_id":"10000001","count":3,"status":5}`, &made))
	require.Len(t, made.IDs, 3)
	assert.EqualValues(t, 5, w.Detail(made.IDs[2]).Status)

	for _, verb := range []string{"POST", "PATCH"} {
		var changed struct{ Order wiretest.Order }
		require.Equal(t, 200, w.Control(verb, "/orders/update", `{"platform":"doudian","shop_id":"10000001","order_id":"`+made.IDs[0]+`","order":{"buyer_words":"`+verb+`"}}`, &changed))
		assert.Equal(t, verb, changed.Order.Buyer)
		assert.Equal(t, verb, w.Detail(made.IDs[0]).Buyer)
	}
	assert.Equal(t, 404, w.Control("POST", "/orders/update",
		`{"platform":"doudian","shop_id":"10000002","order_id":"`+made.IDs[0]+`","order":{"buyer_words":"x"}}`, nil),
		"of another shop")

	var list struct{ Orders []wiretest.Order }
	require.Equal(t, 200, w.Control("GET", "/orders?platform=doudian&shop_id=10000001", "", &list))
	assert.Len(t, list.Orders, 41)
	require.Equal(t, 200, w.Control("GET", "/orders?platform=doudian&order_id="+made.IDs[1], "", &list))
	require.Len(t, list.Orders, 1)
	assert.Equal(t, made.IDs[1], list.Orders[0].OrderID)
}

func TestControlClock(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var c struct {
		Now  time.Time
		Unix int64
	}
	require.Equal(t, 200, w.Control("GET", "/clock", "", &c))
	assert.True(t, c.Now.Equal(wiretest.Noon))
	require.Equal(t, 200, w.Control("POST", "/clock", `{"advance_seconds":90.5}`, &c))
	assert.True(t, c.Now.Equal(wiretest.Noon.Add(90*time.Second+500*time.Millisecond)))
	require.Equal(t, 200, w.Control("POST", "/clock", `{"advance_seconds":-90.5}`, &c))
	assert.Equal(t, wiretest.Noon.Unix(), c.Unix)
	require.Equal(t, 200, w.Control("POST", "/clock", `{"now":"2026-02-03T04:05:06+08:00"}`, &c))
	assert.Equal(t, "2026-02-03T04:05:06+08:00", w.Box.Now().In(mall.Beijing).Format(time.RFC3339))
}

func TestControlFaultsReceivedLimits(t *testing.T) {
	t.Parallel()
	w := serve(t, every())
	var armed struct{ ID int }
	require.Equal(t, 201, w.Control("POST", "/faults", `{"platform":"doudian","shop_id":"10000001","method":"order.searchList","kind":"data","times":2,"skip":0,"data":null}`, &armed))
	assert.Equal(t, 1, armed.ID)
	assert.Equal(t, "null", string(w.Query(nil).Data))
	var faults struct{ Faults []sandbox.Fault }
	require.Equal(t, 200, w.Control("GET", "/faults", "", &faults))
	require.Len(t, faults.Faults, 1)
	assert.Equal(t, 1, faults.Faults[0].Times)
	var removed struct{ Removed int }
	require.Equal(t, 200, w.Control("DELETE", "/faults", "", &removed))
	assert.Equal(t, 1, removed.Removed)
	assert.NotEqual(t, "null", string(w.Query(nil).Data))
	var raw map[string]json.RawMessage
	w.Control("GET", "/faults", "", &raw)
	assert.Equal(t, "[]", string(raw["faults"]))

	w.Call("order.merge", nil)
	var got struct{ Received []sandbox.Received }
	require.Equal(t, 200, w.Control("GET", "/received", "", &got))
	assert.Len(t, got.Received, 3)
	assert.Equal(t, sandbox.FaultData, got.Received[0].Fault)
	for query, n := range map[string]int{"method=order.merge": 1, "after_seq=1": 2, "shop_id=10000001": 3,
		"shop_id=10000002": 0, "platform=doudian&after_seq=2": 1, "platform=taobao": 0} {
		require.Equal(t, 200, w.Control("GET", "/received?"+query, "", &got))
		assert.Len(t, got.Received, n, query)
	}
	require.Equal(t, 200, w.Control("DELETE", "/received", "", &removed))
	assert.Equal(t, 3, removed.Removed)

	require.Equal(t, 200, w.Control("POST", "/limits",
		`{"platform":"doudian","shop_id":"10000001","method":"order.searchList","calls_per_second":1}`, nil))
	assert.Equal(t, 10000, w.Query(nil).Code)
	assert.Equal(t, 60000, w.Query(nil).Code)
}

// TestDocListsTheEndpoints: the package's documentation has the endpoints of
// GET /control/, in the same order.
func TestDocListsTheEndpoints(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	var written []string
	for _, m := range regexp.MustCompile(`(?m)^//\t([A-Z]+) +(/control/\S*)`).FindAllStringSubmatch(string(text), -1) {
		written = append(written, m[1]+" "+m[2])
	}
	w := serve(t)
	var list struct {
		Endpoints []struct{ Method, Path string }
	}
	require.Equal(t, 200, w.Control("GET", "/", "", &list))
	served := []string{"GET /control/"}
	for _, e := range list.Endpoints {
		served = append(served, e.Method+" "+e.Path)
	}
	assert.Equal(t, served, written)
}
