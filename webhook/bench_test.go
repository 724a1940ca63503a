package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
)

// BenchmarkServer compares requests per second through a real server with
// those of a handler that only reads the body. Both are asked in turns within
// one benchmark, so that the load of the machine falls on both.
func BenchmarkServer(b *testing.B) {
	limit := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"code":0,"msg":"success"}`)
	})
	verifier := webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}}
	typed := func(b *testing.B, opts ...webhook.Option) http.Handler {
		h, err := webhook.New(verifier, webhook.Handlers{
			OrderChanged:   func(context.Context, webhook.OrderEvent) error { return nil },
			AddressChanged: func(context.Context, webhook.AddressEvent) error { return nil },
		}, opts...)
		require.NoError(b, err)
		b.Cleanup(h.Close)
		return h
	}
	for name, file := range map[string]string{"small": "batch_pending_and_cancel", "parcel": "108_partly_shipped", "address": "105_address_changed"} {
		body, err := os.ReadFile("testdata/push/" + file + ".json")
		require.NoError(b, err)
		b.Run("acknowledge/"+name, func(b *testing.B) {
			compare(b, body, typed(b, webhook.WithQueue(func(context.Context, webhook.Delivery) error { return nil })), limit)
		})
		b.Run("decode/"+name, func(b *testing.B) { compare(b, body, typed(b), limit) })
	}
}

// compare asks two handlers in turns, every body with message ids of its own.
func compare(b *testing.B, body []byte, ours, limit http.Handler) {
	const workers, batch = 4, 50
	var messages []map[string]json.RawMessage
	require.NoError(b, json.Unmarshal(body, &messages))
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var spent [2]time.Duration
	serial := 0
	var servers [2]*httptest.Server
	for i, h := range []http.Handler{ours, limit} {
		servers[i] = httptest.NewServer(h)
		defer servers[i].Close()
	}
	measure := func(i int) {
		requests := make([]*http.Request, workers*batch)
		for n := range requests {
			serial++
			for k, m := range messages {
				m["msg_id"] = json.RawMessage(fmt.Sprintf(`"%d-%d"`, serial, k))
			}
			text, err := json.Marshal(messages)
			require.NoError(b, err)
			requests[n], err = platform.PushBody(servers[i].URL, text)
			require.NoError(b, err)
		}
		start := time.Now()
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for _, r := range requests[w*batch : (w+1)*batch] {
					answer, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					text, _ := io.ReadAll(answer.Body)
					_ = answer.Body.Close()
					if !strings.Contains(string(text), `"code":0`) {
						b.Errorf("answered %s", text)
						return
					}
				}
			})
		}
		wg.Wait()
		spent[i] += time.Since(start)
	}
	measure(0)
	measure(1)
	spent = [2]time.Duration{}
	rounds := 0
	for b.Loop() {
		measure(rounds % 2)
		measure(1 - rounds%2)
		rounds++
	}
	n := float64(rounds * workers * batch)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(n/spent[0].Seconds(), "req/s")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "of-limit")
}

// BenchmarkPush is the handler's own work for one push, without a server.
func BenchmarkPush(b *testing.B) {
	for name, file := range map[string]string{"small": "batch_pending_and_cancel", "parcel": "108_partly_shipped", "address": "105_address_changed"} {
		body, err := os.ReadFile("testdata/push/" + file + ".json")
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			h, err := webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}}, webhook.Handlers{}, webhook.WithSeen(forgetful{}))
			require.NoError(b, err)
			defer h.Close()
			r, err := platform.PushBody(pushURL, body)
			require.NoError(b, err)
			w := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				r.Body = io.NopCloser(bytes.NewReader(body))
				h.ServeHTTP(w, r)
				w.Body.Reset()
			}
		})
	}
}

// forgetful lets every event through.
type forgetful struct{}

func (forgetful) Claim(context.Context, string, time.Duration) (webhook.Claim, error) {
	return webhook.Claim{State: webhook.StateTaken}, nil
}
func (forgetful) Done(context.Context, string, []byte) error { return nil }
func (forgetful) Release(context.Context, string) error      { return nil }
