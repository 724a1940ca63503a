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

// Errors of the Go interface.
var (
	// ErrUnknownPlatform: the sandbox does not stand in for that platform.
	ErrUnknownPlatform = errors.New("sandbox: unknown platform")
	// ErrUnknownID: there is no such shop or order.
	ErrUnknownID = stage.ErrUnknownID
	// ErrTaken: the id is already in use.
	ErrTaken = stage.ErrTaken
	// ErrNotLoopback: other machines would reach that address; see [WithPublicAddress].
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
	platforms []stage.Platform // in the order of listing

	mu       sync.Mutex // guards everything below
	offset   time.Duration
	rate     float64       // calls per second where no limit is set
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
	outbox     []*delivery   // that wait, oldest first
	pushDone   []*delivery   // that do not, oldest first
	pushSeq    int64         // messages numbered so far
	delivering chan struct{} // full while a delivery is in progress
	wake       chan struct{} // full when there may be something to deliver
	spi        spiLog
}

// An Option changes what [New] makes.
type Option func(*Sandbox)

// WithClock sets the clock that the sandbox's own clock starts from. With a
// clock that stands still, time moves by [Sandbox.Advance] only. The default
// is the machine's clock.
func WithClock(c mall.Clock) Option { return func(s *Sandbox) { s.clock = c } }

// WithoutExamples leaves out the example shops and orders.
func WithoutExamples() Option { return func(s *Sandbox) { s.empty = true } }

// WithPublicAddress lets [Sandbox.Start] listen on addresses that other machines reach.
// Whoever reaches it may also use the control interface.
func WithPublicAddress() Option { return func(s *Sandbox) { s.public = true } }

// Only leaves out all platforms but those named: they are neither seeded nor
// served, and what is asked of them answers [ErrUnknownPlatform]. What the others
// answer does not depend on it. A name that no platform has is passed over.
func Only(platforms ...mall.Platform) Option {
	return func(s *Sandbox) { s.only = append([]mall.Platform{}, platforms...) }
}

// platforms are those that the sandbox can stand in for, in the order of listing.
var platforms = []func(stage.World) stage.Platform{doudian.New, kuaishou.New}

// New returns a sandbox with example shops and orders, dated relative to the
// clock's now. Everything in it is invented and, but for those dates, the same
// every time.
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
		s.outbox, s.pushSeq = nil, 0 // the examples were there before
	}
	return s
}

// ServeHTTP serves the gateways and the control interface. It panics with
// [http.ErrAbortHandler] where a fault asks for a broken connection, as
// net/http servers expect. It does not use http.ServeMux for the gateways,
// because that redirects the doubled slash which an official SDK sends.
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
	writeJSON(w, http.StatusNotFound, problem{"there is nothing here; GET /control/ lists what there is"})
}
