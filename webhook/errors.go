package webhook

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// What was wrong with a request, to be matched with errors.Is. Observers see
// these; the sender only learns that it was rejected, or is to try again. None
// of their texts holds a secret, a signature or a piece of the request.
var (
	// ErrSignature: the request is not shown to be the platform's, by a
	// signature or, where the platform has none, by the key that it is encrypted
	// with. When it should be, check app key and secret or message key, and that
	// no proxy changes the body or drops headers.
	ErrSignature = errors.New("webhook: not signed by the platform for this app")
	// ErrStale: the signed time is too far from ours, in either direction.
	ErrStale = errors.New("webhook: signed too long ago or in the future")
	// ErrReplayed: the event had been handled before. The answer was the same
	// as then, and no function was called.
	ErrReplayed = errors.New("webhook: handled before")
	// ErrInProgress: the same event is being handled right now, or was when a
	// process died. The platform is told to try again.
	ErrInProgress = errors.New("webhook: being handled")
	// ErrMalformed: cut, or not in the form of the platform.
	ErrMalformed = errors.New("webhook: malformed")
	// ErrUnconfirmed: the platform does not know what an unsigned push is about,
	// or the shop is none of ours. The push was acknowledged, and no function
	// was called.
	ErrUnconfirmed = errors.New("webhook: not confirmed by reading")
	// ErrTooLarge: longer than [Options].MaxBody allows.
	ErrTooLarge = errors.New("webhook: body too large")
	// ErrTimeLimit: the function did not return before the answer was due.
	ErrTimeLimit = errors.New("webhook: not handled in time")
	// ErrClosed: the handler was closed.
	ErrClosed = errors.New("webhook: closed")
)

// What was tried, as mall.Error.Op says it.
const (
	opClaim = "claim event"
)

// PanicError is a panic of the app's code, which the platform sees as a failure.
// Its text leaves out the value, which may hold personal data.
type PanicError struct {
	Value any
	Stack []byte
}

func newPanicError(v any) *PanicError { return &PanicError{Value: v, Stack: debug.Stack()} }

// Error names the type of the value.
func (e *PanicError) Error() string {
	return fmt.Sprintf("webhook: a handler panicked with a %T", e.Value)
}

// malformed says what is wrong without quoting it.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}
