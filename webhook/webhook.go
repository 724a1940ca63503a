package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// Verifier says whose requests are taken: one kind of request of one platform
// to one URL. [DoudianPush], [DoudianSPI] and [KuaishouPush] are verifiers; the
// set is closed.
type Verifier interface {
	// start checks the settings.
	start() (endpoint, error)
}

// endpoint is a verifier at work. Its methods are called from many goroutines.
type endpoint interface {
	platform() mall.Platform
	// limit is how long after a request its answer is due.
	limit() time.Duration
	// verify returns what the request says, still unread, once it is shown to be
	// genuine, and which call it is where there are several. The content may be
	// part of body.
	verify(r *http.Request, body []byte, now time.Time) (content []byte, call Kind, err error)
	// acknowledges reports that this may be answered with success before it is
	// handled.
	acknowledges(content []byte) bool
	// open reads what was verified. The tasks keep nothing of content.
	open(content []byte, call Kind, c mall.Codec) ([]task, error)
	success() []byte
	failure(err error) []byte
}

// task is one event of a request.
type task struct {
	event   Event  // what an observer learns
	key     string // the same when the event is repeated
	payload any    // for [Handlers]
	err     error  // why there is no payload
	// hint stands for the payload of a push that nobody signed: what the app is
	// told is read first.
	hint *hint
	// verdict writes the answer to a payload that asks for one.
	verdict func(sku.Verdict) ([]byte, error)
}

// Handler is the [http.Handler] for one URL. Make it with [New]. It is safe for
// concurrent use.
type Handler struct {
	opts     Options // complete
	end      endpoint
	handlers Handlers

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
	if v == nil {
		return nil, errors.New("webhook: New: the verifier is nil")
	}
	opts, err := opts.complete()
	end, verr := v.start()
	if err := errors.Join(verr, err); err != nil {
		return nil, err
	}
	if opts.TimeLimit == 0 {
		opts.TimeLimit = end.limit()
	}
	h := &Handler{opts: opts, end: end, handlers: handlers}
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
			err := h.opts.Queue(ctx, d)
			h.observe(began, Event{}, ctx.Err() != nil, err)
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
		return nil, ErrTooLarge
	}
	_, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, h.opts.MaxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, ErrTooLarge
	}
	if err != nil {
		return nil, malformed("the body is cut")
	}
	return buf.Bytes(), nil
}

// run runs f until the answer is due. f goes on after that: its goroutine is
// the handler's, and [Handler.Close] waits for it.
func (h *Handler) run(parent context.Context, began time.Time, e Event, f func(context.Context) ([]byte, error)) ([]byte, error) {
	if !h.begin() {
		return nil, h.reject(began, ErrClosed)
	}
	// A sender that hangs up does not undo what has begun.
	ctx, cancel := context.WithDeadlineCause(context.WithoutCancel(parent), began.Add(h.opts.TimeLimit), ErrTimeLimit)
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
	err := ErrClosed
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = ErrTimeLimit
	}
	h.observe(began, e, false, err)
	return nil, err
}

// safely turns a panic into an error.
func safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = newPanicError(v)
		}
	}()
	return f()
}

// handle hands over one event after the other. One that fails does not keep the
// next from being handled, since the platform will repeat them all.
func (h *Handler) handle(ctx context.Context, began time.Time, tasks []task, late func() bool) ([]byte, error) {
	var answer []byte
	var failed error
	for i := range tasks {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		t := &tasks[i]
		repeated := false
		err := safely(func() (err error) {
			answer, repeated, err = h.once(ctx, began, t)
			return err
		})
		switch {
		case errors.Is(err, ErrUnconfirmed):
			h.observe(began, t.event, late(), err)
		case err != nil:
			h.observe(began, t.event, late(), err)
			failed = errors.Join(failed, err)
		case repeated:
			h.observe(began, t.event, late(), ErrReplayed)
		default:
			h.observe(began, t.event, late(), nil)
		}
	}
	if failed != nil {
		return nil, failed
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
		return nil, false, fmt.Errorf("webhook: claim an event: %w", err)
	case claim.Taken == claim.Done: // neither, or a store that contradicts itself
		return nil, false, ErrInProgress
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
			err = errors.Join(err, h.opts.Seen.Release(ctx, t.key))
		}
		return nil, false, err
	}
	if err := h.opts.Seen.Done(ctx, t.key, answer); err != nil {
		// It is handled, so the platform need not repeat it.
		h.observe(began, t.event, false, fmt.Errorf("webhook: write down what was handled: %w", err))
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

// reject reports a request that got nowhere.
func (h *Handler) reject(began time.Time, err error) error {
	h.observe(began, Event{}, false, err)
	return err
}

func (h *Handler) observe(began time.Time, e Event, late bool, err error) {
	h.opts.Observer(Observation{
		Platform: h.end.platform(), ShopID: e.ShopID, Kind: e.Kind, ID: e.ID, Tag: e.Tag,
		Took: time.Since(began), Late: late, Err: err,
	})
}
