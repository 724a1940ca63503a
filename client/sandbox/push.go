package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// pushKept is the most messages that wait, and the most that are kept after
// that; the oldest are dropped first.
const pushKept = 10_000

// Push is one message from the platform to the app.
type Push struct {
	Seq      int64           `json:"seq"`    // counts from 1 over all platforms
	ID       string          `json:"msg_id"` // the platform's, the same in every attempt
	Platform mall.Platform   `json:"platform"`
	ShopID   string          `json:"shop_id"`
	Tag      string          `json:"tag"`  // the platform's name for the event
	Data     json.RawMessage `json:"data"` // the JSON object; the wire may carry it as text
	// State is "waiting" to be sent for the first time or again; "delivered",
	// when the app answered with success; "given_up", when every attempt
	// failed; or "dropped", by [FaultPushDrop] or because too many waited.
	State    string        `json:"state"`
	Raised   time.Time     `json:"raised"`
	Due      time.Time     `json:"due,omitzero"` // not sent before this time; zero if it will not be sent again
	Attempts []PushAttempt `json:"attempts"`
}

// PushAttempt is one attempt to deliver a message: one request, or none if a
// fault prevented it.
type PushAttempt struct {
	Time   time.Time `json:"time"`
	Fault  FaultKind `json:"fault,omitempty"`  // the fault it met
	Status int       `json:"status,omitempty"` // HTTP status of the answer; 0: there was none
	Answer string    `json:"answer,omitempty"` // the first 512 bytes of it
	Error  string    `json:"error,omitempty"`  // why there was none
	OK     bool      `json:"ok"`               // the platform takes the answer as success
}

// States of a message.
const (
	pushWaiting   = "waiting"
	pushDelivered = "delivered"
	pushGivenUp   = "given_up"
	pushDropped   = "dropped"
)

// delivery is a Push that can be delivered. Sandbox.mu guards it.
type delivery struct {
	stage.Message
	platform stage.Platform
	due      time.Time
	state    string
	tries    int  // attempts that failed
	held     bool // a fault has delayed it, which happens once at most
	attempts []PushAttempt
}

// push adds a message to the outbox; mu is held. Nothing is sent before
// [Sandbox.Deliver] or the loop of [WithAutoDeliver] delivers it.
func (s *Sandbox) push(p stage.Platform, sh *stage.Shop, tag string, data []byte) {
	if len(s.outbox) >= pushKept {
		if oldest := s.outbox[0]; oldest.state == pushWaiting {
			s.finish(oldest, pushDropped)
		}
		s.outbox = s.outbox[1:]
	}
	s.pushSeq++
	now := s.now()
	s.outbox = append(s.outbox, &delivery{
		Message: stage.Message{Seq: s.pushSeq, ID: p.MessageID(s.pushSeq), ShopID: sh.ID, Tag: tag, Data: data,
			Raised: now},
		platform: p, due: now, state: pushWaiting,
	})
	s.rouse()
}

// AddPush adds a message of the test's own and returns its number; data must
// have the JSON form of an object, as the platform would send it. Changes of
// orders in the sandbox add their messages without it. Errors:
// [ErrUnknownPlatform], [ErrUnknownID], an empty tag, or data that is no
// object.
func (d Side) AddPush(shopID, tag string, data any) (int64, error) {
	object, err := stage.ToObject(data)
	if err != nil || object == nil || tag == "" {
		return 0, errors.New("sandbox: a push needs a tag, and data that is a JSON object")
	}
	if err := d.lock(); err != nil {
		return 0, err
	}
	defer d.unlock()
	sh, err := d.shop(shopID)
	if err != nil {
		return 0, err
	}
	d.sandbox.push(d.platform, sh, tag, stage.Encode(object))
	return d.sandbox.pushSeq, nil
}

// finish records the final state of a message; mu is held. The caller takes it
// out of the outbox.
func (s *Sandbox) finish(m *delivery, state string) {
	m.state = state
	if len(s.pushDone) >= pushKept {
		s.pushDone = s.pushDone[1:]
	}
	s.pushDone = append(s.pushDone, m)
}

// Pushes returns the messages that wait and the last 10,000 that do not, in the
// order in which they were added.
func (s *Sandbox) Pushes() []Push {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Push, 0, len(s.pushDone)+len(s.outbox))
	for _, m := range s.pushDone {
		all = append(all, m.view())
	}
	for _, m := range s.outbox {
		if m.state == pushWaiting { // a delivery in progress may have finished it
			all = append(all, m.view())
		}
	}
	slices.SortFunc(all, func(a, b Push) int { return cmp.Compare(a.Seq, b.Seq) })
	return all
}

// ClearPushes drops all messages and returns how many there were. Those that
// waited are not sent.
func (s *Sandbox) ClearPushes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.pushDone)
	for _, m := range s.outbox {
		if m.state == pushWaiting {
			m.state = pushDropped // even if a delivery in progress is about to send it
			n++
		}
	}
	s.outbox, s.pushDone = nil, nil
	return n
}

func (m *delivery) view() Push {
	p := Push{
		Seq: m.Seq, ID: m.ID, Platform: m.platform.Name(), ShopID: m.ShopID, Tag: m.Tag, Data: bytes.Clone(m.Data),
		State: m.state, Raised: m.Raised, Attempts: append([]PushAttempt{}, m.attempts...),
	}
	if m.state == pushWaiting {
		p.Due = m.due
	}
	return p
}
