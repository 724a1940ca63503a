package dropship

import (
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/machine"
)

// Role says which side of drop-ship a shop is on. A shop has one role. It can
// be changed until the first application to be bound was sent or received.
type Role string

// The roles.
const (
	RoleUnknown  Role = ""         // not chosen, or a word that no table knows
	RoleMerchant Role = "merchant" // sells, and has others ship (商家, 分销商)
	RoleFactory  Role = "factory"  // ships what merchants sold (厂家, 供货方)
)

// RelationState says how a merchant and a factory stand to each other. The
// zero value is a word of the platform that no table knows.
type RelationState string

// The states of a relation. They are also those of [NextRelation].
const (
	RelationPending       RelationState = "pending"        // the merchant applied, the factory decides
	RelationBound         RelationState = "bound"          // orders placed from now on may be assigned
	RelationRefused       RelationState = "refused"        // the factory refused
	RelationUnbindPending RelationState = "unbind_pending" // one side wants to part; platforms may show it to the factory only
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
	PlatformState string        `json:"platform_state"` // the platform's word for State

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

// RelationEvent is something that happens to a relation.
type RelationEvent string

// The events.
const (
	BindApply     RelationEvent = "bind_apply"
	BindAccept    RelationEvent = "bind_accept"
	BindRefuse    RelationEvent = "bind_refuse"
	UnbindApply   RelationEvent = "unbind_apply"
	UnbindOK      RelationEvent = "unbind_ok"
	UnbindRefused RelationEvent = "unbind_refused"
	SwitchRole    RelationEvent = "switch_role"
)

// The effects on a relation.
const (
	EffectLockRole      Effect = "lock_role"
	EffectOrdersVisible Effect = "orders_after_binding_become_visible"
	EffectSwitchRole    Effect = "switch_role"
)

// relationRules is the life of a relation. Binding itself happens on the
// platform's own pages; there is no call for it everywhere.
var relationRules = machine.Table[RelationState, RelationEvent, Facts, Effect]{
	{ID: "D01", Event: BindApply, From: []RelationState{RelationUnbound, RelationRefused}, To: RelationPending,
		Guards: []guard{byMerchant, withFactory}, Effects: []Effect{EffectLockRole}, Set: roleLocks, Code: "ROLE"},
	{ID: "D02", Event: BindAccept, From: []RelationState{RelationPending}, To: RelationBound,
		Guards: []guard{byFactory}, Effects: []Effect{EffectOrdersVisible}, Code: "ROLE"},
	{ID: "D03", Event: BindRefuse, From: []RelationState{RelationPending}, To: RelationRefused, Guards: []guard{byFactory}, Code: "ROLE"},
	{ID: "D04", Event: UnbindApply, From: []RelationState{RelationBound}, To: RelationUnbindPending},
	{ID: "D05", Event: UnbindOK, From: []RelationState{RelationUnbindPending, RelationBound}, To: RelationUnbound},
	{ID: "D06", Event: UnbindRefused, From: []RelationState{RelationUnbindPending}, To: RelationBound},
	{ID: "D07", Event: SwitchRole,
		From:   []RelationState{RelationUnbound, RelationPending, RelationRefused, RelationBound, RelationUnbindPending},
		Guards: []guard{roleIsOpen}, Effects: []Effect{EffectSwitchRole}, Code: "ROLE_LOCKED"},
}

// NextRelation is the state after an event, and what follows from it. An event
// that is not allowed leaves the state and is a [*mall.Refusal] below a mall.ErrConflict. It begins in
// [RelationUnbound]. It sets RoleLocked of f when the first application is sent.
func NextRelation(s RelationState, e RelationEvent, f *Facts) (RelationState, []Effect, error) {
	row, err := relationRules.Next(s, e, f)
	return row.To, row.Effects, err
}
