package webhook

import (
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/wire"
)

// Kuaishou shop (快手小店) sends pushes (消息服务) to one URL, which tell what happened.
// It encrypts them and does not sign them, and it asks no questions. The files of
// this platform name the sources of their facts where they are used.

// wire types

// ksMessage is a message. Its ids are numbers, and info is a JSON text inside the
// JSON text.
type ksMessage struct {
	Test    bool          `json:"test"`
	ID      wire.Text     `json:"eventId"`
	BizID   wire.Text     `json:"bizId"`
	UserID  wire.Text     `json:"userId"` // of the merchant
	AppKey  string        `json:"appKey"`
	Event   string        `json:"event"`
	Info    wire.Embedded `json:"info"`
	Created ksTime        `json:"createTime"`
}

// heartbeat reports whether the message only asks whether the URL answers.
func (m *ksMessage) heartbeat() bool { return m.Test && m.Event == "" }

func ksMessageOf(content []byte, unmarshal func([]byte, any) error) (m ksMessage, err error) {
	if err := unmarshal(content, &m); err != nil { // err may quote the push
		return m, malformed("the push is not a message")
	}
	return m, nil
}

// ksTime is milliseconds since 1970. It is the zero time for 0 and for what is not a
// number.
type ksTime struct{ wire.Text }

func (t ksTime) time() time.Time {
	n, err := strconv.ParseInt(string(t.Text), 10, 64)
	if err != nil || n <= 0 || n > 1e14 {
		return time.Time{}
	}
	return time.UnixMilli(n).In(mall.Beijing)
}
