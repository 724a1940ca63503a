package stage

import (
	"encoding/json"
)

// Buyers is a [Platform] with after-sale cases.
type Buyers interface {
	// AskAfterSale opens a case as a buyer would, and returns its id.
	AskAfterSale(a AfterSale) (id string, err error)
	// MoveAfterSale does to a case what its buyer may do. A return without a
	// trackingNo gets an invented one.
	MoveAfterSale(id, move, trackingNo string) error
	// AfterSales returns the cases of a shop, in the form that the platform's
	// list has, oldest first.
	AfterSales(sh *Shop) []json.RawMessage
}

// AfterSale is a buyer's request for an after-sale case.
type AfterSale struct {
	OrderID string
	LineID  string // empty: the first line
	Type    *int   // the platform's number for the kind of case; nil: a refund without return
	Amount  int64  // fen; zero: what was paid
	Count   int64  // pieces; zero: all of the line
	Freight int64  // fen, claimed for sending the goods back
	Reason  string
}

// What a buyer may do with a case.
const (
	MoveWithdraw = "withdraw"
	MoveReturn   = "return"  // sends the goods back
	MoveReceive  = "receive" // has received the replacement
)

// Movers is a [Platform] on which buyers can ask for another address (改地址).
type Movers interface {
	// AskAddress asks for another receiver as a buyer would, and reports
	// whether the merchant has to review it.
	AskAddress(orderID string, to Receiver) (reviewed bool, err error)
}

// Receiver is the receiver that a buyer asks for. An empty field stays as it
// is.
type Receiver struct {
	Name     string
	Phone    string
	Province string
	City     string
	District string
	Street   string
	Detail   string
}

// Seller is a [Platform] whose shops have products.
type Seller interface {
	// Products returns a shop's products in wire form, each with its SKUs.
	Products(sh *Shop) []json.RawMessage
	// ChangeProduct applies fields to a product, ChangeSKU to a SKU. A product
	// that the shop does not have is made.
	ChangeProduct(sh *Shop, id string, fields Object) error
	ChangeSKU(sh *Shop, id string, fields Object) error
}

// Carrier is a [Platform] whose waybills carriers send tracking reports for.
type Carrier interface {
	// ReportRoute adds a report and returns all reports on the waybill.
	ReportRoute(trackingNo string, r Route) (routes any, err error)
}

// Route is what a carrier reports about a parcel.
type Route struct {
	State string `json:"state"` // the platform's name for it
	Text  string `json:"text"`
	Place string `json:"place"`
}

// Dropshipper is a [Platform] with drop-ship (代发).
type Dropshipper interface {
	// ActDropship carries out what a shop does on the platform's web pages,
	// alone or with a factory.
	ActDropship(sh *Shop, action, factoryID string) error
}

// Quoted is a [Platform] whose refusal of calls beyond a day's quota is known.
type Quoted interface {
	// Exhausted returns that refusal. ofApp tells the app's quota from that of
	// the shop and method.
	Exhausted(c *Call, ofApp bool) Result
}

// Scoped is a [Platform] whose merchants grant permissions in packs.
type Scoped interface {
	// Packs returns the names of all packs.
	Packs() []string
}
