package sandbox

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// Errors that methods of this package return.
var (
	// ErrUnknownPlatform: the sandbox does not stand in for that platform.
	ErrUnknownPlatform = errors.New("sandbox: unknown platform")
	// ErrUnknownID: there is no such shop or order.
	ErrUnknownID = stage.ErrUnknownID
	// ErrTaken: the id is already in use.
	ErrTaken = stage.ErrTaken
	// ErrNotLoopback: the address can be reached from other machines; see
	// [WithPublicAddress].
	ErrNotLoopback = errors.New("sandbox: not a loopback address")
)

// Sandbox stands in for the platforms. It is an [http.Handler]: a gateway for
// each platform below "/<platform>/", the control interface below "/control/".
// Make one with [New]. It starts no goroutine and is safe for concurrent use.
type Sandbox struct {
	clock     mall.Clock
	public    bool
	empty     bool
	only      []mall.Platform  // nil: all
	platforms []stage.Platform // in the order in which they are listed

	mu       sync.Mutex // guards everything below
	offset   time.Duration
	rate     float64       // calls per second, if no limit is set
	shops    []*stage.Shop // in the order of creation
	codes    map[string]*stage.Code
	orders   map[orderKey]*stage.Record
	faults   faults
	received received
	limits   limits
	logSeq   int64

	transport  http.RoundTripper // nil: the network
	auto       bool
	callbacks  map[mall.Platform]Callbacks
	outbox     []*delivery   // messages that wait, oldest first
	pushDone   []*delivery   // messages that do not, oldest first
	pushSeq    int64         // number of messages so far
	delivering chan struct{} // full while a delivery is in progress
	wake       chan struct{} // full when there may be something to deliver
	spi        spiLog
}

// An Option changes what [New] makes.
type Option func(*Sandbox)

// WithClock sets the clock that the sandbox's own clock is based on. With a
// clock that stands still, only [Sandbox.Advance] and [Sandbox.SetNow] move
// time. The default is the machine's clock.
func WithClock(c mall.Clock) Option { return func(s *Sandbox) { s.clock = c } }

// WithoutExamples leaves out the example shops and orders.
func WithoutExamples() Option { return func(s *Sandbox) { s.empty = true } }

// WithPublicAddress lets [Sandbox.Start] listen on addresses that other
// machines can reach. Whoever reaches the sandbox can also use the control
// interface.
func WithPublicAddress() Option { return func(s *Sandbox) { s.public = true } }

// Only leaves out all platforms except those named: they are neither seeded nor
// served, and methods for them return [ErrUnknownPlatform]. It does not change
// what the other platforms answer. Unknown names are ignored.
func Only(platforms ...mall.Platform) Option {
	return func(s *Sandbox) { s.only = append([]mall.Platform{}, platforms...) }
}

// platforms are all that the sandbox can stand in for, in the order in which
// they are listed.
var platforms = []func(stage.World) stage.Platform{doudian.New, kuaishou.New}

// New returns a sandbox with example shops and orders, dated relative to the
// clock's now. Everything in it is invented and, except for those dates, the
// same every time.
func New(opts ...Option) *Sandbox {
	s := &Sandbox{
		rate:     defaultRate,
		codes:    map[string]*stage.Code{},
		orders:   map[orderKey]*stage.Record{},
		limits:   newLimits(),
		received: received{keep: receivedKept},

		callbacks:  map[mall.Platform]Callbacks{},
		delivering: make(chan struct{}, 1),
		wake:       make(chan struct{}, 1),
		spi:        newSPILog(),
	}
	for _, o := range opts {
		o(s)
	}
	for _, make := range platforms {
		w := &world{s: s}
		w.platform = make(w)
		if w.name = w.platform.Name(); s.only == nil || slices.Contains(s.only, w.name) {
			s.platforms = append(s.platforms, w.platform)
		}
	}
	if !s.empty {
		for _, p := range s.platforms {
			p.Seed()
		}
		s.outbox, s.pushSeq = nil, 0 // the examples push nothing
	}
	return s
}

// ServeHTTP serves the gateways and the control interface. It panics with
// [http.ErrAbortHandler] if a fault asks for a broken connection, as net/http
// servers expect. Gateways are not routed by http.ServeMux, because that
// redirects the doubled slash which an official SDK sends.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	first, rest, _ := strings.Cut(strings.TrimLeft(r.URL.Path, "/"), "/")
	rest = strings.Trim(rest, "/")
	if first == "control" {
		s.serveControl(w, r, rest)
		return
	}
	if p := s.On(mall.Platform(first)).platform; p != nil {
		s.serveGateway(w, r, p, rest)
		return
	}
	writeJSON(w, http.StatusNotFound, problem{"nothing is served here; GET /control/ lists the control interface"})
}
