package webhook

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
)

// Options adjust a [Handler]. The zero Options are ready for use, and so is
// every zero field: it stands for the default that its comment names.
type Options struct {
	// Clock is what signed times are compared with. The default is the machine's
	// clock, which also measures the time that is left for an answer, whatever
	// Clock is.
	Clock mall.Clock
	// Codec reads pushes and writes answers to calls. The default is
	// encoding/json.
	Codec mall.Codec
	// MaxBody is the most bytes that a request may have. The default is 1 MiB.
	MaxBody int64
	// TimeLimit is how long after a request came its answer is due. The default
	// is a second less than the platform waits: see the verifiers.
	TimeLimit time.Duration

	// Seen remembers which events were handled. The default is
	// NewMemorySeen(0, 0), which forgets them when the process ends.
	Seen Seen
	// Lease is how long an event belongs to the process that claimed it. It must
	// be longer than TimeLimit and longer than any function of [Handlers] takes.
	// An event whose process died is free again after Lease. The default is a
	// minute.
	Lease time.Duration

	// Queue puts a push on a queue of the app's own. With it a push is answered
	// with success as soon as Queue has returned nil, and no function of
	// [Handlers] is called before [Handler.Handle] is given the same delivery.
	// Queue must have stored the delivery when it returns; its context ends when
	// the answer is due. Calls that wait for a verdict do not go through Queue.
	Queue func(context.Context, Delivery) error
	// Observer is called once for every event and once for every request that was
	// rejected, and besides where an answer was due and where Seen could not record
	// an event. It is called from many goroutines at once, and the request waits for
	// it.
	Observer func(Observation)
}

// Observation is what [Options].Observer is told. It holds no secret, signature
// or body, and no personal data unless an error of the app's own does.
type Observation struct {
	Platform mall.Platform
	ShopID   string // this and the next three are empty for a request that was rejected
	Kind     Kind
	ID       string
	Tag      string
	Took     time.Duration // since the request came
	// Late: the app's function returned after the answer was due. The platform
	// had been told to try again by then.
	Late bool
	// Repeated: the event had been handled before. The answer was the same as
	// then, and no function was called.
	Repeated bool
	// Err is a [*mall.Error]; nil for what was handled, put on the queue or
	// repeated. Below it is one of the errors of this package, a [*PanicError], or
	// what the app's function returned.
	Err error
}

// complete returns o with its defaults filled in. limit is that of TimeLimit.
func (o Options) complete(limit time.Duration) (Options, error) {
	var errs []error
	if (o.Codec.Marshal == nil) != (o.Codec.Unmarshal == nil) {
		errs = append(errs, errors.New("Options.Codec has only one of its two functions"))
	}
	for _, set := range []struct {
		name     string
		value    any
		negative bool
	}{
		{"MaxBody", o.MaxBody, o.MaxBody < 0},
		{"TimeLimit", o.TimeLimit, o.TimeLimit < 0},
		{"Lease", o.Lease, o.Lease < 0},
	} {
		if set.negative {
			errs = append(errs, fmt.Errorf("%s is %v: must not be negative", "Options."+set.name, set.value))
		}
	}
	if o.Codec.Marshal == nil {
		o.Codec = mall.Codec{Marshal: json.Marshal, Unmarshal: json.Unmarshal}
	}
	o.MaxBody = cmp.Or(o.MaxBody, 1<<20)
	o.Lease = cmp.Or(o.Lease, time.Minute)
	o.TimeLimit = cmp.Or(o.TimeLimit, limit)
	if o.TimeLimit > 0 && o.Lease > 0 && o.Lease <= o.TimeLimit {
		errs = append(errs, fmt.Errorf("Options.Lease of %v ends before the answer is due at %v", o.Lease, o.TimeLimit))
	}
	if o.Seen == nil {
		o.Seen, _ = NewMemorySeen(0, 0)
	}
	if o.Observer == nil {
		o.Observer = func(Observation) {}
	}
	return o, errors.Join(errs...)
}
