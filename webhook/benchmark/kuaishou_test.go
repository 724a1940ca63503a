package benchmark

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/internal/load"
	"github.com/mallwire/mall/webhook/webhooktest"
)

var kuaishou = webhooktest.Kuaishou{AppKey: "ks600000000000000001", MessageKey: "AAECAwQFBgcICQoLDA0ODw=="}

func newKuaishou(t testing.TB, h webhook.Handlers, o webhook.Options) *webhook.Handler {
	handler, err := webhook.New(webhook.KuaishouPush{
		AppKey: kuaishou.AppKey, MessageKeys: []mall.Secret{kuaishou.MessageKey},
		Orders: func(string) webhook.OrderReader { return memory{} },
	}, h, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(handler.Close)
	return handler
}

// memory has every order and case.
type memory struct{}

func (memory) Get(_ context.Context, id string) (order.Order, error) {
	return order.Order{ID: id, Status: order.StatusToShip}, nil
}

func (memory) GetCase(_ context.Context, id string) (order.Case, error) {
	return order.Case{ID: id, Kind: order.CaseRefund, State: order.RefundRequested}, nil
}

// TestSameKuaishouEvents: the codec reads every known event as encoding/json does.
func TestSameKuaishouEvents(t *testing.T) {
	text, err := os.ReadFile("../testdata/kuaishou/push_events.json")
	if err != nil {
		t.Fatal(err)
	}
	var samples struct{ Events []struct{ Body string } }
	if err := json.Unmarshal(text, &samples); err != nil || len(samples.Events) == 0 {
		t.Fatal(samples, err)
	}
	for _, e := range samples.Events {
		var got [2][]any
		for i, o := range []webhook.Options{{}, codec} {
			h := newKuaishou(t, keepAll(&got[i]), o)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", strings.NewReader(e.Body)))
		}
		if len(got[0]) != 1 || !reflect.DeepEqual(got[0], got[1]) {
			t.Errorf("got %+v, want %+v", got[1], got[0])
		}
	}
}

// BenchmarkKuaishouServer measures pushes that are encrypted, acknowledged only and
// decoded with each codec.
func BenchmarkKuaishouServer(b *testing.B) {
	e := webhooktest.KuaishouEvent{Event: "kwaishop_order_paySuccess", BizID: 2500000000000001, ShopID: 1000000001}
	from := load.Kuaishou(kuaishou, e, map[string]any{"oid": 2500000000000001, "sellerId": 1000000001, "status": 30})
	for name, o := range map[string]webhook.Options{
		"acknowledge": {Queue: func(context.Context, webhook.Delivery) error { return nil }}, "encoding-json": {}, "goccy": codec,
	} {
		b.Run(name, func(b *testing.B) {
			load.Compare(b, from, newKuaishou(b, webhook.Handlers{OrderChanged: keepNothing}, o))
		})
	}
}

func keepNothing(context.Context, webhook.OrderEvent) error { return nil }
