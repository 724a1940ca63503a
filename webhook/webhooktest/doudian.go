package webhooktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// Doudian signs as Doudian does. Both fields are required.
type Doudian struct {
	AppKey string
	Secret mall.Secret
}

// Message is one message of a push.
type Message struct {
	Tag string
	ID  string
	// Data is encoded as JSON, and the JSON is sent as a text, as the platform
	// does. A json.RawMessage is sent as it stands.
	Data any
}

// Push is a signed push of messages.
func (d Doudian) Push(url string, messages ...Message) (*http.Request, error) {
	type wire struct {
		Tag  string `json:"tag"`
		ID   string `json:"msg_id"`
		Data any    `json:"data"`
	}
	list := make([]wire, 0, len(messages))
	for _, m := range messages {
		w := wire(m)
		if _, asItIs := m.Data.(json.RawMessage); !asItIs {
			data, err := encode(m.Data)
			if err != nil {
				return nil, err
			}
			w.Data = string(data)
		}
		list = append(list, w)
	}
	body, err := encode(list)
	if err != nil {
		return nil, err
	}
	return d.PushBody(url, body)
}

// PushBody is a signed push of a body that is already written, whatever is in
// it.
func (d Doudian) PushBody(url string, body []byte) (*http.Request, error) {
	key, err := signing.NewKey(d.Secret.Reveal())
	if err != nil {
		return nil, err
	}
	sign, err := signing.Sign(signing.DoudianPush{AppKey: d.AppKey, Body: body}, key)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("app-id", d.AppKey)
	r.Header.Set("event-sign", sign)
	return r, nil
}

// Probe is the push that Doudian tries a new URL out with.
func (d Doudian) Probe(url string, at time.Time) (*http.Request, error) {
	body, err := encode([]any{map[string]string{"tag": "0", "msg_id": "0", "data": at.In(mall.Beijing).Format(time.RFC3339Nano)}})
	if err != nil {
		return nil, err
	}
	return d.PushBody(url, body)
}

// SPI is a signed SPI call with params as its param_json. A json.RawMessage is
// sent as it stands.
func (d Doudian) SPI(target string, at time.Time, params any) (*http.Request, error) {
	body, err := encode(params)
	if err != nil {
		return nil, err
	}
	key, err := signing.NewKey(d.Secret.Reveal())
	if err != nil {
		return nil, err
	}
	call := signing.DoudianSPI{
		AppKey: d.AppKey, ParamJSON: body, Timestamp: strconv.FormatInt(at.Unix(), 10), SignMethod: signing.HMACSHA256,
	}
	sign, err := signing.Sign(call, key)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("webhooktest: the URL cannot be read")
	}
	query := u.Query()
	for name, value := range map[string]string{
		"app_key": d.AppKey, "timestamp": call.Timestamp, "sign_method": string(call.SignMethod), "sign": sign, "sign_v2": sign,
	} {
		query.Set(name, value)
	}
	u.RawQuery = query.Encode()
	r, err := http.NewRequest(http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// encode leaves < > & as they are, as the platform does.
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
