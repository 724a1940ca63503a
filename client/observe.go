package client

import (
	"time"

	"github.com/mallwire/mall"
)

// Observation is what the function given to [WithObserver] learns of one attempt. It holds no secret,
// token, signature, URL, parameter or personal text.
type Observation struct {
	Platform  mall.Platform
	ShopID    string // empty for calls that belong to no shop
	Method    string
	Attempt   int           // from 1
	Waited    time.Duration // for the limiter
	Took      time.Duration // sending, reading and decoding
	Bytes     int           // of the reply
	Kind      mall.Kind     // empty on success, and for codes that no table knows
	Code      string        // the platform's, empty on success
	SubCode   string
	RequestID string        // of a failure
	Err       error         // nil on success
	Pause     time.Duration // before the next attempt
	Again     bool          // another attempt follows
}
