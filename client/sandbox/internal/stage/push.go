package stage

import (
	"encoding/json"
	"net/http"
	"time"
)

// Message is what a platform has to tell the apps of a shop.
type Message struct {
	Seq    int64  // counts from 1 over all platforms
	ID     string // the platform's, the same in every attempt
	ShopID string
	Tag    string // the platform's word for what happened
	Data   json.RawMessage
	Raised time.Time
}

// Outgoing is a request to the app.
type Outgoing struct {
	Method string
	URL    string
	Header http.Header
	Body   []byte
	Limit  time.Duration // for the answer, in real time
}

// Incoming is the app's answer.
type Incoming struct {
	Status int
	Body   []byte
	Err    error // there is no answer
}

// PushPlan is how a platform delivers.
type PushPlan struct {
	Batch int             // messages in one request, at most
	Retry []time.Duration // how long after each failure the next attempt follows
}
