package toy

import (
	"net/http"
	"strconv"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
)

// protocol is the wire format: a POST of JSON to {gateway}/{method with slashes},
// with the signature in a header.
type protocol struct{ appKey, secret, gateway string }

func (protocol) Platform() mall.Platform { return Platform }

func (protocol) Facts(method string) client.Facts { return methods.Facts(method) }

func (p protocol) Encode(d client.Draft) (client.Wire, error) {
	path, err := driver.Path(d.Method)
	if err != nil {
		return client.Wire{}, err
	}
	body := []byte("{}")
	if d.Params != nil {
		if body, err = d.Codec.Marshal(d.Params); err != nil {
			return client.Wire{}, err
		}
	}
	at, token := strconv.FormatInt(d.Now.Unix(), 10), d.Token.Reveal()
	sign := Sign(p.secret, d.Method, at, token, string(body))
	header := http.Header{"Toy-Key": {p.appKey}, "Toy-Time": {at}, "Toy-Token": {token}, "Toy-Sign": {sign}}
	return client.Wire{
		Verb: http.MethodPost, URL: p.gateway + path, Header: header, Body: body, Secrets: []string{sign},
	}, nil
}

// kinds maps the codes of failures.
var kinds = map[int]mall.Kind{
	1: mall.ErrInvalid, 2: mall.ErrAuth, 3: mall.ErrReauthorize, 4: mall.ErrSignature, 5: mall.ErrRateLimited,
	6: mall.ErrNotFound, 7: mall.ErrUnavailable,
}

func (protocol) Decode(_ string, r client.Reply, into any) error {
	envelope := struct {
		Code    *int   `json:"code"` // 0 is success
		Message string `json:"message"`
		Request string `json:"request"`
		Data    any    `json:"data"`
	}{Data: into}
	err := r.Codec.Unmarshal(r.Body, &envelope)
	f := &mall.Error{RequestID: envelope.Request}
	switch {
	case envelope.Code == nil:
		return driver.NotJSON(r)
	case *envelope.Code != 0:
		f.Code, f.Kind, f.Message = strconv.Itoa(*envelope.Code), kinds[*envelope.Code], envelope.Message
	case err != nil:
		f.Kind, f.Message = mall.ErrReply, "the payload is not in the expected form: "+driver.Mismatch(err)
	default:
		return nil
	}
	return f
}
