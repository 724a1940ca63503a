package dropship

import (
	"time"

	"github.com/mallwire/mall"
)

// Role says which side of drop-ship a shop is on. A shop has one role. It can
// be changed until the first application to be bound was sent or received. The
// zero value: it has not chosen, or the driver does not know the platform's value.
type Role string

// The roles.
const (
	RoleMerchant Role = "merchant" // sells, and has others ship (商家, 分销商)
	RoleFactory  Role = "factory"  // ships what merchants sold (厂家, 供货方)
)

// RelationState says how a merchant and a factory stand to each other. The
// zero value is one that the driver does not know; see PlatformState.
type RelationState string

// The states of a relation. They are also those of [Flow.NextRelation].
const (
	RelationPending       RelationState = "pending"        // the merchant applied, the factory decides
	RelationBound         RelationState = "bound"          // orders placed from now on may be assigned
	RelationRefused       RelationState = "refused"        // the factory refused
	RelationUnbindPending RelationState = "unbind_pending" // one side wants to part; some show it to the factory only
	RelationUnbound       RelationState = "unbound"        // parted, or never bound
)

// Relation is a partner of a shop: a supplier of a merchant or a merchant of a
// factory. Times that did not happen are zero.
type Relation struct {
	Platform mall.Platform `json:"platform"`
	ShopID   string        `json:"shop_id"` // whose view this is
	Role     Role          `json:"role"`    // of the partner
	// Partner is what the platform names the partner by in drop-ship: the id of
	// its shop on some platforms, a code of its own on others.
	Partner string `json:"partner"`
	Name    string `json:"name"`

	State         RelationState `json:"state"`
	PlatformState string        `json:"platform_state"` // State as the platform has it

	Applied time.Time `json:"applied,omitzero"`
	Bound   time.Time `json:"bound,omitzero"`
	Refused time.Time `json:"refused,omitzero"`
	Unbound time.Time `json:"unbound,omitzero"`

	Message string `json:"message,omitempty"` // what the merchant wrote when it applied
	Answer  string `json:"answer,omitempty"`  // what the factory wrote when it decided
	Reason  string `json:"reason,omitempty"`  // why they parted

	// Raw is the platform's own record; it stays out of JSON and logs.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (r Relation) Record() (mall.Platform, string, mall.Raw) {
	return r.Platform, "relation with " + r.Partner, r.Raw
}
