package mall

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
)

// Raw is a platform's own record, byte for byte. It may hold personal data, so
// printing, logging or marshalling it shows its size only; a store that must keep
// the bytes converts it to []byte. [Native] reads it. The zero value is no record.
//
// Two places are out of its reach, because package fmt calls no method there: an
// unexported struct field, and what a pointer inside a value points to when the
// value is printed with a verb that does not fit it, which go vet refuses.
type Raw []byte

// String returns the size, not the content.
func (r Raw) String() string { return fmt.Sprintf("[%d bytes]", len(r)) }

// Format writes the size for every verb.
func (r Raw) Format(w fmt.State, _ rune) { fmt.Fprintf(w, "[%d bytes]", len(r)) }

// LogValue returns the size: log/slog would write the bytes of a slice as they are.
func (r Raw) LogValue() slog.Value { return slog.StringValue(r.String()) }

// MarshalText returns the size: encoding/json would write the bytes in base64.
func (r Raw) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Native reads the platform's own record of an order, an after-sale case, a
// product, an assignment, an event or whatever else carries one into T, a struct
// with the JSON names of the platform. It is the way to fields that the neutral
// model does not name. Record tells the platform, what the record describes
// ("order 123") and the record.
//
// A value without a record, such as one that was read back from JSON, is
// [ErrNotFound]; a record that does not fit T is [ErrReply]. The text of the
// failure quotes nothing from the record.
func Native[T any](of interface {
	Record() (platform Platform, what string, raw Raw)
}) (T, error) {
	const op = "read the platform's record"
	var own, none T
	platform, what, raw := of.Record()
	if len(raw) == 0 {
		return none, &Error{Op: op, Platform: platform, Kind: ErrNotFound,
			Message: what + " carries no record of the platform"}
	}
	if err := json.Unmarshal(raw, &own); err != nil {
		return none, &Error{
			Op: op, Platform: platform, Kind: ErrReply, Err: err,
			Message: fmt.Sprintf("the record of %s does not fit %T%s", what, none, misfit(err)),
		}
	}
	return own, nil
}

// misfit tells where a record does not fit, without the text of the cause,
// which may quote what is in the record.
func misfit(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf(": field %q is not %s", e.Field, e.Type)
	}
	return ""
}
