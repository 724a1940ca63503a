package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/signing"
)

// DoudianPush takes Doudian's message pushes (消息推送). AppKey and Secrets are
// required.
//
// The signature is an MD5 over app key, body and secret. The platform offers
// nothing stronger and signs no time, so only [Seen] keeps a push that somebody
// recorded from being handled again: let it remember events for as long as a
// repeated one could do harm.
//
// The platform waits 5 s for the answer (one source:
// minibear2021/doudian:examples.py) and repeats what failed; how often is not
// known. The message that it sends when the URL is saved is answered with
// success, and no function is called.
type DoudianPush struct {
	AppKey  string
	Secrets []mall.Secret // several while the secret is being changed
	// Tags adds the kinds of tags whose numbers are not public, and replaces those
	// in the table ("900": "stock.changed"). KindOther sends a tag to
	// Handlers.Other. Unconfirmed in the table are 502 and 503: one of them is the
	// cancelling of an assignment, and both stand for [KindDropshipCancelled].
	Tags map[string]Kind
}

func (p DoudianPush) start() (endpoint, error) {
	keys, err := ddKeys("DoudianPush", p.AppKey, p.Secrets)
	for tag, kind := range p.Tags {
		if ddFamilies[kind] == nil {
			err = errors.Join(err, fmt.Errorf("DoudianPush.Tags: %q cannot be the kind of tag %q", kind, tag))
		}
	}
	kinds := maps.Clone(ddKinds)
	maps.Copy(kinds, p.Tags)
	return &ddPush{appKey: p.AppKey, keys: keys, kinds: kinds}, err
}

type ddPush struct {
	appKey string
	keys   []*signing.Key
	kinds  map[string]Kind
}

func (*ddPush) platform() mall.Platform { return mall.Doudian }

func (*ddPush) limit() time.Duration { return 4 * time.Second }

// The headers of a push, written as net/http stores them.
const (
	ddAppID = "App-Id"
	ddSign  = "Event-Sign"
)

func (p *ddPush) verify(r *http.Request, body []byte, _ time.Time) ([]byte, Kind, error) {
	if r.Method != http.MethodPost {
		return nil, "", malformed("a push is a POST")
	}
	app, sign := r.Header[ddAppID], r.Header[ddSign]
	if len(app) != 1 || app[0] != p.appKey {
		return nil, "", forged("the header app-id does not name this app")
	}
	if len(sign) != 1 {
		return nil, "", forged("the header event-sign is missing or there twice")
	}
	if err := signing.Check(signing.DoudianPush{AppKey: p.appKey, Body: body}, sign[0], p.keys...); err != nil {
		return nil, "", ddForged(err)
	}
	return body, "", nil
}

// acknowledges reports false for the probe, which is short and is not queued.
func (p *ddPush) acknowledges(content []byte) bool {
	if len(content) > 256 {
		return true
	}
	messages, err := ddMessages(content, mall.Codec{Unmarshal: json.Unmarshal})
	for _, m := range messages {
		if m.Tag != ddProbe {
			return true
		}
	}
	return err == nil && len(messages) == 0
}

// ddProbe is the tag of the message with which the platform tries a URL out.
const ddProbe = "0"

// wire types

// ddMessage is one message. Old ones have msgId in place of msg_id.
type ddMessage struct {
	Tag   wire.Text     `json:"tag"`
	ID    wire.Text     `json:"msg_id"`
	OldID wire.Text     `json:"msgId"`
	Data  wire.Embedded `json:"data"`
}

// ddMessages reads a body: a list of messages, or one alone as in old samples.
func ddMessages(body []byte, c mall.Codec) ([]ddMessage, error) {
	if !utf8.Valid(body) {
		return nil, malformed("the push is not UTF-8")
	}
	body = bytes.TrimSpace(body)
	var messages []ddMessage
	var err error
	if len(body) > 0 && body[0] == '{' {
		messages = make([]ddMessage, 1)
		err = c.Unmarshal(body, &messages[0])
	} else {
		err = c.Unmarshal(body, &messages)
	}
	if err != nil { // err may quote the push
		return nil, malformed("the push is not a list of messages")
	}
	return messages, nil
}

func (p *ddPush) open(body []byte, _ Kind, c mall.Codec) ([]task, error) {
	messages, err := ddMessages(body, c)
	if err != nil {
		return nil, err
	}
	tasks := make([]task, 0, len(messages))
	for i := range messages {
		if messages[i].Tag != ddProbe {
			tasks = append(tasks, p.task(&messages[i], c))
		}
	}
	return tasks, nil
}

func (p *ddPush) task(m *ddMessage, c mall.Codec) (t task) {
	if m.ID == "" {
		m.ID = m.OldID
	}
	t.event = Event{Platform: mall.Doudian, Kind: p.kinds[string(m.Tag)], ID: string(m.ID), Tag: string(m.Tag)}
	if t.event.Kind == "" {
		t.event.Kind = KindOther
	}
	if m.Tag == "" {
		t.err = malformed("a message without a tag")
		return t
	}
	t.event.Raw = []byte(m.Data)
	if t.payload, t.err = ddEvent(&t.event, c); t.err != nil {
		return t
	}
	t.key = ddKey(t.event)
	return t
}

// ddKey tells events apart: by the id of the message, or where there is none by
// what the message says.
func ddKey(e Event) string {
	id := e.ID
	if id == "" || id == "0" {
		sum := sha256.Sum256(e.Raw)
		id = "sha256:" + hex.EncodeToString(sum[:])
	}
	return strings.Join([]string{"doudian", "push", e.ShopID, e.Tag, id}, "/")
}

// shortTag is the tag as it may stand in an error. It is cut and quoted, since it
// comes from outside.
func (e Event) shortTag() string { return fmt.Sprintf("%.12q", e.Tag) }

func (*ddPush) success() []byte { return ddPushDone }

// failure has the platform repeat the push, and does not tell it why.
func (*ddPush) failure(err error) []byte {
	if errors.Is(err, ErrRejected) {
		return ddPushRejected
	}
	return ddPushFailed
}

// The codes are those of the platform's samples: 40041 for a push that cannot be
// read, 40044 for one that could not be processed.
var (
	ddPushDone     = []byte(`{"code":0,"msg":"success"}`)
	ddPushRejected = []byte(`{"code":40041,"msg":"rejected"}`)
	ddPushFailed   = []byte(`{"code":40044,"msg":"try again"}`)
)
