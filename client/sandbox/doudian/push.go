package doudian

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// firstMessage is the number that message ids count from. Invented: the
// platform does not document how ids are formed.
const firstMessage = 7_300_000_000_000_000_000

func (d *platform) MessageID(seq int64) string { return strconv.FormatInt(firstMessage+seq, 10) }

func (d *platform) PushPlan() stage.PushPlan {
	plan := stage.PushPlan{Batch: d.rules.PushBatch}
	for _, n := range d.rules.PushRetrySeconds {
		plan.Retry = append(plan.Retry, time.Duration(n)*time.Second)
	}
	return plan
}

// push sends a message about a shop.
func (d *platform) push(sh *stage.Shop, tag string, data any) {
	d.world.Push(sh, tag, stage.Encode(data))
}

// PushRequest returns a POST with two headers and an array of messages, each
// with its data as JSON text. Sources:
// zsmhub/doudian-sdk:message/doudian_sign.go, minibear2021/doudian:examples.py.
// The rules switch to the forms of older samples.
func (d *platform) PushRequest(url string, messages []stage.Message, forged bool) stage.Outgoing {
	rules := d.rules
	idName := "msg_id"
	if rules.PushCamelMsgID {
		idName = "msgId"
	}
	var b bytes.Buffer
	for i, m := range messages {
		if i > 0 {
			b.WriteByte(',')
		}
		tag, data := stage.Encode(m.Tag), stage.Encode(string(m.Data))
		if rules.PushNumberTag && stage.Digits(m.Tag, 9) {
			tag = []byte(m.Tag)
		}
		if rules.PushObjectData {
			data = m.Data
		}
		fmt.Fprintf(&b, `{"tag":%s,"%s":%s,"data":%s}`, tag, idName, stage.Encode(m.ID), data)
	}
	if rules.PushBareObject && len(messages) == 1 {
		return d.signedPush(url, b.Bytes(), forged)
	}
	return d.signedPush(url, append(append([]byte{'['}, b.Bytes()...), ']'), forged)
}

// Probe has the tag 0 and the time as its data. Sources:
// cnJun/sdk4-jinritemai:README.md, minibear2021/doudian:examples.py.
func (d *platform) Probe(url string) stage.Outgoing {
	now := d.world.Now().In(mall.Beijing).Format(time.RFC3339Nano)
	return d.signedPush(url, fmt.Appendf(nil, `[{"tag":"0","msg_id":"0","data":%q}]`, now), false)
}

func (d *platform) signedPush(url string, body []byte, forged bool) stage.Outgoing {
	// It fails only without a secret.
	sign, _ := signing.Sign(signing.DoudianPush{AppKey: appKey, Body: body}, d.signer(forged))
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("app-id", appKey)
	h.Set("event-sign", sign)
	return stage.Outgoing{Method: http.MethodPost, URL: url, Header: h, Body: body,
		Limit: time.Duration(d.rules.PushTimeLimitMS) * time.Millisecond}
}

// PushTaken requires HTTP 200 and the number 0 as code.
func (d *platform) PushTaken(in stage.Incoming) bool {
	var a struct {
		Code *int64 `json:"code"`
	}
	return in.Status == http.StatusOK && json.Unmarshal(in.Body, &a) == nil && a.Code != nil && *a.Code == 0
}
