// Package load puts a webhook handler under load in benchmarks.
package load

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mallwire/mall/webhook/webhooktest"
)

const workers, batch = 4, 50

// Compare reports a handler's requests per second through a real server, and
// as of-limit their ratio to those of a handler that only reads the body. Both
// are asked in turns within one benchmark, so that the load of the machine
// falls on both. body is a batch of messages as sender pushes them; every
// request gets message ids of its own.
func Compare(b *testing.B, sender webhooktest.Doudian, body []byte, ours http.Handler) {
	b.Helper()
	var messages []map[string]json.RawMessage
	if err := json.Unmarshal(body, &messages); err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var servers [2]*httptest.Server
	for i, h := range []http.Handler{ours, http.HandlerFunc(readOnly)} {
		servers[i] = httptest.NewServer(h)
		defer servers[i].Close()
	}
	var spent [2]time.Duration
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
			if requests[n], err = sender.PushBody(servers[i].URL, text); err != nil {
				b.Fatal(err)
			}
		}
		start := time.Now()
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { send(b, client, requests[w*batch:(w+1)*batch]) })
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

func send(b *testing.B, client *http.Client, requests []*http.Request) {
	for _, r := range requests {
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
}

// readOnly is the limit.
func readOnly(w http.ResponseWriter, r *http.Request) {
	_, _ = io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"code":0,"msg":"success"}`)
}
