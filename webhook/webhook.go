package webhook

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/mallwire/mall/internal/settle"
)

// Handler is the [http.Handler] for one URL. Make it with [New], and close it. It
// is safe for concurrent use.
type Handler struct {
	opts     Options // with its defaults filled in
	end      endpoint
	handlers Handlers
	late     error // of an event whose answer was due before it was handled
	shut     error // of a request that comes after Close

	stop   context.CancelFunc // ends ctx
	ctx    context.Context    // when it ends, so do the contexts of the app's functions
	mu     sync.Mutex
	idle   sync.Cond // tells that running is zero
	closed bool
	// running counts the goroutines that run the app's code. A WaitGroup will not
	// do, since it may not grow while somebody waits for it.
	running int
}

// New makes a handler. The error is mall.ErrInvalid and names everything that is
// missing or wrong in the verifier, such as an empty secret, and in the options.
func New(v Verifier, handlers Handlers, opts Options) (*Handler, error) {
	if r := reflect.ValueOf(v); !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil() {
		return nil, wrong("", errors.New("the verifier is nil"))
	}
	end, err := v.start()
	opts, oerr := opts.complete(end.limit())
	if err := wrong(end.platform(), err, oerr); err != nil {
		return nil, err
	}
	h := &Handler{opts: opts, end: end, handlers: handlers, late: tooLate(end.platform()), shut: closed(end.platform())}
	h.idle.L = &h.mu
	h.ctx, h.stop = context.WithCancel(context.Background())
	return h, nil
}

// buffers are what bodies are read into. A body is copied only when it is known
// to be the platform's.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxKept is the size of the largest buffer that is used again, so that one huge
// body does not stay in memory for ever.
const maxKept = 64 << 10

// ServeHTTP answers in the form that the platform expects. The status is always
// 200, as it is in the replies of the platforms' own gateways.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := h.serve(w, r, time.Now())
	switch {
	case err != nil:
		answer = h.end.failure(err)
	case answer == nil:
		answer = h.end.success()
	}
	w.Header()["Content-Type"] = contentType
	_, _ = w.Write(answer) // a sender who is gone sends the request again
}

var contentType = []string{"application/json; charset=utf-8"}

// serve returns the answer. Nil stands for the platform's word for success.
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

// read reads the body, up to Options.MaxBody.
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

// run waits for f until the answer is due. After that f goes on, in a goroutine
// that [Handler.Close] waits for. e is what an observer is told of when f is late.
func (h *Handler) run(
	parent context.Context, began time.Time, e Event, f func(context.Context) ([]byte, error),
) ([]byte, error) {
	if !h.begin() {
		return nil, h.reject(began, h.shut)
	}
	// Work that has begun goes on when the sender hangs up.
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
	case r := <-done: // f returned in the same moment
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

// begin counts one more goroutine with the app's code. It reports false, and does
// not count, where the handler is closed.
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

// Wait returns when none of the app's functions runs any more, not even one whose
// answer was due before it returned. Stop the HTTP server before.
func (h *Handler) Wait() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.running > 0 {
		h.idle.Wait()
	}
}

// Close ends the contexts of the app's functions and waits for the functions.
// Requests that come later are answered with a failure, so that the platform
// repeats them. Close may be called more than once.
func (h *Handler) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.stop()
	h.Wait()
}

// reject tells the observer of a request that gets no further, and returns the
// error that it was told.
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
