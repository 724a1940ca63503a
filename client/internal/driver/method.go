package driver

import (
	"errors"
	"strings"
)

// Path is the path of a method whose address is its name with slashes. A name
// must not be able to change the address.
func Path(method string) (string, error) {
	odd := strings.ContainsFunc(method, func(c rune) bool {
		return c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
	if odd || method == "" || method[0] == '.' || strings.Contains(method, "..") {
		return "", errors.New("the method name may hold letters, digits, dots and underscores only")
	}
	return "/" + strings.ReplaceAll(method, ".", "/"), nil
}
