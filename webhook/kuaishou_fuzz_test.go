package webhook_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/webhook"
)

// FuzzKuaishouPush takes bodies as they come, and texts encrypted under our key.
// Without the key the app is not called. What is handed over was read.
func FuzzKuaishouPush(f *testing.F) {
	f.Add([]byte("AAECAwQFBgcICQoLDA0ODw=="), false)
	f.Add([]byte(`{"test":true}`), true)
	f.Add([]byte(`{"eventId":"1","userId":1000000001,"appKey":"ks600000000000000001","event":"kwaishop_order_addNote","info":"{\"bizId\":2500000000000001}"}`), true)
	f.Add([]byte(`{"userId":"1000000001","appKey":"ks600000000000000001","event":"kwaishop_aftersales_addRefund","bizId":2600000000000001,"info":null}`), true)
	f.Add([]byte(`{"userId":1000000001,"appKey":"ks600000000000000001","event":"new","info":{"a":[]}}`), true)
	f.Fuzz(func(t *testing.T, body []byte, genuine bool) {
		a, d := &appUnderFuzz{t: t}, newDesk()
		h := newKuaishou(t, &a.app, d)
		defer h.Close()
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		if genuine {
			var err error
			r, err = kuaishou.PushBody(ksURL, body)
			require.NoError(t, err)
		}
		a.check(h, r, genuine) // nobody guesses the key
		for _, c := range a.calls() {
			if e, ok := c.Event.(webhook.OrderEvent); ok {
				require.Equal(t, d.orders[ksOrderID], *e.Order)
			}
		}
	})
}
