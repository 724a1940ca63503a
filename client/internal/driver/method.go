package driver

import (
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Method is a method of a platform by its name. It makes the errors of a call
// that was not made, or whose answer is of no use.
type Method struct {
	Platform mall.Platform
	Name     string
}

// Refuse is a failure that concerns the method.
func (m Method) Refuse(k mall.Kind, format string, args ...any) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Unexpected is the failure for a record, called what, that does not fit.
func (m Method) Unexpected(what string, record []byte, err error) error {
	return &mall.Error{
		Platform: m.Platform, Method: m.Name, Kind: mall.ErrReply, Raw: mall.Secret(record),
		Message: fmt.Sprintf("%s is not in the expected form: %s", what, Mismatch(err)),
	}
}

// UnreadWrite is the answer to a write that was carried out and cannot be read,
// for the reason why.
func (m Method) UnreadWrite(record []byte, why string) error {
	return &mall.Error{
		Platform: m.Platform, Method: m.Name, Kind: mall.ErrUnknownOutcome, Raw: mall.Secret(record),
		Message: "the answer is not in the expected form: " + why,
	}
}

// RefusedEntry is the refusal of one entry by a call that succeeded. The client
// has seen nothing of it, so that the platform's words are made fit to be shown
// here; about are the texts of the people that the entry was about.
func (m Method) RefusedEntry(k mall.Kind, code, words string, about ...string) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: k, Code: code, Message: Quotable(words, about...)}
}

// Path is the path of a method whose address is its name with slashes. A name
// must not be able to change the address.
func Path(method string) (string, error) {
	odd := strings.ContainsFunc(method, func(c rune) bool {
		return c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if odd || method == "" || method[0] == '.' || strings.Contains(method, "..") {
		return "", settle.Invalid("the method name may hold letters, digits, dots and underscores only")
	}
	return "/" + strings.ReplaceAll(method, ".", "/"), nil
}
