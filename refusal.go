package mall

// Refusal says why a state machine of this module does not take an event: those
// of package order/change and package dropship. It reaches callers inside an
// [*Error] of [ErrConflict]: errors.AsType[*mall.Refusal](err).
type Refusal struct {
	State string // where the machine stands, and stays
	Event string // what was to happen
	// Code is the rule's word for the refusal, such as "NOT_ALLOWED". It is
	// "GUARD" where the rule has none, and "NO_TRANSITION" where the state knows
	// no such event.
	Code   string
	Guard  string // the condition that does not hold; empty with NO_TRANSITION
	Reason string // to be shown to people, where the rule has a text; else empty
}

// Error returns one line.
func (r *Refusal) Error() string {
	text := r.Event + " is not allowed in state " + r.State + ": " + r.Code
	if r.Guard != "" {
		text += " (condition: " + r.Guard + ")"
	}
	return text
}
