package webhook_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

func neverQueued(t *testing.T) func(context.Context, webhook.Delivery) error {
	return func(context.Context, webhook.Delivery) error {
		t.Error("queued")
		return nil
	}
}

// refuses makes handlers of verifiers of which none can work.
func refuses(t *testing.T, verifiers map[string]webhook.Verifier) {
	t.Helper()
	for name, v := range verifiers {
		_, err := webhook.New(v, webhook.Handlers{}, webhook.Options{})
		e, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok, name)
		assert.Equal(t, "make webhook handler", e.Op, name)
		assert.Equal(t, mall.ErrInvalid, e.Kind, name)
		assert.NotEmpty(t, e.Message, name)
		assert.Equal(t, strings.HasPrefix(name, "nil"), e.Platform == "", name)
		assert.NotContains(t, err.Error(), secret.Reveal(), name)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	secrets := []mall.Secret{secret}
	spec := *webhook.DoudianSPI{}.WithDefaults().SpecChange
	spec.OrderID, spec.Answer = "", nil
	refuses(t, map[string]webhook.Verifier{
		"nil":                 nil,
		"nil of a type":       (*webhook.DoudianPush)(nil),
		"no app key":          webhook.DoudianPush{Secrets: secrets},
		"no secret":           webhook.DoudianPush{AppKey: appKey},
		"empty secret":        webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret, ""}},
		"blank secret":        webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{" "}},
		"no secret for SPI":   webhook.DoudianSPI{AppKey: appKey},
		"negative tolerance":  webhook.DoudianSPI{AppKey: appKey, Secrets: secrets, Tolerance: -1},
		"no time to answer":   webhook.DoudianSPI{AppKey: appKey, Secrets: secrets, Wait: time.Second},
		"half an intercept":   webhook.DoudianSPI{AppKey: appKey, Secrets: secrets, Intercept: &webhook.DoudianIntercept{ShopID: "x"}},
		"half a spec change":  webhook.DoudianSPI{AppKey: appKey, Secrets: secrets, SpecChange: &spec},
		"kind without a type": webhook.DoudianPush{AppKey: appKey, Secrets: secrets, Tags: map[string]webhook.Kind{"1": "x"}},
	})
	good := webhook.DoudianPush{AppKey: appKey, Secrets: secrets}
	for name, o := range map[string]webhook.Options{
		"half a codec": {Codec: mall.Codec{Marshal: json.Marshal}}, "the other half": {Codec: mall.Codec{Unmarshal: json.Unmarshal}},
		"body": {MaxBody: -1}, "limit": {TimeLimit: -1}, "lease": {Lease: -1}, "lease below the limit": {TimeLimit: time.Hour},
	} {
		_, err := webhook.New(good, webhook.Handlers{}, o)
		assert.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	_, err := webhook.New(webhook.DoudianPush{Secrets: []mall.Secret{""}}, webhook.Handlers{}, webhook.Options{MaxBody: -1})
	assert.EqualError(t, err, "make webhook handler: doudian: invalid argument: "+
		"DoudianPush.AppKey is empty or has spaces around it; DoudianPush.Secrets[0]: signing: empty secret; Options.MaxBody is -1: must not be negative")
}

// TestNilFunctions: pushes are answered with success, and requests are refused with
// a reason.
func TestNilFunctions(t *testing.T) {
	t.Parallel()
	h, err := webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}}, webhook.Handlers{}, webhook.Options{})
	require.NoError(t, err)
	defer h.Close()
	assert.Equal(t, 0, push(t, h, paid("1"), webhooktest.Message{Tag: "777", ID: "2", Data: "what"}).Code)
	spi, err := webhook.New(webhook.DoudianSPI{AppKey: appKey, Secrets: []mall.Secret{secret}}, webhook.Handlers{}, webhook.Options{})
	require.NoError(t, err)
	defer spi.Close()
	got := ask(t, spi, specChange("1"))
	assert.Equal(t, 0, got.Code)
	assert.False(t, got.Data.Success)
	assert.NotEmpty(t, got.Data.Reason)
}

func TestRepeatedPush(t *testing.T) {
	t.Parallel()
	a := &app{}
	h := newPush(t, a)
	for range 3 {
		assert.Equal(t, 0, push(t, h, paid("m-1"), paid("m-1")).Code)
	}
	assert.Len(t, a.calls(), 1)
	assert.True(t, a.last().Repeated)
	assert.NoError(t, a.last().Err)
	// Another shop, tag or content without an id is another event.
	other := paid("m-1")
	other.Data.(map[string]any)["shop_id"] = 10000002
	shipped := paid("m-1")
	shipped.Tag = "102"
	noID, noID2 := paid(""), paid("")
	noID2.Data.(map[string]any)["p_id"] = 3
	push(t, h, other, shipped, noID, noID2, noID)
	assert.Len(t, a.calls(), 5)
}

// TestFailedEventComesAgain: of several events in one push, those that failed are
// handled again when the push is repeated, and the others are not.
func TestFailedEventComesAgain(t *testing.T) {
	t.Parallel()
	a := &app{}
	n := 0
	a.fail = func(context.Context) error {
		if n++; n == 2 {
			return errors.New("database gone")
		}
		return nil
	}
	h := newPush(t, a)
	batch := []webhooktest.Message{paid("1"), paid("2"), paid("3")}
	assert.Equal(t, `{"code":40044,"msg":"try again"}`, push(t, h, batch...).text)
	assert.Len(t, a.calls(), 3, "one that fails does not hold up the next")
	assert.Equal(t, 0, push(t, h, batch...).Code)
	got := a.calls()
	require.Len(t, got, 4)
	assert.Equal(t, "2", got[3].Event.(webhook.OrderEvent).ID)
}

func TestPanic(t *testing.T) {
	t.Parallel()
	a := &app{fail: func(context.Context) error { panic("canary-personal-text") }}
	assert.Equal(t, 40044, push(t, newPush(t, a), paid("1")).Code)
	p, ok := errors.AsType[*webhook.PanicError](a.last().Err)
	require.True(t, ok)
	assert.Equal(t, "canary-personal-text", p.Value)
	assert.Contains(t, string(p.Stack), "handler_test.go")
	assert.NotContains(t, a.last().Err.Error(), "canary")
	assert.Equal(t, 500001, ask(t, newSPI(t, a), specChange("1")).Code)
	a.fail = nil
	assert.Equal(t, 0, push(t, newPush(t, a), paid("1")).Code)
}

// TestTimeLimit: the platform is told in time, the function goes on, and its
// result is there when the platform asks again.
func TestTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{verdict: change.Verdict{Accept: true}}
		hang := func(ctx context.Context) error {
			deadline, ok := ctx.Deadline()
			assert.True(t, ok)
			assert.LessOrEqual(t, time.Until(deadline), 4*time.Second)
			<-ctx.Done()
			assert.ErrorIs(t, context.Cause(ctx), context.DeadlineExceeded)
			time.Sleep(10 * time.Second) // does not care
			return nil
		}
		a.fail = hang
		h, spi := newPush(t, a), newSPI(t, a)
		start := time.Now()
		assert.Equal(t, 40044, push(t, h, paid("1")).Code)
		assert.Equal(t, 4*time.Second, time.Since(start))
		assert.ErrorIs(t, a.last().Err, context.DeadlineExceeded)
		assert.EqualError(t, a.last().Err, "handle event: doudian: the caller gave up: the answer was due before the app's function returned")
		assert.Equal(t, "1", a.last().ID)

		start = time.Now()
		assert.Equal(t, 40044, push(t, h, paid("1")).Code, "still being handled")
		assert.Zero(t, time.Since(start))
		assert.ErrorIs(t, a.last().Err, webhook.ErrInProgress)

		h.Wait()
		assert.True(t, a.last().Late)
		assert.NoError(t, a.last().Err)
		assert.Equal(t, 0, push(t, h, paid("1")).Code)
		assert.Len(t, a.calls(), 1)

		start = time.Now()
		got := ask(t, spi, specChange("1"))
		assert.Equal(t, 500001, got.Code)
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Equal(t, 500001, ask(t, spi, specChange("1")).Code, "no second decision meanwhile")
		spi.Wait()
		assert.True(t, ask(t, spi, specChange("1")).Data.Success)
		assert.Len(t, a.calls(), 2)
	})
}

// TestBatchStopsAtTheLimit: events that were not begun in time are left to the
// repeat.
func TestBatchStopsAtTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{fail: func(context.Context) error { time.Sleep(3 * time.Second); return nil }}
		h := newPush(t, a)
		batch := []webhooktest.Message{paid("1"), paid("2"), paid("3")}
		assert.Equal(t, 40044, push(t, h, batch...).Code)
		h.Wait()
		assert.Len(t, a.calls(), 2)
		assert.Equal(t, 0, push(t, h, batch...).Code)
		assert.Len(t, a.calls(), 3)
	})
}

// TestLease: an event whose process died is handled by whoever gets it after
// the lease.
func TestLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, err := webhook.NewMemorySeen(0, 0)
		require.NoError(t, err)
		a := &app{}
		died := claims{Seen: memory, done: func() error { return errors.New("killed") }, release: func() error { return nil }}
		assert.Equal(t, 0, push(t, newPush(t, a, webhook.Options{Seen: died}), paid("1")).Code, "it was handled")
		assert.ErrorContains(t, a.seen[0].Err, "killed")
		h := newPush(t, a, webhook.Options{Seen: memory})
		assert.Equal(t, 40044, push(t, h, paid("1")).Code)
		time.Sleep(time.Minute - time.Nanosecond)
		assert.Equal(t, 40044, push(t, h, paid("1")).Code)
		time.Sleep(time.Nanosecond)
		assert.Equal(t, 0, push(t, h, paid("1")).Code)
		assert.Len(t, a.calls(), 2)
	})
}

// TestLeaseRunOut: a claim that may be somebody else's by now is not given back.
func TestLeaseRunOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory, err := webhook.NewMemorySeen(0, 0)
		require.NoError(t, err)
		a := &app{fail: func(context.Context) error { time.Sleep(2 * time.Minute); return errors.New("too late") }}
		h := newPush(t, a, webhook.Options{Seen: claims{Seen: memory, release: func() error { t.Error("released"); return nil }}})
		assert.Equal(t, 40044, push(t, h, paid("1")).Code)
		h.Wait()
		assert.Len(t, a.calls(), 1)
	})
}

// claims is a store with faults.
type claims struct {
	webhook.Seen
	claim         func() (webhook.Claim, error)
	done, release func() error
}

func (c claims) Claim(ctx context.Context, key string, lease time.Duration) (webhook.Claim, error) {
	if c.claim != nil {
		return c.claim()
	}
	return c.Seen.Claim(ctx, key, lease)
}

func (c claims) Done(ctx context.Context, key string, answer []byte) error {
	if c.done != nil {
		return c.done()
	}
	return c.Seen.Done(ctx, key, answer)
}

func (c claims) Release(ctx context.Context, key string) error {
	if c.release != nil {
		return c.release()
	}
	return c.Seen.Release(ctx, key)
}

// TestStoreFails: where the store fails, nothing is handled, since it might be
// handled twice.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	for name, claim := range map[string]func() (webhook.Claim, error){
		"error":       func() (webhook.Claim, error) { return webhook.Claim{}, errors.New("database gone") },
		"panic":       func() (webhook.Claim, error) { panic("nil map") },
		"zero claim":  func() (webhook.Claim, error) { return webhook.Claim{}, nil },
		"two answers": func() (webhook.Claim, error) { return webhook.Claim{Taken: true, Done: true}, nil },
	} {
		a := &app{}
		assert.Equal(t, 40044, push(t, newPush(t, a, webhook.Options{Seen: claims{claim: claim}}), paid("1")).Code, name)
		assert.Empty(t, a.calls(), name)
		assert.Error(t, a.last().Err, name)
	}
}

// TestSenderHangsUp: an event whose sender hangs up is handled and recorded.
func TestSenderHangsUp(t *testing.T) {
	t.Parallel()
	a := &app{}
	ctx, hangUp := context.WithCancel(t.Context())
	a.fail = func(ctx context.Context) error { hangUp(); return ctx.Err() }
	h := newPush(t, a)
	r, err := platform.Push(pushURL, paid("1"))
	require.NoError(t, err)
	h.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	assert.NoError(t, a.last().Err)
	assert.Equal(t, 0, push(t, h, paid("1")).Code)
	assert.Len(t, a.calls(), 1)
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false
		a := &app{fail: func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended = true
			return ctx.Err()
		}}
		h := newPush(t, a)
		answered := make(chan answer)
		go func() { answered <- push(t, h, paid("1")) }()
		synctest.Wait()
		start := time.Now()
		h.Close()
		assert.True(t, ended, "Close waits")
		assert.Equal(t, time.Second, time.Since(start), "Close ends contexts")
		assert.Equal(t, 40044, (<-answered).Code)
		assert.Equal(t, 40044, push(t, h, paid("2")).Code)
		assert.ErrorIs(t, a.last().Err, http.ErrServerClosed)
		assert.ErrorIs(t, h.Handle(t.Context(), webhook.Delivery{Platform: mall.Doudian}), http.ErrServerClosed)
		h.Close()
		assert.Len(t, a.calls(), 1)
	})
}

// TestDeliveryBelongsToTheApp: it does not change with the next request that is
// read into the same buffer.
func TestDeliveryBelongsToTheApp(t *testing.T) {
	t.Parallel()
	var kept []webhook.Delivery
	h := newPush(t, &app{}, webhook.Options{Queue: func(_ context.Context, d webhook.Delivery) error {
		kept = append(kept, d)
		return nil
	}})
	for i := range 50 {
		push(t, h, paid(fmt.Sprintf("kept-%03d-%s", i, strings.Repeat("x", 100))))
	}
	for i, d := range kept {
		assert.Contains(t, string(d.Body), fmt.Sprintf("kept-%03d-", i))
	}
}

// TestQueue: a push is answered when it is on the queue and handled later, each
// event once.
func TestQueue(t *testing.T) {
	t.Parallel()
	a := &app{}
	var queue [][]byte
	var refuse error
	h := newPush(t, a, webhook.Options{Queue: func(_ context.Context, d webhook.Delivery) error {
		text, err := json.Marshal(d)
		queue = append(queue, text)
		return errors.Join(err, refuse)
	}})
	assert.Equal(t, 0, push(t, h, paid("1"), paid("2")).Code)
	assert.Equal(t, 0, push(t, h, paid("1"), paid("2")).Code)
	assert.Empty(t, a.calls())
	refuse = errors.New("queue full")
	assert.Equal(t, 40044, push(t, h, paid("3")).Code)

	a.fail = func(context.Context) error { a.fail = nil; return errors.New("once") }
	var d webhook.Delivery
	require.NoError(t, json.Unmarshal(queue[0], &d))
	assert.WithinDuration(t, time.Now(), d.Received, time.Minute)
	assert.ErrorContains(t, h.Handle(t.Context(), d), "once")
	require.NoError(t, h.Handle(t.Context(), d))
	require.NoError(t, json.Unmarshal(queue[1], &d))
	require.NoError(t, h.Handle(t.Context(), d))
	assert.Len(t, a.calls(), 3)

	d.Body = []byte(`[{"tag":"101","data":"{canary"}]`)
	assert.ErrorIs(t, h.Handle(t.Context(), d), mall.ErrReply)
	assert.ErrorIs(t, h.Handle(t.Context(), webhook.Delivery{Platform: mall.Taobao}), mall.ErrInvalid)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", d, d, d, d), "canary")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("queued", "delivery", d)
	assert.Contains(t, log.String(), "doudian [32 bytes]")
	assert.NotContains(t, log.String(), "canary")
	assert.NotContains(t, log.String(), base64.StdEncoding.EncodeToString(d.Body)[:20])
}
