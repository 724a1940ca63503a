package mall_test

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// What a reader can take in at once.
const (
	maxFunc = 90  // lines of a function
	maxFile = 400 // lines of a file
	maxLine = 120 // characters of a line that is no row of a table
)

// longLines is how many longer lines are still there. It may only fall.
const longLines = 17

// TestShape keeps functions, files and lines short, except in tests.
func TestShape(t *testing.T) {
	long := 0
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && d.Name() != "." {
			return cmp.Or(err, error(fs.SkipDir))
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
		if len(lines) > maxFile {
			t.Errorf("%s has %d lines", file, len(lines))
		}
		for i, line := range lines {
			if utf8.RuneCountInString(line) > maxLine && !row(line) {
				long++
				t.Logf("%s:%d is %d characters long", file, i+1, utf8.RuneCountInString(line))
			}
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, file, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok {
				if length := files.Position(f.End()).Line - files.Position(f.Pos()).Line + 1; length > maxFunc {
					t.Errorf("%s: %s has %d lines", file, f.Name.Name, length)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if long > longLines {
		t.Errorf("%d lines are over %d characters, %d before", long, maxLine, longLines)
	}
}

// row tells whether a line is the row of a table: it begins with a brace or
// with a quoted text.
func row(line string) bool {
	return strings.IndexAny(strings.TrimLeft(line, "\t"), "{\"`") == 0
}
