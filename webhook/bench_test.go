package webhook_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/internal/load"
)

// BenchmarkServer measures against a handler that only reads the body.
func BenchmarkServer(b *testing.B) {
	verifier := webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}}
	typed := func(b *testing.B, opts ...webhook.Options) http.Handler {
		h, err := webhook.New(verifier, webhook.Handlers{
			OrderChanged:   func(context.Context, webhook.OrderEvent) error { return nil },
			AddressChanged: func(context.Context, webhook.AddressEvent) error { return nil },
		}, first(opts))
		require.NoError(b, err)
		b.Cleanup(h.Close)
		return h
	}
	for name, file := range map[string]string{"small": "batch_pending_and_cancel", "parcel": "108_partly_shipped", "address": "105_address_changed"} {
		body, err := os.ReadFile("testdata/push/" + file + ".json")
		require.NoError(b, err)
		from, err := load.Doudian(platform, body)
		require.NoError(b, err)
		b.Run("acknowledge/"+name, func(b *testing.B) { load.Compare(b, from, typed(b, webhook.Options{Queue: kept})) })
		b.Run("decode/"+name, func(b *testing.B) { load.Compare(b, from, typed(b)) })
	}
}

// kept is a queue that costs nothing.
func kept(context.Context, webhook.Delivery) error { return nil }

// BenchmarkPush is the handler's own work for one push, without a server.
func BenchmarkPush(b *testing.B) {
	for name, file := range map[string]string{"small": "batch_pending_and_cancel", "parcel": "108_partly_shipped", "address": "105_address_changed"} {
		body, err := os.ReadFile("testdata/push/" + file + ".json")
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) {
			h, err := webhook.New(webhook.DoudianPush{AppKey: appKey, Secrets: []mall.Secret{secret}}, webhook.Handlers{}, webhook.Options{Seen: forgetful{}})
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
	return webhook.Claim{Taken: true}, nil
}
func (forgetful) Done(context.Context, string, []byte) error { return nil }
func (forgetful) Release(context.Context, string) error      { return nil }

// first returns the only options of a benchmark, or none.
func first(opts []webhook.Options) webhook.Options {
	return (&app{}).options(opts)
}
