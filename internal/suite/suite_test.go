package suite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// outcomes are a subject: what each check of the list returns.
type outcomes map[string]error

func listed(names ...string) (checks []Check[outcomes]) {
	for _, name := range names {
		checks = append(checks, Check[outcomes]{Name: name, Run: func(_ context.Context, o outcomes) error {
			if name == "Panics" {
				panic("index out of range")
			}
			return o[name]
		}})
	}
	return checks
}

var all = listed("A", "B", "C")

func TestFailures(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, c := range []struct {
		name   string
		checks []Check[outcomes]
		has    outcomes
		lacks  []string
		want   []string
	}{
		{"all is well", all, nil, nil, nil},
		{"what fails, in order", all, outcomes{"C": broken, "A": broken}, nil, []string{"A", "C"}},
		{"skipped unseen", all, outcomes{"B": ErrNoPower}, nil, []string{"B"}},
		{"skipped as announced", all, outcomes{"B": ErrNoPower, "C": Skip("why")}, []string{"C", "B"}, nil},
		{"skipped, wrapped", all, outcomes{"B": fmt.Errorf("b: %w", ErrNoPower)}, []string{"B"}, nil},
		{"a skip hides no failure", all, outcomes{"B": errors.Join(broken, ErrNoPower)}, []string{"B"}, []string{"B"}},
		{"announced and tried", all, nil, []string{"B"}, []string{"B"}},
		{"announced and broken", all, outcomes{"B": broken}, []string{"B"}, []string{"B"}},
		{"no such name", all, outcomes{"A": broken}, []string{"D"}, []string{"Lacks"}},
		{"a panic is a failure", listed("A", "Panics", "C"), outcomes{"C": broken}, nil, []string{"Panics", "C"}},
		{"a panic is no skip", listed("Panics"), nil, []string{"Panics"}, []string{"Panics"}},
	} {
		var got []string
		for name, err := range Failures(t.Context(), c.checks, c.has, c.lacks) {
			got = append(got, name)
			if err == nil {
				t.Errorf("%s: %s fails with nothing", c.name, name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got failures of %q, want %q", c.name, got, c.want)
		}
	}
}

// TestFailuresStopsWithItsReader: later checks may build on earlier ones.
func TestFailuresStopsWithItsReader(t *testing.T) {
	t.Parallel()
	tried := 0
	count := Check[outcomes]{Name: "count", Run: func(context.Context, outcomes) error { tried++; return errSkip }}
	for range Failures(t.Context(), []Check[outcomes]{count, count}, nil, nil) {
		break
	}
	if tried != 1 {
		t.Errorf("got %d checks, want 1", tried)
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names []string
		want  string
	}{{nil, "A B C"}, {[]string{"C", "A"}, "A C"}, {[]string{"B", "D"}, ""}} {
		checks, err := Only(all, c.names)
		var got []string
		for _, check := range checks {
			got = append(got, check.Name)
		}
		if strings.Join(got, " ") != c.want || (err != nil) != (c.want == "") {
			t.Errorf("only %q: got %q, %v, want %q", c.names, got, err, c.want)
		}
	}
}

// TestRun has Run fail in a process of its own: a runner that swallows failures
// would let every suite pass.
func TestRun(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lacks, bubble string
		want          []string
	}{
		{"C", "", []string{"--- PASS: TestSubject/A", "--- FAIL: TestSubject/B", "broken", "--- SKIP: TestSubject/C", "--- FAIL: TestSubject/Panics", "index out of range"}},
		{"", "", []string{"--- FAIL: TestSubject/C", "Known.Lacks does not say so"}},
		{"A", "", []string{"--- FAIL: TestSubject/A", "but it can"}},
		{"D", "", []string{"--- FAIL: TestSubject", `Known.Lacks names "D"`}},
		{"C", "yes", []string{"--- FAIL: TestSubject ", "B: broken", "C: not tried", "Panics: panic: index out of range"}},
		{"A", "yes", []string{"--- FAIL: TestSubject ", "A: Known.Lacks says", "C: skipped, and Known.Lacks does not say so"}},
	} {
		run := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSubject$", "-test.v")
		run.Env = append(os.Environ(), "SUITE_LACKS="+c.lacks, "SUITE_BUBBLE="+c.bubble)
		out, err := run.CombinedOutput()
		if err == nil {
			t.Errorf("lacks %q, bubble %q: the test passes", c.lacks, c.bubble)
		}
		for _, text := range c.want {
			if !strings.Contains(string(out), text) {
				t.Errorf("lacks %q, bubble %q: no %q in\n%s", c.lacks, c.bubble, text, out)
			}
		}
	}
}

// TestSubject is what TestRun runs. By itself it does nothing.
func TestSubject(t *testing.T) {
	lacks, ok := os.LookupEnv("SUITE_LACKS")
	if !ok {
		t.Skip("run by TestRun")
	}
	run := func(t *testing.T) {
		has := outcomes{"B": errors.New("broken"), "C": ErrNoPower}
		Run(t, listed("A", "B", "C", "Panics"), has, slices.DeleteFunc([]string{lacks}, func(s string) bool { return s == "" }))
	}
	if os.Getenv("SUITE_BUBBLE") != "" {
		synctest.Test(t, run)
		return
	}
	run(t)
}
