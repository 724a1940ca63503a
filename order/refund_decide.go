package order

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Decider is a [Driver] that can answer an after-sale case. It is asked with
// the case as it was read, whose Updated says which version the merchant saw:
// where the platform can compare it, a case that changed since is refused. A
// decision that the driver has no word for is mall.ErrNotSupported.
type Decider interface {
	Decide(ctx context.Context, c Case, d Decision) error
}

// RejectReasoner is a [Driver] that knows for which reasons a case may be
// refused.
type RejectReasoner interface {
	RejectReasons(ctx context.Context, caseID string) ([]RejectReason, error)
}

// Interceptor is a [Driver] that can have parcels of a case stopped on their
// way. It answers once for each parcel, in any order.
type Interceptor interface {
	Intercept(ctx context.Context, caseID string, parcels []Parcel) ([]Interception, error)
}

// CaseRemarker is a [Driver] that can write the merchant's remark on a case.
type CaseRemarker interface {
	RemarkCase(ctx context.Context, caseID, text string) error
}

// Decide agrees to an after-sale case or refuses it. c is the case as
// [Service.GetCase] or [Service.AllCases] read it.
//
// nil: the decision was carried out. mall.ErrAlreadyDone: the case had gone that
// way before. mall.ErrConflict: it went another way, or it changed since c was
// read: read it again, decide again. When the answer of the platform is lost,
// the case is read: what it shows decides, and one that shows no trace of the
// decision is decided once more. mall.ErrUnknownOutcome is left when reading
// does not help, also when the second decision is refused.
func (s *Service) Decide(ctx context.Context, c Case, d Decision) error {
	driver, ok := s.driver.(Decider)
	if !ok {
		return s.refuse("decide", mall.ErrNotSupported)
	}
	if c.ID == "" {
		return s.refuse("decide", invalid("the case has no id"))
	}
	if d.Agree && d.ReasonCode != "" {
		return s.refuse("decide", invalid("agreeing takes no reject reason"))
	}
	if !d.Agree && (d.Instead != "" || d.PayReturnFreight || d.Sent.TrackingNo != "") {
		return s.refuse("decide", invalid("a refusal gives nothing"))
	}
	switch paid := c.State == RefundPaying || c.State == RefundDone; {
	case paid && d.Agree, c.State == RefundRejected && !d.Agree:
		return s.refuse("decide", already(c))
	case paid || c.State != "" && !c.State.Open():
		return s.refuse("decide", movedOn(c))
	}
	var look settle.Look
	if reader, ok := s.driver.(CaseReader); ok {
		look = func(ctx context.Context, _ int, _ error, _ bool) (settle.Finding, error) {
			now, err := reader.GetCase(ctx, c.ID)
			switch {
			case err != nil:
				return settle.Finding{}, err
			case followed(c, now, d):
				return settle.Finding{Done: true, Text: already(now).Message}, nil
			case now.State != c.State || !now.Updated.Equal(c.Updated):
				return settle.Finding{Err: movedOn(now)}, nil
			}
			return settle.Finding{}, nil
		}
	}
	return s.rules("decide").One(ctx, func(ctx context.Context) error { return driver.Decide(ctx, c, d) }, look)
}

// CanDecide reports whether Decide can work at all.
func (s *Service) CanDecide() bool { _, ok := s.driver.(Decider); return ok }

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
func (s *Service) RejectReasons(ctx context.Context, caseID string) ([]RejectReason, error) {
	d, ok := s.driver.(RejectReasoner)
	if !ok {
		return nil, s.refuse("reject reasons", mall.ErrNotSupported)
	}
	if caseID = strings.TrimSpace(caseID); caseID == "" {
		return nil, s.refuse("reject reasons", invalid("the case id is empty"))
	}
	return d.RejectReasons(ctx, caseID)
}

// CanListRejectReasons reports whether RejectReasons can work at all.
func (s *Service) CanListRejectReasons() bool { _, ok := s.driver.(RejectReasoner); return ok }

// Intercept asks the carriers to bring parcels of a case back: TrackingNo and
// CarrierCode of each. The answers come in the order of the parcels, one for
// each; a parcel that cannot be stopped says why. It may cost money, so after
// mall.ErrUnknownOutcome look before asking again.
func (s *Service) Intercept(ctx context.Context, caseID string, parcels ...Parcel) ([]Interception, error) {
	d, ok := s.driver.(Interceptor)
	if !ok {
		return nil, s.refuse("intercept", mall.ErrNotSupported)
	}
	if caseID = strings.TrimSpace(caseID); caseID == "" {
		return nil, s.refuse("intercept", invalid("the case id is empty"))
	}
	if len(parcels) == 0 {
		return nil, s.refuse("intercept", invalid("no parcel is named"))
	}
	for _, p := range parcels {
		if p.TrackingNo == "" || p.CarrierCode == "" {
			return nil, s.refuse("intercept", invalid("a parcel lacks its tracking number or carrier"))
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
	answers := make([]Interception, len(parcels))
	for i, p := range parcels {
		answer, ok := byNo[p.TrackingNo]
		if !ok {
			return nil, s.refuse("intercept", &mall.Error{Kind: mall.ErrUnknownOutcome, Message: "the platform says nothing about parcel " + p.TrackingNo})
		}
		answers[i] = answer
	}
	return answers, nil
}

// CanIntercept reports whether Intercept can work at all.
func (s *Service) CanIntercept() bool { _, ok := s.driver.(Interceptor); return ok }

// RemarkCase writes the merchant's remark on a case. Whether it takes the place
// of an earlier one or joins it is the platform's affair.
func (s *Service) RemarkCase(ctx context.Context, caseID, text string) error {
	d, ok := s.driver.(CaseRemarker)
	if !ok {
		return s.refuse("remark case", mall.ErrNotSupported)
	}
	if caseID = strings.TrimSpace(caseID); caseID == "" || strings.TrimSpace(text) == "" {
		return s.refuse("remark case", invalid("the case id or the remark is empty"))
	}
	return d.RemarkCase(ctx, caseID, text)
}

// CanRemarkCase reports whether RemarkCase can work at all.
func (s *Service) CanRemarkCase() bool { _, ok := s.driver.(CaseRemarker); return ok }
