package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Methods are the names of all platforms' methods that are served.
func (s *Sandbox) Methods() []string {
	d, k := s.platforms[0].(*doudian), s.platforms[1].(*kuaishou)
	names := slices.AppendSeq(slices.Collect(maps.Keys(d.methods)), maps.Keys(k.methods))
	slices.Sort(names)
	return names
}

// OutboxPush is a message that waits for delivery.
type OutboxPush struct {
	ShopID, Tag string
	Data        json.RawMessage
}

// Outbox returns what waits for delivery, oldest first, but for the news of
// trades (100 to 110), which the tests of changed are about.
func (s *Sandbox) Outbox() (list []OutboxPush) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.outbox {
		if p.Tag <= "110" && p.Tag != "105" {
			continue
		}
		list = append(list, OutboxPush{p.ShopID, p.Tag, p.Data})
	}
	return list
}

// InstantCipher makes a ciphertext of Kuaishou that is good for a while.
func (s *Sandbox) InstantCipher(text string, until time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.platforms[1].(*kuaishou).sealInstant(text, until)
}

// CallFaultKinds are the kinds of faults that calls meet.
func CallFaultKinds() []FaultKind {
	return slices.DeleteFunc(slices.Clone(faultKinds), func(k FaultKind) bool { return Fault{Kind: k}.pushes() })
}
