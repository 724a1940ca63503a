package order

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

// BeginSpecChange begins to exchange the SKU of a line for another one of the
// same product, r.To, and tells what to do, as [sku.NextChange] says it:
// [sku.EffectSendCard] means that customer service asks the buyer. price is how
// the wanted SKU's price is to the one ordered; in doubt it is
// [sku.PriceUnknown], which no style allows. Do the effects, then keep the
// change; beginning again with the same r.ID is no second change.
//
// Without r.Deadline the buyer's time counts from r.Requested, or else from now.
// A SKU that the order shows already is applied at once.
//
// Nothing is begun with an error; after a passing one begin again with the same
// r.ID. [sku.ChangeError]: the rules refuse it; Guard and Reason say why.
// [sku.OpenChangeError]: the line has another one under way. mall.ErrConflict is
// both of these, and what the order contradicts.
// mall.ErrNotSupported: the platform exchanges nothing; see [Service.CanChangeSpec].
func (s *Service) BeginSpecChange(ctx context.Context, changes sku.Changes, r sku.ChangeRequest, price sku.PriceDiff) (SpecChange, []sku.Effect, error) {
	const what = "begin spec change"
	d, ok := s.driver.(SpecChanger)
	if !ok {
		return SpecChange{}, nil, s.refuse(what, mall.ErrNotSupported)
	}
	terms, now := d.SpecTerms(), s.opts.Clock.Now()
	r.Platform, r.ShopID, r.OrderID = s.driver.Platform(), s.shopID, strings.TrimSpace(r.OrderID)
	if r.Requested.IsZero() {
		r.Requested = now
	}
	if r.Deadline.IsZero() && terms.Style == sku.StyleConsent && terms.Wait > 0 {
		r.Deadline = r.Requested.Add(terms.Wait)
	}
	switch {
	case changes == nil:
		return SpecChange{}, nil, s.refuse(what, errNoChanges)
	case r.To.ID == "":
		return SpecChange{}, nil, s.refuse(what, invalid("it does not say which SKU is wanted"))
	}
	o, err := s.Get(ctx, r.OrderID)
	if err != nil {
		return SpecChange{}, nil, err
	}
	i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == r.LineID })
	if i < 0 {
		return SpecChange{}, nil, s.refuse(what, &mall.Error{Kind: mall.ErrNotFound, Message: "order " + r.OrderID + " has no line " + r.LineID})
	}
	line := o.Lines[i]
	facts := SpecFacts(o, line)
	facts.Style, facts.Price = terms.Style, price
	shown := sameSKU(line.SKU, r.To)
	switch {
	case noSKU(r.From) && shown:
		r.From = line.Previous
	case noSKU(r.From):
		r.From = line.SKU
	case !shown && !sameSKU(line.SKU, r.From):
		return SpecChange{}, nil, s.refuse(what, movedOnTo(line))
	}
	if r.To.ProductID != "" && line.SKU.ProductID != "" && r.To.ProductID != line.SKU.ProductID {
		return SpecChange{}, nil, s.refuse(what, invalid("the SKU is of another product than was ordered"))
	}
	if r.Quantity != 0 && r.Quantity != line.Quantity {
		return SpecChange{}, nil, s.refuse(what, invalid("a line is exchanged whole: it has %d pieces, not %d", line.Quantity, r.Quantity))
	}
	c := SpecChange{Request: r, Style: terms.Style, State: sku.ChangeNone, Stage: facts.Stage}
	event := sku.EventRequest
	if shown {
		event = sku.EventPlatformChanged
	}
	next, effects, err := c.next(event, facts)
	if err != nil {
		return SpecChange{}, nil, s.refuse(what, err)
	}
	if _, decided, err := changes.Open(ctx, r, now); err != nil {
		return SpecChange{}, nil, s.refuse(what, err)
	} else if decided && !shown {
		return SpecChange{}, nil, s.refuse(what, &mall.Error{Kind: mall.ErrConflict, Message: "change " + r.ID + " has ended; another one needs an id of its own"})
	}
	if terms.Asks && next.State == sku.ChangeWaitBuyer {
		err := d.ChangeSpec(ctx, next.change(now))
		if refusedCall(err) {
			_, decideErr := changes.Decide(ctx, r, sku.Verdict{Code: string(sku.ChangeRejected), Reason: err.Error()}, now)
			return SpecChange{}, nil, errors.Join(err, decideErr)
		}
		if err != nil && !lostAnswer(err) {
			return SpecChange{}, nil, err
		}
		// Asked, or so it seems: the deadline will tell. It is not asked twice.
		effects = slices.DeleteFunc(effects, func(e sku.Effect) bool { return e == sku.EffectSendCard })
	}
	if err := s.noteSpec(ctx, changes, next, now); err != nil {
		return SpecChange{}, nil, err
	}
	return next, effects, nil
}

// CanChangeSpec reports whether BeginSpecChange can work at all. Where it cannot,
// the platform may ask the merchant's system: see [sku.Judge].
func (s *Service) CanChangeSpec() bool { _, ok := s.driver.(SpecChanger); return ok }

// StepSpecChange takes a change one step further and tells what to do: call it
// from time to time, and when something is heard of the buyer. It reads the
// order before anything else, because the order is the truth: the new SKU there
// is a change applied, whatever was heard and however late. One step at a time
// for one change; do the effects, then keep what is returned.
//
// While the buyer is to answer, said is what is known of the answer. An order
// that changed meanwhile, by a refund for example, makes the change invalid. The
// deadline ends it. When the buyer agreed, and the order does not show it, the
// platform is asked to carry it out, once in a step. A refusal of that is
// returned and ends nothing: the buyer may not have agreed yet.
//
// A change that has ended is stepped as well as long as the platform may still
// carry it out. One that was applied is left as it is.
//
// With an error the change is returned as it was. mall.ErrUnknownOutcome: the
// platform was asked and the order does not show it yet; the next step looks.
func (s *Service) StepSpecChange(ctx context.Context, changes sku.Changes, c SpecChange, said Consent) (SpecChange, []sku.Effect, error) {
	const what = "step spec change"
	d, ok := s.driver.(SpecChanger)
	switch {
	case !ok:
		return c, nil, s.refuse(what, mall.ErrNotSupported)
	case c.State == "" || c.Request.Platform != s.driver.Platform() || c.Request.ShopID != s.shopID:
		return c, nil, s.refuse(what, invalid("it did not begin in this shop"))
	case changes == nil:
		return c, nil, s.refuse(what, errNoChanges)
	case c.State == sku.ChangeApplied:
		return c, nil, nil
	}
	now := s.opts.Clock.Now() // before reading, or a deadline could pass between
	seen, err := s.lookSpec(ctx, c)
	if err != nil {
		return c, nil, err
	}
	next, effects := c, []sku.Effect(nil)
	event := sku.ChangeEvent("")
	waiting, calling := c.State == sku.ChangeWaitBuyer, c.State == sku.ChangeCalling
	switch {
	case seen.new:
		event = seenNew(c.State, said)
	case c.State == sku.ChangeUnknown:
		event = sku.EventSeenOld
	case waiting && seen.changed:
		event = sku.EventOrderChanged
	case calling && seen.changed: // it was not asked
		event, next.Reason = sku.EventCallFailed, "the order has changed"
	case waiting && said == ConsentRefused:
		event = sku.EventBuyerRefused
	case waiting && said == ConsentAgreed && !d.SpecTerms().Asks:
		// Until the order shows it the change is under way, whatever was answered.
		if err := s.callSpec(ctx, d, c, now); err != nil {
			return c, nil, err
		}
		event = sku.EventBuyerAgreed
	case waiting && c.Request.Late(now):
		event = sku.EventConsentTimeout
	case calling:
		switch err := s.callSpec(ctx, d, c, now); {
		case err == nil:
			event = sku.EventCallDone
		case lostAnswer(err):
			event = sku.EventNoAnswer
		case refusedCall(err):
			event, next.Reason = sku.EventCallFailed, err.Error()
		default:
			return c, nil, err
		}
	}
	if event == "" {
		return c, nil, nil
	}
	if next, effects, err = next.next(event, seen.facts); err != nil {
		return c, nil, s.refuse(what, err)
	}
	if err := s.noteSpec(ctx, changes, next, now); err != nil {
		return c, nil, err
	}
	return next, effects, nil
}

// seenNew is what it means that the order shows the new SKU.
func seenNew(state sku.ChangeState, said Consent) sku.ChangeEvent {
	switch {
	case state == sku.ChangeWaitBuyer && said == ConsentAgreed:
		return sku.EventBuyerAgreed
	case state == sku.ChangeNone, state == sku.ChangeCalling:
		return sku.EventPlatformChanged
	}
	return sku.EventSeenNew
}

// next takes c to where the event leads.
func (c SpecChange) next(e sku.ChangeEvent, f sku.ChangeFacts) (SpecChange, []sku.Effect, error) {
	state, effects, err := sku.NextChange(c.State, e, f)
	c.State = state
	return c, effects, err
}

// change is what c brings about.
func (c SpecChange) change(at time.Time) sku.Change {
	r := c.Request
	return sku.Change{OrderID: r.OrderID, LineID: r.LineID, From: r.From, To: r.To, Quantity: r.Quantity, At: at, ID: r.ID, Shown: true}
}

// specSeen is what a reading of the order says about a change.
type specSeen struct {
	new     bool // the line has the wanted SKU
	changed bool // the order is not as it was when the change began
	facts   sku.ChangeFacts
}

// lookSpec reads the order.
func (s *Service) lookSpec(ctx context.Context, c SpecChange) (specSeen, error) {
	o, err := s.Get(ctx, c.Request.OrderID)
	if err != nil {
		return specSeen{}, err
	}
	i := slices.IndexFunc(o.Lines, func(l Line) bool { return l.ID == c.Request.LineID })
	if i < 0 {
		return specSeen{changed: true, facts: sku.ChangeFacts{Style: c.Style}}, nil
	}
	line := o.Lines[i]
	f := SpecFacts(o, line)
	f.Style = c.Style
	return specSeen{
		new:     sameSKU(line.SKU, c.Request.To),
		changed: !sameSKU(line.SKU, c.Request.From) || f.Stage != c.Stage || f.RefundOpen || f.RefundDone,
		facts:   f,
	}, nil
}

// callSpec asks the platform, once, and looks. Without an error the order shows
// the new SKU. A yes that the order does not show is mall.ErrUnknownOutcome.
func (s *Service) callSpec(ctx context.Context, d SpecChanger, c SpecChange, now time.Time) error {
	answer := d.ChangeSpec(ctx, c.change(now))
	if answer != nil && !lostAnswer(answer) && !refusedCall(answer) {
		return answer // nothing was changed
	}
	seen, err := s.lookSpec(ctx, c)
	switch {
	case err == nil && seen.new:
		return nil // also after a refusal: it had been carried out before
	case answer == nil:
		return s.refuse("step spec change", &mall.Error{Kind: mall.ErrUnknownOutcome, Message: "the platform agreed, but order " + c.Request.OrderID + " does not show it", Err: err})
	}
	return answer
}

// lostAnswer reports that a call may have been carried out.
func lostAnswer(err error) bool {
	return errors.Is(err, mall.ErrUnknownOutcome) || errors.Is(err, mall.ErrReply)
}

// refusedCall reports that the platform said no for good. A code that no table
// knows is an answer as well.
func refusedCall(err error) bool {
	e, ok := errors.AsType[*mall.Error](err)
	return ok && (e.Kind == "" && e.Code != "" || slices.Contains([]mall.Kind{mall.ErrRejected, mall.ErrConflict, mall.ErrAlreadyDone, mall.ErrNotFound, mall.ErrInvalid}, e.Kind))
}

// noteSpec keeps how a change ended.
func (s *Service) noteSpec(ctx context.Context, changes sku.Changes, c SpecChange, now time.Time) error {
	switch {
	case c.State.Open():
		return nil
	case c.State == sku.ChangeApplied:
		return changes.Seen(ctx, c.Request.Platform, c.Request.ShopID, c.change(now))
	}
	_, err := changes.Decide(ctx, c.Request, sku.Verdict{Code: string(c.State), Reason: c.Reason}, now)
	if errors.Is(err, mall.ErrNotFound) { // kept in memory, and the process is another one
		return nil
	}
	return err
}

var errNoChanges = invalid("there is nothing to keep changes in")

// movedOnTo says that a line is not what a change begins with.
func movedOnTo(l Line) error {
	return &mall.Error{Kind: mall.ErrConflict, Message: "line " + l.ID + " has another SKU than the one to be exchanged: " + l.SKU.ID}
}
