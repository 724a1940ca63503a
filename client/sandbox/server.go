package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// closeGrace is how long Close waits for calls in progress.
const closeGrace = 5 * time.Second

// Server is a sandbox being served. Make one with [Sandbox.Start].
type Server struct {
	sandbox *Sandbox
	url     string
	http    *http.Server
	cancel  context.CancelFunc // ends the delays of faults
	loop    chan struct{}      // closed when deliveries have ended
	done    chan struct{}      // closed when Serve has returned
	err     error              // what Serve returned; read after done
}

// Start serves the sandbox on addr, a host and port such as "127.0.0.1:8787";
// port 0 takes a free one. It returns [ErrNotLoopback] for an address that
// other machines can reach, unless the sandbox was made with
// [WithPublicAddress]. Close the server when done.
func (s *Sandbox) Start(addr string) (*Server, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: address %q is not host:port", addr)
	}
	if !s.public && !loopback(host) {
		return nil, stage.Errorf(ErrNotLoopback, "%q", addr)
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	srv := &Server{
		sandbox: s,
		url:     "http://" + ln.Addr().String(),
		http: &http.Server{
			Handler:           s,
			ReadHeaderTimeout: 10 * time.Second,
			BaseContext:       func(net.Listener) context.Context { return ctx },
		},
		cancel: cancel,
		loop:   make(chan struct{}),
		done:   make(chan struct{}),
	}
	if s.auto {
		go func() {
			defer close(srv.loop)
			s.deliverAlways(ctx)
		}()
	} else {
		close(srv.loop)
	}
	go func() {
		defer close(srv.done)
		srv.err = srv.http.Serve(ln)
	}()
	return srv, nil
}

// loopback reports whether only this machine can reach host.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// URL returns the base URL, without a slash at the end.
func (s *Server) URL() string { return s.url }

// Manifest returns the sandbox's manifest for this server.
func (s *Server) Manifest() Manifest { return s.sandbox.Manifest(s.url) }

// Done is closed when the server has stopped, closed or failed.
func (s *Server) Done() <-chan struct{} { return s.done }

// Close stops listening and delivering pushes, ends delays of faults early,
// lets calls in progress finish for up to five seconds and returns when nothing
// is left running. It may be called again.
func (s *Server) Close() error {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	<-s.done
	<-s.loop
	if !errors.Is(s.err, http.ErrServerClosed) {
		err = errors.Join(err, s.err)
	}
	return err
}
