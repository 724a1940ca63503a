package stage

import (
	"encoding/json"
	"net/http"
	"time"
)

// Message is one event that a platform pushes to the apps of a shop.
type Message struct {
	Seq    int64  // counts from 1 over all platforms
	ID     string // the platform's, the same in every attempt
	ShopID string
	Tag    string // the platform's name for the event
	Data   json.RawMessage
	Raised time.Time
}

// Outgoing is a request from the platform to the app.
type Outgoing struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	Limit  time.Duration // for the answer, in real time
}

// Incoming is the app's answer to an Outgoing.
type Incoming struct {
	Status int
	Body   []byte
	Err    error // why there is no answer
}

// PushPlan says how a platform batches and retries pushes.
type PushPlan struct {
	Batch int             // most messages in one request
	Retry []time.Duration // the pause before each retry; after the last one the push is given up
}
