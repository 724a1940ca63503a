package sandbox

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// maxRequest is the largest body of a call, in bytes. Unconfirmed on every
// platform; far above what any documented call needs.
const maxRequest = 8 << 20

// reply is the answer to a call in terms of HTTP.
type reply struct {
	status     int
	kind       string // Content-Type
	retryAfter int    // seconds; 0 sends no header
	body       []byte
}

// serveGateway takes a call through fixed steps: identify, meet a fault, wait,
// answer, log, write. It never holds the lock while it waits or writes.
func (s *Sandbox) serveGateway(w http.ResponseWriter, r *http.Request, p stage.Platform, path string) {
	c := &stage.Call{Platform: p, Verb: r.Method, Path: path, Query: r.URL.Query(), Header: r.Header}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxRequest+1))
	if err != nil {
		// The caller went away while sending, so nobody waits for an answer.
		panic(http.ErrAbortHandler)
	}
	c.TooLong = len(body) > maxRequest
	c.Body = body

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
	s.leave(c) // before the answer, or the caller's next renewal could count as concurrent
	write(w, rep, f)
}

// arrive identifies the call, logs it and takes the fault that it meets.
func (s *Sandbox) arrive(c *stage.Call) (Fault, *Received) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Platform.Identify(c)
	f := s.faults.take(c)
	if c.Renewal && c.Shop != nil {
		if c.Clash = c.Shop.Renewing; !c.Clash {
			c.Shop.Renewing = true
		} else {
			c.Renewal = false // the other call has marked the shop
		}
	}
	s.logSeq++
	c.LogID = fmt.Sprintf("%s%018d", s.now().In(mall.Beijing).Format("20060102150405"), s.logSeq)
	return f, s.received.add(c, f, s.now())
}

// leave ends the mark of a renewal in progress. It may be called again.
func (s *Sandbox) leave(c *stage.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Renewal && c.Shop != nil {
		c.Shop.Renewing, c.Renewal = false, false
	}
}

// process answers the call, or lets the fault answer. The log entry is complete
// before the caller sees the answer.
func (s *Sandbox) process(c *stage.Call, f Fault, entry *Received) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Now = s.now()
	if f.Kind == FaultClockSkew {
		c.Now = c.Now.Add(time.Duration(f.Seconds) * time.Second)
	}
	f.changeShop(c, s.now())
	rep := reply{status: http.StatusOK, kind: "application/json; charset=utf-8"}
	var res stage.Result
	if !f.replaces() || f.After {
		res = c.Platform.Answer(c)
		entry.Outcome = res.Outcome()
	}
	f.apply(c, &rep)
	if rep.body == nil {
		if f.refuses() {
			res = f.refusal(c)
			if !f.After {
				entry.Outcome = res.Outcome()
			}
		}
		rep.body = c.Platform.Encode(c, f.replaceData(res))
	}
	return rep
}

// wait takes real time. It ends early if the caller goes away, but the call is
// carried out all the same: a platform carries out what it has received.
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
	_, _ = w.Write(rep.body) // a caller that has gone needs no answer
}
