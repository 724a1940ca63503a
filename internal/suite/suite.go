package suite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"
	"testing"
	"testing/synctest"
)

// Check is one promise about a subject.
type Check[S any] struct {
	Name string // of the subtest
	// Run returns all that is wrong. What cannot be tried is an error of [Skip], or
	// [ErrNoPower].
	Run func(context.Context, S) error
}

// errSkip marks a promise that cannot be tried.
var errSkip = errors.New("not tried")

// ErrNoPower skips a promise about an optional interface that the driver lacks.
var ErrNoPower = Skip("the driver has no such call")

// Skip makes an error that tells why a promise cannot be tried.
func Skip(why string) error { return fmt.Errorf("%w: %s", errSkip, why) }

// skipped tells a skip, also one that was wrapped, from a failure. One that is
// joined with a failure is no skip, which would hide the failure.
func skipped(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if err == errSkip {
			return true
		}
	}
	return false
}

// Only returns the checks of these names in their own order, or all where no name
// is given. The error names what no check is called.
func Only[S any](checks []Check[S], names []string) ([]Check[S], error) {
	if len(names) == 0 {
		return checks, nil
	}
	if err := named(checks, names, "Only"); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c Check[S]) bool { return !slices.Contains(names, c.Name) }), nil
}

// Run tries the checks in their order, one subtest each. Lacks are the names of
// those that cannot be tried. One that is skipped without being named fails, and
// so does one that is named and can be tried, and a name that no check has.
//
// In a bubble of testing/synctest, where a test can have no subtests, Run tries
// the checks within t itself, and names the check in what it reports.
func Run[S any](t *testing.T, checks []Check[S], subject S, lacks []string) {
	t.Helper()
	if err := named(checks, lacks, "Lacks"); err != nil {
		t.Fatal(err)
	}
	bubble := inBubble()
	for _, c := range checks {
		if bubble {
			switch err := c.try(t.Context(), subject, lacks); {
			case skipped(err):
				t.Logf("%s: %v", c.Name, err)
			case err != nil:
				t.Errorf("%s: %v", c.Name, err)
			}
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			switch err := c.try(t.Context(), subject, lacks); {
			case skipped(err):
				t.Skip(err)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

// inBubble reports whether the caller runs in a bubble of testing/synctest:
// outside of one, synctest.Wait panics.
func inBubble() (is bool) {
	defer func() { is = recover() == nil }()
	synctest.Wait()
	return true
}

// Failures is [Run] without a test, to prove that a suite finds what is broken:
// it yields the name of each check that fails and why, in their order. A wrong
// name in lacks is a failure of "Lacks", and nothing is tried.
func Failures[S any](ctx context.Context, checks []Check[S], subject S, lacks []string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := named(checks, lacks, "Lacks"); err != nil {
			yield("Lacks", err)
			return
		}
		for _, c := range checks {
			if err := c.try(ctx, subject, lacks); err != nil && !skipped(err) && !yield(c.Name, err) {
				return
			}
		}
	}
}

// named reports a name in a field of Known that no check has.
func named[S any](checks []Check[S], names []string, field string) error {
	for _, name := range names {
		if !slices.ContainsFunc(checks, func(c Check[S]) bool { return c.Name == name }) {
			return fmt.Errorf("%s names %q, and there is no such subtest", "Known."+field, name)
		}
	}
	return nil
}

// try holds what a check returns against what is said to be lacking. Only a skip
// that was announced is an error of [Skip].
func (c Check[S]) try(ctx context.Context, subject S, lacks []string) error {
	err := c.guarded(ctx, subject)
	switch lacking := slices.Contains(lacks, c.Name); {
	case skipped(err) && !lacking:
		return fmt.Errorf("skipped, and Known.Lacks does not say so: %v", err)
	case err == nil && lacking:
		return errors.New("Known.Lacks says that it cannot be tried, but it can")
	}
	return err
}

// guarded runs the check. A panic breaks this promise and leaves the others to
// be tried.
func (c Check[S]) guarded(ctx context.Context, subject S) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return c.Run(ctx, subject)
}
