package stage

import (
	"encoding/json"
	"time"
)

// Asker is a [Platform] that asks something of the app by SPI calls.
type Asker interface {
	// SPIRequest puts a call of the app on the wire.
	SPIRequest(url string, q SPICall) Outgoing
	// ReadSPI reads the envelope of an answer. It reads no state. An empty code
	// is that of an answer that cannot be read.
	ReadSPI(in Incoming) SPIReply
	// Ask makes the parameters of what customer service asks of the app. It
	// refuses what the platform would not ask, unless the request is forced.
	Ask(service string, r Request) (Asked, error)
}

// Carder is a [Platform] on which customer service asks the buyer, not the app,
// for another SKU: by a card in their conversation.
type Carder interface {
	// SendCard puts a card before the buyer. It refuses what the platform would
	// not ask, unless the request is forced.
	SendCard(r Request) (Asked, error)
	// AnswerCard answers the card that waits on an order.
	AnswerCard(r *Record, agree bool) (Operation, error)
	// AgeCards lets the cards of an order run out whose time is up.
	AgeCards(r *Record)
}

// Services that customer service asks for.
const (
	ServiceSpecChange = "spec_change" // ship another SKU than was ordered (改规格)
	ServiceIntercept  = "intercept"   // do not ship, or stop the parcel (拦截发货)
)

// Request is what customer service asks about an order.
type Request struct {
	ShopID  string // empty: the order's
	OrderID string
	LineID  string // empty: the only line; of an intercept, all of them

	SKUID, Code string // what to ship instead: either
	Specs       any    // passed on as they are; nil: none
	Quantity    int64  // 0: the line's

	Reason    string
	Operator  string // empty: an invented account
	RequestID string // empty: a new one
	Force     bool   // although the platform would refuse
}

// Asked is a request as the platform puts it to the app or the buyer.
type Asked struct {
	OrderID string
	ShopID  string
	Path    string // below the SPI URL
	Method  string // what the platform calls the service; may be empty
	Params  []byte
	Op      Operation // without time; no line is the whole order
	// Verdict judges the app's answer. It reads no state.
	Verdict func(SPIReply) (verdict, code, reason string)
}

// Verdicts are what became of a request.
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
	Code      string // of a refusal, as the app says it
	Reason    string // of a refusal, as the app says it
}

// SPIOptions vary how the platform calls the app. A platform passes over what it
// has no notion of.
type SPIOptions struct {
	Get        bool   // parameters in the query, no body
	SignMethod string // the platform's word; empty is its usual one
	EscapeHTML bool   // sign the form in which < > & are escaped
	OnlySign   bool   // leave out the second signature
	OnlySignV2 bool   // leave out the first signature
	Forge      bool   // sign with a wrong secret
	AgeSeconds int    // how old the timestamp is
}

// SPICall is a call of the app, before it is put on the wire.
type SPICall struct {
	Path    string // below the SPI URL
	Method  string // what the platform calls the service; may be empty
	Params  []byte
	Options SPIOptions
}

// SPIReply is the app's answer to one sending.
type SPIReply struct {
	Status        int    // of HTTP; 0: there was no answer
	Code, Message string // of the envelope
	Data          json.RawMessage
	Err           string // why there was no answer
}
