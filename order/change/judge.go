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

// Judge takes a request that the merchant has to answer through everything that
// has to happen first: one open change a line, the deadline, the rules of its
// kind, the app's own decision, and the record in the store. A repeat of a
// request gets the answer of the first time, without decide being asked. Give
// the verdict only when there is no error: what was not recorded must not be
// promised. A request without an ID is told apart by everything that it asks
// for.
//
// A verdict about a spec change or an intercept is what the platform's call
// wants back: return it from the handler of package webhook. One about an address
// goes out by [Service.AnswerAddress]; where the rules refuse it, its Code is
// "shipping", which platforms take.
//
// decide is asked last, for a request that nothing else refuses; nil accepts. An
// error of it is the cause of the one returned, and leaves the request open: a
// repeat asks again. A refusal because of another open change is not recorded.
// A nil clock is the machine's.
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

// content is what r asks for, as an id.
func (r Request) content() string {
	at := ""
	if !r.Requested.IsZero() {
		at = r.Requested.UTC().Format(time.RFC3339Nano)
	}
	return strings.Join([]string{"asked", r.OrderID, r.LineID, r.ToSKU.ID, r.ToSKU.Code, at}, "/")
}

// refusal is a verdict of the rules.
func (r Request) refusal(code, reason string) Verdict {
	if r.Kind == Address {
		code = "shipping"
	}
	return Verdict{Code: code, Reason: reason}
}

func (r Request) tooLate() Verdict { return r.refusal("deadline", lateReasons[r.Kind]) }

// byRules is what the rules alone say.
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
