package webhooktest

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/mallwire/mall"
)

// failure returns why a request cannot be made; nil where err is nil.
func failure(p mall.Platform, op string, err error) error {
	if err == nil {
		return nil
	}
	return &mall.Error{Op: op, Platform: p, Kind: mall.ErrInvalid, Message: err.Error(), Err: err}
}

// post is a POST of body to the URL.
func post(p mall.Platform, op, url, contentType string, body []byte) (*http.Request, error) {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil { // the error quotes the URL
		return nil, &mall.Error{Op: op, Platform: p, Kind: mall.ErrInvalid, Message: "the URL cannot be read", Err: err}
	}
	r.Header.Set("Content-Type", contentType)
	return r, nil
}

// encode leaves < > & as they are, as the platforms do. A json.RawMessage stays
// as it is.
func encode(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
