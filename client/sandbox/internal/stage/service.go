package stage

import (
	"encoding/json"
	"time"
)

// Asker is a [Platform] that calls the app (SPI).
type Asker interface {
	// SPIRequest returns the HTTP request of an SPI call.
	SPIRequest(url string, q SPICall) Outgoing
	// ReadSPI reads the envelope of an answer. An empty code means that it
	// cannot be read. ReadSPI reads no state.
	ReadSPI(in Incoming) SPIReply
	// Ask turns a request of customer service into the parameters of an SPI
	// call. It refuses what the platform would not ask, unless the request is
	// forced.
	Ask(service string, r Request) (Asked, error)
}

// Carder is a [Platform] on which customer service asks the buyer, not the app,
// for another SKU, by a card in their chat.
type Carder interface {
	// SendCard sends the buyer a card. It refuses what the platform would not
	// ask, unless the request is forced.
	SendCard(r Request) (Asked, error)
	// AnswerCard answers the card that waits on an order.
	AnswerCard(r *Record, agree bool) (Operation, error)
	// AgeCards ends the cards of an order whose time is up.
	AgeCards(r *Record)
}

// Services that customer service asks for.
const (
	ServiceSpecChange = "spec_change" // ship another SKU than was ordered (改规格)
	ServiceIntercept  = "intercept"   // do not ship, or stop the parcel (拦截发货)
)

// Request is what customer service asks for about an order.
type Request struct {
	ShopID  string // empty: the order's
	OrderID string
	LineID  string // empty: the order's only line, or all lines for an intercept

	SKUID, Code string // what to ship instead: either
	Specs       any    // passed on unchanged; nil: none
	Quantity    int64  // 0: that of the line

	Reason    string
	Operator  string // empty: an invented account
	RequestID string // empty: a new one
	Force     bool   // ask even if the platform would refuse to
}

// Asked is a request in the form that the app or the buyer receives.
type Asked struct {
	OrderID string
	ShopID  string
	Path    string // below the SPI URL
	Method  string // the platform's name for the service; may be empty
	Params  []byte
	Op      Operation // its time is not set; without a line it is about the whole order
	// Verdict reads the app's decision from its answer. It reads no state.
	Verdict func(SPIReply) (verdict, code, reason string)
}

// Verdicts say what became of a request.
const (
	VerdictAccepted   = "accepted"
	VerdictRefused    = "refused"
	VerdictUnanswered = "unanswered" // no answer in time, or none that can be read
	VerdictPending    = "pending"    // the buyer has been asked
	VerdictTimedOut   = "timed_out"  // the buyer did not answer in time
	VerdictVoid       = "void"       // the order changed before the buyer answered
)

// Operation is an entry of an order's operation log.
type Operation struct {
	Time      time.Time
	Service   string
	LineID    string
	From      string // SKU id
	To        string // SKU id, or the merchant's code
	Operator  string
	RequestID string
	Verdict   string
	Code      string // of a refusal, in the app's words
	Reason    string // of a refusal, in the app's words
}

// SPIOptions vary how the platform calls the app. A platform ignores options
// that do not apply to it.
type SPIOptions struct {
	Get        bool   // parameters in the query, no body
	SignMethod string // the platform's name for it; empty: its default
	EscapeHTML bool   // sign the form in which < > & are escaped
	OnlySign   bool   // leave out the second signature
	OnlySignV2 bool   // leave out the first signature
	Forge      bool   // sign with a wrong secret
	AgeSeconds int    // how old the timestamp is
}

// SPICall is an SPI call before it becomes an HTTP request.
type SPICall struct {
	Path    string // below the SPI URL
	Method  string // the platform's name for the service; may be empty
	Params  []byte
	Options SPIOptions
}

// SPIReply is the app's answer to one SPI request.
type SPIReply struct {
	Status        int    // of HTTP; 0: there was no answer
	Code, Message string // of the envelope
	Data          json.RawMessage
	Err           string // why there was no answer
}
