package mall

import (
	"strings"
	"time"
	"unicode"
)

// Kind says what a caller can do about a failure. It is an error and a
// constant: match it with errors.Is. The zero Kind is a code that no table
// knows yet.
type Kind string

// The kinds, by what helps.
const (
	// ErrAuth: the access token is missing, expired or replaced. The library
	// renews it by itself; seen by a caller it means that renewing did not help.
	ErrAuth Kind = "access token missing, expired or replaced"
	// ErrReauthorize: the merchant must authorise the app again.
	ErrReauthorize Kind = "authorisation gone: the merchant must authorise again"
	// ErrPermission: apply for the API package or right on the platform's console.
	ErrPermission Kind = "app or shop lacks the permission"
	// ErrSignature: check app key, app secret and the machine's clock.
	ErrSignature Kind = "signature refused"
	// ErrRateLimited: wait Error.RetryAfter and call again.
	ErrRateLimited Kind = "rate limited"
	// ErrQuota: the allowance of the day or of the contract is used up.
	ErrQuota Kind = "quota used up"
	// ErrInvalid: correct the arguments.
	ErrInvalid Kind = "invalid argument"
	// ErrNotFound: there is no such thing, or no longer.
	ErrNotFound Kind = "not found"
	// ErrConflict: the state does not allow it: read again, decide again.
	ErrConflict Kind = "state conflict"
	// ErrAlreadyDone: what was asked for had happened before.
	ErrAlreadyDone Kind = "already done"
	// ErrRejected: a business rule refuses; the message says which.
	ErrRejected Kind = "refused by a business rule"
	// ErrUnavailable: a passing fault. Try again later: nothing was changed, or only
	// by a write that may be repeated without harm, such as one that sets a value.
	ErrUnavailable Kind = "platform unavailable"
	// ErrCancelled: the caller's context ended first. Trying again does no harm: a
	// write that had been sent, and must not be repeated, is ErrUnknownOutcome. It
	// also matches context.Canceled or context.DeadlineExceeded.
	ErrCancelled Kind = "the caller gave up"
	// ErrUnknownOutcome: a write was sent and its answer is lost. It may have
	// happened: look before repeating it.
	ErrUnknownOutcome Kind = "outcome unknown"
	// ErrReply: the reply was received but is not in the known form. Raw holds it.
	ErrReply Kind = "reply not understood"
	// ErrNotSupported: the platform or its driver has no such call.
	ErrNotSupported Kind = "not supported by this platform"
	// ErrPIIBudget: the day's allowance for decrypting personal data is used up.
	ErrPIIBudget Kind = "decryption budget used up"
)

// Error makes a Kind usable as an error on its own.
func (k Kind) Error() string { return "mall: " + string(k) }

// Error is what every failure of an exported call of this module is, but for
// package signing, which imports nothing of the module, and for the sandbox, which
// is the other side of the wire. Its text is one line and holds no secret, token,
// signature, URL or body. Always a pointer: errors.AsType[*mall.Error](err).
type Error struct {
	Op         string        // what was tried, in our words: "list orders"
	Platform   Platform      // empty when there is none yet
	Method     string        // as the platform names it: "order.searchList"; empty when none was called
	Kind       Kind          // empty when the code is in no table
	Code       string        // the platform's code, empty when no reply was read
	SubCode    string        // the platform's finer code
	Message    string        // the platform's words, or ours when there was no reply
	RequestID  string        // quote it to the platform's support
	RetryAfter time.Duration // how long the platform asked to wait; zero when it did not say
	Raw        Secret        // the platform's reply; may hold personal data, so it does not print
	Err        error         // the cause below, if any: context errors, network errors; never printed
}

// Error returns one line: what was tried, platform and method, kind, codes,
// message, request id.
func (e *Error) Error() string {
	var b strings.Builder
	for _, part := range []struct{ before, text string }{
		{": ", e.Op}, {": ", strings.TrimSpace(string(e.Platform) + " " + e.Method)}, {": ", string(e.Kind)},
		{": code ", e.Code}, {" ", e.SubCode}, {": ", e.Message}, {" (request ", e.RequestID},
	} {
		switch {
		case part.text == "":
		case b.Len() == 0: // nothing to be separated from
			b.WriteString(strings.TrimLeft(part.before, ": ") + part.text)
		default:
			b.WriteString(part.before + part.text)
		}
	}
	if e.RequestID != "" {
		b.WriteByte(')')
	}
	return strings.Map(onOneLine, b.String())
}

// onOneLine keeps a platform's or a caller's text from beginning a new line of a
// log.
func onOneLine(r rune) rune {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}

// Unwrap lets errors.Is match the kind and the cause.
func (e *Error) Unwrap() []error {
	var errs []error
	if e.Kind != "" {
		errs = append(errs, e.Kind)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	return errs
}
