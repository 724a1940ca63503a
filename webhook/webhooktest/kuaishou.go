package webhooktest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// Kuaishou encrypts as Kuaishou shop does, which signs nothing. Both fields are
// required.
type Kuaishou struct {
	AppKey     string
	MessageKey mall.Secret // base64, as the console shows it
}

// KuaishouEvent is one push.
type KuaishouEvent struct {
	Event  string // its name: "kwaishop_order_paySuccess"
	ID     string
	BizID  int64 // of the order or case
	ShopID int64 // userId
	// Info is encoded as JSON, and the JSON is sent as a text, as the platform
	// does. A json.RawMessage is sent as it stands.
	Info    any
	Created time.Time
}

// Push is an encrypted push of an event.
func (k Kuaishou) Push(url string, e KuaishouEvent) (*http.Request, error) {
	info, asItIs := e.Info.(json.RawMessage)
	if !asItIs {
		inner, err := encode(e.Info)
		if err != nil {
			return nil, err
		}
		if info, err = encode(string(inner)); err != nil {
			return nil, err
		}
	}
	created := int64(0)
	if !e.Created.IsZero() {
		created = e.Created.UnixMilli()
	}
	plain, err := encode(struct {
		ID      string          `json:"eventId"`
		BizID   int64           `json:"bizId"`
		ShopID  int64           `json:"userId"`
		AppKey  string          `json:"appKey"`
		Event   string          `json:"event"`
		Info    json.RawMessage `json:"info"`
		Created int64           `json:"createTime"`
	}{e.ID, e.BizID, e.ShopID, k.AppKey, e.Event, info, created})
	if err != nil {
		return nil, err
	}
	return k.PushBody(url, plain)
}

// PushBody is a push of a plain text that is already written, whatever is in
// it. It is encrypted.
func (k Kuaishou) PushBody(url string, plain []byte) (*http.Request, error) {
	c, err := signing.NewKuaishouCipher(k.MessageKey.Reveal())
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(c.AppendEncrypt(nil, plain)))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "text/plain;charset=utf-8")
	return r, nil
}

// Heartbeat is the push with which the platform looks whether somebody is there.
func (k Kuaishou) Heartbeat(url string) (*http.Request, error) {
	return k.PushBody(url, []byte(`{"test":true}`))
}
