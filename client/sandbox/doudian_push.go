package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// ddFirstMessage numbers messages. The form of their ids is the platform's own
// affair; these are invented.
const ddFirstMessage = 7_300_000_000_000_000_000

func (d *doudian) messageID(seq int64) string { return strconv.FormatInt(ddFirstMessage+seq, 10) }

func (d *doudian) pushPlan() pushPlan {
	plan := pushPlan{batch: d.rules().PushBatch}
	for _, n := range d.rules().PushRetrySeconds {
		plan.retry = append(plan.retry, time.Duration(n)*time.Second)
	}
	return plan
}

// tell puts out a message about a shop.
func (d *doudian) tell(sh *shop, tag string, data any) {
	d.world.Push(sh, tag, encode(data))
}

// pushRequest is one POST: an array of messages, whose data is JSON as text,
// and two headers. Sources: zsmhub/doudian-sdk:message/doudian_sign.go,
// minibear2021/doudian:examples.py. The rules vary the form in the ways that
// older samples do.
func (d *doudian) pushRequest(url string, messages []message, forged bool) outgoing {
	rules := d.rules()
	idName := "msg_id"
	if rules.PushCamelMsgID {
		idName = "msgId"
	}
	var b bytes.Buffer
	for i, m := range messages {
		if i > 0 {
			b.WriteByte(',')
		}
		tag, data := encode(m.tag), encode(string(m.data))
		if rules.PushNumberTag && digits(m.tag, 9) {
			tag = []byte(m.tag)
		}
		if rules.PushObjectData {
			data = m.data
		}
		fmt.Fprintf(&b, `{"tag":%s,"%s":%s,"data":%s}`, tag, idName, encode(m.id), data)
	}
	if rules.PushBareObject && len(messages) == 1 {
		return d.signedPush(url, b.Bytes(), forged)
	}
	return d.signedPush(url, append(append([]byte{'['}, b.Bytes()...), ']'), forged)
}

// probe has the tag 0, and the time as its data. Sources:
// cnJun/sdk4-jinritemai:README.md, minibear2021/doudian:examples.py.
func (d *doudian) probe(url string) outgoing {
	now := d.world.Now().In(mall.Beijing).Format(time.RFC3339Nano)
	return d.signedPush(url, fmt.Appendf(nil, `[{"tag":"0","msg_id":"0","data":%q}]`, now), false)
}

func (d *doudian) signedPush(url string, body []byte, forged bool) outgoing {
	sign, _ := signing.Sign(signing.DoudianPush{AppKey: ddAppKey, Body: body}, d.signer(forged)) // fails only without a secret
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("app-id", ddAppKey)
	h.Set("event-sign", sign)
	return outgoing{http.MethodPost, url, h, body, time.Duration(d.rules().PushTimeLimitMS) * time.Millisecond}
}

// pushTaken wants HTTP 200 and code 0, a number that is there.
func (d *doudian) pushTaken(in incoming) bool {
	var a struct {
		Code *int64 `json:"code"`
	}
	return in.status == http.StatusOK && json.Unmarshal(in.body, &a) == nil && a.Code != nil && *a.Code == 0
}
