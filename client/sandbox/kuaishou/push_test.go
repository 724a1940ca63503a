package kuaishou_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// receiver is the app's side, written from the platform's description.
type receiver struct {
	t   *testing.T
	key []byte

	mu     sync.Mutex
	events []event
	answer string // empty: success for pushes that decrypt
}

type event struct {
	opens   bool
	Test    bool   `json:"test"`
	EventID string `json:"eventId"`
	BizID   int64  `json:"bizId"`
	UserID  int64  `json:"userId"`
	OpenID  string `json:"openId"`
	AppKey  string `json:"appKey"`
	Event   string `json:"event"`
	Info    string `json:"info"`
	Created int64  `json:"createTime"`
}

// receive serves an app and registers it with the sandbox.
func receive(t *testing.T, s *sandbox.Sandbox) *receiver {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(s.Manifest("").Platforms[mall.Kuaishou].MessageKey)
	require.NoError(t, err)
	r := &receiver{t: t, key: key}
	srv := httptest.NewServer(r)
	t.Cleanup(srv.Close)
	require.NoError(t, s.On(mall.Kuaishou).SetCallbacks(sandbox.Callbacks{Push: srv.URL}))
	probes := r.taken()
	require.Len(t, probes, 1)
	require.Equal(t, event{opens: true, Test: true}, probes[0])
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	assert.NoError(r.t, err)
	assert.Equal(r.t, http.MethodPost, req.Method)
	assert.Equal(r.t, "text/plain;charset=utf-8", req.Header.Get("Content-Type"))
	e := event{}
	plain, err := base64.StdEncoding.DecodeString(string(body))
	block, _ := aes.NewCipher(r.key)
	if assert.NoError(r.t, err) && assert.Zero(r.t, len(plain)%16) {
		cipher.NewCBCDecrypter(block, make([]byte, 16)).CryptBlocks(plain, plain)
		plain = plain[:max(0, len(plain)-int(plain[len(plain)-1]))]
		e.opens = json.Unmarshal(bytes.TrimSpace(plain), &e) == nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	switch {
	case r.answer != "":
		_, _ = io.WriteString(w, r.answer)
	case e.opens:
		_, _ = io.WriteString(w, `{"result":1}`)
	default:
		_, _ = io.WriteString(w, `{"result":0}`)
	}
}

// taken returns the events received since the last call.
func (r *receiver) taken() []event {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.events
	r.events = nil
	return list
}

func (r *receiver) names() (list []string) {
	for _, e := range r.taken() {
		list = append(list, e.Event)
	}
	return list
}

const ksOrderEvent = "kwaishop_order_"

func TestOrdersArePushed(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	r := receive(t, w.Box)
	deliver := func() []string { w.Box.Deliver(t.Context()); return r.names() }
	base := func(m map[string]any) map[string]any { return map[string]any{"orderBaseInfo": m} }

	id := w.add(base(map[string]any{"status": 10}))
	w.Box.Deliver(t.Context())
	got := r.taken()
	require.Len(t, got, 1)
	o := w.detail(id)
	assert.True(t, got[0].opens)
	assert.Equal(t, ksOrderEvent+"addOrder", got[0].Event)
	assert.Equal(t, o.Base.OID, got[0].BizID)
	assert.EqualValues(t, 1000000001, got[0].UserID)
	assert.Equal(t, "f1000000000000000000001000000001", got[0].OpenID)
	assert.Equal(t, w.App.AppKey, got[0].AppKey)
	assert.Equal(t, wiretest.Noon.UnixMilli(), got[0].Created)
	var info map[string]any
	require.NoError(t, json.Unmarshal([]byte(got[0].Info), &info))
	assert.EqualValues(t, o.Base.OID, info["oid"])
	assert.EqualValues(t, o.Base.Created, info["createTime"])

	change := func(m map[string]any) []string {
		require.NoError(t, w.Box.On(mall.Kuaishou).UpdateOrder(id, m))
		return deliver()
	}
	assert.Equal(t, []string{ksOrderEvent + "totalFeeChange"},
		change(map[string]any{"orderItemInfo": map[string]any{"price": 100}}))
	assert.Equal(t, []string{ksOrderEvent + "paySuccess"}, change(base(map[string]any{"status": 30})))
	assert.Empty(t, change(base(map[string]any{"totalFee": 1})), "paid")
	assert.Equal(t, []string{ksOrderEvent + "addressUpdateAudit"},
		change(map[string]any{"addressUpdateAuditInfo": map[string]any{"auditStatus": 10}}))
	assert.Equal(t, []string{ksOrderEvent + "addressChange", ksOrderEvent + "addressUpdateAudit"},
		change(map[string]any{
			"orderAddress": map[string]any{"encryptedAddress": "~x~y~1~~"}, "addressUpdateAuditInfo": map[string]any{"auditStatus": 20},
		}))
	require.Equal(t, "1", w.post("open.seller.order.note.add",
		map[string]any{"orderId": o.Base.OID, "note": "示例", "flag": 1}).outcome())
	assert.Equal(t, []string{ksOrderEvent + "addNote"}, deliver())
	require.Equal(t, "1", w.post("open.seller.order.note.add",
		map[string]any{"orderId": o.Base.OID, "note": "示例", "flag": 1}).outcome())
	assert.Equal(t, []string{ksOrderEvent + "addNote"}, deliver(), "the same note again is another note")
	assert.Equal(t, []string{ksOrderEvent + "delivering"}, change(base(map[string]any{"status": 40})))
	assert.Equal(t, []string{ksOrderEvent + "deliverySuccess"}, change(base(map[string]any{"status": 50})))
	assert.Equal(t, []string{ksOrderEvent + "orderSuccess"}, change(base(map[string]any{"status": 70})))

	w.add(base(map[string]any{"status": 70}))
	assert.Len(t, deliver(), 5, "its past first")
	id = w.add(base(map[string]any{"status": 30}))
	deliver()
	assert.Equal(t, []string{ksOrderEvent + "orderFail"}, change(base(map[string]any{"status": 80})))
}

func TestPushIsRepeated(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	r := receive(t, w.Box)
	r.answer = `{"result":0}`
	seq, err := w.Box.On(mall.Kuaishou).AddPush(shop1, "kwaishop_aftersales_addRefund",
		map[string]any{"orderId": 1, "refundId": 26})
	require.NoError(t, err)
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Failed)
	for i, pause := range []time.Duration{5, 10, 20, 30, 60} {
		w.Box.Advance(pause*time.Minute - time.Second)
		assert.Zero(t, w.Box.Deliver(t.Context()).Requests, "too early")
		w.Box.Advance(time.Second)
		rep := w.Box.Deliver(t.Context())
		assert.Equal(t, 1, rep.Requests)
		assert.Equal(t, i == 4, rep.GivenUp == 1)
	}
	w.Box.Advance(1000 * time.Hour)
	assert.Zero(t, w.Box.Deliver(t.Context()).Requests)
	got := r.taken()
	require.Len(t, got, 6)
	assert.Equal(t, got[0], got[5], "the same message")
	assert.EqualValues(t, 26, got[0].BizID, "the refund")
	assert.Equal(t, "given_up", w.Box.Pushes()[seq-1].State)
}

func TestPushFaults(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	r := receive(t, w.Box)
	_, err := w.Box.Arm(sandbox.Fault{Kind: sandbox.FaultPushForge, Method: ksOrderEvent + "addOrder"})
	require.NoError(t, err)
	w.add(nil)
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Failed)
	got := r.taken()
	require.Len(t, got, 2)
	assert.False(t, got[0].opens, "with another key")
	assert.True(t, got[1].opens)
	assert.NotEqual(t, got[0].EventID, got[1].EventID)
}

func TestMakesNoSPICalls(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	id := w.add(nil)
	assert.ErrorIs(t, w.Box.On(mall.Kuaishou).SetCallbacks(sandbox.Callbacks{SPI: "http://127.0.0.1:1/"}),
		sandbox.ErrRefused)
	_, err := w.Box.On(mall.Kuaishou).CallSPI(t.Context(), nil, sandbox.SPIOptions{})
	assert.ErrorIs(t, err, sandbox.ErrRefused)
	_, err = w.Box.On(mall.Kuaishou).RequestIntercept(t.Context(), sandbox.ServiceRequest{OrderID: id})
	assert.ErrorIs(t, err, sandbox.ErrRefused)
	assert.Equal(t, 409, w.Control("POST", "/spi", `{"platform":"kuaishou","params":{}}`, nil))
}
