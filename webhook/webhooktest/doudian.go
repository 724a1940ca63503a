package webhooktest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// What is tried, as Op of a [*mall.Error] says it.
const (
	opPush = "make push"
	opSPI  = "make SPI call"
)

// Doudian makes requests as Doudian does, which signs them. Both fields are
// required.
type Doudian struct {
	AppKey string
	Secret mall.Secret
}

// Message is one message of a push.
type Message struct {
	Tag string // "101"
	ID  string
	// Data is encoded as JSON, and the JSON is sent as a text inside the message,
	// as the platform does. A json.RawMessage is sent as it stands.
	Data any
}

// Push returns a signed push of messages.
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
				return nil, failure(mall.Doudian, opPush, err)
			}
			w.Data = string(data)
		}
		list = append(list, w)
	}
	body, err := encode(list)
	if err != nil {
		return nil, failure(mall.Doudian, opPush, err)
	}
	return d.PushBody(url, body)
}

// PushBody returns a signed push of a body that is written already. It need not
// be a good one.
func (d Doudian) PushBody(url string, body []byte) (*http.Request, error) {
	sign, err := d.sign(signing.DoudianPush{AppKey: d.AppKey, Body: body})
	if err != nil {
		return nil, failure(mall.Doudian, opPush, err)
	}
	r, err := post(mall.Doudian, opPush, url, "application/json", body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("app-id", d.AppKey)
	r.Header.Set("event-sign", sign)
	return r, nil
}

// Probe returns the push with which Doudian tries a new URL out.
func (d Doudian) Probe(url string, at time.Time) (*http.Request, error) {
	data, err := encode(at.In(mall.Beijing).Format(time.RFC3339Nano))
	if err != nil {
		return nil, failure(mall.Doudian, opPush, err)
	}
	return d.Push(url, Message{Tag: "0", ID: "0", Data: json.RawMessage(data)})
}

// SPI returns a signed SPI call with params as its param_json. A json.RawMessage
// is sent as it stands.
func (d Doudian) SPI(target string, at time.Time, params any) (*http.Request, error) {
	body, err := encode(params)
	if err != nil {
		return nil, failure(mall.Doudian, opSPI, err)
	}
	call := signing.DoudianSPI{
		AppKey: d.AppKey, ParamJSON: body, Timestamp: strconv.FormatInt(at.Unix(), 10), SignMethod: signing.HMACSHA256,
	}
	sign, err := d.sign(call)
	if err != nil {
		return nil, failure(mall.Doudian, opSPI, err)
	}
	r, err := post(mall.Doudian, opSPI, target, "application/json", body)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	for name, value := range map[string]string{
		"app_key": d.AppKey, "timestamp": call.Timestamp, "sign_method": string(call.SignMethod),
		"sign": sign, "sign_v2": sign,
	} {
		query.Set(name, value)
	}
	r.URL.RawQuery = query.Encode()
	return r, nil
}

func (d Doudian) sign(m signing.Message) (string, error) {
	key, err := signing.NewKey(d.Secret.Reveal())
	if err != nil {
		return "", err
	}
	return signing.Sign(m, key)
}
