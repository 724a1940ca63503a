package client_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/doudian"
)

// TestPrintingShowsNoSecret prints what holds secrets without being one.
func TestPrintingShowsNoSecret(t *testing.T) {
	t.Parallel()
	const secret = "kept-from-every-log"
	tokens := client.NewMemoryTokens()
	app, err := doudian.New(doudian.Config{AppKey: "7000000000000000001", AppSecret: secret}, client.WithTokenStore(tokens))
	require.NoError(t, err)
	token := client.Token{ShopID: "10000001", Access: secret, Refresh: secret}
	require.NoError(t, app.Import(t.Context(), token))
	for name, v := range map[string]any{
		"app": app, "store": tokens, "caller": app.With(token), "shop": app.Shop("10000001"), "token": token,
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			assert.NotContains(t, fmt.Sprintf(verb, v), secret, "%s as %s", name, verb)
			assert.NotContains(t, fmt.Sprintf(verb, v), fmt.Sprintf("%x", secret), "%s as %s", name, verb)
		}
		var out bytes.Buffer
		slog.New(slog.NewTextHandler(&out, nil)).Info("printed", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("printed", "v", v)
		assert.NotContains(t, out.String(), secret, name)
	}
}
