package driver_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
)

// echoing is the least that a call needs: it answers with what it was sent.
type echoing struct {
	client.Authority
	methods *driver.Methods
}

func (echoing) Platform() mall.Platform { return "fake" }

func (p echoing) Facts(method string) client.Facts { return p.methods.Facts(method) }

func (echoing) Encode(d client.Draft) (client.Wire, error) {
	body, err := d.Codec.Marshal(map[string]any{"method": d.Method, "params": d.Params})
	return client.Wire{Verb: http.MethodPost, URL: "http://gateway.test", Body: body}, err
}

func (echoing) Decode(_ string, r client.Reply, into any) error {
	return r.Codec.Unmarshal(r.Body, into)
}

func (echoing) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: r.Body}, nil
}

type echo struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
}

type methodOnly struct {
	Method string `json:"method"`
}

func TestEndpoints(t *testing.T) {
	methods := driver.NewMethods("fake", map[string]driver.Flags{"not.called": driver.Get | driver.Repeatable})
	type params struct{ N int }
	set := driver.Declare[params, echo](methods, "set.it", driver.Repeatable|driver.Anonymous)
	ping := driver.Declare[driver.None, echo](methods, "ping", driver.Anonymous)
	name := driver.Reading[methodOnly](ping)

	assert.Equal(t, client.Facts{Repeatable: true, Anonymous: true}, methods.Facts("set.it"))
	assert.Equal(t, client.Facts{Repeatable: true}, methods.Facts("not.called"))
	assert.Equal(t, client.Facts{}, methods.Facts("never.heard.of"), "a write that needs a token")
	assert.Equal(t, driver.Get|driver.Repeatable, methods.Flags("not.called"))
	assert.Equal(t, []bool{true, true, false},
		[]bool{methods.Known("ping"), methods.Known("not.called"), methods.Known("never.heard.of")})
	assert.Len(t, methods.Declared(), 3)

	p := echoing{methods: methods}
	app, err := client.New(client.Driver{Protocol: p, Authority: p, AppKey: "k"}, client.WithTransport(p))
	require.NoError(t, err)
	got, err := set.Call(t.Context(), app, params{7})
	require.NoError(t, err)
	assert.Equal(t, "set.it", got.Method)
	assert.JSONEq(t, `{"N":7}`, string(got.Params))
	got, err = ping.Call(t.Context(), app, driver.None{})
	require.NoError(t, err)
	assert.Equal(t, "null", string(got.Params), "nothing, not an empty object")
	only, err := name.Call(t.Context(), app, driver.None{})
	require.NoError(t, err)
	assert.Equal(t, "ping", only.Method)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = name.Call(ctx, app, driver.None{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestErrorsOfAMethod(t *testing.T) {
	m := driver.Method{Platform: "fake", Name: "set.it"}
	for _, c := range []struct {
		err  error
		kind mall.Kind
		text string
	}{
		{m.Refuse(mall.ErrInvalid, "id %q is not a number", "x"), mall.ErrInvalid, `fake set.it: invalid argument: id "x" is not a number`},
		{m.Unexpected("order 1", json.RawMessage(`{}`), errors.New("it has no id")), mall.ErrReply,
			"fake set.it: reply not understood: order 1 is not in the expected form: it has no id"},
		{m.UnreadWrite(json.RawMessage(`{}`), "it says nothing"), mall.ErrUnknownOutcome,
			"fake set.it: outcome unknown: the answer is not in the expected form: it says nothing"},
	} {
		require.ErrorIs(t, c.err, c.kind)
		assert.EqualError(t, c.err, c.text)
	}
}
