package sandbox

import (
	"encoding/json"

	"github.com/mallwire/mall"
)

// pushed is a message that a platform has for the apps of a shop.
type pushed struct {
	platform mall.Platform
	shopID   string
	tag      string // the platform's word for what happened
	data     json.RawMessage
}

// pushKept is how many messages wait at most; the oldest are dropped first, as
// platforms do.
const pushKept = 10_000

// push puts a message out for delivery. The lock is held.
func (s *Sandbox) push(p pushed) {
	if len(s.outbox) >= pushKept {
		s.outbox = s.outbox[1:]
	}
	s.outbox = append(s.outbox, p)
}
