package sandbox

import (
	"context"
	"slices"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// answerKept is how much of an answer is kept, in bytes.
const answerKept = 512

// DeliveryReport says what one delivery did. Requests counts HTTP requests, the
// other fields count messages.
type DeliveryReport struct {
	Requests  int `json:"requests"`  // HTTP requests made
	Delivered int `json:"delivered"` // answered with success
	Failed    int `json:"failed"`    // not answered with success, to be sent again
	GivenUp   int `json:"given_up"`  // not answered with success, for the last time
	Dropped   int `json:"dropped"`   // by a fault
	Delayed   int `json:"delayed"`   // by a fault
	Waiting   int `json:"waiting"`   // all that wait now: not due, or without push URL
}

// Deliver sends the messages that are due by the sandbox's clock, one request
// after the other in the order in which they were added, and returns when it
// has the answers. Messages that are added meanwhile wait for the next
// delivery; so do those of a platform without push URL. A message that is not
// answered with success within the platform's time limit, in real time, is due
// again later by the sandbox's clock; see [Sandbox.Advance].
//
// Only one delivery runs at a time, so the receiver must not ask for one while
// it answers. When ctx ends, Deliver stops; unsent messages keep waiting.
func (s *Sandbox) Deliver(ctx context.Context) DeliveryReport {
	var rep DeliveryReport
	select {
	case s.delivering <- struct{}{}:
		defer func() { <-s.delivering }()
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		rep.Waiting = len(s.outbox)
		return rep
	}
	send := s.newSender()
	defer send.close()
	for _, t := range s.turns(&rep) {
		if ctx.Err() != nil {
			break
		}
		s.take(ctx, send, t, &rep)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outbox = slices.DeleteFunc(s.outbox, func(m *delivery) bool { return m.state != pushWaiting })
	rep.Waiting = len(s.outbox)
	return rep
}

// turn is one request to be made.
type turn struct {
	platform stage.Platform
	messages []*delivery // one or more, of the same platform
	fault    Fault
}

// turns picks the messages that are due, in the order of sending, and lets each
// meet its fault. Faults are met here, not while sending, so that they count
// exactly.
func (s *Sandbox) turns(rep *DeliveryReport) []turn {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []*delivery
	for _, m := range s.outbox {
		if s.callbacks[m.platform.Name()].Push != "" && !m.due.After(s.now()) {
			due = append(due, m)
		}
	}
	slices.SortStableFunc(due, func(a, b *delivery) int { return a.due.Compare(b.due) })
	var all []turn
	moved := -1 // the index of a message that was sent behind the next
	for i := range due {
		m := due[i]
		var f Fault
		if i != moved {
			f = s.faults.takePush(m, i+1 < len(due))
		}
		if f.Kind == FaultPushReorder {
			m.attempts = append(m.attempts, PushAttempt{Time: s.now(), Fault: f.Kind})
			m.held = true
			due[i], due[i+1] = due[i+1], due[i]
			moved = i + 1
			m = due[i]
			f = s.faults.takePush(m, false)
		}
		switch f.Kind {
		case FaultPushDrop:
			m.attempts = append(m.attempts, PushAttempt{Time: s.now(), Fault: f.Kind})
			s.finish(m, pushDropped)
			rep.Dropped++
			continue
		case FaultPushDelay:
			m.attempts = append(m.attempts, PushAttempt{Time: s.now(), Fault: f.Kind})
			m.held, m.due = true, s.now().Add(time.Duration(max(f.Seconds, 0))*time.Second)
			rep.Delayed++
			continue
		}
		if last := len(all) - 1; last >= 0 && f.Kind == "" && all[last].fault.Kind == "" &&
			all[last].platform == m.platform && len(all[last].messages) < m.platform.PushPlan().Batch {
			all[last].messages = append(all[last].messages, m)
			continue
		}
		all = append(all, turn{m.platform, []*delivery{m}, f})
	}
	return all
}

// take makes the request of one turn, or two if the fault asks for them.
func (s *Sandbox) take(ctx context.Context, send *sender, t turn, rep *DeliveryReport) {
	s.mu.Lock()
	t.messages = slices.DeleteFunc(t.messages, func(m *delivery) bool { return m.state != pushWaiting })
	url := s.callbacks[t.platform.Name()].Push
	if url == "" || len(t.messages) == 0 {
		s.mu.Unlock()
		return // since the turns were made the URL or the messages were removed
	}
	messages := make([]stage.Message, len(t.messages))
	for i, m := range t.messages {
		messages[i] = m.Message
	}
	out := t.platform.PushRequest(url, messages, t.fault.Kind == FaultPushForge)
	s.mu.Unlock()

	times := 1
	if t.fault.Kind == FaultPushDuplicate {
		times = 2
	}
	taken := false
	for range times {
		in := send.do(ctx, out)
		rep.Requests++
		ok := in.Err == nil && t.platform.PushTaken(in)
		taken = taken || ok
		s.record(t, in, ok)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range t.messages {
		if m.state == pushWaiting {
			s.settle(m, taken, ctx.Err() != nil, t.platform.PushPlan(), rep)
		}
	}
}

// record adds an attempt to each message of a turn.
func (s *Sandbox) record(t turn, in stage.Incoming, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := PushAttempt{Time: s.now(), Fault: t.fault.Kind, Status: in.Status,
		Answer: string(in.Body[:min(len(in.Body), answerKept)]), OK: ok}
	if in.Err != nil {
		a.Error = in.Err.Error()
	}
	for _, m := range t.messages {
		m.attempts = append(m.attempts, a)
	}
}

// settle updates a message that was sent; mu is held.
func (s *Sandbox) settle(m *delivery, taken, interrupted bool, plan stage.PushPlan, rep *DeliveryReport) {
	switch {
	case taken:
		s.finish(m, pushDelivered)
		rep.Delivered++
	case interrupted: // by the sandbox, so the app did not fail
	case m.tries >= len(plan.Retry):
		s.finish(m, pushGivenUp)
		rep.GivenUp++
	default:
		m.due = s.now().Add(plan.Retry[m.tries])
		m.tries++
		rep.Failed++
	}
}
