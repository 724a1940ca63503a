package sandbox

import (
	"encoding/json"
	"time"
)

// The methods of all powers are called with the sandbox's lock held, unless they
// say that they read no state.

// buyers is a [platform] with after-sale cases.
type buyers interface {
	// askAfterSale opens a case, and returns its id.
	askAfterSale(a afterSale) (id string, err error)
	// moveAfterSale does with a case what its buyer may do. A return has a tracking
	// number, of its own if it is empty.
	moveAfterSale(id, move, trackingNo string) error
	// afterSales are the cases of a shop in the form of the platform's list,
	// oldest first.
	afterSales(sh *shop) []json.RawMessage
}

// afterSale is what a buyer asks for.
type afterSale struct {
	OrderID string
	LineID  string // empty: the first line, or the only one
	Type    *int   // the platform's number for the kind of case; nil: a refund without return
	Amount  int64  // fen; zero: what was paid
	Count   int64  // pieces; zero: all of the line
	Freight int64  // fen, claimed for the way back
	Reason  string
}

// What a buyer does with a case.
const (
	moveWithdraw = "withdraw"
	moveReturn   = "return"  // sends the goods back
	moveReceive  = "receive" // has what was sent instead
)

// movers is a [platform] on which buyers can ask for another address.
type movers interface {
	// askAddress reports whether the merchant has to review it.
	askAddress(orderID string, to receiver) (reviewed bool, err error)
}

// receiver is a new receiver that a buyer asks for. What is empty stays.
type receiver struct {
	Name     string
	Phone    string
	Province string
	City     string
	District string
	Street   string
	Detail   string
}

// seller is a [platform] whose shops have products.
type seller interface {
	// products returns a shop's products in wire form, each with its SKUs.
	products(sh *shop) []json.RawMessage
	// changeProduct lays fields over a product, changeSKU over a SKU. A product
	// that the shop does not have is made.
	changeProduct(sh *shop, id string, fields jsonObject) error
	changeSKU(sh *shop, id string, fields jsonObject) error
}

// carrier is a [platform] whose waybills carriers report about.
type carrier interface {
	// reportRoute takes a report and returns all there are of the waybill.
	reportRoute(trackingNo string, r route) (routes any, err error)
}

// route is what a carrier reports about a parcel.
type route struct {
	State string `json:"state"` // the platform's word
	Text  string `json:"text"`
	Place string `json:"place"`
}

// dropshipper is a [platform] with drop-ship.
type dropshipper interface {
	// actDropship carries out what a shop does on the platform's pages, by itself
	// or with a factory.
	actDropship(sh *shop, action, factoryID string) error
}

// quoted is a [platform] whose refusal of calls beyond a day's quota is known.
type quoted interface {
	// exhausted is that refusal: the quota is the app's, or that of the shop and
	// method.
	exhausted(c *call, ofApp bool) result
}

// scoped is a [platform] whose merchants grant permissions in packs.
type scoped interface {
	// packs are all there are.
	packs() []string
}

// asker is a [platform] that asks something of the app by SPI calls.
type asker interface {
	// spiRequest puts a call of the app on the wire.
	spiRequest(url string, q spiQuery) outgoing
	// readSPI reads the envelope of an answer. It reads no state. An empty code
	// is that of an answer that cannot be read.
	readSPI(in incoming) spiReply
	// ask makes the parameters of what customer service asks of the app. It
	// refuses what the platform would not ask, unless the request is forced.
	ask(service string, r wish) (asked, error)
}

// carder is a [platform] on which customer service asks the buyer, not the app,
// for another SKU: by a card in their conversation.
type carder interface {
	// sendCard puts a card before the buyer. It refuses what the platform would
	// not ask, unless the request is forced.
	sendCard(r wish) (asked, error)
	// answerCard answers the card that waits on an order.
	answerCard(r *record, agree bool) (operation, error)
	// ageCards lets the cards of an order run out whose time is up.
	ageCards(r *record)
}

// Services that customer service asks for.
const (
	serviceSpecChange = "spec_change" // ship another SKU than was ordered (改规格)
	serviceIntercept  = "intercept"   // do not ship, or stop the parcel (拦截发货)
)

// wish is what customer service asks about an order.
type wish struct {
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

// asked is a request as the platform puts it to the app or the buyer.
type asked struct {
	orderID string
	shopID  string
	path    string // below the SPI URL
	method  string // what the platform calls the service; may be empty
	params  []byte
	op      operation // without time; no line is the whole order
	// verdict judges the app's answer. It reads no state.
	verdict func(spiReply) (verdict, code, reason string)
}

// Verdicts are what became of a request.
const (
	verdictAccepted   = "accepted"
	verdictRefused    = "refused"
	verdictUnanswered = "unanswered" // no answer in time, or none that can be read
	verdictPending    = "pending"    // the buyer has been asked
	verdictTimedOut   = "timed_out"  // the buyer did not answer in time
	verdictVoid       = "void"       // the order changed before the buyer answered
)

// operation is an entry of an order's operation log.
type operation struct {
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

// spiOptions vary how the platform calls the app. A platform passes over what it
// has no notion of.
type spiOptions struct {
	Get        bool   // parameters in the query, no body
	SignMethod string // the platform's word; empty is its usual one
	EscapeHTML bool   // sign the form in which < > & are escaped
	OnlySign   bool   // leave out the second signature
	OnlySignV2 bool   // leave out the first signature
	Forge      bool   // sign with a wrong secret
	AgeSeconds int    // how old the timestamp is
}

// spiQuery is a call of the app, before it is put on the wire.
type spiQuery struct {
	path    string // below the SPI URL
	method  string // what the platform calls the service; may be empty
	params  []byte
	options spiOptions
}

// spiReply is the app's answer to one sending.
type spiReply struct {
	status        int    // of HTTP; 0: there was no answer
	code, message string // of the envelope
	data          json.RawMessage
	err           string // why there was no answer
}

// app is the one app that a platform knows here.
type app struct {
	Key, Secret string
	SignSecret  string // what calls are signed with, where that is another secret
	MessageKey  string // what pushes are encrypted with, in base64, where they are
}
