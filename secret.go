package mall

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a Secret would have been printed.
const redacted = "[redacted]"

// Secret is text that never prints: app secrets, tokens, decrypted receivers.
// The verbs of package fmt, package log/slog and every encoder that honours
// encoding.TextMarshaler (JSON, XML) show "[redacted]" instead. The zero value
// is no secret.
//
// Three places are out of its reach, so keep it from them: an unexported struct
// field, whose methods package fmt cannot call, so that the struct needs a
// Format method of its own; the verbs %w and %p, which ask no method, though go
// vet refuses them; and the keys of a map that is encoded as JSON.
//
// A store that must keep the text calls [Secret.Reveal]; plain json.Marshal
// would keep the placeholder.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns the placeholder.
func (Secret) String() string { return redacted }

// GoString returns the placeholder.
func (Secret) GoString() string { return redacted }

// Format writes the placeholder, also for verbs that do not fit a string, whose
// error text would otherwise show the value.
func (Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, redacted) }

// LogValue returns the placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns the placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
