package order_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// fail is a driver that answers with err; do says what had happened by then.
func fail(err error, do func(c *order.Case)) func(*desk, order.Case, order.Decision) error {
	return func(d *desk, _ order.Case, _ order.Decision) error {
		if do != nil {
			do(&d.cases[0])
		}
		return err
	}
}

func TestDecideLooksBeforeItDecidesAgain(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	to := func(state order.Refund) func(c *order.Case) {
		return func(c *order.Case) { c.State, c.Updated = state, noon }
	}
	touched := func(c *order.Case) { c.Updated, c.Amount = noon, 1 }
	ok := fail(nil, nil)
	agree, refuse := order.Decision{Agree: true}, order.Decision{ReasonCode: "1"}
	type steps = []func(*desk, order.Case, order.Decision) error
	for name, c := range map[string]struct {
		steps    steps
		decision order.Decision
		want     error
		sent     int
		looks    int
	}{
		"it works":                              {steps{ok}, agree, nil, 1, 0},
		"lost, but carried out":                 {steps{fail(lost, to(order.RefundDone))}, agree, nil, 1, 1},
		"lost, a return agreed":                 {steps{fail(lost, to(order.RefundReturning))}, agree, nil, 1, 1},
		"lost, refusal carried out":             {steps{fail(lost, to(order.RefundRejected))}, refuse, nil, 1, 1},
		"lost, never arrived":                   {steps{fail(lost, nil), ok}, agree, nil, 2, 1},
		"lost, never arrived, lost again":       {steps{fail(lost, nil), fail(lost, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, never arrived, then refused":     {steps{fail(lost, nil), fail(mall.ErrRejected, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, never arrived, then too fast":    {steps{fail(lost, nil), fail(mall.ErrRateLimited, nil)}, agree, mall.ErrUnknownOutcome, 2, 2},
		"lost, arrived after the look, done":    {steps{fail(lost, nil), fail(mall.ErrAlreadyDone, to(order.RefundDone))}, agree, nil, 2, 2},
		"lost, arrived after the look":          {steps{fail(lost, nil), fail(mall.ErrConflict, to(order.RefundDone))}, agree, nil, 2, 2},
		"lost, and the buyer withdrew":          {steps{fail(lost, to(order.RefundClosed))}, agree, mall.ErrConflict, 1, 1},
		"lost, and the buyer asks for more":     {steps{fail(lost, touched)}, agree, mall.ErrConflict, 1, 1},
		"lost a refusal, agreed by another":     {steps{fail(lost, to(order.RefundDone))}, refuse, mall.ErrConflict, 1, 1},
		"lost an agreement, refused by another": {steps{fail(lost, to(order.RefundRejected))}, agree, mall.ErrConflict, 1, 1},
		"refused by state, it had happened":     {steps{fail(mall.ErrConflict, to(order.RefundDone))}, agree, mall.ErrAlreadyDone, 1, 1},
		"refused by state, another had refused": {steps{fail(mall.ErrConflict, to(order.RefundRejected))}, agree, mall.ErrConflict, 1, 1},
		"refused by a rule":                     {steps{fail(mall.ErrRejected, nil)}, agree, mall.ErrRejected, 1, 1},
		"invalid":                               {steps{fail(mall.ErrInvalid, nil)}, agree, mall.ErrInvalid, 1, 0},
		"lost, the money is on its way":         {steps{fail(lost, to(order.RefundPaying))}, agree, nil, 1, 1},
	} {
		d := newDesk(openCase("1", 100))
		d.decide = c.steps
		err := service(d).Decide(t.Context(), d.cases[0], c.decision)
		if c.want == nil {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, c.want, name)
		}
		assert.Len(t, d.decided, c.sent, "%s: decisions sent", name)
		assert.Equal(t, c.looks, d.looks, "%s: looks", name)
	}
}

// A case may go on by itself, or by the hands of others, while the answer to a
// decision is lost: that is not the decision.
func TestWhatALostDecisionLeftBehind(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	parcel := func(no string) order.Parcel { return order.Parcel{CarrierCode: "x", TrackingNo: no} }
	agree := order.Decision{Agree: true}
	money := order.Decision{Agree: true, Instead: order.CaseRefund}
	send := order.Decision{Agree: true, Sent: parcel("A")}
	for name, c := range map[string]struct {
		kind     order.CaseKind
		from, to order.Refund
		sent     string // the parcel that the case shows, or "paid"
		decision order.Decision
		want     error
	}{
		"the goods are paid for":                    {order.CaseReturn, order.RefundReceiving, order.RefundPaying, "", agree, nil},
		"before they set out, too":                  {order.CaseReturn, order.RefundReturning, order.RefundDone, "", agree, nil},
		"the buyer sent them off, nobody paid":      {order.CaseReturn, order.RefundReturning, order.RefundReceiving, "", agree, mall.ErrConflict},
		"agreed, and the buyer was quick":           {order.CaseReturn, order.RefundRequested, order.RefundReceiving, "", agree, nil},
		"the new goods are on their way":            {order.CaseExchange, order.RefundReceiving, order.RefundSending, "", send, nil},
		"in that very parcel":                       {order.CaseExchange, order.RefundReceiving, order.RefundSending, "A", send, nil},
		"in another parcel":                         {order.CaseExchange, order.RefundReceiving, order.RefundSending, "B", send, mall.ErrConflict},
		"somebody paid instead of sending":          {order.CaseExchange, order.RefundReceiving, order.RefundPaying, "", send, mall.ErrConflict},
		"somebody had paid before long":             {order.CaseExchange, order.RefundReceiving, order.RefundDone, "paid", send, mall.ErrConflict},
		"somebody sent goods for a refund":          {order.CaseReturn, order.RefundReceiving, order.RefundSending, "", agree, mall.ErrConflict},
		"money instead of an exchange":              {order.CaseExchange, order.RefundRequested, order.RefundPaying, "", money, nil},
		"somebody agreed to the exchange":           {order.CaseExchange, order.RefundRequested, order.RefundReturning, "", money, mall.ErrConflict},
		"somebody sent goods in place of money":     {order.CaseExchange, order.RefundReceiving, order.RefundSending, "", money, mall.ErrConflict},
		"a kind without a name may go either way":   {"", order.RefundRequested, order.RefundSending, "", agree, nil},
		"the refusal of a case in the buyer's hand": {order.CaseReturn, order.RefundReceiving, order.RefundRejected, "", order.Decision{}, nil},
	} {
		before := openCase("1", 100)
		before.Kind, before.State = c.kind, c.from
		d := newDesk(before)
		d.decide = []func(*desk, order.Case, order.Decision) error{fail(lost, func(now *order.Case) {
			now.State, now.Updated = c.to, noon
			if now.Sent = parcel(c.sent); c.sent == "paid" {
				now.Sent, now.Kind = order.Parcel{}, order.CaseRefund
			}
		})}
		err := service(d).Decide(t.Context(), before, c.decision)
		assert.Len(t, d.decided, 1, name)
		if c.want == nil {
			assert.NoError(t, err, name)
		} else {
			assert.ErrorIs(t, err, c.want, name)
		}
	}
}

func TestDecideWithoutALook(t *testing.T) {
	t.Parallel()
	d := newDesk(openCase("1", 100))
	d.lookErr = &mall.Error{Kind: mall.ErrUnavailable}
	d.decide = []func(*desk, order.Case, order.Decision) error{fail(mall.ErrUnknownOutcome, nil)}
	err := service(d).Decide(t.Context(), d.cases[0], order.Decision{Agree: true})
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	assert.Len(t, d.decided, 1, "never twice in the dark")
}

func TestDecideSendsNothingForWhatIsSettled(t *testing.T) {
	t.Parallel()
	d := newDesk()
	for _, c := range []struct {
		state order.Refund
		agree bool
		want  error
	}{
		{order.RefundDone, true, mall.ErrAlreadyDone},
		{order.RefundDone, false, mall.ErrConflict},
		{order.RefundClosed, true, mall.ErrConflict},
		{order.RefundClosed, false, mall.ErrConflict},
		{order.RefundRejected, false, mall.ErrAlreadyDone},
		{order.RefundPaying, true, mall.ErrAlreadyDone},
		{order.RefundPaying, false, mall.ErrConflict},
	} {
		err := service(d).Decide(t.Context(), order.Case{ID: "1", State: c.state}, order.Decision{Agree: c.agree})
		require.ErrorIs(t, err, c.want, "%s %t", c.state, c.agree)
	}
	require.ErrorIs(t, service(d).Decide(t.Context(), order.Case{}, order.Decision{}), mall.ErrInvalid)
	for _, v := range []order.Decision{
		{Agree: true, ReasonCode: "1"}, {Instead: order.CaseRefund}, {PayReturnFreight: true}, {Sent: order.Parcel{TrackingNo: "A"}},
	} {
		require.ErrorIs(t, service(d).Decide(t.Context(), openCase("1", 1), v), mall.ErrInvalid)
	}
	assert.Empty(t, d.decided)
}
