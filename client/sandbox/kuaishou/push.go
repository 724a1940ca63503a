package kuaishou

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// firstMessage is the number that message ids count from. The ids look like
// those of samples; how the platform forms them is not documented.
const firstMessage = 555_000

func (k *platform) MessageID(seq int64) string {
	return fmt.Sprintf("900_1001_%d", firstMessage+seq)
}

func (k *platform) PushPlan() stage.PushPlan {
	plan := stage.PushPlan{Batch: 1} // a body holds one message
	for _, n := range k.rules.PushRetrySeconds {
		plan.Retry = append(plan.Retry, time.Duration(n)*time.Second)
	}
	return plan
}

// push sends a message about a shop.
func (k *platform) push(sh *stage.Shop, event string, info any) {
	k.world.Push(sh, event, stage.Encode(info))
}

// event is a message; Info is JSON as text.
type event struct {
	EventID  string `json:"eventId"`
	MsgID    string `json:"msgId"`
	BizID    int64  `json:"bizId"`
	UserID   int64  `json:"userId"`
	OpenID   string `json:"openId"`
	AppKey   string `json:"appKey"`
	Event    string `json:"event"`
	Info     string `json:"info"`
	Status   int    `json:"status"`
	Created  int64  `json:"createTime"`
	Updated  int64  `json:"updateTime"`
	Operator string `json:"operator,omitempty"`
}

// PushRequest returns a POST of one encrypted message. There is no signature:
// the only proof of origin is that the body decrypts. A forged message is
// encrypted with another key.
func (k *platform) PushRequest(url string, messages []stage.Message, forged bool) stage.Outgoing {
	m := messages[0]
	at := m.Raised.UnixMilli()
	e := event{
		EventID: m.ID, MsgID: fmt.Sprintf("84_%d", firstMessage+m.Seq), BizID: bizID(m.Data),
		UserID: stage.Number(m.ShopID, 0),
		AppKey: appKey, Event: m.Tag, Info: string(m.Data), Status: 1, Created: at, Updated: at,
	}
	if sh, err := k.world.Shop(m.ShopID); err == nil {
		e.OpenID = openID(sh)
	}
	cipher := k.cipher
	if forged {
		cipher = k.wrong
	}
	return k.sealedPush(url, stage.Encode(e), cipher)
}

// bizID returns the id of the refund or order that a message is about.
func bizID(info json.RawMessage) int64 {
	var of struct {
		Refund stage.Lax `json:"refundId"`
		Biz    stage.Lax `json:"bizId"`
		Order  stage.Lax `json:"oid"`
	}
	_ = json.Unmarshal(info, &of) // a test's own message may have none
	for _, n := range []stage.Lax{of.Refund, of.Biz, of.Order} {
		if n != 0 {
			return int64(n)
		}
	}
	return 0
}

// Probe returns the heartbeat that the platform sends when a push URL is saved.
func (k *platform) Probe(url string) stage.Outgoing {
	return k.sealedPush(url, []byte(`{"test":true}`), k.cipher)
}

func (k *platform) sealedPush(url string, plain []byte, cipher *signing.KuaishouCipher) stage.Outgoing {
	h := http.Header{"Content-Type": {"text/plain;charset=utf-8"}}
	return stage.Outgoing{Method: http.MethodPost, URL: url, Header: h, Body: cipher.AppendEncrypt(nil, plain),
		Limit: time.Duration(k.rules.PushTimeLimitMS) * time.Millisecond}
}

// PushTaken requires HTTP 200 and the number 1 as result.
func (k *platform) PushTaken(in stage.Incoming) bool {
	var a struct {
		Result int64 `json:"result"`
	}
	return in.Status == http.StatusOK && json.Unmarshal(in.Body, &a) == nil && a.Result == codeOK
}
