package webhook

import (
	"time"

	"github.com/mallwire/mall"
)

// Observation is what an observer learns: once for each event, and once for
// each request that got no further than that. It holds no secret, signature,
// body or personal text, unless an error of the app's own does.
type Observation struct {
	Platform mall.Platform
	ShopID   string // this and the next three are empty for a request that was not read
	Kind     Kind
	ID       string
	Tag      string
	Took     time.Duration // since the request came
	// Late: the platform had been told to try again before the app's function
	// returned.
	Late bool
	// Err is nil for what was handled or accepted. Otherwise it is one of the
	// errors of this package, a [*PanicError], or what the app's function
	// returned.
	Err error
}
