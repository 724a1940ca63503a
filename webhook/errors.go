package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// What became of a request or event, to be matched with errors.Is. A mall.Kind
// alone would not tell, since a function of the app may fail with any Kind. Each
// stands below a [*mall.Error], whose text says more and holds no secret, no
// signature and no piece of the request.
var (
	// ErrRejected: the request or one event of it was refused, and no function was
	// called for it. The Kind is mall.ErrSignature where the request is not shown
	// to be the platform's, or was signed too long ago or in the future: check app
	// key and secret or message key, the clock, and that no proxy changes the body
	// or drops headers. The Kind is mall.ErrReply where it is cut, too long or not
	// in the form of the platform, and mall.ErrInvalid where Handle is given what
	// Queue was not.
	ErrRejected = errors.New("webhook: request rejected")
	// ErrInProgress: the event is being handled right now, or was when a process
	// died. The platform is told to try again.
	ErrInProgress = errors.New("webhook: event is being handled")
	// ErrUnconfirmed: the platform does not know what an unsigned push is about,
	// or the shop is none of ours. The push was answered with success, and no
	// function was called.
	ErrUnconfirmed = errors.New("webhook: push not confirmed by reading")
)

// What was tried, as Op of a [*mall.Error] says it.
const (
	opNew     = "make webhook handler"
	opReceive = "receive request"
	opQueue   = "put push on queue"
	opClaim   = "claim event"
	opHandle  = "handle event"
	opRecord  = "record event"
)

// rejected returns the error of a request that gets no further. The text must
// not quote the request.
func rejected(kind mall.Kind, format string, args ...any) error {
	return &mall.Error{Kind: kind, Message: fmt.Sprintf(format, args...), Err: ErrRejected}
}

// malformed is for requests that are not in the form of the platform.
func malformed(format string, args ...any) error {
	return rejected(mall.ErrReply, format, args...)
}

// forged is for requests that are not shown to be the platform's.
func forged(format string, args ...any) error {
	return rejected(mall.ErrSignature, format, args...)
}

func unconfirmed(kind mall.Kind, message string, cause error) error {
	return &mall.Error{Op: opHandle, Kind: kind, Message: message, Err: errors.Join(ErrUnconfirmed, cause)}
}

// wrong returns what is wrong with the settings of a handler as one error; nil
// where nothing is.
func wrong(p mall.Platform, errs ...error) error {
	err := errors.Join(errs...)
	if err == nil {
		return nil
	}
	return &mall.Error{
		Op: opNew, Platform: p, Kind: mall.ErrInvalid, Message: strings.ReplaceAll(err.Error(), "\n", "; "), Err: err,
	}
}

// several joins the errors of a request's events, of which there are n.
func several(errs []error, n int) error {
	if len(errs) < 2 {
		return errors.Join(errs...)
	}
	first, _ := errors.AsType[*mall.Error](errs[0])
	return &mall.Error{
		Op: opHandle, Platform: first.Platform, Kind: first.Kind, Err: errors.Join(errs...),
		Message: fmt.Sprintf("%d of %d events failed; the first: %v", len(errs), n, errs[0]),
	}
}

// tooLate is what the app's function finds as the cause when the answer is due.
func tooLate(p mall.Platform) error {
	return settle.Failure(p, opHandle, &mall.Error{
		Kind: mall.ErrCancelled, Message: "the answer was due before the app's function returned",
		Err: context.DeadlineExceeded,
	})
}

func closed(p mall.Platform) error {
	return settle.Failure(p, opReceive, &mall.Error{
		Kind: mall.ErrCancelled, Message: "the handler was closed",
		Err: errors.Join(context.Canceled, http.ErrServerClosed),
	})
}

// ended returns why ctx ended.
func ended(ctx context.Context) error {
	if e, ok := errors.AsType[*mall.Error](context.Cause(ctx)); ok {
		return e // the handler's own: too late, or closed
	}
	return settle.Ended(ctx)
}

// PanicError is a panic of the app's code, which fails the event like an error.
// Its text leaves out the value, which may hold personal data.
type PanicError struct {
	Value any
	Stack []byte
}

// Error names the type of the value.
func (e *PanicError) Error() string { return fmt.Sprintf("the app's code panicked with a %T", e.Value) }

// safely turns a panic into an error.
func safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}
