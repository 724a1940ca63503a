package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// FaultKind says what goes wrong.
type FaultKind string

// The kinds of faults. "Refused" means that the call is not carried out and its
// token and signature are not checked. With [Fault.After] it is carried out
// first, and only its answer is replaced.
const (
	FaultDelay        FaultKind = "delay"         // held DelayMS, then carried out and answered
	FaultDelayAfter   FaultKind = "delay_after"   // carried out, then the answer held DelayMS
	FaultCutBefore    FaultKind = "cut_before"    // connection closed, call not carried out
	FaultCutAfter     FaultKind = "cut_after"     // connection closed, call carried out
	FaultHalfBody     FaultKind = "half_body"     // carried out; the body breaks off in the middle
	FaultStatus       FaultKind = "status"        // refused with HTTP Status (500) and Body
	FaultHTML         FaultKind = "html"          // refused with HTTP Status (502) and a proxy's error page
	FaultBody         FaultKind = "body"          // refused with HTTP Status (200) and Body as it is
	FaultOversize     FaultKind = "oversize"      // refused with a well-formed success of over Bytes (32 MiB)
	FaultError        FaultKind = "error"         // refused with Code, SubCode, Msg, SubMsg
	FaultThrottle     FaultKind = "throttle"      // refused as too fast; Seconds sets Retry-After (unconfirmed)
	FaultExpireToken  FaultKind = "expire_token"  // the shop's access token expires just before the call
	FaultReplaceToken FaultKind = "replace_token" // the shop's tokens were replaced just before the call
	FaultRevoke       FaultKind = "revoke"        // the merchant withdrew the authorisation just before the call
	FaultData         FaultKind = "data"          // carried out; the answer's data is replaced by Data, or left out
	FaultClockSkew    FaultKind = "clock_skew"    // the platform's clock is Seconds ahead for this call
)

// The kinds of faults of pushes; [Fault.Method] is the tag of the message. Each
// attempt to deliver a message meets at most one.
const (
	FaultPushDrop      FaultKind = "push_drop"      // never sent
	FaultPushDuplicate FaultKind = "push_duplicate" // sent twice, one right after the other
	FaultPushReorder   FaultKind = "push_reorder"   // sent after the next message of the same delivery; needs one
	FaultPushDelay     FaultKind = "push_delay"     // due Seconds later, by the sandbox's clock; once for a message
	FaultPushForge     FaultKind = "push_forge"     // signed with a wrong secret
)

// faultKinds is every kind of fault.
var faultKinds = []FaultKind{
	FaultDelay, FaultDelayAfter, FaultCutBefore, FaultCutAfter, FaultHalfBody, FaultStatus, FaultHTML, FaultBody,
	FaultOversize, FaultError, FaultThrottle, FaultExpireToken, FaultReplaceToken, FaultRevoke, FaultData,
	FaultClockSkew,
	FaultPushDrop, FaultPushDuplicate, FaultPushReorder, FaultPushDelay, FaultPushForge,
}

const (
	maxDelay     = 5 * time.Minute
	oversizeBody = 32 << 20
	maxOversize  = 256 << 20
)

// Fault is something that goes wrong with matching calls: those of Platform,
// ShopID and Method, where an empty field matches any. The shop of a call is
// that of its token, even if the token no longer works. A call meets at most
// one fault: the oldest that matches and has nothing left to skip.
// [FaultExpireToken], [FaultReplaceToken] and [FaultRevoke] match only calls
// whose shop is known.
type Fault struct {
	ID       int           `json:"id,omitempty"` // given by [Sandbox.Arm]
	Platform mall.Platform `json:"platform,omitempty"`
	ShopID   string        `json:"shop_id,omitempty"`
	Method   string        `json:"method,omitempty"` // as the platform names it; the tag of a push
	Kind     FaultKind     `json:"kind"`

	Times int `json:"times,omitempty"` // calls that meet the fault; 0 means 1, -1 until cleared
	Skip  int `json:"skip,omitempty"`  // matching calls to let through first

	DelayMS int  `json:"delay_ms,omitempty"` // real milliseconds to wait, with any kind; 5 minutes at most
	After   bool `json:"after,omitempty"`    // carry the call out first

	Code    int             `json:"code,omitempty"` // FaultError; if all four are empty, the platform's "system busy"
	SubCode string          `json:"sub_code,omitempty"`
	Msg     string          `json:"msg,omitempty"`
	SubMsg  string          `json:"sub_msg,omitempty"`
	Seconds int             `json:"seconds,omitempty"` // FaultThrottle, FaultClockSkew (may be negative), FaultPushDelay
	Status  int             `json:"status,omitempty"`  // FaultStatus, FaultHTML, FaultBody; 0: the kind's default
	Body    string          `json:"body,omitempty"`    // FaultStatus, FaultBody
	Bytes   int             `json:"bytes,omitempty"`   // FaultOversize; 0: 32 MiB, at most 256 MiB
	Data    json.RawMessage `json:"data,omitempty"`    // FaultData; any JSON; empty: no data member
}

// check refuses faults that could have no effect.
func (f Fault) check() error {
	switch {
	case !slices.Contains(faultKinds, f.Kind):
		return fmt.Errorf("sandbox: no fault of kind %q; there are %q", f.Kind, faultKinds)
	case f.Times < -1 || f.Skip < 0:
		return fmt.Errorf("sandbox: times is %d and skip %d; times may be -1 or more, skip 0 or more", f.Times, f.Skip)
	case f.DelayMS < 0 || time.Duration(f.DelayMS)*time.Millisecond > maxDelay:
		return fmt.Errorf("sandbox: delay_ms is %d; it may be 0 to %d", f.DelayMS, maxDelay.Milliseconds())
	case f.Status != 0 && (f.Status < 200 || f.Status > 599):
		return fmt.Errorf("sandbox: status is %d; it may be 200 to 599", f.Status)
	case f.Bytes < 0 || f.Bytes > maxOversize:
		return fmt.Errorf("sandbox: bytes is %d; it may be 0 to %d", f.Bytes, maxOversize)
	case len(f.Data) > 0 && !json.Valid(f.Data):
		return fmt.Errorf("sandbox: data is not JSON")
	}
	return nil
}

// Arm arms a fault from the next call on and returns its id. It refuses an
// unknown kind or platform and numbers out of range. A fault is disarmed once
// its Times are used up.
func (s *Sandbox) Arm(f Fault) (int, error) {
	if err := f.check(); err != nil {
		return 0, err
	}
	if f.Platform != "" {
		if err := s.On(f.Platform).known(); err != nil {
			return 0, err
		}
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.lastID++
	f.ID = s.faults.lastID
	f.Data = bytes.Clone(f.Data)
	s.faults.armed = append(s.faults.armed, f)
	return f.ID, nil
}

// Faults returns the armed faults, oldest first, with the times and skips that
// are left.
func (s *Sandbox) Faults() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults.armed)
}

// ClearFaults disarms all faults and returns how many there were.
func (s *Sandbox) ClearFaults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.faults.armed)
	s.faults.armed = nil
	return n
}

// faults holds the armed faults, oldest first.
type faults struct {
	armed  []Fault
	lastID int
}

// take returns the fault that the call meets and counts it. Without one it
// returns the zero Fault.
func (fs *faults) take(c *stage.Call) Fault {
	return fs.first(func(f *Fault) bool { return f.matches(c) })
}

// takePush does the same for an attempt to deliver a message. A message that no
// other follows cannot be reordered.
func (fs *faults) takePush(m *delivery, followed bool) Fault {
	return fs.first(func(f *Fault) bool {
		return f.pushes() && (f.Platform == "" || f.Platform == m.platform.Name()) &&
			(f.Method == "" || f.Method == m.Tag) && (f.ShopID == "" || f.ShopID == m.ShopID) &&
			(f.Kind != FaultPushReorder || followed && !m.held) && (f.Kind != FaultPushDelay || !m.held)
	})
}

// first counts and returns the oldest fault that matches and has nothing left to skip.
func (fs *faults) first(matches func(*Fault) bool) Fault {
	for i := range fs.armed {
		f := &fs.armed[i]
		if !matches(f) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		met := *f
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			fs.armed = slices.Delete(fs.armed, i, i+1)
		}
		return met
	}
	return Fault{}
}

func (f Fault) matches(c *stage.Call) bool {
	if f.pushes() || c.Shop == nil && (f.ShopID != "" || f.changesShop()) {
		return false
	}
	return (f.Platform == "" || f.Platform == c.Platform.Name()) &&
		(f.Method == "" || f.Method == c.Method) &&
		(f.ShopID == "" || f.ShopID == c.Shop.ID)
}

// pushes reports whether the fault affects pushes, not calls.
func (f Fault) pushes() bool {
	switch f.Kind {
	case FaultPushDrop, FaultPushDuplicate, FaultPushReorder, FaultPushDelay, FaultPushForge:
		return true
	}
	return false
}

// changesShop reports whether the fault changes the shop, not the call.
func (f Fault) changesShop() bool {
	return f.Kind == FaultExpireToken || f.Kind == FaultReplaceToken || f.Kind == FaultRevoke
}

// refuses reports whether the fault answers in the platform's envelope.
func (f Fault) refuses() bool { return f.Kind == FaultError || f.Kind == FaultThrottle }

// replaces reports whether the answer is the fault's own.
func (f Fault) replaces() bool {
	switch f.Kind {
	case FaultStatus, FaultHTML, FaultBody, FaultOversize:
		return true
	}
	return f.refuses()
}

// changeShop changes the shop's tokens or authorisation as the fault says.
func (f Fault) changeShop(c *stage.Call, now time.Time) {
	switch f.Kind {
	case FaultExpireToken:
		c.Shop.ExpireAccess(now)
	case FaultReplaceToken:
		c.Platform.ReplaceTokens(c.Shop)
	case FaultRevoke:
		c.Shop.Authority = stage.AuthorityGone
	}
}

// refusal returns the platform's answer to a call that the fault refuses.
func (f Fault) refusal(c *stage.Call) stage.Result {
	if f.Kind == FaultThrottle {
		return c.Platform.Throttled(c)
	}
	return c.Platform.Failure(stage.Result{Code: f.Code, Sub: f.SubCode, Msg: f.Msg, SubMsg: f.SubMsg})
}

// replaceData replaces the data of an answer, if the fault says so.
func (f Fault) replaceData(r stage.Result) stage.Result {
	switch {
	case f.Kind != FaultData:
	case r.Top != nil:
		r.Top = f.Data
	default:
		r.Data, r.NoData = f.Data, len(f.Data) == 0
	}
	return r
}

// apply changes the HTTP side of the reply as the fault says.
func (f Fault) apply(c *stage.Call, rep *reply) {
	switch f.Kind {
	case FaultStatus:
		rep.status, rep.kind, rep.body = cmp.Or(f.Status, http.StatusInternalServerError),
			"text/plain; charset=utf-8", []byte(f.Body)
	case FaultHTML:
		rep.status, rep.kind = cmp.Or(f.Status, http.StatusBadGateway), "text/html"
		rep.body = []byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n" +
			"<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n")
	case FaultBody:
		rep.status, rep.body = cmp.Or(f.Status, http.StatusOK), []byte(f.Body)
	case FaultOversize:
		padding := bytes.Repeat([]byte{'x'}, cmp.Or(f.Bytes, oversizeBody))
		data := slices.Concat([]byte(`{"padding":"`), padding, []byte(`"}`))
		rep.body = c.Platform.Encode(c, c.Platform.Success(data))
	case FaultThrottle:
		rep.retryAfter = max(f.Seconds, 0)
	}
}
