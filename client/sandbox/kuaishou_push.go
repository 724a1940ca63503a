package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/mallwire/mall/signing"
)

// ksFirstMessage numbers messages. The form of their ids is the platform's own
// affair; these look like those of samples.
const ksFirstMessage = 555_000

func (k *kuaishou) messageID(seq int64) string {
	return fmt.Sprintf("900_1001_%d", ksFirstMessage+seq)
}

func (k *kuaishou) pushPlan() pushPlan {
	plan := pushPlan{batch: 1} // a body holds one message
	for _, n := range k.rules().PushRetrySeconds {
		plan.retry = append(plan.retry, time.Duration(n)*time.Second)
	}
	return plan
}

// tell puts out a message about a shop.
func (k *kuaishou) tell(sh *shop, event string, info any) {
	k.world.Push(sh, event, encode(info))
}

// ksEvent is a message. What happened is JSON as text inside.
type ksEvent struct {
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

// pushRequest is one POST of one message, encrypted. There is no signature:
// that the body opens is the only proof there is. A forged one is encrypted
// with another key.
func (k *kuaishou) pushRequest(url string, messages []message, forged bool) outgoing {
	m := messages[0]
	at := m.raised.UnixMilli()
	e := ksEvent{
		EventID: m.id, MsgID: fmt.Sprintf("84_%d", ksFirstMessage+m.seq), BizID: ksBizID(m.data), UserID: number(m.shopID, 0),
		AppKey: ksAppKey, Event: m.tag, Info: string(m.data), Status: 1, Created: at, Updated: at,
	}
	if sh, err := k.world.Shop(m.shopID); err == nil {
		e.OpenID = ksOpenID(sh)
	}
	cipher := k.cipher
	if forged {
		cipher = k.wrong
	}
	return k.sealedPush(url, encode(e), cipher)
}

// ksBizID is what a message is about: a refund, or an order.
func ksBizID(info json.RawMessage) int64 {
	var of struct {
		Refund fact `json:"refundId"`
		Biz    fact `json:"bizId"`
		Order  fact `json:"oid"`
	}
	_ = json.Unmarshal(info, &of) // a message of the test's own may have none
	for _, n := range []fact{of.Refund, of.Biz, of.Order} {
		if n != 0 {
			return int64(n)
		}
	}
	return 0
}

// probe is the heartbeat, which the platform sends when a URL is saved.
func (k *kuaishou) probe(url string) outgoing {
	return k.sealedPush(url, []byte(`{"test":true}`), k.cipher)
}

func (k *kuaishou) sealedPush(url string, plain []byte, cipher *signing.KuaishouCipher) outgoing {
	h := http.Header{"Content-Type": {"text/plain;charset=utf-8"}}
	return outgoing{http.MethodPost, url, h, cipher.AppendEncrypt(nil, plain), time.Duration(k.rules().PushTimeLimitMS) * time.Millisecond}
}

// pushTaken wants HTTP 200 and result 1, a number.
func (k *kuaishou) pushTaken(in incoming) bool {
	var a struct {
		Result int64 `json:"result"`
	}
	return in.status == http.StatusOK && json.Unmarshal(in.body, &a) == nil && a.Result == ksOK
}
