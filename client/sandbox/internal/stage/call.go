package stage

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Call is one call of a platform's API on its way through the sandbox.
type Call struct {
	Platform Platform
	Verb     string
	Path     string // below the platform's folder, without slashes around it
	Query    url.Values
	Header   http.Header
	Body     []byte
	TooLong  bool // Body is not all of it

	Method    string     // as the platform names it
	Shop      *Shop      // nil where the call names none that is known
	Form      url.Values // of query and body together, where the platform reads them as one
	Params    string     // the parameters as received
	LogParams string     // what the log shows of them, where they hold secrets
	Note      string     // for the log: what is odd about the call, though the platform takes it
	Sign      string
	Token     string

	Renewal bool      // it renews the shop's tokens
	Clash   bool      // another renewal of the shop is in progress
	Now     time.Time // the platform's clock for this call
	LogID   string
}

// Result is what a platform has to say before it is put in an envelope.
type Result struct {
	Code   int // the platform's code for success or failure
	Sub    string
	Msg    string
	SubMsg string
	Data   json.RawMessage // nil is null
	NoData bool            // leave the member out
	Top    json.RawMessage // an object whose members stand beside those of the envelope
}

// Silent reports whether the result has neither a code nor words.
func (r Result) Silent() bool { return r.Code == 0 && r.Sub == "" && r.Msg == "" && r.SubMsg == "" }

// Outcome names a result in the log of received calls.
func (r Result) Outcome() string {
	return strings.TrimSpace(strconv.Itoa(r.Code) + " " + r.Sub)
}
