package drivertest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Records reads each recorded reply whose path matches a pattern and compares
// the result with the golden file beside it. There must be at least as many
// replies as atLeast says.
func Records(t *testing.T, pattern string, atLeast int, read func(t *testing.T, name string, body []byte) any) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) < atLeast {
		t.Fatalf("%s: %d records, want at least %d: %v", pattern, len(files), atLeast, err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".json")
		t.Run(name, func(t *testing.T) {
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			Golden(t, f, read(t, name, body))
		})
	}
}

// Golden compares a value, as JSON, with the golden file beside a record, and
// returns the JSON.
func Golden(t *testing.T, record string, value any) string {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(record+".golden", got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(record + ".golden")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got.Bytes()) {
		t.Errorf("%s.golden says\n%s\ngot\n%s", record, want, got.Bytes())
	}
	return got.String()
}
