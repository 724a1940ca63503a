// Package load puts a webhook handler under load in benchmarks.
package load

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/mallwire/mall/webhook/webhooktest"
)

const workers, batch = 4, 50

// Sender makes the pushes of a platform: for every serial another one.
type Sender struct {
	Push   func(url string, serial int) (*http.Request, error)
	Answer string // of success
}

// Doudian pushes a batch of messages, each time with message ids of their own.
func Doudian(platform webhooktest.Doudian, body []byte) (Sender, error) {
	var messages []map[string]json.RawMessage
	if err := json.Unmarshal(body, &messages); err != nil {
		return Sender{}, err
	}
	return Sender{
		Push: func(url string, serial int) (*http.Request, error) {
			for k, m := range messages {
				m["msg_id"] = json.RawMessage(fmt.Sprintf(`"%d-%d"`, serial, k))
			}
			text, err := json.Marshal(messages)
			if err != nil {
				return nil, err
			}
			return platform.PushBody(url, text)
		},
		Answer: `{"code":0,"msg":"success"}`,
	}, nil
}

// Kuaishou pushes an event about the order of info, each time at another moment.
func Kuaishou(platform webhooktest.Kuaishou, e webhooktest.KuaishouEvent, info map[string]any) Sender {
	return Sender{
		Push: func(url string, serial int) (*http.Request, error) {
			info["updateTime"] = 1790000000000 + serial
			e.ID, e.Info = fmt.Sprintf("900_1001_%d", serial), info
			return platform.Push(url, e)
		},
		Answer: `{"result":1}`,
	}
}

// Compare reports a handler's requests per second through a real server, and
// as of-limit their ratio to those of a handler that only reads the body. Both
// are asked in turns within one benchmark, so that the load of the machine
// falls on both.
func Compare(b *testing.B, from Sender, ours http.Handler) {
	b.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: workers}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	var servers [2]*httptest.Server
	for i, h := range []http.Handler{ours, readOnly(from.Answer)} {
		servers[i] = httptest.NewServer(h)
		defer servers[i].Close()
	}
	var spent [2]time.Duration
	serial := 0
	measure := func(i int) {
		requests := make([]*http.Request, workers*batch)
		for n := range requests {
			serial++
			var err error
			if requests[n], err = from.Push(servers[i].URL, serial); err != nil {
				b.Fatal(err)
			}
		}
		start := time.Now()
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() { send(b, client, requests[w*batch:(w+1)*batch], from.Answer) })
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

func send(b *testing.B, client *http.Client, requests []*http.Request, want string) {
	for _, r := range requests {
		answer, err := client.Do(r)
		if err != nil {
			b.Error(err)
			return
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if string(text) != want {
			b.Errorf("answered %s", text)
			return
		}
	}
}

// readOnly is the limit.
func readOnly(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}
}
