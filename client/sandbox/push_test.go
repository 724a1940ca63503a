package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

// raise adds messages with the given tags.
func (w wire) raise(tags ...string) {
	w.T.Helper()
	for _, tag := range tags {
		_, err := w.Box.On(mall.Doudian).AddPush(wiretest.Shop1, tag,
			map[string]any{"shop_id": json.Number(wiretest.Shop1)})
		require.NoError(w.T, err)
	}
}

func TestProbe(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	r := wiretest.Receive(t, w.Box) // which looks at the signature
	good, err := w.Box.On(mall.Doudian).Callbacks()
	require.NoError(t, err)
	require.NoError(t, w.Box.On(mall.Doudian).SetCallbacks(good))
	assert.Equal(t, `[{"tag":"0","msg_id":"0","data":"2025-01-06T12:00:00+08:00"}]`, r.Taken()[0].Body)
	assert.Empty(t, w.Box.Pushes(), "the probe is no message")

	for _, no := range []struct {
		status int
		body   string
	}{
		{200, ""}, {200, "{}"}, {200, "success"}, {200, `{"code":40041}`}, {200, `{"code":"0"}`}, {200, `{"msg":"success"}`},
		{204, ""}, {201, `{"code":0}`}, {500, `{"code":0}`}, {302, `{"code":0}`},
	} {
		r.Says(no.status, no.body)
		err := w.Box.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: r.URL + "/push?other"})
		assert.ErrorIs(t, err, sandbox.ErrProbe, "%v", no)
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	assert.ErrorIs(t, w.Box.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: gone.URL}), sandbox.ErrProbe)
	kept, err := w.Box.On(mall.Doudian).Callbacks()
	require.NoError(t, err)
	assert.Equal(t, good, kept, "what failed the probe is not saved")

	require.NoError(t, w.Box.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{}))
	_, err = w.Box.On("elsewhere").Callbacks()
	assert.ErrorIs(t, err, sandbox.ErrUnknownPlatform)
	assert.ErrorIs(t, w.Box.On("elsewhere").SetCallbacks(good), sandbox.ErrUnknownPlatform)
}

func TestCallbacksOnThisMachineOnly(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithoutExamples())
	for _, u := range []string{"http://192.0.2.1/", "http://example.com", "https://10.0.0.1:80", "http://0.0.0.0/",
		"http://localhost.example.com/"} {
		assert.ErrorIs(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: u}), sandbox.ErrNotLoopback, u)
		assert.ErrorIs(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{SPI: u}), sandbox.ErrNotLoopback, u)
	}
	for _, u := range []string{"x", "ftp://127.0.0.1/", "http://", "file:///etc", "://"} {
		assert.Error(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{SPI: u}), u)
	}
	for _, u := range []string{"http://127.0.0.1:1/x", "https://localhost", "http://[::1]:8080"} {
		assert.NoError(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{SPI: u}), u)
	}
	public := sandbox.New(sandbox.WithoutExamples(), sandbox.WithPublicAddress())
	assert.NoError(t, public.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{SPI: "http://example.com"}))
}

// TestRedirectsAreNotFollowed: redirects would lead around the check of
// callback URLs.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		t.Error("followed")
		fmt.Fprint(rw, `{"code":0}`)
	}))
	defer elsewhere.Close()
	r.Answers(func(rw http.ResponseWriter) {
		rw.Header().Set("Location", elsewhere.URL)
		rw.WriteHeader(http.StatusTemporaryRedirect)
	})
	w.raise("1")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Failed: 1, Waiting: 1}, w.Box.Deliver(t.Context()))
}

func TestDeliveryInOrderAndOnce(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	assert.Equal(t, sandbox.DeliveryReport{}, w.Box.Deliver(t.Context()))
	w.raise("1", "2", "3")
	assert.Empty(t, r.Taken(), "nothing is sent by itself")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 3, Delivered: 3}, w.Box.Deliver(t.Context()))
	assert.Equal(t, []string{"1", "2", "3"}, r.Tags())
	assert.Equal(t, sandbox.DeliveryReport{}, w.Box.Deliver(t.Context()))
	assert.Empty(t, r.Taken())
	all := w.Box.Pushes()
	require.Len(t, all, 3)
	for i, p := range all {
		assert.Equal(t, int64(i+1), p.Seq)
		assert.Equal(t, "delivered", p.State)
		assert.True(t, p.Due.IsZero())
		require.Len(t, p.Attempts, 1)
		assert.Equal(t, sandbox.PushAttempt{Time: w.Box.Now(), Status: 200, Answer: `{"code":0,"msg":"success"}`,
			OK: true}, p.Attempts[0])
	}
	assert.Equal(t, 3, w.Box.ClearPushes())
	assert.Empty(t, w.Box.Pushes())
}

func TestNothingIsSentWithoutURL(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	w.raise("1")
	assert.Equal(t, sandbox.DeliveryReport{Waiting: 1}, w.Box.Deliver(t.Context()))
	r := wiretest.Receive(t, w.Box)
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Delivered, "it waited")
	assert.Equal(t, []string{"1"}, r.Tags())
	w.raise("2")
	assert.Equal(t, 2, w.Box.ClearPushes())
	assert.Equal(t, sandbox.DeliveryReport{}, w.Box.Deliver(t.Context()))
	assert.Empty(t, r.Taken())
}

// TestRetries walks through the whole schedule on the sandbox's clock.
func TestRetries(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	r.Says(200, `{"code":40044,"msg":"example failure"}`)
	w.raise("1")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Failed: 1, Waiting: 1}, w.Box.Deliver(t.Context()))
	for i, pause := range []time.Duration{10, 60, 300, 1800} {
		w.Box.Advance(pause*time.Second - 1)
		assert.Equal(t, sandbox.DeliveryReport{Waiting: 1}, w.Box.Deliver(t.Context()), "not yet")
		w.Box.Advance(1)
		want := sandbox.DeliveryReport{Requests: 1, Failed: 1, Waiting: 1}
		if i == 3 {
			want = sandbox.DeliveryReport{Requests: 1, GivenUp: 1}
		}
		assert.Equal(t, want, w.Box.Deliver(t.Context()), "after %d s", pause)
	}
	w.Box.Advance(24 * time.Hour)
	assert.Equal(t, sandbox.DeliveryReport{}, w.Box.Deliver(t.Context()))
	got := r.Taken()
	require.Len(t, got, 5)
	for _, g := range got {
		assert.Equal(t, got[0].Body, g.Body, "the id stays")
		assert.True(t, g.Genuine)
	}
	p := w.Box.Pushes()[0]
	assert.Equal(t, "given_up", p.State)
	assert.Len(t, p.Attempts, 5)
	assert.Contains(t, p.Attempts[4].Answer, "40044")
	assert.False(t, p.Attempts[4].OK)

	// A changed schedule; the app recovers meanwhile, and other messages do not wait.
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"push_retry_seconds":[5]}}`, nil))
	w.raise("2")
	w.Box.Deliver(t.Context())
	r.Answers(nil)
	w.raise("3")
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Delivered)
	w.Box.Advance(5 * time.Second)
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Delivered: 1}, w.Box.Deliver(t.Context()))
	assert.Equal(t, []string{"2", "3", "2"}, r.Tags())
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"push_time_limit_ms":30,"spi_time_limit_ms":30}}`,
		nil))
	free, release := wiretest.Held()
	defer release()
	r.Answers(func(http.ResponseWriter) { <-free })
	w.raise("1")
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Failed)
	assert.Equal(t, "no answer within 30ms", w.Box.Pushes()[0].Attempts[0].Error)
	c, err := w.Box.On(mall.Doudian).CallSPI(t.Context(), nil, sandbox.SPIOptions{})
	require.NoError(t, err)
	assert.Equal(t, "no answer within 30ms", c.Answers[0].Error)
	release()
}

// TestClearedWhileDelivering: cleared messages are not sent.
func TestClearedWhileDelivering(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	r.Answers(func(rw http.ResponseWriter) {
		assert.Equal(t, 2, w.Box.ClearPushes())
		fmt.Fprint(rw, `{"code":0}`)
	})
	w.raise("1", "2")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1}, w.Box.Deliver(t.Context()))
	assert.Equal(t, []string{"1"}, r.Tags())
	assert.Empty(t, w.Box.Pushes())
}

// TestInterruptedDelivery: messages that were not sent keep waiting.
func TestInterruptedDelivery(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	ctx, cancel := wiretest.NewContext(t)
	free, release := wiretest.Held()
	defer release()
	r.Answers(func(http.ResponseWriter) { cancel(); <-free })
	w.raise("1", "2")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Waiting: 2}, w.Box.Deliver(ctx))
	assert.Equal(t, sandbox.DeliveryReport{Waiting: 2}, w.Box.Deliver(ctx), "ended before it began")
	release()
	r.Answers(nil)
	assert.Equal(t, sandbox.DeliveryReport{Requests: 2, Delivered: 2}, w.Box.Deliver(t.Context()))
	assert.Equal(t, []string{"1", "1", "2"}, r.Tags())
}

func TestSeveralMessagesInOneBody(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"push_batch":3,"push_bare_object":true}}`, nil))
	w.raise("1", "2", "3", "4", "5", "6", "7")
	w.arm(sandbox.Fault{Kind: sandbox.FaultPushDuplicate, Method: "5"})
	assert.Equal(t, sandbox.DeliveryReport{Requests: 5, Delivered: 7}, w.Box.Deliver(t.Context()))
	var sizes []int
	got := r.Taken()
	for _, g := range got {
		assert.True(t, g.Genuine)
		sizes = append(sizes, len(g.Events))
	}
	assert.Equal(t, []int{3, 1, 1, 1, 2}, sizes, "one that meets a fault goes alone")
	r.Says(500, "")
	w.raise("1", "2")
	assert.Equal(t, sandbox.DeliveryReport{Requests: 1, Failed: 2, Waiting: 2}, w.Box.Deliver(t.Context()),
		"the answer is for all of them")
}

func TestPushFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		faults []sandbox.Fault
		report sandbox.DeliveryReport
		tags   string
		forged string // by place: - genuine, x forged
		left   int    // faults still armed
		later  string // tags that come an hour later
	}{
		{"drop", []sandbox.Fault{{Kind: sandbox.FaultPushDrop, Method: "2"}}, sandbox.DeliveryReport{Requests: 4, Delivered: 4, Dropped: 1}, "1345", "----", 0, ""},
		{"drop exactly two after one", []sandbox.Fault{{Kind: sandbox.FaultPushDrop, Skip: 1, Times: 2}}, sandbox.DeliveryReport{Requests: 3, Delivered: 3, Dropped: 2}, "145", "---", 0, ""},
		{"drop until cleared", []sandbox.Fault{{Kind: sandbox.FaultPushDrop, Times: -1}}, sandbox.DeliveryReport{Dropped: 5}, "", "", 1, ""},
		{"of another shop", []sandbox.Fault{{Kind: sandbox.FaultPushDrop, ShopID: "9"}}, sandbox.DeliveryReport{Requests: 5, Delivered: 5}, "12345", "-----", 1, ""},
		{"duplicate", []sandbox.Fault{{Kind: sandbox.FaultPushDuplicate, Skip: 2}}, sandbox.DeliveryReport{Requests: 6, Delivered: 5}, "123345", "------", 0, ""},
		{"duplicate all", []sandbox.Fault{{Kind: sandbox.FaultPushDuplicate, Times: -1}}, sandbox.DeliveryReport{Requests: 10, Delivered: 5}, "1122334455", "----------", 1, ""},
		{"reorder", []sandbox.Fault{{Kind: sandbox.FaultPushReorder}}, sandbox.DeliveryReport{Requests: 5, Delivered: 5}, "21345", "-----", 0, ""},
		{"reorder all", []sandbox.Fault{{Kind: sandbox.FaultPushReorder, Times: -1}}, sandbox.DeliveryReport{Requests: 5, Delivered: 5}, "21435", "-----", 1, ""},
		{"reorder the last: nothing follows it", []sandbox.Fault{{Kind: sandbox.FaultPushReorder, Method: "5"}}, sandbox.DeliveryReport{Requests: 5, Delivered: 5}, "12345", "-----", 1, ""},
		{"reorder past one that is dropped", []sandbox.Fault{{Kind: sandbox.FaultPushReorder, Method: "1"}, {Kind: sandbox.FaultPushDrop, Method: "2"}}, sandbox.DeliveryReport{Requests: 4, Delivered: 4, Dropped: 1}, "1345", "----", 0, ""},
		{"delay", []sandbox.Fault{{Kind: sandbox.FaultPushDelay, Seconds: 3600, Method: "2"}}, sandbox.DeliveryReport{Requests: 4, Delivered: 4, Delayed: 1, Waiting: 1}, "1345", "----", 0, "2"},
		{"delay all, each once", []sandbox.Fault{{Kind: sandbox.FaultPushDelay, Seconds: 60, Times: -1}}, sandbox.DeliveryReport{Delayed: 5, Waiting: 5}, "", "", 1, "12345"},
		{"forge: refused, and sent again as it should be", []sandbox.Fault{{Kind: sandbox.FaultPushForge, Method: "4"}}, sandbox.DeliveryReport{Requests: 5, Delivered: 4, Failed: 1, Waiting: 1}, "12345", "---x-", 0, "4"},
		{"the oldest first", []sandbox.Fault{{Kind: sandbox.FaultPushDuplicate}, {Kind: sandbox.FaultPushDrop}}, sandbox.DeliveryReport{Requests: 5, Delivered: 4, Dropped: 1}, "11345", "-----", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w, r := quiet(t)
			for _, f := range tt.faults {
				w.arm(f)
			}
			w.Call("order.searchList", map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix()}) // calls meet none of it
			w.raise("1", "2", "3", "4", "5")
			assert.Equal(t, tt.report, w.Box.Deliver(t.Context()))
			tags, forged := "", ""
			for _, g := range r.Taken() {
				tags += strings.Trim(string(g.Events[0].Tag), `"`)
				if g.Genuine {
					forged += "-"
				} else {
					forged += "x"
				}
			}
			assert.Equal(t, tt.tags, tags)
			assert.Equal(t, tt.forged, forged)
			assert.Len(t, w.Box.Faults(), tt.left)
			w.Box.Advance(time.Hour)
			w.Box.Deliver(t.Context())
			assert.Equal(t, tt.later, strings.Join(r.Tags(), ""))
			states := map[string]int{}
			for _, p := range w.Box.Pushes() {
				states[p.State]++
				for _, a := range p.Attempts {
					assert.Equal(t, a.Fault == sandbox.FaultPushDrop, p.State == "dropped")
				}
			}
			assert.Equal(t, tt.report.Dropped, states["dropped"])
			assert.Equal(t, 5-tt.report.Dropped, states["delivered"])
		})
	}
}

// TestFaultsOfPushesAndCallsAreSeparate: pushes do not meet faults of calls, nor
// calls those of pushes.
func TestFaultsOfPushesAndCallsAreSeparate(t *testing.T) {
	t.Parallel()
	w, _ := quiet(t)
	w.arm(sandbox.Fault{Kind: sandbox.FaultError})
	w.arm(sandbox.Fault{Kind: sandbox.FaultPushDrop})
	w.raise("1")
	assert.Equal(t, 1, w.Box.Deliver(t.Context()).Dropped)
	require.Len(t, w.Box.Faults(), 1)
	assert.Equal(t, sandbox.FaultError, w.Box.Faults()[0].Kind)
	w.arm(sandbox.Fault{Kind: sandbox.FaultPushDrop})
	assert.Equal(t, 20000, w.Query(nil).Code)
	require.Len(t, w.Box.Faults(), 1)
	assert.Equal(t, sandbox.FaultPushDrop, w.Box.Faults()[0].Kind)
}

// TestOutboxIsBounded: the oldest of too many messages are dropped.
func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	w := emptyShop(t)
	_, err := w.Box.On(mall.Doudian).AddOrders(wiretest.Shop1, 10_001, 1)
	require.NoError(t, err)
	assert.Equal(t, 10_000, w.Box.Deliver(t.Context()).Waiting)
	all := w.Box.Pushes()
	require.Len(t, all, 10_001)
	assert.Equal(t, "dropped", all[0].State)
	assert.Equal(t, "waiting", all[1].State)
}

// TestInMemoryReceiver: pushes need no network.
func TestInMemoryReceiver(t *testing.T) {
	t.Parallel()
	var got []string
	s := sandbox.New(sandbox.WithClock(wiretest.Still),
		sandbox.WithCallbackTransport(roundTrip(func(r *http.Request) *http.Response {
			rec := httptest.NewRecorder()
			got = append(got, r.URL.String())
			fmt.Fprint(rec, `{"code":0}`)
			return rec.Result()
		})))
	require.NoError(t, s.On(mall.Doudian).SetCallbacks(sandbox.Callbacks{Push: "http://127.0.0.1:1/a"}))
	_, err := s.On(mall.Doudian).AddPush(wiretest.Shop1, "1", json.RawMessage(`{}`))
	require.NoError(t, err)
	assert.Equal(t, 1, s.Deliver(t.Context()).Delivered)
	assert.Equal(t, []string{"http://127.0.0.1:1/a", "http://127.0.0.1:1/a"}, got)
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
