package stage

import (
	"encoding/json"
)

// Buyers is a [Platform] with after-sale cases.
type Buyers interface {
	// AskAfterSale opens a case, and returns its id.
	AskAfterSale(a AfterSale) (id string, err error)
	// MoveAfterSale does with a case what its buyer may do. A return has a tracking
	// number, of its own if it is empty.
	MoveAfterSale(id, move, trackingNo string) error
	// AfterSales are the cases of a shop in the form of the platform's list,
	// oldest first.
	AfterSales(sh *Shop) []json.RawMessage
}

// AfterSale is what a buyer asks for.
type AfterSale struct {
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
	MoveWithdraw = "withdraw"
	MoveReturn   = "return"  // sends the goods back
	MoveReceive  = "receive" // has what was sent instead
)

// Movers is a [Platform] on which buyers can ask for another address.
type Movers interface {
	// AskAddress reports whether the merchant has to review it.
	AskAddress(orderID string, to Receiver) (reviewed bool, err error)
}

// Receiver is a new receiver that a buyer asks for. What is empty stays.
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
	// ChangeProduct lays fields over a product, ChangeSKU over a SKU. A product
	// that the shop does not have is made.
	ChangeProduct(sh *Shop, id string, fields Object) error
	ChangeSKU(sh *Shop, id string, fields Object) error
}

// Carrier is a [Platform] whose waybills carriers report about.
type Carrier interface {
	// ReportRoute takes a report and returns all there are of the waybill.
	ReportRoute(trackingNo string, r Route) (routes any, err error)
}

// Route is what a carrier reports about a parcel.
type Route struct {
	State string `json:"state"` // the platform's word
	Text  string `json:"text"`
	Place string `json:"place"`
}

// Dropshipper is a [Platform] with drop-ship.
type Dropshipper interface {
	// ActDropship carries out what a shop does on the platform's pages, by itself
	// or with a factory.
	ActDropship(sh *Shop, action, factoryID string) error
}

// Quoted is a [Platform] whose refusal of calls beyond a day's quota is known.
type Quoted interface {
	// Exhausted is that refusal: the quota is the app's, or that of the shop and
	// method.
	Exhausted(c *Call, ofApp bool) Result
}

// Scoped is a [Platform] whose merchants grant permissions in packs.
type Scoped interface {
	// Packs are all there are.
	Packs() []string
}
