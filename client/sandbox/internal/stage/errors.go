package stage

import (
	"errors"
	"fmt"
)

// Errors that platforms answer to what is asked of them by the sandbox's user.
var (
	ErrUnknownID = errors.New("sandbox: unknown id")
	ErrTaken     = errors.New("sandbox: id already in use")
	ErrRefused   = errors.New("sandbox: the platform refuses")
)

// Errorf wraps a sentinel with what it is about.
func Errorf(sentinel error, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{sentinel}, args...)...)
}
