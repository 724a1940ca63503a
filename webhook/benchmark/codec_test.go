package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	gojson "github.com/goccy/go-json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

var platform = webhooktest.Doudian{AppKey: "7000000000000000001", Secret: "benchmark-secret"}

// codec is how goccy/go-json is plugged in.
var codec = webhook.WithCodec(mall.Codec{Marshal: gojson.Marshal, Unmarshal: gojson.Unmarshal})

func newHandler(t testing.TB, h webhook.Handlers, opts ...webhook.Option) *webhook.Handler {
	handler, err := webhook.New(webhook.DoudianPush{AppKey: platform.AppKey, Secrets: []mall.Secret{platform.Secret}}, h, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(handler.Close)
	return handler
}

// TestSameEvents: the codec reads every known message as encoding/json does.
func TestSameEvents(t *testing.T) {
	files, err := filepath.Glob("../testdata/push/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var got [2][]any
		for i, opts := range [][]webhook.Option{nil, {codec}} {
			h := newHandler(t, webhook.Handlers{
				OrderChanged:     keep[webhook.OrderEvent](&got[i]),
				RemarkChanged:    keep[webhook.OrderEvent](&got[i]),
				LogisticsChanged: keep[webhook.OrderEvent](&got[i]),
				AddressChanged:   keep[webhook.AddressEvent](&got[i]),
				AddressAsked:     keep[webhook.AddressEvent](&got[i]),
				RefundChanged:    keep[webhook.RefundEvent](&got[i]),
				ProductChanged:   keep[webhook.ProductEvent](&got[i]),
				DropshipChanged:  keep[webhook.DropshipEvent](&got[i]),
				Other:            keep[webhook.Event](&got[i]),
			}, opts...)
			r, err := platform.PushBody("/", body)
			if err != nil {
				t.Fatal(err)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		if !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("%s: got %+v, want %+v", f, got[1], got[0])
		}
	}
}

func keep[E any](to *[]any) func(context.Context, E) error {
	return func(_ context.Context, e E) error { *to = append(*to, e); return nil }
}

// BenchmarkServer compares requests per second through a real server with
// those of a handler that only reads the body, in turns.
func BenchmarkServer(b *testing.B) {
	limit := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"code":0,"msg":"success"}`)
	})
	for _, name := range []string{"batch_pending_and_cancel", "108_partly_shipped", "105_address_changed"} {
		body, err := os.ReadFile("../testdata/push/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		for codecName, opts := range map[string][]webhook.Option{"encoding-json": nil, "goccy": {codec}} {
			b.Run(name+"/"+codecName, func(b *testing.B) { compare(b, body, newHandler(b, webhook.Handlers{}, opts...), limit) })
		}
	}
}

// compare asks two handlers in turns, every body with message ids of its own.
func compare(b *testing.B, body []byte, ours, limit http.Handler) {
	const workers, batch = 4, 50
	var messages []map[string]json.RawMessage
	if err := json.Unmarshal(body, &messages); err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var spent [2]time.Duration
	var servers [2]*httptest.Server
	for i, h := range []http.Handler{ours, limit} {
		servers[i] = httptest.NewServer(h)
		defer servers[i].Close()
	}
	serial := 0
	measure := func(i int) {
		requests := make([]*http.Request, workers*batch)
		for n := range requests {
			serial++
			for k, m := range messages {
				m["msg_id"] = json.RawMessage(fmt.Sprintf(`"%d-%d"`, serial, k))
			}
			text, err := json.Marshal(messages)
			if err != nil {
				b.Fatal(err)
			}
			if requests[n], err = platform.PushBody(servers[i].URL, text); err != nil {
				b.Fatal(err)
			}
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
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(rounds*workers*batch)/spent[0].Seconds(), "req/s")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "of-limit")
}
