package benchmark

import (
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	gojson "github.com/goccy/go-json"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/internal/load"
	"github.com/mallwire/mall/webhook/webhooktest"
)

var platform = webhooktest.Doudian{AppKey: "7000000000000000001", Secret: "benchmark-secret"}

// codec is how goccy/go-json is plugged in.
var codec = webhook.Options{Codec: mall.Codec{Marshal: gojson.Marshal, Unmarshal: gojson.Unmarshal}}

func newHandler(t testing.TB, h webhook.Handlers, o webhook.Options) *webhook.Handler {
	handler, err := webhook.New(webhook.DoudianPush{AppKey: platform.AppKey, Secrets: []mall.Secret{platform.Secret}}, h, o)
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
		for i, o := range []webhook.Options{{}, codec} {
			h := newHandler(t, keepAll(&got[i]), o)
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

func keepAll(to *[]any) webhook.Handlers {
	return webhook.Handlers{
		OrderChanged:     keep[webhook.OrderEvent](to),
		RemarkChanged:    keep[webhook.OrderEvent](to),
		LogisticsChanged: keep[webhook.OrderEvent](to),
		AddressChanged:   keep[webhook.AddressEvent](to),
		AddressAsked:     keep[webhook.AddressEvent](to),
		RefundChanged:    keep[webhook.RefundEvent](to),
		ProductChanged:   keep[webhook.ProductEvent](to),
		DropshipChanged:  keep[webhook.DropshipEvent](to),
		Other:            keep[webhook.Event](to),
	}
}

func keep[E any](to *[]any) func(context.Context, E) error {
	return func(_ context.Context, e E) error { *to = append(*to, e); return nil }
}

// BenchmarkServer measures typed decoding with each codec.
func BenchmarkServer(b *testing.B) {
	for _, name := range []string{"batch_pending_and_cancel", "108_partly_shipped", "105_address_changed"} {
		body, err := os.ReadFile("../testdata/push/" + name + ".json")
		if err != nil {
			b.Fatal(err)
		}
		for codecName, o := range map[string]webhook.Options{"encoding-json": {}, "goccy": codec} {
			b.Run(name+"/"+codecName, func(b *testing.B) {
				from, err := load.Doudian(platform, body)
				if err != nil {
					b.Fatal(err)
				}
				load.Compare(b, from, newHandler(b, webhook.Handlers{}, o))
			})
		}
	}
}
