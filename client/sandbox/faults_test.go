package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func (w wire) arm(f sandbox.Fault) {
	w.T.Helper()
	_, err := w.Box.Arm(f)
	require.NoError(w.T, err)
}

// remarkable returns an order and a call that changes it.
func (w wire) remarkable() (id string, call func() wiretest.Answer) {
	w.T.Helper()
	id = w.Search(map[string]any{"size": 1}).List[0].OrderID
	return id, func() wiretest.Answer {
		return w.Call("order.addOrderRemark", map[string]any{"order_id": id, "remark": "示例：改过"})
	}
}

// last returns the log entry of the last call.
func (w wire) last() sandbox.Received {
	w.T.Helper()
	all := w.Box.Received()
	require.NotEmpty(w.T, all)
	return all[len(all)-1]
}

// TestFaultKinds arms each kind for one write and checks what the caller sees,
// whether the write was carried out, and the log entry.
func TestFaultKinds(t *testing.T) {
	t.Parallel()
	is := func(want string) func(*testing.T, wiretest.Answer) {
		return func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, want, a.Outcome(), a.SubMsg)
			assert.Equal(t, 200, a.Status)
		}
	}
	broken := func(t *testing.T, a wiretest.Answer) { assert.Error(t, a.Err) }
	tests := []struct {
		name    string
		fault   sandbox.Fault
		see     func(*testing.T, wiretest.Answer)
		done    bool
		outcome string // of the log
	}{
		{"delay", sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 1}, is("10000"), true, "10000"},
		{"delay after", sandbox.Fault{Kind: sandbox.FaultDelayAfter, DelayMS: 1}, is("10000"), true, "10000"},
		{"cut before", sandbox.Fault{Kind: sandbox.FaultCutBefore}, broken, false, ""},
		{"cut after", sandbox.Fault{Kind: sandbox.FaultCutAfter}, broken, true, "10000"},
		{"half body", sandbox.Fault{Kind: sandbox.FaultHalfBody}, func(t *testing.T, a wiretest.Answer) {
			assert.Error(t, a.Err)
			assert.Equal(t, 200, a.Status)
			assert.Contains(t, string(a.Raw), `{"code":10000`)
			assert.False(t, json.Valid(a.Raw))
		}, true, "10000"},
		{"status", sandbox.Fault{Kind: sandbox.FaultStatus}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, 500, a.Status)
			assert.Empty(t, a.Raw)
		}, false, ""},
		{"status of one's own, done", sandbox.Fault{Kind: sandbox.FaultStatus, Status: 429, Body: "slow down", After: true}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, 429, a.Status)
			assert.Equal(t, "slow down", string(a.Raw))
		}, true, "10000"},
		{"html", sandbox.Fault{Kind: sandbox.FaultHTML}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, 502, a.Status)
			assert.Equal(t, "text/html", a.Header.Get("Content-Type"))
			assert.Contains(t, string(a.Raw), "<html>")
		}, false, ""},
		{"html with 200", sandbox.Fault{Kind: sandbox.FaultHTML, Status: 200}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, 200, a.Status)
			assert.Contains(t, string(a.Raw), "<html>")
		}, false, ""},
		{"error", sandbox.Fault{Kind: sandbox.FaultError}, is("20000 isp.service-error:20005"), false, "20000 isp.service-error:20005"},
		{"error of one's own", sandbox.Fault{Kind: sandbox.FaultError, Code: 90000, SubCode: "dop.unknown-error", Msg: "m", SubMsg: "s"}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, "90000 dop.unknown-error", a.Outcome())
			assert.Equal(t, "m", a.Msg)
			assert.Equal(t, "s", a.SubMsg)
			assert.NotEmpty(t, a.LogID)
		}, false, "90000 dop.unknown-error"},
		{"error, done", sandbox.Fault{Kind: sandbox.FaultError, Code: 20001, After: true}, is("20001"), true, "10000"},
		{"throttle", sandbox.Fault{Kind: sandbox.FaultThrottle, Seconds: 7}, func(t *testing.T, a wiretest.Answer) {
			is("60000 isv.traffic-limited")(t, a)
			assert.Equal(t, "7", a.Header.Get("Retry-After"))
		}, false, "60000 isv.traffic-limited"},
		{"throttle without seconds", sandbox.Fault{Kind: sandbox.FaultThrottle}, func(t *testing.T, a wiretest.Answer) {
			is("60000 isv.traffic-limited")(t, a)
			assert.Empty(t, a.Header.Get("Retry-After"))
		}, false, "60000 isv.traffic-limited"},
		{"expire token", sandbox.Fault{Kind: sandbox.FaultExpireToken}, is("40003 isv.access-token-expired"), false, "40003 isv.access-token-expired"},
		{"replace token", sandbox.Fault{Kind: sandbox.FaultReplaceToken}, is("40003 isv.access-token-no-existed"), false, "40003 isv.access-token-no-existed"},
		{"revoke", sandbox.Fault{Kind: sandbox.FaultRevoke}, is("30001 dop.authorization-no-existed"), false, "30001 dop.authorization-no-existed"},
		{"clock skew ahead", sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: 601}, is("40003 isv.timestamp-invalid"), false, "40003 isv.timestamp-invalid"},
		{"clock skew behind", sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: -601}, is("40003 isv.timestamp-invalid"), false, "40003 isv.timestamp-invalid"},
		{"clock skew within", sandbox.Fault{Kind: sandbox.FaultClockSkew, Seconds: 600}, is("10000"), true, "10000"},
		{"data an array", sandbox.Fault{Kind: sandbox.FaultData, Data: json.RawMessage(`[1]`)}, func(t *testing.T, a wiretest.Answer) {
			is("10000")(t, a)
			assert.Equal(t, "[1]", string(a.Data))
		}, true, "10000"},
		{"data null", sandbox.Fault{Kind: sandbox.FaultData, Data: json.RawMessage(`null`)}, func(t *testing.T, a wiretest.Answer) {
			assert.Contains(t, string(a.Raw), `"data":null`)
		}, true, "10000"},
		{"data left out", sandbox.Fault{Kind: sandbox.FaultData}, func(t *testing.T, a wiretest.Answer) {
			is("10000")(t, a)
			assert.NotContains(t, string(a.Raw), `"data"`)
		}, true, "10000"},
		{"body", sandbox.Fault{Kind: sandbox.FaultBody, Body: `{"code":"10000"`}, func(t *testing.T, a wiretest.Answer) {
			assert.Equal(t, `{"code":"10000"`, string(a.Raw))
			assert.Equal(t, 200, a.Status)
			assert.Contains(t, a.Header.Get("Content-Type"), "application/json")
		}, false, ""},
		{"empty body", sandbox.Fault{Kind: sandbox.FaultBody, Status: 201}, func(t *testing.T, a wiretest.Answer) {
			assert.Empty(t, a.Raw)
			assert.Equal(t, 201, a.Status)
		}, false, ""},
		{"oversize", sandbox.Fault{Kind: sandbox.FaultOversize, Bytes: 1 << 20}, func(t *testing.T, a wiretest.Answer) {
			is("10000")(t, a)
			assert.Greater(t, len(a.Raw), 1<<20)
			assert.True(t, json.Valid(a.Raw))
		}, false, ""},
	}
	seen := map[sandbox.FaultKind]bool{}
	for _, tt := range tests {
		seen[tt.fault.Kind] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := emptyShop(t)
			w.Add(nil)
			id, call := w.remarkable()
			w.arm(tt.fault)
			tt.see(t, call())
			o, err := w.Box.On(mall.Doudian).Order(id)
			require.NoError(t, err)
			assert.Equal(t, tt.done, remarkOf(t, o) == "示例：改过", "carried out")
			assert.Equal(t, tt.fault.Kind, w.last().Fault)
			assert.Equal(t, tt.outcome, w.last().Outcome)
			assert.Empty(t, w.Box.Faults(), "a fault used up disappears")
			if !changesShop(tt.fault.Kind) {
				assert.Equal(t, "10000", call().Outcome(), "the next call is well again")
			}
		})
	}
	assert.Len(t, seen, 16, "every kind is here")
}

func remarkOf(t *testing.T, wire json.RawMessage) string {
	t.Helper()
	var o wiretest.Order
	require.NoError(t, json.Unmarshal(wire, &o))
	return o.Remark
}

func changesShop(k sandbox.FaultKind) bool {
	return k == sandbox.FaultExpireToken || k == sandbox.FaultReplaceToken || k == sandbox.FaultRevoke
}

func TestOversizeIs32MiBByDefault(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	w.arm(sandbox.Fault{Kind: sandbox.FaultOversize})
	resp, err := w.HTTP.Get(w.App.Gateway + "/order/searchList")
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Greater(t, n, int64(32<<20))
}

func TestTokenFaultsAreReal(t *testing.T) {
	t.Parallel()
	w := serve(t)
	old := w.Shop(wiretest.Shop1)
	w.arm(sandbox.Fault{Kind: sandbox.FaultExpireToken, Method: "order.orderDetail"})
	assert.Equal(t, wiretest.Expired, w.Standing(old.AccessToken))
	assert.Equal(t, wiretest.Expired, w.Standing(old.AccessToken), "it stays expired")
	p := w.Refresh(old.RefreshToken)
	assert.Equal(t, wiretest.Works, w.Standing(p.Access))
	w.arm(sandbox.Fault{Kind: sandbox.FaultReplaceToken})
	assert.Equal(t, wiretest.Replaced, w.Standing(p.Access))
	assert.Equal(t, wiretest.Works, w.Standing(w.Shop(wiretest.Shop1).AccessToken), "the one that replaced it works")
	assert.Equal(t, 1, w.Shop(wiretest.Shop1).Renewals, "a replacement is not the app's renewal")
	w.arm(sandbox.Fault{Kind: sandbox.FaultRevoke, Method: "token.refresh"})
	assert.Equal(t, wiretest.NoShop, w.RefreshCall(w.Shop(wiretest.Shop1).RefreshToken).Outcome())
	assert.False(t, w.Shop(wiretest.Shop1).Authorized)
}

func TestFaultsCountExactly(t *testing.T) {
	t.Parallel()
	w := serve(t)
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Method: "order.searchList", Skip: 2, Times: 3})
	codes := func(n int) (all []int) {
		for range n {
			all = append(all, w.Query(nil).Code)
		}
		return all
	}
	assert.Equal(t, []int{10000, 10000, 20000}, codes(3))
	left := w.Box.Faults()
	require.Len(t, left, 1)
	assert.Equal(t, 2, left[0].Times)
	assert.Zero(t, left[0].Skip)
	assert.Equal(t, []int{20000, 20000, 10000, 10000}, codes(4))
	assert.Empty(t, w.Box.Faults())

	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Times: -1})
	assert.Equal(t, []int{20000, 20000, 20000}, codes(3))
	assert.Equal(t, -1, w.Box.Faults()[0].Times)
	assert.Equal(t, 1, w.Box.ClearFaults())
	assert.Equal(t, []int{10000}, codes(1))
}

func TestFaultsOfSeveralTakeTurns(t *testing.T) {
	t.Parallel()
	w := serve(t)
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Code: 1, Skip: 1})
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Code: 2, Times: 2})
	var codes []int
	for range 4 {
		codes = append(codes, w.Query(nil).Code)
	}
	assert.Equal(t, []int{2, 1, 2, 10000}, codes)
}

func TestFaultsMatch(t *testing.T) {
	t.Parallel()
	w := serve(t)
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Code: 1, ShopID: wiretest.Shop2, Times: -1})
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Code: 2, Method: "order.merge", Times: -1})
	w.arm(sandbox.Fault{Kind: sandbox.FaultError, Code: 3, Platform: mall.Doudian, Method: "token.refresh",
		ShopID: wiretest.Shop1, Times: -1})
	assert.Equal(t, 10000, w.Query(nil).Code)
	assert.Equal(t, 1, w.Send(w.Build("order.searchList", w.Shop(wiretest.Shop2).AccessToken, nil)).Code)
	assert.Equal(t, 2, w.Call("order.merge", nil).Code)
	assert.Equal(t, 3, w.RefreshCall(w.Shop(wiretest.Shop1).RefreshToken).Code)
	assert.Equal(t, 1, w.RefreshCall(w.Shop(wiretest.Shop2).RefreshToken).Code)
	assert.Equal(t, wiretest.BadToken, w.RefreshCall("example-unknown").Outcome(), "no shop, no fault of a shop")
	w.Box.ClearFaults()
	w.arm(sandbox.Fault{Kind: sandbox.FaultRevoke})
	assert.Equal(t, wiretest.BadToken, w.RefreshCall("example-unknown").Outcome())
	assert.Len(t, w.Box.Faults(), 1, "not used up by a call without a shop")
}

func TestArmRefuses(t *testing.T) {
	t.Parallel()
	s := sandbox.New()
	for name, f := range map[string]sandbox.Fault{
		"no kind":        {},
		"unknown kind":   {Kind: "flood"},
		"negative times": {Kind: sandbox.FaultError, Times: -2},
		"negative skip":  {Kind: sandbox.FaultError, Skip: -1},
		"negative delay": {Kind: sandbox.FaultDelay, DelayMS: -1},
		"long delay":     {Kind: sandbox.FaultDelay, DelayMS: 300_001},
		"status":         {Kind: sandbox.FaultStatus, Status: 99},
		"bytes":          {Kind: sandbox.FaultOversize, Bytes: 1 << 30},
		"data":           {Kind: sandbox.FaultData, Data: json.RawMessage("{")},
	} {
		_, err := s.Arm(f)
		assert.Error(t, err, name)
	}
	_, err := s.Arm(sandbox.Fault{Kind: sandbox.FaultError, Platform: "elsewhere"})
	require.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	assert.Empty(t, s.Faults())
}

// TestDelayHolds checks that a delayed call waits, and that its write happens
// before or after the wait as the kind says.
func TestDelayHolds(t *testing.T) {
	t.Parallel()
	for kind, done := range map[sandbox.FaultKind]bool{sandbox.FaultDelay: false, sandbox.FaultDelayAfter: true} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := serve(t)
			id, call := w.remarkable()
			token := w.Shop(wiretest.Shop1).AccessToken
			r := w.Build("order.addOrderRemark", token, map[string]any{"order_id": id, "remark": "示例：改过"})
			w.arm(sandbox.Fault{Kind: kind, DelayMS: 60_000})
			ctx, leave := wiretest.NewContext(t)
			var held sync.WaitGroup
			held.Go(func() { w.SendWithin(ctx, r) })
			state := func() bool {
				o, err := w.Box.On(mall.Doudian).Order(id)
				return err == nil && remarkOf(t, o) == "示例：改过"
			}
			require.Eventually(t, func() bool { return w.last().Method == "order.addOrderRemark" && state() == done },
				10*time.Second, time.Millisecond)
			if !done {
				assert.Empty(t, w.last().Outcome, "not answered yet")
			}
			leave()
			held.Wait()
			require.Eventually(t, state, 10*time.Second, time.Millisecond, "carried out although the caller left")
			assert.Equal(t, "10000", call().Outcome())
		})
	}
}

func TestReceivedHidesSecrets(t *testing.T) {
	t.Parallel()
	w := serve(t)
	r := w.Build("order.orderDetail", w.Shop(wiretest.Shop1).AccessToken, map[string]any{"shop_order_id": "42"})
	r.Header.Set("User-Agent", "example/1")
	a := w.Send(r)
	w.Box.Advance(time.Second)
	r.Query.Del("sign")
	r.Query.Del("access_token")
	w.Send(r)
	all := w.Box.Received()
	require.Len(t, all, 2)
	e := all[0]
	assert.EqualValues(t, 1, e.Seq)
	assert.True(t, e.Time.Equal(wiretest.Noon))
	assert.Equal(t, mall.Doudian, e.Platform)
	assert.Equal(t, "order.orderDetail", e.Method)
	assert.Equal(t, wiretest.Shop1, e.ShopID)
	assert.Equal(t, a.LogID, e.LogID)
	assert.Equal(t, "40004 isv.parameter-invalid:20014", e.Outcome)
	assert.JSONEq(t, `{"shop_order_id":"42"}`, e.Params)
	assert.True(t, e.Signed)
	assert.True(t, e.Token)
	assert.Len(t, e.SignPrint, 8)
	assert.Len(t, e.TokenPrint, 8)
	assert.Equal(t, "example/1", e.UserAgent)
	assert.Equal(t, "application/json", e.ContentType)
	assert.False(t, all[1].Signed)
	assert.False(t, all[1].Token)
	assert.Empty(t, all[1].ShopID)
	assert.Equal(t, "40001 isv.signature-missing", all[1].Outcome)
	assert.Equal(t, 2, w.Box.ClearReceived())
	assert.Empty(t, w.Box.Received())
	w.Send(r)
	assert.EqualValues(t, 3, w.last().Seq, "numbers are not used again")
}

func TestReceivedKeepsTheLast10000(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithoutExamples())
	for range 10_001 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://h/doudian/x", http.NoBody)
		require.NoError(t, err)
		s.ServeHTTP(discard{}, req)
	}
	all := s.Received()
	require.Len(t, all, 10_000)
	assert.EqualValues(t, 2, all[0].Seq)
	assert.EqualValues(t, 10_001, all[9_999].Seq)
}

// discard is a ResponseWriter that ignores the answer.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
