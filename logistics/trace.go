package logistics

import (
	"time"

	"github.com/mallwire/mall/order"
)

// Event is one thing that happened to a parcel on its way.
type Event struct {
	Time          time.Time `json:"time,omitzero"`
	Text          string    `json:"text"`
	PlatformState string    `json:"platform_state,omitempty"` // the platform's word
	State         string    `json:"state,omitempty"`          // for people, in the platform's language
	Place         string    `json:"place,omitempty"`
}

// Leg is the part of a way that is asked about.
type Leg string

// The legs. The zero value is both.
const (
	LegPickup   Leg = "pickup"   // 揽收
	LegDelivery Leg = "delivery" // 派送
)

// Way asks whether a carrier serves two places.
type Way struct {
	CarrierCode string // in the table of waybills
	From        Address
	To          order.Receiver
	Leg         Leg
}

// Reach says whether a carrier serves a way.
type Reach struct {
	OutOfRange     bool   `json:"out_of_range"`
	PlatformReason string `json:"platform_reason,omitempty"` // the platform's word
	Reason         string `json:"reason,omitempty"`          // for people
}
