// Package load puts a webhook handler under load in benchmarks.
package load

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

const workers, batch = 4, 50

// Sender makes the pushes of a platform: for every serial another one.
type Sender struct {
	Push   func(url string, serial int) (*http.Request, error)
	Answer string // of success
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
