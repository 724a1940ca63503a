package logistics

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// WaybillRequest asks for one waybill. The receiver is that of Order, in
// cipher where the platform gives ciphers: nothing has to be decrypted.
type WaybillRequest struct {
	Order order.Order
	// Assigned is what a factory takes the waybill for in drop-ship (代发), instead
	// of Order: the platform knows its receiver. Package dropship takes these.
	Assigned AddressedOrder
	// Combined are further orders of the same receiver that travel in the parcel.
	Combined []order.Order
	// PackID distinguishes the waybills of one order. Asking again with the same order
	// and PackID gives the same waybill; a second parcel needs another PackID.
	// Empty is the first parcel.
	PackID string
	// Items are what the label says is inside. Empty: the effective SKUs of all
	// lines of all its orders.
	Items []Content
	// Pieces above one asks for that many sub-waybills (子母件).
	Pieces int
	Remark string
}

// Content is one row of what a label says is inside.
type Content struct {
	Name     string `json:"name"`
	Spec     string `json:"spec,omitempty"`
	Quantity int64  `json:"quantity"`
}

// Contents returns Items or, where they are empty, what the orders hold.
// Cancelled and refunded lines are left out.
func (r WaybillRequest) Contents() []Content {
	if len(r.Items) > 0 {
		return r.Items
	}
	var list []Content
	for _, o := range append([]order.Order{r.Order}, r.Combined...) {
		for _, l := range o.Lines {
			if l.Status == order.StatusClosed || l.Refund == order.RefundDone {
				continue
			}
			ref := l.Effective
			if ref.ID == "" && ref.ProductID == "" {
				ref = l.SKU
			}
			list = append(list, Content{Name: ref.Name, Spec: ref.Text(), Quantity: l.Quantity})
		}
	}
	return list
}

// Take is a request for waybills of one carrier from one sender. The answer to a
// request is a mall.Result, whose Item names carrier, orders and PackID also when
// this one was refused; after mall.ErrUnknownOutcome, asking again with the same order
// and PackID brings the waybill if there is one.
type Take struct {
	CarrierCode string // in the table of waybills
	Sender      Sender
	// Site is the account to take from, one of [Service.NetSites]. Platforms that
	// choose it by the sender do not read it.
	Site NetSite
	// Product is the carrier's code of the service to send by (产品类型), such as
	// next-day. Empty is the carrier's usual one. Not every platform takes it.
	Product string
	// Template is the URL of the form that the labels are for. Not every platform
	// asks for it before printing.
	Template string
	// Extra is a JSON text of the carrier's own. Empty: what the driver knows that
	// the carrier needs.
	Extra    string
	Requests []WaybillRequest
}

// Waybill is an electronic label (电子面单). Store it as it is: JSON keeps all
// of it, and it holds no personal data in the clear.
type Waybill struct {
	CarrierCode string   `json:"carrier_code"` // in the table of waybills
	TrackingNo  string   `json:"tracking_no"`
	PackID      string   `json:"pack_id,omitempty"`
	Subs        []string `json:"subs,omitempty"`      // tracking numbers of further pieces (子单)
	SortCode    string   `json:"sort_code,omitempty"` // 三段码
	// Hub (集包地) and Route (大头笔) are for the carrier's own sorting. Empty where the
	// platform does not give them.
	Hub   order.Region `json:"hub,omitzero"`
	Route order.Region `json:"route,omitzero"`
	// For are the orders in the parcel, the first being the one that the platform
	// knows the waybill by, each with the address that the label was made for.
	For []AddressedOrder `json:"for"`
	// Print is what its labels are printed from, its own first and then those of
	// its Subs, where the platform gives that together with the number. It is
	// encrypted for the print component.
	Print []PrintData `json:"print,omitempty"`
	// Raw is the platform's own record, where the driver keeps it. It stays out of
	// JSON and logs.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (w Waybill) Record() (mall.Platform, string, mall.Raw) {
	return "", "waybill " + w.TrackingNo, w.Raw
}

// AddressedOrder is an order and the version of its address or, in drop-ship
// (代发), an assignment.
type AddressedOrder struct {
	OrderID string `json:"order_id"`
	// Shop is the alias of the merchant that the factory ships the assignment of.
	// Empty for an order of the shop's own.
	Shop    string `json:"shop,omitempty"`
	Address string `json:"address,omitempty"` // see [AddressVersion]; empty for an assignment
}

// OrderID is the order that the platform knows the waybill by.
func (w Waybill) OrderID() string {
	if len(w.For) == 0 {
		return ""
	}
	return w.For[0].OrderID
}

// PrintData is what a print component needs for one label. Payload, Signature,
// Key and Version are opaque and belong together.
type PrintData struct {
	TrackingNo  string `json:"tracking_no"`
	Payload     string `json:"payload"`
	Signature   string `json:"signature,omitempty"`
	Key         string `json:"key,omitempty"`
	Version     string `json:"version,omitempty"`
	TemplateURL string `json:"template_url,omitempty"`
}

// AddressVersion is an opaque text that changes when the receiver does. It is
// made from the receiver's id, regions and ciphers, or the masks where there is
// no cipher. The text cannot be recovered from it. It is empty when the platform
// withheld all of these.
func AddressVersion(r order.Receiver) string {
	known := r.ID != ""
	h := sha256.New()
	fmt.Fprintf(h, "%q", r.ID)
	for _, p := range []order.Protected{r.Name, r.Phone, r.Address} {
		text := p.Cipher
		if text == "" {
			// Some platforms give the text to some apps only. It is hashed together
			// with all the rest, never alone.
			text = p.Mask + "|" + p.Plain.Reveal()
		}
		known = known || text != "|"
		fmt.Fprintf(h, "|%q", text)
	}
	for _, region := range []order.Region{r.Province, r.City, r.District, r.Street} {
		fmt.Fprintf(h, "|%q", strings.TrimSpace(region.Name))
	}
	if !known {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// version is the version of an address by the platform's rule.
func (s *Service) version(r order.Receiver) string {
	if d, ok := s.driver.(AddressVersioner); ok {
		return d.AddressVersion(r)
	}
	return AddressVersion(r)
}

// addressed lists the orders of a request with the addresses they have in it.
func (s *Service) addressed(r WaybillRequest) []AddressedOrder {
	list := []AddressedOrder{{OrderID: r.Order.ID, Address: s.version(r.Order.Receiver)}}
	for _, o := range r.Combined {
		list = append(list, AddressedOrder{OrderID: o.ID, Address: s.version(o.Receiver)})
	}
	return list
}
