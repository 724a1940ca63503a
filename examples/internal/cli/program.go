package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// Env is what a program sees of the world.
type Env struct {
	Args   []string // without the program's name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Lang   Lang
}

// Program is an example program. It returns when it is done or when ctx ends.
type Program func(ctx context.Context, env Env) error

// UsageError is a mistake of the person at the keyboard: exit code 2.
type UsageError struct{ Text string }

// Error is the text.
func (e UsageError) Error() string { return e.Text }

// Usagef makes a [UsageError].
func Usagef(format string, args ...any) error { return UsageError{fmt.Sprintf(format, args...)} }

// ErrTold is a failure that the program has told already: exit code 1 and no
// further word.
var ErrTold = errors.New("told already")

// Main runs a program that speaks Chinese until it is done or interrupted, and
// exits.
func Main(p Program) { MainIn(Chinese, p) }

// MainIn is Main for a program that speaks another language.
func MainIn(lang Lang, p Program) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := Run(ctx, p, Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Lang: lang,
	})
	stop()
	os.Exit(code)
}

// Run runs a program, tells what went wrong in one line, and returns the exit
// code: 0, 1 when something failed, 2 when it was called the wrong way.
func Run(ctx context.Context, p Program, env Env) int {
	err := p(ctx, env)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, ErrTold):
		return 1
	}
	text := err.Error()
	if env.Lang == Chinese {
		text = Say(err)
	}
	fmt.Fprintln(env.Stderr, phrases[env.Lang].failed+text)
	if _, ok := errors.AsType[UsageError](err); ok {
		return 2
	}
	return 1
}

// Flags returns an empty set of flags for a program that does what purpose says.
// What is wrong with them comes back from [Env.Parse].
func (env Env) Flags(name, purpose string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // one sentence of ours instead of the whole help
	f.Usage = func() {
		fmt.Fprintf(env.Stderr, "%s\n\n"+phrases[env.Lang].usage+"\n", purpose, name)
		table := Table{}
		f.VisitAll(func(one *flag.Flag) {
			kind, text := flag.UnquoteUsage(one)
			if kind = phrases[env.Lang].kinds[kind]; kind != "" {
				kind = " " + kind
			}
			if !slices.Contains([]string{"", "false", "0s"}, one.DefValue) {
				text += fmt.Sprintf(phrases[env.Lang].preset, one.DefValue)
			}
			table.Add("  -"+one.Name+kind, text)
		})
		table.Print(env.Stderr)
	}
	return f
}

// Parse reads the arguments. Help is printed for -h, and returned as
// flag.ErrHelp; every mistake is a [UsageError].
func (env Env) Parse(f *flag.FlagSet) error {
	help := f.Usage
	f.Usage = func() {}
	switch err := f.Parse(env.Args); {
	case errors.Is(err, flag.ErrHelp):
		help()
		return err
	case err != nil:
		return Usagef("%s", phrases[env.Lang].flags(err.Error()))
	case f.NArg() > 0:
		return Usagef("%s", phrases[env.Lang].argument) // not shown: it might be a secret
	}
	return nil
}
