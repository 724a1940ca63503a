package order

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Decide agrees to an after-sale case or refuses it. c is the case as
// [Service.GetCase] or [Service.AllCases] read it.
//
// nil: the decision was carried out. mall.ErrAlreadyDone: the case had gone that
// way before. mall.ErrConflict: it went another way, or it changed since c was
// read: read it again, decide again. When the answer of the platform is lost,
// the case is read: what it shows decides, and one that shows no trace of the
// decision is decided once more. mall.ErrUnknownOutcome is left when reading
// does not help, also when the second decision is refused.
func (s *Service) Decide(ctx context.Context, c Case, d Decision) (err error) {
	const op = "decide case"
	defer func() { err = s.fail(op, err) }()
	driver, err := power[CaseDriver](s)
	if err != nil {
		return err
	}
	switch paid := c.State == RefundPaying || c.State == RefundDone; {
	case c.ID == "":
		return settle.Invalid("the case has no id")
	case d.Agree && d.ReasonCode != "":
		return settle.Invalid("agreeing takes no reject reason")
	case !d.Agree && (d.Instead != "" || d.PayReturnFreight || d.Sent.TrackingNo != ""):
		return settle.Invalid("a refusal gives the buyer nothing: Instead, PayReturnFreight and Sent must be empty")
	case paid && d.Agree, c.State == RefundRejected && !d.Agree:
		return already(c)
	case paid || c.State != "" && !c.State.Open():
		return movedOn(c)
	}
	return s.rules(op).One(ctx, func(ctx context.Context) error { return driver.Decide(ctx, c, d) },
		func(ctx context.Context, _ int, _ error, _ bool) (settle.Finding, error) {
			now, err := driver.GetCase(ctx, c.ID)
			switch {
			case err != nil:
				return settle.Finding{}, err
			case followed(c, now, d):
				return settle.Finding{Done: true, Text: already(now).Message}, nil
			case now.State != c.State || !now.Updated.Equal(c.Updated):
				return settle.Finding{Err: movedOn(now)}, nil
			}
			return settle.Finding{}, nil
		})
}

// followed reports that a case went the way of a decision since it was read.
func followed(before, now Case, d Decision) bool {
	switch {
	case !d.Agree:
		return now.State == RefundRejected && before.State != RefundRejected
	case progress(now.State) <= progress(before.State):
		return false
	case d.Instead == CaseRefund || d.Instead == CaseReturn:
		return now.State == RefundPaying || now.State == RefundDone
	case before.Kind.sendsGoods() && (now.State == RefundPaying || !now.Kind.sendsGoods()),
		!before.Kind.sendsGoods() && before.Kind != "" && now.State == RefundSending:
		return false // somebody gave the buyer something else
	}
	sent := d.Sent.TrackingNo
	return sent == "" || now.Sent.TrackingNo == "" || now.Sent.TrackingNo == sent
}

// progress is how much of a case was agreed to. What is unknown, refused or
// closed counts as nothing. That the goods set out is the buyer's doing, not
// the merchant's: it is no progress.
func progress(r Refund) int {
	switch r {
	case RefundReturning, RefundReceiving:
		return 1
	case RefundSending, RefundPaying:
		return 2
	case RefundDone:
		return 3
	}
	return 0
}

func already(c Case) *mall.Error {
	return &mall.Error{Kind: mall.ErrAlreadyDone, Message: "case " + c.ID + " is " + string(c.State)}
}

func movedOn(c Case) *mall.Error {
	return &mall.Error{Kind: mall.ErrConflict, Message: "case " + c.ID + " is " + string(c.State) + " by now"}
}

// RejectReasons asks for which reasons the case may be refused now.
func (s *Service) RejectReasons(ctx context.Context, caseID string) (reasons []RejectReason, err error) {
	defer func() { err = s.fail("list reject reasons", err) }()
	d, err := power[CaseDriver](s)
	if err != nil {
		return nil, err
	}
	if caseID, err = idOf(caseID, "case id"); err != nil {
		return nil, err
	}
	return d.RejectReasons(ctx, caseID)
}

// Intercept asks the carriers to bring parcels of a case back: TrackingNo and
// CarrierCode of each. The answers come in the order of the parcels, one for
// each; a parcel that cannot be stopped says why. It may cost money, so after
// mall.ErrUnknownOutcome look before asking again.
func (s *Service) Intercept(ctx context.Context, caseID string, parcels ...Parcel) (answers []Interception, err error) {
	defer func() { err = s.fail("intercept parcels", err) }()
	d, err := power[Interceptor](s)
	if err != nil {
		return nil, err
	}
	if caseID, err = idOf(caseID, "case id"); err != nil {
		return nil, err
	}
	if len(parcels) == 0 {
		return nil, settle.Invalid("no parcel is named")
	}
	for _, p := range parcels {
		if p.TrackingNo == "" || p.CarrierCode == "" {
			return nil, settle.Invalid("a parcel lacks its tracking number or carrier")
		}
	}
	got, err := d.Intercept(ctx, caseID, parcels)
	if err != nil {
		return nil, err
	}
	byNo := make(map[string]Interception, len(got))
	for _, i := range got {
		byNo[i.TrackingNo] = i
	}
	answers = make([]Interception, len(parcels))
	for i, p := range parcels {
		answer, ok := byNo[p.TrackingNo]
		if !ok {
			return nil, &mall.Error{
				Kind: mall.ErrUnknownOutcome, Message: "the platform says nothing about parcel " + p.TrackingNo,
			}
		}
		answers[i] = answer
	}
	return answers, nil
}

// RemarkCase writes the merchant's remark on a case. Some platforms replace an
// earlier remark, others add to it.
func (s *Service) RemarkCase(ctx context.Context, caseID, text string) (err error) {
	defer func() { err = s.fail("remark case", err) }()
	d, err := power[CaseRemarker](s)
	if err != nil {
		return err
	}
	if caseID, err = idOf(caseID, "case id"); err != nil {
		return err
	}
	if strings.TrimSpace(text) == "" {
		return settle.Invalid("the remark is empty")
	}
	return d.RemarkCase(ctx, caseID, text)
}
