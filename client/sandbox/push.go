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

// pushKept is how many messages wait at most, and how many are remembered
// after that; the oldest are dropped first.
const pushKept = 10_000

// Push is one message that the platform has for the app.
type Push struct {
	Seq      int64           `json:"seq"`    // counts from 1 over all platforms
	ID       string          `json:"msg_id"` // the platform's, the same in every attempt
	Platform mall.Platform   `json:"platform"`
	ShopID   string          `json:"shop_id"`
	Tag      string          `json:"tag"`  // as the platform names what happened
	Data     json.RawMessage `json:"data"` // the JSON object; the wire may carry it as text
	// State is what became of it: "waiting", to be sent, or to be sent again;
	// "delivered", the app answered with success; "given_up", every attempt
	// failed; "dropped", by [FaultPushDrop], or because too many waited.
	State    string        `json:"state"`
	Raised   time.Time     `json:"raised"`
	Due      time.Time     `json:"due,omitzero"` // not sent before; zero when nothing more will be sent
	Attempts []PushAttempt `json:"attempts"`
}

// PushAttempt is one try to deliver a message: one request, or none where a
// fault kept it back.
type PushAttempt struct {
	Time   time.Time `json:"time"`
	Fault  FaultKind `json:"fault,omitempty"`  // the fault it met
	Status int       `json:"status,omitempty"` // HTTP status of the answer; 0: there was none
	Answer string    `json:"answer,omitempty"` // the first 512 bytes of it
	Error  string    `json:"error,omitempty"`  // why there was none
	OK     bool      `json:"ok"`               // the platform takes the answer for success
}

// States of a message.
const (
	pushWaiting   = "waiting"
	pushDelivered = "delivered"
	pushGivenUp   = "given_up"
	pushDropped   = "dropped"
)

// delivery is a Push on its way. Sandbox.mu guards it.
type delivery struct {
	stage.Message
	platform stage.Platform
	due      time.Time
	state    string
	tries    int  // attempts that failed
	held     bool // a fault has delayed it: that happens once
	attempts []PushAttempt
}

// push puts a message out for delivery. The lock is held. Nothing is sent
// before [Sandbox.Deliver], or the loop of [WithAutoDeliver], gets to it.
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

// AddPush puts out a message of the test's own making and returns its number;
// data is the JSON object that the platform would send. What happens to orders
// in the sandbox puts out its messages by itself. Errors: [ErrUnknownPlatform],
// [ErrUnknownID], an empty tag, or data that is no object.
func (d Side) AddPush(shopID, tag string, data any) (int64, error) {
	object, err := stage.ToObject(data)
	if err != nil || object == nil || tag == "" {
		return 0, errors.New("sandbox: a push needs a tag and data, which is a JSON object")
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

// finish remembers a message that will not be sent again; mu is held. The
// caller takes it out of the outbox.
func (s *Sandbox) finish(m *delivery, state string) {
	m.state = state
	if len(s.pushDone) >= pushKept {
		s.pushDone = s.pushDone[1:]
	}
	s.pushDone = append(s.pushDone, m)
}

// Pushes returns the messages that wait and the last 10,000 that do not, in
// the order in which they came up.
func (s *Sandbox) Pushes() []Push {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Push, 0, len(s.pushDone)+len(s.outbox))
	for _, m := range s.pushDone {
		all = append(all, m.view())
	}
	for _, m := range s.outbox {
		if m.state == pushWaiting { // others were finished by a delivery in progress
			all = append(all, m.view())
		}
	}
	slices.SortFunc(all, func(a, b Push) int { return cmp.Compare(a.Seq, b.Seq) })
	return all
}

// ClearPushes forgets all messages and returns how many there were. What
// waited is not sent.
func (s *Sandbox) ClearPushes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.pushDone)
	for _, m := range s.outbox {
		if m.state == pushWaiting {
			m.state = pushDropped // also where a delivery in progress has it in its hands
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
