package kuaishou_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/kuaishou"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// reply is a transport that answers everything with one body.
type reply struct {
	status int
	body   []byte
}

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: r.status, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
		ContentLength: int64(len(r.body)), Body: io.NopCloser(bytes.NewReader(r.body)),
	}, nil
}

// shopOver returns a shop that talks through a transport and has a token.
func shopOver(t *testing.T, transport http.RoundTripper, opts ...client.Option) *client.Shop {
	t.Helper()
	app, err := kuaishou.New(kuaishou.Config{AppKey: "ks600000000000000001", AppSecret: "secret-for-tests", SignSecret: "sign-secret-for-tests"},
		append([]client.Option{client.WithTransport(transport), client.WithRetries(0)}, opts...)...)
	require.NoError(t, err)
	require.NoError(t, app.Import(t.Context(), client.Token{ShopID: "1000000001", Access: "token-for-tests"}))
	return app.Shop("1000000001")
}

// records has each of at least so many recorded replies read through the whole
// client, and compares what read returns with the golden file beside it.
func records(t *testing.T, pattern string, atLeast int, read func(t *testing.T, name string, body []byte, shop *client.Shop) any) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), atLeast)
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(f)
			require.NoError(t, err)
			golden(t, f, read(t, name, body, shopOver(t, reply{200, body})))
		})
	}
}

// golden compares a value, as JSON, with the golden file beside a record, and
// returns the JSON.
func golden(t *testing.T, record string, value any) string {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(value))
	if *update {
		require.NoError(t, os.WriteFile(record+".golden", got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(record + ".golden")
	require.NoError(t, err)
	assert.Equal(t, string(want), got.String())
	return got.String()
}
