package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
)

// maxRequest caps the body of a call. Unconfirmed on every platform; far above
// what any documented call needs.
const maxRequest = 8 << 20

// call is one call of a platform's API on its way through the sandbox.
type call struct {
	platform platform
	verb     string
	path     string // below the platform's folder, without slashes around it
	query    url.Values
	header   http.Header
	body     []byte
	tooLong  bool // the body was longer than maxRequest

	method    string     // as the platform names it
	shop      *shop      // nil where the call names none that is known
	form      url.Values // of query and body together, where the platform reads them as one
	params    string     // the parameters as received
	logParams string     // what the log shows of them, where they hold secrets
	note      string     // for the log: what is odd about the call, though the platform takes it
	sign      string
	token     string

	renewal bool      // it renews the shop's tokens
	clash   bool      // another renewal of the shop is in progress
	now     time.Time // the platform's clock for this call
	logID   string
}

// result is what a platform has to say before it is put in an envelope.
type result struct {
	code   int // the platform's code for success or failure
	sub    string
	msg    string
	subMsg string
	data   json.RawMessage // nil is null
	noData bool            // leave the member out
	top    json.RawMessage // an object whose members stand beside those of the envelope
}

// silent reports whether the result says nothing at all.
func (r result) silent() bool { return r.code == 0 && r.sub == "" && r.msg == "" && r.subMsg == "" }

// outcome names a result in the log of received calls.
func (r result) outcome() string {
	return strings.TrimSpace(strconv.Itoa(r.code) + " " + r.sub)
}

// reply is an answer as HTTP sees it.
type reply struct {
	status     int
	kind       string // Content-Type
	retryAfter int    // seconds; 0 sends no header
	body       []byte
}

// serveGateway takes a call through fixed steps: identify, meet a fault, wait,
// answer, log, write. The lock is never held while waiting or writing.
func (s *Sandbox) serveGateway(w http.ResponseWriter, r *http.Request, p platform, path string) {
	c := &call{platform: p, verb: r.Method, path: path, query: r.URL.Query(), header: r.Header}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		// The caller went away while sending: there is nobody to answer.
		panic(http.ErrAbortHandler)
	}
	c.tooLong = len(body) > maxRequest
	c.body = body

	f, entry := s.arrive(c)
	defer s.leave(c)
	if f.Kind != FaultDelayAfter {
		wait(r.Context(), f.DelayMS)
	}
	if f.Kind == FaultCutBefore {
		s.leave(c)
		panic(http.ErrAbortHandler)
	}
	rep := s.process(c, f, entry)
	if f.Kind == FaultDelayAfter {
		wait(r.Context(), f.DelayMS)
	}
	s.leave(c) // before the answer, so that the next renewal is not a concurrent one
	write(w, rep, f)
}

// arrive identifies the call, logs it and takes the fault that it meets.
func (s *Sandbox) arrive(c *call) (Fault, *Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.platform.identify(c)
	f := s.faults.take(c)
	if c.renewal && c.shop != nil {
		if c.clash = c.shop.renewing; !c.clash {
			c.shop.renewing = true
		} else {
			c.renewal = false // the mark is the other call's
		}
	}
	s.logSeq++
	c.logID = fmt.Sprintf("%s%018d", s.now().In(mall.Beijing).Format("20060102150405"), s.logSeq)
	return f, s.received.add(c, f, s.now())
}

// leave takes back the mark of a renewal in progress. It may be called again.
func (s *Sandbox) leave(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.renewal && c.shop != nil {
		c.shop.renewing, c.renewal = false, false
	}
}

// process answers the call, as the fault will have it. The log entry is
// complete before the caller can see the answer.
func (s *Sandbox) process(c *call, f Fault, entry *Received) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.now = s.now()
	if f.Kind == FaultClockSkew {
		c.now = c.now.Add(time.Duration(f.Seconds) * time.Second)
	}
	f.changeShop(c, s.now())
	rep := reply{status: http.StatusOK, kind: "application/json; charset=utf-8"}
	var res result
	if !f.replaces() || f.After {
		res = c.platform.answer(c)
		entry.Outcome = res.outcome()
	}
	f.apply(c, &rep)
	if rep.body == nil {
		if f.refuses() {
			res = f.refusal(c)
			if !f.After {
				entry.Outcome = res.outcome()
			}
		}
		rep.body = c.platform.encode(c, f.replaceData(res))
	}
	return rep
}

// wait takes real time. A caller who leaves ends it, and its call is answered
// all the same: a platform carries out what it has received.
func wait(ctx context.Context, ms int) {
	if ms <= 0 {
		return
	}
	t := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// write sends the reply, or as much of it as the fault lets through.
func write(w http.ResponseWriter, rep reply, f Fault) {
	if f.Kind == FaultCutAfter {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Set("Content-Type", rep.kind)
	if rep.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(rep.retryAfter))
	}
	h.Set("Content-Length", strconv.Itoa(len(rep.body)))
	w.WriteHeader(rep.status)
	if f.Kind == FaultHalfBody {
		_, _ = w.Write(rep.body[:len(rep.body)/2])
		_ = http.NewResponseController(w).Flush() // the half must arrive before the cut
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(rep.body) // a caller who left is not an error of ours
}

// fingerprint tells secrets apart in the log without giving them away.
func fingerprint(secret string) string {
	if secret == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}
