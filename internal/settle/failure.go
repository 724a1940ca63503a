package settle

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
)

// Call is the word for a call of one method. Drivers make those too, so that
// whoever calls a driver puts a better word in its place.
const Call = "call"

// Failure returns err as the [*mall.Error] that leaves an exported call. Op is
// our word for what was tried ("list orders"), p the platform; either may be
// empty. Nil stays nil.
//
// A [*mall.Error] gets op where its own is empty or just [Call], and p where its
// own is empty. A bare [mall.Kind]
// becomes the kind of a new one; a bare context error becomes mall.ErrCancelled.
// Any other error, such as a refusal with its reason, stays below a new one: the
// kind, method and codes are those of the first [*mall.Error] in it. Err itself
// is never changed, since callers may share it, and errors.Is still finds it.
func Failure(p mall.Platform, op string, err error) error {
	if err == nil {
		return nil
	}
	if kind, ok := err.(mall.Kind); ok {
		return &mall.Error{Op: op, Platform: p, Kind: kind}
	}
	outer, ok := err.(*mall.Error)
	said := func(e *mall.Error) bool { return e.Op != "" && e.Op != Call }
	if ok && (said(outer) || op == "") && (outer.Platform != "" || p == "") {
		return err
	}
	e := mall.Error{}
	if ok {
		e = *outer
	} else {
		e = above(err)
	}
	if !said(&e) && op != "" {
		e.Op = op
	}
	if e.Platform == "" {
		e.Platform = p
	}
	e.Err = err
	return &e
}

// above makes the error that stands above one of another type. Its message is
// the whole text of err without what its fields print again.
func above(err error) mall.Error {
	text := err.Error()
	if below, ok := errors.AsType[*mall.Error](err); ok {
		e := *below
		e.Message = replace(text, below.Error(), below.Message)
		return e
	}
	if kind, ok := errors.AsType[mall.Kind](err); ok {
		return mall.Error{Kind: kind, Message: replace(text, kind.Error(), "")}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return mall.Error{Kind: mall.ErrCancelled, Message: text}
	}
	return mall.Error{Message: text}
}

// replace puts other in the place of part, and takes away a colon that has
// nothing behind it any more.
func replace(text, part, other string) string {
	if part == "" {
		return text
	}
	return strings.Trim(strings.Replace(text, part, other, 1), ": ")
}

// Invalid returns a refusal of arguments, before anything was sent.
func Invalid(format string, args ...any) *mall.Error {
	return &mall.Error{Kind: mall.ErrInvalid, Message: fmt.Sprintf(format, args...)}
}

// Ended returns why a call has to stop, or nil while ctx goes on: a
// mall.ErrCancelled that also matches context.Canceled or
// context.DeadlineExceeded, and the cause where the caller gave one.
func Ended(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	e := &mall.Error{Kind: mall.ErrCancelled, Message: cause.Error(), Err: cause}
	if !errors.Is(cause, err) {
		e.Err = errors.Join(err, cause)
	}
	return e
}
