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
	TooLong  bool // Body was cut off at the sandbox's limit

	Method    string     // as the platform names it
	Shop      *Shop      // nil if the call names no known shop
	Form      url.Values // query and body together, on platforms that read them as one
	Params    string     // the parameters as received
	LogParams string     // what the log shows instead of Params, if they hold secrets
	Note      string     // for the log: what is odd about a call that the platform accepts
	Sign      string
	Token     string

	Renewal bool      // the call renews the shop's tokens
	Clash   bool      // another renewal of the shop is in progress
	Now     time.Time // the platform's clock for this call
	LogID   string
}

// Result is a platform's answer before it is put in the platform's envelope.
type Result struct {
	Code   int // the platform's code for success or failure
	Sub    string
	Msg    string
	SubMsg string
	Data   json.RawMessage // nil is null
	NoData bool            // leave the envelope's data member out
	Top    json.RawMessage // a JSON object whose members are added to the envelope
}

// Silent reports whether the result has neither a code nor a message.
func (r Result) Silent() bool { return r.Code == 0 && r.Sub == "" && r.Msg == "" && r.SubMsg == "" }

// Outcome is what the log of received calls shows of a result: its code and sub
// code.
func (r Result) Outcome() string {
	return strings.TrimSpace(strconv.Itoa(r.Code) + " " + r.Sub)
}
