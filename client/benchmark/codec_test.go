package benchmark

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

	gojson "github.com/goccy/go-json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// codec is how goccy/go-json is plugged in.
var codec = mall.Codec{
	Marshal: func(v any) ([]byte, error) {
		return gojson.MarshalWithOption(v, gojson.DisableHTMLEscape())
	},
	Unmarshal: gojson.Unmarshal,
}

type orders struct {
	Orders []struct {
		ID      string `json:"order_id"`
		Updated int64  `json:"update_time"`
		Paid    int64  `json:"pay_amount"`
		Cipher  string `json:"encrypt_post_receiver"`
		Lines   []struct {
			SKU   int64  `json:"sku_id"`
			Name  string `json:"product_name"`
			Count int    `json:"item_num"`
			Price int64  `json:"origin_amount"`
		} `json:"sku_order_list"`
	} `json:"orders"`
}

// reply is an order list of about 30 KB.
var reply = func() []byte {
	line := `{"sku_id":1742398472398,"product_name":"夏季纯棉短袖T恤男女同款宽松","item_num":2,"origin_amount":6400,"code":"TS-BLK-XL"}`
	order := `{"order_id":"6917398432651234567","update_time":1795294999,"pay_amount":12800,"encrypt_post_receiver":"#` +
		strings.Repeat("bmFtZQ", 60) + `#1#","sku_order_list":[` + line + "," + line + "," + line + `]}`
	return []byte(`{"code":"ok","data":{"orders":[` + strings.TrimSuffix(strings.Repeat(order+",", 32), ",") + `]}}`)
}()

type envelope struct {
	Code string `json:"code"`
	Data any    `json:"data"`
}

// platform is the least that client asks of a platform.
type platform struct{ client.Authority }

func (platform) Platform() mall.Platform   { return "benchmark" }
func (platform) Facts(string) client.Facts { return client.Facts{Repeatable: true, Anonymous: true} }

func (platform) Encode(d client.Draft) (client.Wire, error) {
	body, err := d.Codec.Marshal(d.Params)
	return client.Wire{Verb: http.MethodPost, URL: "http://gateway.test/" + d.Method, Body: body}, err
}

func (platform) Decode(_ string, r client.Reply, into any) error {
	return r.Codec.Unmarshal(r.Body, &envelope{Data: into})
}

type stub struct{}

func (stub) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(reply)), ContentLength: int64(len(reply)), Request: r}, nil
}

var params = map[string]int{"page": 1}

// plain is the same call through net/http and encoding/json.
func plain() (orders, error) {
	var got orders
	body, err := json.Marshal(params)
	if err != nil {
		return got, err
	}
	r, err := http.NewRequest(http.MethodPost, "http://gateway.test/get.list", bytes.NewReader(body))
	if err != nil {
		return got, err
	}
	answer, err := (&http.Client{Transport: stub{}}).Do(r)
	if err != nil {
		return got, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return got, err
	}
	return got, json.Unmarshal(text, &envelope{Data: &got})
}

func BenchmarkCodec(b *testing.B) {
	for name, opts := range map[string][]client.Option{"encoding": nil, "goccy": {client.WithCodec(codec)}} {
		b.Run(name, func(b *testing.B) {
			app, err := client.New(client.Driver{Protocol: platform{}, Authority: platform{}, AppKey: "k"}, append(opts, client.WithTransport(stub{}))...)
			if err != nil {
				b.Fatal(err)
			}
			call := func() (orders, error) { return client.Call[orders](context.Background(), app, "get.list", params) }
			var spent [2]time.Duration
			for b.Loop() {
				for i, f := range []func() (orders, error){call, plain} {
					start := time.Now()
					got, err := f()
					if err == nil && len(got.Orders) != 32 {
						err = fmt.Errorf("%d orders", len(got.Orders))
					}
					if err != nil {
						b.Fatal(err)
					}
					spent[i] += time.Since(start)
				}
			}
			b.ReportMetric(float64(spent[0])/float64(spent[1]), "ratio")
		})
	}
}
