package change

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/order"
)

// Begin starts to exchange the SKU of a line for another one of the same
// product, r.ToSKU, and returns what is left to do: [EffectAskBuyer] means that
// customer service has to ask the buyer. r.FromPrice and r.ToPrice are
// compared; a ToPrice of zero is in doubt, which no style allows. Carry out the
// effects, then keep the change. Beginning again with the same r.ID is not a
// second change.
//
// Without r.Deadline the buyer's time runs from r.Requested, or else from now.
// If the order shows the new SKU already, the change is applied at once.
//
// With an error nothing has begun; after a temporary error begin again with the
// same r.ID. A [*mall.Refusal]: the rules refuse it; Guard and Reason say why.
// An [*OpenError]: another change of the line is under way. mall.ErrConflict:
// both of these, and a request that contradicts the order.
// mall.ErrNotSupported: the platform cannot exchange SKUs, see [SpecChanger];
// it may ask the merchant's system instead, see [Judge].
func (s *Service) Begin(ctx context.Context, store Store, r Request) (Change, []Effect, error) {
	c, effects, err := s.begin(ctx, store, r)
	return c, effects, s.fail("begin spec change", err)
}

func (s *Service) begin(ctx context.Context, store Store, r Request) (Change, []Effect, error) {
	d, ok := s.orders.Driver().(SpecChanger)
	if !ok {
		return Change{}, nil, mall.ErrNotSupported
	}
	terms, now := d.SpecTerms(), s.orders.Now()
	r.Platform, r.ShopID, r.OrderID = s.orders.Driver().Platform(), s.orders.ShopID(), strings.TrimSpace(r.OrderID)
	if r.Requested.IsZero() {
		r.Requested = now
	}
	if r.Deadline.IsZero() && terms.Style == StyleConsent && terms.Wait > 0 {
		r.Deadline = r.Requested.Add(terms.Wait)
	}
	switch {
	case store == nil:
		return Change{}, nil, errNoStore
	case r.Kind != Spec:
		return Change{}, nil, settle.Invalid("a change of kind %q cannot be begun, only one of kind %q", r.Kind, Spec)
	case r.ToSKU.ID == "":
		return Change{}, nil, settle.Invalid("the request does not say which SKU is wanted")
	}
	o, err := s.orders.Get(ctx, r.OrderID)
	if err != nil {
		return Change{}, nil, err
	}
	r, facts, shown, err := against(o, r)
	if err != nil {
		return Change{}, nil, err
	}
	facts.Style = terms.Style
	c := Change{Request: r, Style: terms.Style, State: stateNone, Status: facts.Status}
	event := eventRequest
	if shown {
		event = eventPlatformChanged
	}
	next, effects, err := c.next(event, facts)
	if err != nil {
		return Change{}, nil, err
	}
	if _, decided, err := store.Open(ctx, r, now); err != nil {
		return Change{}, nil, err
	} else if decided && !shown {
		return Change{}, nil, conflict("change " + r.ID + " has ended; another one needs an id of its own")
	}
	if terms.Asks && next.State == StateWaitBuyer {
		err := d.ChangeSpec(ctx, r)
		if refusedCall(err) {
			_, decideErr := store.Decide(ctx, r, Verdict{Code: string(StateRejected), Reason: err.Error()}, now)
			return Change{}, nil, errors.Join(err, decideErr)
		}
		if err != nil && !lostAnswer(err) {
			return Change{}, nil, err
		}
		// The buyer seems to have been asked and is not asked twice; the
		// deadline will tell.
		effects = slices.DeleteFunc(effects, func(e Effect) bool { return e == EffectAskBuyer })
	}
	if next, err = s.keep(ctx, store, next, now); err != nil {
		return Change{}, nil, err
	}
	return next, effects, nil
}

// against compares a request with the order. It fills in what the request
// leaves out and reports whether the line shows the wanted SKU already.
func against(o order.Order, r Request) (_ Request, _ Facts, shown bool, _ error) {
	i := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == r.LineID })
	if i < 0 {
		return r, Facts{}, false, &mall.Error{Kind: mall.ErrNotFound,
			Message: "order " + r.OrderID + " has no line " + r.LineID}
	}
	line := o.Lines[i]
	shown = sameSKU(line.SKU, r.ToSKU)
	switch {
	case noSKU(r.FromSKU) && shown:
		r.FromSKU = line.Previous
	case noSKU(r.FromSKU):
		r.FromSKU = line.SKU
	case !shown && !sameSKU(line.SKU, r.FromSKU):
		return r, Facts{}, false, conflict("line " + line.ID +
			" has another SKU than the one to be exchanged: " + line.SKU.ID)
	}
	if r.ToSKU.ProductID != "" && line.SKU.ProductID != "" && r.ToSKU.ProductID != line.SKU.ProductID {
		return r, Facts{}, false, settle.Invalid("the SKU is of another product than was ordered")
	}
	if r.Quantity != 0 && r.Quantity != line.Quantity {
		return r, Facts{}, false, settle.Invalid("a line is exchanged whole: it has %d pieces, not %d",
			line.Quantity, r.Quantity)
	}
	f := FactsOf(o, line)
	f.FromPrice, f.ToPrice = r.FromPrice, r.ToPrice
	return r, f, shown, nil
}

func conflict(message string) error { return &mall.Error{Kind: mall.ErrConflict, Message: message} }

// Step takes a spec change one step further and returns what is left to do.
// Call it from time to time, and when the buyer's answer becomes known. It
// reads the order first, because the order is the truth: if the order has the
// new SKU the change is applied, whatever else is known and however late. Make
// one step at a time per change; carry out the effects, then keep the returned
// change.
//
// While the buyer has to answer, said is what is known of the answer:
// [BuyerAgreed], [BuyerRefused] or empty. If the order has changed, by a refund
// for example, the change becomes invalid. The deadline ends it. If the buyer
// agreed and the order does not show it, Step asks the platform to carry it
// out, once per step. A refusal is returned as an error but ends nothing: the
// buyer may not have agreed yet.
//
// Step also reads the order of a change that has ended, as long as the platform
// may still carry it out. An applied change stays as it is.
//
// With an error the change is returned unchanged. mall.ErrUnknownOutcome: the
// platform was asked, but the order does not show the change yet; call Step
// again.
func (s *Service) Step(ctx context.Context, store Store, c Change, said Event) (Change, []Effect, error) {
	next, effects, err := s.step(ctx, store, c, said)
	if err != nil {
		return c, nil, s.fail("step spec change", err)
	}
	return next, effects, nil
}

func (s *Service) step(ctx context.Context, store Store, c Change, said Event) (Change, []Effect, error) {
	d, ok := s.orders.Driver().(SpecChanger)
	switch {
	case !ok:
		return c, nil, mall.ErrNotSupported
	case c.State == "" || c.Platform != s.orders.Driver().Platform() || c.ShopID != s.orders.ShopID():
		return c, nil, settle.Invalid("the change was not begun in this shop")
	case c.Kind != Spec:
		return c, nil, settle.Invalid("a change of kind %q has no steps: only %q has", c.Kind, Spec)
	case said != "" && said != BuyerAgreed && said != BuyerRefused:
		return c, nil, settle.Invalid("the buyer's answer can be %q or %q, not %q", BuyerAgreed, BuyerRefused, said)
	case store == nil:
		return c, nil, errNoStore
	case c.State == StateApplied:
		return c, nil, nil
	}
	now := s.orders.Now() // before reading, or a deadline could pass between
	seen, err := s.look(ctx, c)
	if err != nil {
		return c, nil, err
	}
	event, refusal, err := s.happened(ctx, d, c, seen, said, now)
	if err != nil || event == "" {
		return c, nil, err
	}
	c.Refusal = refusal
	next, effects, err := c.next(event, seen.facts)
	if err != nil {
		return c, nil, err
	}
	next, err = s.keep(ctx, store, next, now)
	return next, effects, err
}

// happened finds out what happened to a change and calls the platform if that
// is the next step. The event is empty when nothing happened.
func (s *Service) happened(ctx context.Context, d SpecChanger, c Change, seen reading, said Event,
	now time.Time) (e Event, refusal string, _ error) {
	waiting, calling := c.State == StateWaitBuyer, c.State == stateCalling
	switch {
	case seen.new:
		return seenNew(c.State, said), c.Refusal, nil
	case c.State == stateUnknown:
		return eventSeenOld, c.Refusal, nil
	case waiting && seen.changed:
		return eventOrderChanged, c.Refusal, nil
	case calling && seen.changed: // it was not asked
		return eventCallFailed, "the order has changed", nil
	case waiting && said == BuyerRefused:
		return BuyerRefused, c.Refusal, nil
	case waiting && said == BuyerAgreed && !d.SpecTerms().Asks:
		// Until the order shows it the change is under way, whatever was answered.
		return BuyerAgreed, c.Refusal, s.call(ctx, d, c)
	case waiting && c.Late(now):
		return eventConsentTimeout, c.Refusal, nil
	case calling:
		switch err := s.call(ctx, d, c); {
		case err == nil:
			return eventCallDone, c.Refusal, nil
		case lostAnswer(err):
			return eventNoAnswer, c.Refusal, nil
		case refusedCall(err):
			return eventCallFailed, err.Error(), nil
		default:
			return "", "", err
		}
	}
	return "", "", nil
}

// seenNew returns the event for an order that shows the new SKU.
func seenNew(state State, said Event) Event {
	switch {
	case state == StateWaitBuyer && said == BuyerAgreed:
		return BuyerAgreed
	case state == stateNone, state == stateCalling:
		return eventPlatformChanged
	}
	return eventSeenNew
}

// next returns c in the state after the event.
func (c Change) next(e Event, f Facts) (Change, []Effect, error) {
	state, effects, err := next(c.Kind, c.State, e, f)
	c.State = state
	return c, effects, err
}

// reading is what an order, just read, shows about a change.
type reading struct {
	new     bool // the line has the wanted SKU
	changed bool // the order is not as it was when the change began
	facts   Facts
}

// look reads the order.
func (s *Service) look(ctx context.Context, c Change) (reading, error) {
	o, err := s.orders.Get(ctx, c.OrderID)
	if err != nil {
		return reading{}, err
	}
	i := slices.IndexFunc(o.Lines, func(l order.Line) bool { return l.ID == c.LineID })
	if i < 0 {
		return reading{changed: true, facts: Facts{Style: c.Style}}, nil
	}
	line := o.Lines[i]
	f := FactsOf(o, line)
	f.Style = c.Style
	return reading{
		new:     sameSKU(line.SKU, c.ToSKU),
		changed: !sameSKU(line.SKU, c.FromSKU) || f.Status != c.Status || f.RefundOpen || f.RefundDone,
		facts:   f,
	}, nil
}

// call asks the platform once and reads the order. Without an error the order
// shows the new SKU. If the platform agrees and the order does not show it, the
// error is mall.ErrUnknownOutcome.
func (s *Service) call(ctx context.Context, d SpecChanger, c Change) error {
	answer := d.ChangeSpec(ctx, c.Request)
	if answer != nil && !lostAnswer(answer) && !refusedCall(answer) {
		return answer // nothing was changed
	}
	seen, err := s.look(ctx, c)
	switch {
	case err == nil && seen.new:
		return nil // also after a refusal: it had been carried out before
	case answer == nil:
		return &mall.Error{Kind: mall.ErrUnknownOutcome, Err: err,
			Message: "the platform agreed, but order " + c.OrderID + " does not show it"}
	}
	return answer
}

// lostAnswer reports whether a call may have been carried out.
func lostAnswer(err error) bool {
	return errors.Is(err, mall.ErrUnknownOutcome) || errors.Is(err, mall.ErrReply)
}

// refusedCall reports whether the platform refused for good, or says that it
// was done before. A used-up quota refuses only for today.
func refusedCall(err error) bool {
	return errors.Is(err, mall.ErrAlreadyDone) || settle.Word(err) && !errors.Is(err, mall.ErrQuota)
}

// keep records in the store how a change ended and returns the change with the
// time at which it was seen.
func (s *Service) keep(ctx context.Context, store Store, c Change, now time.Time) (Change, error) {
	switch {
	case c.State.Open():
		return c, nil
	case c.State == StateApplied:
		c.At, c.Shown = now, true
		return c, store.Seen(ctx, c)
	}
	_, err := store.Decide(ctx, c.Request, Verdict{Code: string(c.State), Reason: c.Refusal}, now)
	if errors.Is(err, mall.ErrNotFound) { // an in-memory store of another process
		return c, nil
	}
	return c, err
}
