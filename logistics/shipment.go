package logistics

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/mallwire/mall/internal/settle"
)

// Shipment reports that parcels of one order are handed over.
type Shipment struct {
	OrderID string   `json:"order_id"`
	Parcels []Parcel `json:"parcels"`
	// Serials are the serial numbers (SN/IMEI) of goods that need one, see
	// order.TraitSerialRequired.
	Serials []string `json:"serials,omitempty"`
	// FromAddressID and ReturnAddressID are entries of the shop's address book.
	// Empty means the shop's defaults.
	FromAddressID   string `json:"from_address_id,omitempty"`
	ReturnAddressID string `json:"return_address_id,omitempty"`
	// RequestID makes a repetition harmless where the platform supports it.
	// Empty: made from the order, the tracking numbers and what is in the parcels,
	// so that it is the same after a restart. Give one of your own only to ship
	// the very same contents under the same tracking number a second time.
	RequestID string `json:"request_id,omitempty"`
}

// Parcel is what is handed to a carrier.
type Parcel struct {
	CarrierCode string `json:"carrier_code"` // in the table for reporting parcels
	CarrierName string `json:"carrier_name,omitempty"`
	TrackingNo  string `json:"tracking_no"`
	// Items are what is in it. Empty only in [Service.Ship]: all that the order
	// holds.
	Items []Item `json:"items,omitempty"`
}

// Item is a quantity of an order's line within a parcel. LineID is empty in
// drop-ship (代发), where platforms count the pieces of an assignment only.
type Item struct {
	LineID   string `json:"line_id,omitempty"`
	Quantity int64  `json:"quantity"`
}

// Pieces is how many pieces the Items are together.
func (p Parcel) Pieces() (n int64) {
	for _, item := range p.Items {
		n += item.Quantity
	}
	return n
}

// Change gives a parcel that was reported another carrier or tracking number.
type Change struct {
	OrderID    string `json:"order_id"`
	TrackingNo string `json:"tracking_no"` // the one that it was reported with
	To         Parcel `json:"to"`          // its Items are not read: the contents stay
	// ParcelID is the platform's id of the parcel. Leave it empty: [Service]
	// finds it by TrackingNo before it asks the driver.
	ParcelID string `json:"parcel_id,omitempty"`
}

// tidy returns a copy without blanks around what people type, with a request
// id, or says what is wrong.
func (s Shipment) tidy(whole bool) (Shipment, error) {
	s.OrderID = strings.TrimSpace(s.OrderID)
	s.Parcels = append([]Parcel(nil), s.Parcels...)
	switch {
	case s.OrderID == "":
		return s, settle.Invalid("the order id is empty")
	case len(s.Parcels) == 0:
		return s, settle.Invalid("there is no parcel")
	case whole && len(s.Parcels) > 1:
		return s, settle.Invalid("%d parcels: Ship takes one, ShipParcels takes several", len(s.Parcels))
	case whole && len(s.Parcels[0].Items) > 0:
		return s, settle.Invalid("Ship takes the order as a whole: give items to ShipParcels")
	}
	type at struct{ trackingNo, lineID string }
	seen := map[at]bool{}
	for i := range s.Parcels {
		p := &s.Parcels[i]
		if err := p.tidy(); err != nil {
			return s, err
		}
		if seen[at{p.TrackingNo, ""}] {
			return s, settle.Invalid("tracking number %s occurs twice", p.TrackingNo)
		}
		seen[at{p.TrackingNo, ""}] = true
		if !whole && len(p.Items) == 0 {
			return s, settle.Invalid("parcel %s is empty", p.TrackingNo)
		}
		for _, item := range p.Items {
			switch {
			case item.LineID == "" || item.Quantity <= 0:
				return s, settle.Invalid("parcel %s: an item needs a line and a quantity", p.TrackingNo)
			case seen[at{p.TrackingNo, item.LineID}]:
				return s, settle.Invalid("parcel %s: line %s occurs twice", p.TrackingNo, item.LineID)
			}
			seen[at{p.TrackingNo, item.LineID}] = true
		}
	}
	if s.RequestID == "" {
		s.RequestID = s.requestID()
	}
	return s, nil
}

func (p *Parcel) tidy() error {
	p.CarrierCode, p.TrackingNo = strings.TrimSpace(p.CarrierCode), strings.TrimSpace(p.TrackingNo)
	if p.CarrierCode == "" || p.TrackingNo == "" {
		return settle.Invalid("a parcel needs a carrier code and a tracking number")
	}
	return nil
}

// requestID is made from what is shipped, and from nothing that a second
// attempt could see differently. Line and carrier names do not count.
func (s Shipment) requestID() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", s.OrderID)
	for _, p := range s.Parcels {
		fmt.Fprintf(h, "|%q", p.TrackingNo)
		for _, item := range p.Items {
			fmt.Fprintf(h, ",%q*%d", item.LineID, item.Quantity)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func (c Change) tidy() (Change, error) {
	c.OrderID, c.TrackingNo, c.ParcelID = strings.TrimSpace(c.OrderID), strings.TrimSpace(c.TrackingNo),
		strings.TrimSpace(c.ParcelID)
	if c.OrderID == "" || c.TrackingNo == "" {
		return c, settle.Invalid("the order id or the present tracking number is empty")
	}
	return c, c.To.tidy()
}
