package change

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Judge decides a request that the merchant has to answer. In this order it
// checks that no other change of the line is open, the deadline and the rules
// of its kind, asks decide, and records the verdict in the store. A repeat of a
// request gets the first answer again, without decide being called. Give the
// verdict only if there is no error: an answer that was not recorded must not
// be promised. A request without an ID is identified by everything that it asks
// for.
//
// The verdict about a spec change or an intercept is the answer to the
// platform's call: return it from the handler of package webhook. The verdict
// about an address is sent by [Service.AnswerAddress]; if the rules refuse it,
// its Code is "shipping", which platforms take.
//
// decide is called last and only if nothing else refuses the request; nil
// accepts. If it fails, Judge fails with its error as the cause and the request
// stays open: a repeat calls decide again. A refusal because of another open
// change is not recorded. A nil clock means the machine's.
func Judge(ctx context.Context, s Store, r Request, f Facts, clock mall.Clock,
	decide func(context.Context) (Verdict, error)) (Verdict, error) {
	v, err := judge(ctx, s, r, f, clock, decide)
	return v, settle.Failure(r.Platform, "judge change", err)
}

func judge(ctx context.Context, s Store, r Request, f Facts, clock mall.Clock,
	decide func(context.Context) (Verdict, error)) (Verdict, error) {
	if s == nil {
		return Verdict{}, errNoStore
	}
	if r.ID == "" {
		r.ID = r.content()
	}
	v, decided, err := s.Open(ctx, r, clock.Now())
	if open, ok := errors.AsType[*OpenError](err); ok {
		return r.refusal("change_open", openReasons[r.Kind]+open.ID), nil
	}
	if err != nil || decided {
		return v, err
	}
	v = r.byRules(f, clock.Now())
	if v.Accept && decide != nil {
		if v, err = decide(ctx); err != nil {
			return Verdict{}, err
		}
	}
	now := clock.Now()
	if v.Accept && r.Late(now) { // decide took too long
		v = r.tooLate()
	}
	return s.Decide(ctx, r, v, now)
}

var (
	openReasons = map[Kind]string{
		Spec: "该商品已有改规格申请处理中：", Address: "该订单已有改地址申请处理中：", Intercept: "该订单已有拦截申请处理中：",
	}
	lateReasons     = map[Kind]string{Spec: "改规格申请已超时", Address: "改地址申请已超时", Intercept: "拦截申请已超时"}
	notAllowedTexts = map[Kind]string{Spec: "当前状态不支持改规格", Address: "当前状态不支持改地址", Intercept: "当前状态不支持拦截"}
	errNoStore      = settle.Invalid("there is no store to keep changes in")
)

// content returns an id made of everything that r asks for.
func (r Request) content() string {
	at := ""
	if !r.Requested.IsZero() {
		at = r.Requested.UTC().Format(time.RFC3339Nano)
	}
	return strings.Join([]string{"asked", r.OrderID, r.LineID, r.ToSKU.ID, r.ToSKU.Code, at}, "/")
}

// refusal returns a verdict of the rules.
func (r Request) refusal(code, reason string) Verdict {
	if r.Kind == Address {
		code = "shipping"
	}
	return Verdict{Code: code, Reason: reason}
}

func (r Request) tooLate() Verdict { return r.refusal("deadline", lateReasons[r.Kind]) }

// byRules returns the verdict of the rules alone.
func (r Request) byRules(f Facts, now time.Time) Verdict {
	if r.Late(now) {
		return r.tooLate()
	}
	if r.Kind == Spec {
		if v := f.Eligible(); !v.Accept {
			return v
		}
	}
	state, _, err := next(r.Kind, stateNone, eventRequest, f)
	if err == nil {
		_, _, err = next(r.Kind, state, eventAccept, f)
	}
	if refusal, ok := errors.AsType[*mall.Refusal](err); ok {
		return r.refusal(cmp.Or(refusal.Guard, refusal.Code), cmp.Or(refusal.Reason, notAllowedTexts[r.Kind]))
	}
	return Verdict{Accept: true}
}
