package webhook_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/webhook"
)

// FuzzDoudianPush: whatever comes, nothing panics, and the app is only called
// when the signature is ours. With the right signature, what is handed over
// has the ids that its type promises.
func FuzzDoudianPush(f *testing.F) {
	files, err := filepath.Glob("testdata/push/*.json")
	require.NoError(f, err)
	for _, name := range files {
		body, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(body, appKey, "0123456789abcdef0123456789abcdef", false)
		f.Add(body, appKey, "", true)
	}
	key, err := signing.NewKey(secret.Reveal())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte, app, sign string, genuine bool) {
		a := &appUnderFuzz{t: t}
		h := newPush(t, &a.app)
		defer h.Close()
		want, err := signing.Sign(signing.DoudianPush{AppKey: appKey, Body: body}, key)
		require.NoError(t, err)
		if genuine {
			app, sign = appKey, want
		}
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
		r.Header["App-Id"], r.Header["Event-Sign"] = []string{app}, []string{sign}
		a.check(h, r, app == appKey && strings.EqualFold(sign, want))
	})
}

// FuzzDoudianSPI does the same for calls.
func FuzzDoudianSPI(f *testing.F) {
	params, err := os.ReadFile("testdata/spi/spec_change.json")
	require.NoError(f, err)
	f.Add(params, "app_key="+appKey+"&timestamp=1735660800&sign=00&sign_v2=00&sign_method=hmac-sha256", true)
	f.Add([]byte(`{"a":"<&>"}`), "sign_method=md5", true)
	f.Add([]byte(``), "app_key=%zz", false)
	key, err := signing.NewKey(secret.Reveal())
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, params []byte, query string, genuine bool) {
		a := &appUnderFuzz{t: t}
		a.verdict = change.Verdict{Accept: true}
		h := newSPI(t, &a.app)
		defer h.Close()
		r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(params))
		r.URL.RawQuery = query
		if genuine {
			call := signing.DoudianSPI{AppKey: appKey, ParamJSON: params, Timestamp: strconv.FormatInt(time.Now().Unix(), 10)}
			sign, err := signing.Sign(call, key)
			if err != nil {
				return // not JSON: nobody can have signed it
			}
			r.URL.RawQuery = "app_key=" + appKey + "&timestamp=" + call.Timestamp + "&sign=" + sign
		}
		a.check(h, r, genuine) // nobody guesses the MAC
	})
}

type appUnderFuzz struct {
	app
	t *testing.T
}

// check serves the request.
func (a *appUnderFuzz) check(h http.Handler, r *http.Request, genuine bool) {
	a.t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(a.t, http.StatusOK, w.Code)
	if !genuine {
		require.Empty(a.t, a.calls())
		require.Contains(a.t, w.Body.String(), `"rejected"`)
		return
	}
	for _, c := range a.calls() {
		requireIDs(a.t, c)
	}
}

// requireIDs checks that a typed event says what it is about.
func requireIDs(t *testing.T, c handed) {
	t.Helper()
	switch e := c.Event.(type) {
	case webhook.OrderEvent:
		require.True(t, e.OrderID != "" && e.ShopID != "")
	case webhook.RefundEvent:
		require.True(t, e.OrderID != "" && e.ShopID != "" && e.RefundID != "")
	case webhook.AddressEvent:
		require.True(t, e.Change.OrderID != "" && e.Change.ShopID != "")
	case webhook.ProductEvent:
		require.True(t, e.ProductID != "" && e.ShopID != "")
	case webhook.DropshipEvent:
		require.True(t, e.AssignmentID != "" && e.ShopID != "")
	case change.Request:
		require.True(t, e.OrderID != "" && e.ShopID != "")
		require.True(t, e.Kind != change.Spec || e.LineID != "" && e.ToSKU.ID+e.ToSKU.Code != "")
	case webhook.Event:
		require.NotEmpty(t, e.Tag)
	}
}
