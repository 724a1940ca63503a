// Sign shows how a platform's signature comes about, and checks known
// cases.
//
//	export MALL_SIGN_SECRET=…
//	go run ./examples/sign -scheme doudian -app-key 7000000000000000001 \
//	    -method order.searchList -timestamp 1735660800 -params '{"page":0,"size":10}'
//
// prints the text that is signed, step by step, and the signature. With -sign it
// also says whether a given signature is the same. The secret comes from the
// environment variable MALL_SIGN_SECRET or, where that is not set, from standard
// input; there is no flag for it, because other users of a machine can read
// flags. It is never printed.
//
//	go run ./examples/sign -vectors signing/testdata/doudian.json
//
// runs the cases of a file, see signingtest.Vector.
//
// Exit codes: 0 as expected, 1 a signature differs or a case fails, 2 the program
// was called wrongly or cannot read its input.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/signing/signingtest"
)

func main() { cli.MainIn(cli.English, run) }

// secretVariable is the environment variable with the secret.
const secretVariable = "MALL_SIGN_SECRET"

// maxSecret bounds what is read from standard input.
const maxSecret = 64 << 10

func run(_ context.Context, env cli.Env) error {
	var in input
	flags := env.Flags("sign",
		"Explains a signature, the secret in "+secretVariable+" or on standard input, or checks known cases.")
	in.define(flags)
	if err := env.Parse(flags); err != nil {
		return err
	}
	switch {
	case in.vectors != "" && flags.NFlag() > 1:
		return cli.Usagef("-vectors goes with no other flag")
	case in.vectors != "":
		return runVectors(in.vectors, env.Stdout)
	case in.scheme == "":
		return cli.Usagef("give -scheme or -vectors; -h lists the flags")
	}
	message, err := in.message()
	if err != nil {
		return cli.UsageError{Text: err.Error()}
	}
	key, err := readKey(env)
	if err != nil {
		return cli.UsageError{Text: err.Error()}
	}
	return explain(message, in.sign, key, env.Stdout)
}

// readKey takes the secret from the environment or from stdin, there without
// the line end.
func readKey(env cli.Env) (*signing.Key, error) {
	secret := env.Getenv(secretVariable)
	if secret == "" {
		text, err := io.ReadAll(io.LimitReader(env.Stdin, maxSecret))
		if err != nil {
			return nil, errors.New("cannot read the secret from standard input")
		}
		secret = strings.TrimRight(string(text), "\r\n")
	}
	key, err := signing.NewKey(secret)
	if err != nil {
		return nil, errors.New("no secret: set " + secretVariable + " or write it to standard input")
	}
	return key, nil
}

// explain tells how the signature comes about, and whether the given one is it.
func explain(m signing.Message, given string, key *signing.Key, stdout io.Writer) error {
	e, err := signing.Explain(m, key)
	if err != nil {
		return cli.UsageError{Text: err.Error()}
	}
	fmt.Fprint(stdout, e)
	if given == "" {
		return nil
	}
	if signing.Check(m, given, key) != nil {
		fmt.Fprintln(stdout, "differs")
		return cli.ErrTold
	}
	fmt.Fprintln(stdout, "match")
	return nil
}

// runVectors runs the cases of a file, one line each.
func runVectors(file string, stdout io.Writer) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return cli.Usagef("cannot read the vectors: %v", err)
	}
	var vectors []signingtest.Vector
	if err := json.Unmarshal(data, &vectors); err != nil {
		return cli.Usagef("%s is not a JSON array of vectors: %v", file, err)
	}
	if len(vectors) == 0 {
		return cli.Usagef("%s holds no vectors, so there is nothing to check", file)
	}
	failed := 0
	for i, v := range vectors {
		if v.ID == "" {
			v.ID = "#" + strconv.Itoa(i+1)
		}
		got, want, ok := v.Run()
		if ok {
			fmt.Fprintln(stdout, "ok", v.ID)
			continue
		}
		failed++
		fmt.Fprintf(stdout, "FAIL %s got=%s want=%s\n", v.ID, oneLine(got), oneLine(want))
	}
	fmt.Fprintf(stdout, "%d passed, %d failed\n", len(vectors)-failed, failed)
	if failed > 0 {
		return cli.ErrTold
	}
	return nil
}

// oneLine quotes what would not stay on its line.
func oneLine(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return strconv.Quote(s)
	}
	return s
}
