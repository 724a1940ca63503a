package sandbox

import (
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	receivedKept   = 10_000  // calls kept
	receivedParams = 4 << 10 // bytes kept of the parameters of one call
)

// Received is one call as the sandbox received it, without its secrets.
// Fingerprints are short hashes: equal ones mean equal texts.
type Received struct {
	Seq      int64         `json:"seq"` // counts from 1 over all platforms
	Time     time.Time     `json:"time"`
	Platform mall.Platform `json:"platform"`
	Method   string        `json:"method"`            // as the platform names it
	ShopID   string        `json:"shop_id,omitempty"` // empty if the call names no known shop
	LogID    string        `json:"log_id"`            // as in the answer
	// Outcome is the code and sub code of the platform's answer, such as
	// "10000" or "40003 isv.signature-invalid". It is empty while a fault
	// delays the call, and stays empty if a fault answers instead of the
	// platform.
	Outcome string    `json:"outcome"`
	Fault   FaultKind `json:"fault,omitempty"` // the fault it met
	// Note says what is odd about a call that the platform accepts all the
	// same, such as another HTTP method than its documentation names.
	Note string `json:"note,omitempty"`

	// Params is the first 4 KiB of the parameters as received. In calls that
	// make tokens, codes and tokens are replaced by fingerprints.
	Params      string `json:"params"`
	Signed      bool   `json:"signed"`                // a signature was sent
	SignPrint   string `json:"sign_print,omitempty"`  // fingerprint of the signature
	Token       bool   `json:"token"`                 // an access token was sent
	TokenPrint  string `json:"token_print,omitempty"` // fingerprint of the access token
	UserAgent   string `json:"user_agent,omitempty"`  // header of that name
	ContentType string `json:"content_type,omitempty"`
}

// Received returns the last 10,000 calls of all platforms, oldest first,
// including those that were refused or cut off.
func (s *Sandbox) Received() []Received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received.list()
}

// ClearReceived drops the log of received calls and returns how many it had.
func (s *Sandbox) ClearReceived() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.received.ring)
	s.received.ring, s.received.next = nil, 0
	return n
}

// received is a ring of the last calls.
type received struct {
	keep int
	ring []*Received
	next int // index of the oldest once the ring is full
	seq  int64
}

// add logs a call as it arrives. Its outcome is filled in later, under the same
// lock.
func (l *received) add(c *stage.Call, f Fault, now time.Time) *Received {
	l.seq++
	e := &Received{
		Seq: l.seq, Time: now, Platform: c.Platform.Name(), Method: c.Method, LogID: c.LogID, Fault: f.Kind,
		Note:   c.Note,
		Params: c.Params[:min(len(c.Params), receivedParams)],
		Signed: c.Sign != "", SignPrint: stage.Fingerprint(c.Sign),
		Token: c.Token != "", TokenPrint: stage.Fingerprint(c.Token),
		UserAgent: c.Header.Get("User-Agent"), ContentType: c.Header.Get("Content-Type"),
	}
	if c.Shop != nil {
		e.ShopID = c.Shop.ID
	}
	if c.LogParams != "" {
		e.Params = c.LogParams
	}
	if len(l.ring) < l.keep {
		l.ring = append(l.ring, e)
		return e
	}
	l.ring[l.next] = e
	l.next = (l.next + 1) % l.keep
	return e
}

// list returns copies, because outcomes may still be filled in.
func (l *received) list() []Received {
	all := make([]Received, 0, len(l.ring))
	for _, e := range slices.Concat(l.ring[l.next:], l.ring[:l.next]) {
		all = append(all, *e)
	}
	return all
}
