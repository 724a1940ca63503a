package stage

import (
	"errors"
	"fmt"
)

// Errors of operations that the sandbox's user asks for, as opposed to refusals
// of calls that an app makes.
var (
	ErrUnknownID = errors.New("sandbox: unknown id")
	ErrTaken     = errors.New("sandbox: id already in use")
	ErrRefused   = errors.New("sandbox: the platform refuses")
)

// Errorf returns an error that wraps sentinel and adds what it is about.
func Errorf(sentinel error, format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{sentinel}, args...)...)
}
