package kuaishou

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
)

// BenchmarkCall compares a call that lists a page of orders with the least that
// any client could do: the same request through net/http, io.ReadAll and one
// json.Unmarshal into the same envelope. Both run in turns, so that the load of
// the machine falls on both.
func BenchmarkCall(b *testing.B) {
	reply := stub{pageOf(50)}
	app, err := New(Config{
		AppKey: "ks600000000000000001", AppSecret: "app-secret-for-tests", SignSecret: "sign-secret-for-tests",
		Assumptions: Assumptions{Rates: client.Rates{App: each(1e9), Methods: map[string]client.Rates{}}}, // nothing waits
	}, client.WithTransport(reply))
	require.NoError(b, err)
	ctx := context.Background()
	require.NoError(b, app.Import(ctx, client.Token{ShopID: "1", Access: "token-for-tests"}))
	shop, p := app.Shop("1"), &protocol{appKey: "ks600000000000000001", gateway: Gateway}
	params := listParams{View: viewAll, Size: 50, Sort: sortAscending, By: byUpdate, From: 1790000000000,
		To: 1790500000000}
	ours := func() error {
		got, err := client.Call[pageAnswer](ctx, shop, "open.order.cursor.list", params)
		if err == nil && len(got.Orders) != 50 {
			err = fmt.Errorf("%d orders", len(got.Orders))
		}
		return err
	}
	least := &http.Client{Transport: reply}
	limit := func() error {
		param, err := json.Marshal(params)
		if err != nil {
			return err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet,
			p.gateway+"/open/order/cursor/list?param="+string(param), nil)
		if err != nil {
			return err
		}
		answer, err := least.Do(request)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return err
		}
		var got pageAnswer
		e := envelope{Data: &got}
		if err := json.Unmarshal(body, &e); err != nil || len(got.Orders) != 50 {
			return fmt.Errorf("%d orders: %w", len(got.Orders), err)
		}
		return nil
	}
	var spent [2]time.Duration
	run := func(i int, f func() error) {
		start := time.Now()
		for range 20 {
			if err := f(); err != nil {
				b.Fatal(err)
			}
		}
		spent[i] += time.Since(start)
	}
	rounds := 0
	for b.Loop() {
		run(rounds%2, []func() error{ours, limit}[rounds%2])
		run(1-rounds%2, []func() error{limit, ours}[rounds%2])
		rounds++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(spent[0].Microseconds())/float64(rounds*20), "us/call")
	b.ReportMetric(float64(spent[0])/float64(spent[1]), "time-ratio")
}

// pageAnswer decodes whole orders, as an app without the neutral model would.
type pageAnswer struct {
	Cursor string      `json:"cursor"`
	Orders []wireOrder `json:"orderList"`
}

func pageOf(n int) []byte {
	order := `{"orderBaseInfo":{"oid":2500000000000001,"status":30,"createTime":1790000000000,"updateTime":1790000000000,"totalFee":5900,` +
		`"sellerOpenId":"f100000000000000000000000000000a","remark":"请发顺丰"},"orderItemInfo":{"skuId":158400000000001,"relItemId":24900000000001,` +
		`"itemTitle":"夏季纯棉短袖T恤男女同款宽松","skuDesc":"黑色 XL","skuNick":"TS-2026-BLK-XL","num":2,"price":2950},"orderAddress":{"encryptedConsignee":"#` +
		strings.Repeat("bmFtZQ", 10) + `#1##","province":"广东省","city":"广州市","district":"天河区"}}`
	list := strings.TrimSuffix(strings.Repeat(order+",", n), ",")
	return []byte(`{"result":1,"msg":"success","requestId":"5f0c0000000000000000000000000001","data":{"cursor":"nomore","orderList":[` + list + `]}}`)
}

// stub answers without a socket.
type stub struct{ body []byte }

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
		Body: io.NopCloser(bytes.NewReader(s.body)), ContentLength: int64(len(s.body)),
	}, nil
}
