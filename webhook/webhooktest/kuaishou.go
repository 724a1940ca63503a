package webhooktest

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// Kuaishou makes pushes as Kuaishou shop does, which encrypts them and signs
// nothing. Both fields are required.
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
	// Info is encoded as JSON, and the JSON is sent as a text inside the push, as
	// the platform does. A json.RawMessage is sent as it stands.
	Info    any
	Created time.Time // zero is sent as 0
}

// Push returns an encrypted push of an event.
func (k Kuaishou) Push(url string, e KuaishouEvent) (*http.Request, error) {
	info, asItIs := e.Info.(json.RawMessage)
	if !asItIs {
		inner, err := encode(e.Info)
		if err == nil {
			info, err = encode(string(inner))
		}
		if err != nil {
			return nil, failure(mall.Kuaishou, opPush, err)
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
		return nil, failure(mall.Kuaishou, opPush, err)
	}
	return k.PushBody(url, plain)
}

// PushBody returns an encrypted push of a plain text that is written already. It
// need not be a good one.
func (k Kuaishou) PushBody(url string, plain []byte) (*http.Request, error) {
	c, err := signing.NewKuaishouCipher(k.MessageKey.Reveal())
	if err != nil {
		return nil, failure(mall.Kuaishou, opPush, err)
	}
	return post(mall.Kuaishou, opPush, url, "text/plain;charset=utf-8", c.AppendEncrypt(nil, plain))
}

// Heartbeat returns the push that only asks whether the URL answers.
func (k Kuaishou) Heartbeat(url string) (*http.Request, error) {
	return k.PushBody(url, []byte(`{"test":true}`))
}
