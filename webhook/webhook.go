package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Handler is the [http.Handler] for one URL. Make it with [New]. It is safe for
// concurrent use.
type Handler struct {
	opts     Options // complete
	end      endpoint
	handlers Handlers
	late     error // why an event failed whose answer was due
	shut     error // why one failed that came after Close

	stop   context.CancelFunc // ends the contexts of all work
	ctx    context.Context    // ended by stop
	mu     sync.Mutex
	idle   sync.Cond // running is zero
	closed bool
	// running counts goroutines with the app's code in them. It is no WaitGroup
	// because work may begin while somebody waits.
	running int
}

// New makes a handler. The error tells all that is missing or wrong in the
// verifier, such as an empty secret, and in the options.
func New(v Verifier, handlers Handlers, opts Options) (*Handler, error) {
	if r := reflect.ValueOf(v); !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil() {
		return nil, wrong("", errors.New("the verifier is nil"))
	}
	opts, err := opts.complete()
	end, verr := v.start()
	if err := wrong(end.platform(), verr, err); err != nil {
		return nil, err
	}
	if opts.TimeLimit == 0 {
		opts.TimeLimit = end.limit()
	}
	h := &Handler{opts: opts, end: end, handlers: handlers, late: tooLate(end.platform()), shut: closed(end.platform())}
	h.idle.L = &h.mu
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h, nil
}

// buffers are for bodies, which are not copied before they are shown to be
// genuine.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxKept keeps one huge body from staying in memory for ever.
const maxKept = 64 << 10

// ServeHTTP answers in the platform's form, always under status 200, as the
// platforms' own gateways do.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := h.serve(w, r, time.Now())
	switch {
	case err != nil:
		answer = h.end.failure(err)
	case answer == nil:
		answer = h.end.success()
	}
	w.Header()["Content-Type"] = contentType
	_, _ = w.Write(answer) // the sender may be gone, and will ask again
}

var contentType = []string{"application/json; charset=utf-8"}

// serve returns the answer; nil without an error is success.
func (h *Handler) serve(w http.ResponseWriter, r *http.Request, began time.Time) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer func() {
		if buf.Cap() <= maxKept {
			buf.Reset()
			buffers.Put(buf)
		}
	}()
	now := h.opts.Clock.Now()
	content, err := h.read(w, r, buf)
	var call Kind
	if err == nil {
		content, call, err = h.end.verify(r, content, now)
	}
	if err != nil {
		return nil, h.reject(began, err)
	}
	if h.opts.Queue != nil && h.end.acknowledges(content) {
		d := Delivery{Platform: h.end.platform(), Body: bytes.Clone(content), Received: now}
		return h.run(r.Context(), began, Event{}, func(ctx context.Context) ([]byte, error) {
			err := h.failed(opQueue, safely(func() error { return h.opts.Queue(ctx, d) }))
			h.observe(began, Event{}, Observation{Late: ctx.Err() != nil, Err: err})
			return nil, err
		})
	}
	tasks, err := h.end.open(content, call, h.opts.Codec)
	if err != nil {
		return nil, h.reject(began, err)
	}
	if len(tasks) == 0 {
		return nil, nil
	}
	var only Event
	if len(tasks) == 1 {
		only = tasks[0].event
	}
	return h.run(r.Context(), began, only, func(ctx context.Context) ([]byte, error) {
		return h.handle(ctx, began, tasks, func() bool { return ctx.Err() != nil })
	})
}

// read reads the body, up to the cap.
func (h *Handler) read(w http.ResponseWriter, r *http.Request, buf *bytes.Buffer) ([]byte, error) {
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, malformed("the body has a content encoding, which no signature covers")
	}
	if r.ContentLength > h.opts.MaxBody {
		return nil, h.tooLong()
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, h.opts.MaxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, h.tooLong()
	}
	if err != nil {
		return nil, malformed("the body is cut")
	}
	return buf.Bytes(), nil
}

func (h *Handler) tooLong() error {
	return malformed("the body is longer than the %d bytes of Options.MaxBody", h.opts.MaxBody)
}

// run runs f until the answer is due. f goes on after that: its goroutine is
// the handler's, and [Handler.Close] waits for it.
func (h *Handler) run(parent context.Context, began time.Time, e Event, f func(context.Context) ([]byte, error)) ([]byte, error) {
	if !h.begin() {
		return nil, h.reject(began, h.shut)
	}
	// A sender that hangs up does not undo what has begun.
	ctx, cancel := context.WithDeadlineCause(context.WithoutCancel(parent), began.Add(h.opts.TimeLimit), h.late)
	forget := context.AfterFunc(h.ctx, cancel)
	type result struct {
		answer []byte
		err    error
	}
	done := make(chan result, 1)
	go func() {
		defer h.finish()
		defer cancel()
		defer forget()
		var r result
		r.err = safely(func() (err error) {
			r.answer, err = f(ctx)
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.answer, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done: // at the last moment
		return r.answer, r.err
	default:
	}
	err := h.shut
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = h.late
	}
	h.observe(began, e, Observation{Err: err})
	return nil, err
}

// handle hands over one event after the other. One that fails does not keep the
// next from being handled, since the platform will repeat them all.
func (h *Handler) handle(ctx context.Context, began time.Time, tasks []task, late func() bool) ([]byte, error) {
	var answer []byte
	var failed []error
	for i := range tasks {
		if ctx.Err() != nil {
			return nil, h.failed(opHandle, ended(ctx))
		}
		t := &tasks[i]
		repeated := false
		err := h.failed(opHandle, safely(func() (err error) {
			answer, repeated, err = h.once(ctx, began, t)
			return err
		}))
		h.observe(began, t.event, Observation{Late: late(), Repeated: repeated, Err: err})
		if err != nil && !errors.Is(err, ErrUnconfirmed) {
			failed = append(failed, err)
		}
	}
	if len(failed) > 0 {
		return nil, several(failed, len(tasks))
	}
	return answer, nil
}

// storing is how long it may take to write down what was done.
const storing = 5 * time.Second

// once handles an event unless that was done before.
func (h *Handler) once(ctx context.Context, began time.Time, t *task) (answer []byte, repeated bool, err error) {
	if t.err != nil {
		return nil, false, t.err
	}
	claimed := time.Now()
	claim, err := h.opts.Seen.Claim(ctx, t.key, h.opts.Lease)
	switch {
	case err != nil:
		return nil, false, h.failed(opClaim, err)
	case claim.Taken == claim.Done: // neither, or a store that contradicts itself
		return nil, false, &mall.Error{Kind: mall.ErrConflict, Message: "the event is being handled elsewhere", Err: ErrInProgress}
	case claim.Done:
		return claim.Answer, true, nil
	}
	err = safely(func() (err error) {
		answer, err = h.decide(ctx, t)
		return err
	})
	// What happened is written down also when there is no more time.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storing)
	defer cancel()
	if err != nil {
		if time.Since(claimed) < h.opts.Lease { // later it may be somebody else's
			if kept := h.opts.Seen.Release(ctx, t.key); kept != nil {
				err = fmt.Errorf("%w; and the event was not given back: %w", err, kept)
			}
		}
		return nil, false, err
	}
	if err := h.opts.Seen.Done(ctx, t.key, answer); err != nil {
		// It is handled, so the platform need not repeat it.
		h.observe(began, t.event, Observation{Err: h.failed(opRecord, err)})
	}
	return answer, false, nil
}

// decide calls the app.
func (h *Handler) decide(ctx context.Context, t *task) ([]byte, error) {
	if t.hint != nil {
		if !h.handlers.wants(t.event.Kind) {
			return nil, nil
		}
		payload, err := t.hint.read(ctx, t.event)
		if err != nil {
			return nil, err
		}
		return nil, h.handlers.push(ctx, payload)
	}
	if t.verdict == nil {
		return nil, h.handlers.push(ctx, t.payload)
	}
	v, err := h.handlers.ask(ctx, t.payload)
	if err != nil {
		return nil, err
	}
	return t.verdict(v)
}

// begin counts work in, unless the handler is closed.
func (h *Handler) begin() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.running++
	return true
}

func (h *Handler) finish() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running--; h.running == 0 {
		h.idle.Broadcast()
	}
}

// Wait returns when none of the app's functions is running, those included
// whose answer was given because it was due. Stop the HTTP server before.
func (h *Handler) Wait() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.running > 0 {
		h.idle.Wait()
	}
}

// Close has further requests repeated later, ends the contexts of the app's
// functions and waits for them. It may be called again.
func (h *Handler) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.stop()
	h.Wait()
}

// reject tells the observer of a request that gets no further.
func (h *Handler) reject(began time.Time, err error) error {
	err = h.failed(opReceive, err)
	h.observe(began, Event{}, Observation{Err: err})
	return err
}

// failed returns err as the error that leaves this package.
func (h *Handler) failed(op string, err error) error {
	return settle.Failure(h.end.platform(), op, err)
}

// observe tells the observer of e, which is zero for a request that was not
// read. o says how it went.
func (h *Handler) observe(began time.Time, e Event, o Observation) {
	o.Platform, o.ShopID, o.Kind, o.ID, o.Tag = h.end.platform(), e.ShopID, e.Kind, e.ID, e.Tag
	o.Took = time.Since(began)
	h.opts.Observer(o)
}
