// Package clitest runs example programs in tests.
package clitest

import (
	"bytes"
	"testing"

	"github.com/mallwire/mall/examples/internal/cli"
)

// Run runs a program to its end with arguments and an environment of its own,
// and returns its exit code and what it wrote.
func Run(t *testing.T, p cli.Program, environ map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	get := func(name string) string { return environ[name] }
	code = cli.Run(t.Context(), p, cli.Env{Args: args, Stdout: &out, Stderr: &err, Getenv: get})
	return code, out.String(), err.String()
}
