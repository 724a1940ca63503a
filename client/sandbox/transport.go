package sandbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// Transport returns a RoundTripper that calls the sandbox in the process,
// without a socket. Whatever host a request names, the first segment of its
// path picks the platform, as in the URLs of [Sandbox.Manifest]:
//
//	m := box.Manifest("https://sandbox.invalid")
//	c := &http.Client{Transport: box.Transport()}
//
// Calls end as they do over a network: a request whose context ends returns the
// context's error, [FaultCutBefore] and [FaultCutAfter] end in [io.EOF], and
// the body of [FaultHalfBody] in [io.ErrUnexpectedEOF]. One thing differs: if
// the context ends during the delay of a fault, the error is returned only
// after the platform has carried the call out.
//
// It starts no goroutine and keeps nothing open, so it works inside a bubble of
// testing/synctest, where delays and time-outs take no real time. It is safe
// for concurrent use.
func (s *Sandbox) Transport() http.RoundTripper { return transport{s} }

// transport is what [Sandbox.Transport] returns.
type transport struct{ handler http.Handler }

// RoundTrip serves the request on the caller's goroutine.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	sent := &sentBody{from: r.Body}
	defer sent.close()
	if r.URL == nil {
		return nil, errors.New("sandbox: the request has no URL")
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	w := &answerWriter{header: http.Header{}}
	whole := w.serve(t.handler, arrived(r, sent))
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case sent.err != nil:
		return nil, sent.err
	case w.status == 0:
		return nil, io.EOF // the connection was closed before anything was written
	}
	body := &answerBody{ctx: ctx, left: w.body.Bytes(), end: io.EOF}
	if !whole {
		body.end = io.ErrUnexpectedEOF
	}
	if r.Method == http.MethodHead {
		body.left, body.end = nil, io.EOF
	}
	length, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64)
	if err != nil {
		length = -1 // not said
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: body, ContentLength: length, Request: r,
	}, nil
}

// arrived returns the request as a server sees it. It does not change the
// caller's request.
func arrived(r *http.Request, body io.ReadCloser) *http.Request {
	in := r.Clone(r.Context())
	in.Body, in.RequestURI, in.RemoteAddr = body, r.URL.RequestURI(), "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Header == nil {
		in.Header = http.Header{}
	}
	if _, ok := in.Header["User-Agent"]; !ok {
		in.Header.Set("User-Agent", "Go-http-client/1.1") // as net/http names itself
	}
	return in
}

// sentBody is the body of a request. It keeps the error with which reading it
// failed.
type sentBody struct {
	from io.ReadCloser // nil: there is none
	err  error
}

func (b *sentBody) Read(p []byte) (int, error) {
	if b.from == nil {
		return 0, io.EOF
	}
	n, err := b.from.Read(p)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

func (b *sentBody) Close() error { return nil } // the transport closes it

func (b *sentBody) close() {
	if b.from != nil {
		_ = b.from.Close() // it was only read
	}
}

// answerWriter records what a handler answers.
type answerWriter struct {
	header http.Header
	status int // 0: nothing was written
	body   bytes.Buffer
}

// serve calls the handler and reports whether it answered in full, that is, did
// not abort its answer.
func (w *answerWriter) serve(h http.Handler, r *http.Request) (whole bool) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			whole = false
		default:
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
	w.WriteHeader(http.StatusOK)
	return true
}

func (w *answerWriter) Header() http.Header { return w.header }

func (w *answerWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.header = w.header.Clone() // headers set from now on have no effect
	}
}

func (w *answerWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

// Flush does nothing, since nothing is buffered.
func (w *answerWriter) Flush() {}

// answerBody is the body of an answer. It ends as its connection did, or when
// the request's context ends.
type answerBody struct {
	ctx  context.Context
	left []byte
	end  error
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.ctx.Err() != nil {
		return 0, context.Cause(b.ctx)
	}
	if len(b.left) == 0 {
		return 0, b.end
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

func (b *answerBody) Close() error {
	b.left, b.end = nil, http.ErrBodyReadAfterClose
	return nil
}
