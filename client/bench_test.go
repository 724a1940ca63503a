package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// The benchmarks compare a call with the least that any client could do: the
// same request through net/http, io.ReadAll and one json.Unmarshal into the
// same envelope. Both run in turns within one benchmark, so that the load of
// the machine falls on both.

// page has the shape and size of a page of an order list: about 30 KB.
type page struct {
	Orders []pageOrder `json:"orders"`
	Total  int         `json:"total"`
}

type pageOrder struct {
	ID      string     `json:"order_id"`
	Status  int        `json:"order_status"`
	Created int64      `json:"create_time"`
	Updated int64      `json:"update_time"`
	Paid    int64      `json:"pay_amount"`
	Name    string     `json:"encrypt_post_receiver"`
	Phone   string     `json:"encrypt_post_tel"`
	Place   placeJSON  `json:"post_addr"`
	Lines   []lineJSON `json:"sku_order_list"`
	Remark  string     `json:"seller_words"`
}

type placeJSON struct {
	Province string `json:"province"`
	City     string `json:"city"`
	Town     string `json:"town"`
	Detail   string `json:"encrypt_detail"`
}

type lineJSON struct {
	ID    string `json:"order_id"`
	SKU   int64  `json:"sku_id"`
	Name  string `json:"product_name"`
	Code  string `json:"code"`
	Spec  []spec `json:"spec"`
	Count int    `json:"item_num"`
	Price int64  `json:"origin_amount"`
}

type spec struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func listReply() []byte {
	var p page
	for i := range 20 {
		o := pageOrder{
			ID: fmt.Sprint(6917398432651234567 + i), Status: 2, Created: 1795294914, Updated: 1795294999, Paid: 12800,
			Name: "#" + strings.Repeat("bmFtZQ", 10) + "#1#", Phone: "$" + strings.Repeat("cGhvbmU", 10) + "$1$",
			Place: placeJSON{"广东省", "广州市", "天河区", "#" + strings.Repeat("cGxhY2U", 20) + "#1#"}, Remark: "请发顺丰",
		}
		for j := range 3 {
			o.Lines = append(o.Lines, lineJSON{
				ID: fmt.Sprint(6917398432651234567 + i*10 + j), SKU: 1742398472398 + int64(j), Name: "夏季纯棉短袖T恤男女同款宽松",
				Code: "TS-2026-BLK-XL",
				Spec: []spec{{"颜色", "黑色"}, {"尺码", "XL"}}, Count: 2, Price: 6400,
			})
		}
		p.Orders = append(p.Orders, o)
	}
	p.Total = len(p.Orders)
	b, err := json.Marshal(envelope{Code: "ok", Msg: "success", LogID: "20261121200000000000000000000001", Data: p})
	if err != nil {
		panic(err)
	}
	return b
}

type listParams struct {
	Page int `json:"page"`
	Size int `json:"size"`
}

// plain is the least that a client can do.
func plain(c *http.Client, p *protocol) error {
	d := client.Draft{Method: "get.list", Params: listParams{0, 20}, Token: "access-token-A0", Now: time.Now(),
		Codec: mall.Codec{Marshal: json.Marshal}}
	w, err := p.Encode(d)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, w.Verb, w.URL, bytes.NewReader(w.Body))
	if err != nil {
		return err
	}
	r.Header = w.Header
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	var got page
	e := envelope{Data: &got}
	if err := json.Unmarshal(body, &e); err != nil || len(got.Orders) != 20 {
		return fmt.Errorf("%d orders: %w", len(got.Orders), err)
	}
	return nil
}

// compare runs two functions in turns and reports the ratio of their times and
// of the bytes they allocate.
func compare(b *testing.B, ours, limit func() error) {
	for range 20 {
		require.NoError(b, ours())
		require.NoError(b, limit())
	}
	var spent [2]time.Duration
	var bytes [2]uint64
	const batch = 20
	measure := func(i int, f func() error) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		for range batch {
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
		spent[i] += time.Since(start)
		runtime.ReadMemStats(&after)
		bytes[i] += after.TotalAlloc - before.TotalAlloc
	}
	rounds := 0
	for b.Loop() {
		measure(rounds%2, []func() error{ours, limit}[rounds%2])
		measure(1-rounds%2, []func() error{limit, ours}[rounds%2])
		rounds++
	}
	n := float64(rounds * batch)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(spent[0].Microseconds())/n, "us/call")
	b.ReportMetric(float64(bytes[0])/n, "B/call")
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "time-ratio")
	b.ReportMetric(float64(bytes[0])/float64(bytes[1]), "bytes-ratio")
}

func benchmarkCall(b *testing.B, base string, transport http.RoundTripper) {
	r := newRig(b, okay, client.WithTransport(transport))
	r.protocol.base = base
	shop := r.shop(b)
	c := &http.Client{Transport: transport}
	compare(b, func() error {
		got, err := client.Call[page](context.Background(), shop, "get.list", listParams{0, 20})
		if err == nil && len(got.Orders) != 20 {
			err = fmt.Errorf("%d orders", len(got.Orders))
		}
		return err
	}, func() error { return plain(c, r.protocol) })
}

func BenchmarkCallLoopback(b *testing.B) {
	body := listReply()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	}))
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	defer transport.CloseIdleConnections()
	benchmarkCall(b, server.URL, transport)
}

// stub answers without a socket.
type stub struct{ body []byte }

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: 200, Header: jsonHeader, Body: io.NopCloser(bytes.NewReader(s.body)),
		ContentLength: int64(len(s.body)), Request: r}, nil
}

func BenchmarkCallStub(b *testing.B) { benchmarkCall(b, "http://gateway.test", stub{listReply()}) }

// BenchmarkOwnWork is a call whose reply is not worth mentioning.
func BenchmarkOwnWork(b *testing.B) {
	r := newRig(b, okay, client.WithTransport(stub{[]byte(`{"code":"ok"}`)}))
	shop := r.shop(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Call[struct{}](context.Background(), shop, "get.it", nil); err != nil {
			b.Fatal(err)
		}
	}
}
