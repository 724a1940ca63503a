package driver

import (
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Method names a method of a platform. It makes the errors of calls that were
// not sent and of answers that are of no use.
type Method struct {
	Platform mall.Platform
	Name     string
}

// Refuse returns an error of the given kind about the method.
func (m Method) Refuse(k mall.Kind, format string, args ...any) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: k, Message: fmt.Sprintf(format, args...)}
}

// Unexpected returns the error for a record that cannot be read. What names the
// record.
func (m Method) Unexpected(what string, record []byte, err error) error {
	return &mall.Error{
		Platform: m.Platform, Method: m.Name, Kind: mall.ErrReply, Raw: mall.Secret(record),
		Message: fmt.Sprintf("%s is not in the expected form: %s", what, Mismatch(err)),
	}
}

// UnreadWrite returns the error for a write that was carried out but whose
// answer cannot be read. Why says what is wrong with the answer.
func (m Method) UnreadWrite(record []byte, why string) error {
	return &mall.Error{
		Platform: m.Platform, Method: m.Name, Kind: mall.ErrUnknownOutcome, Raw: mall.Secret(record),
		Message: "the answer is not in the expected form: " + why,
	}
}

// RefusedEntry returns the error for one entry refused by a call that
// succeeded. The client has not seen this text, so it is made safe to show
// here; about holds the personal texts of the entry.
func (m Method) RefusedEntry(k mall.Kind, code, words string, about ...string) error {
	return &mall.Error{Platform: m.Platform, Method: m.Name, Kind: k, Code: code, Message: Quotable(words, about...)}
}

// Path returns the URL path of a method on a gateway whose paths are method
// names with slashes for dots. It refuses a name that could change the address.
func Path(method string) (string, error) {
	odd := strings.ContainsFunc(method, func(c rune) bool {
		return c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if odd || method == "" || method[0] == '.' || strings.Contains(method, "..") {
		return "", settle.Invalid("the method name may hold letters, digits, dots and underscores only")
	}
	return "/" + strings.ReplaceAll(method, ".", "/"), nil
}
