package mall_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mallwire/mall"

// arrows says for each folder what it may import beside the standard library.
// A folder that is not listed goes by its nearest listed parent. Names without
// a dot are folders of this module.
var arrows = map[string][]string{
	".":                       {},
	"signing":                 {},
	"signing/signingtest":     {"signing"},
	"sku":                     {".", "internal/settle", "internal/walk"},
	"internal/machine":        {"."},                    // the engine of the state machines
	"internal/settle":         {"."},                    // how a call ends; every package that users call
	"internal/long":           {},                       // which form of long tests is run
	"internal/walk":           {".", "internal/settle"}, // the walk through a list
	"internal/suite":          {},                       // the runner of the suites; under internal, as users do not see it
	"sku/skutest":             {".", "internal/suite", "internal/walk", "sku"},
	"order":                   {".", "internal/settle", "internal/walk", "sku"},
	"order/change":            {".", "internal/machine", "internal/settle", "sku", "order"},
	"order/change/changetest": {".", "internal/suite", "sku", "order", "order/change"},
	"order/ordertest":         {".", "internal/suite", "sku", "order"},
	"logistics":               {".", "internal/settle", "sku", "order"},
	"logistics/logisticstest": {".", "internal/suite", "sku", "order", "logistics"},
	"dropship":                {".", "internal/machine", "internal/settle", "internal/walk", "sku", "order", "logistics"},
	"dropship/dropshiptest":   {".", "internal/suite", "sku", "order", "logistics", "dropship"},
	"webhook":                 {".", "internal/settle", "internal/wire", "signing", "sku", "order", "order/change"}, // no HTTP client behind a webhook server
	"webhook/webhooktest":     {".", "signing"},
	"webhook/internal/load":   {"webhook/webhooktest"},
	"client":                  {".", "internal/settle", "sku", "order", "order/change", "logistics", "dropship", "github.com/go-resty/resty/v2", "golang.org/x/time/rate"},
	"internal/wire":           {"."}, // replies and pushes are read leniently here only
	"client/internal/driver":  {".", "internal/settle", "order", "logistics", "client"},
	"client/internal/drivertest": { // imported by tests alone
		".", "sku", "order", "logistics", "dropship", "client", "client/internal/driver", "client/sandbox",
		"order/ordertest", "logistics/logisticstest", "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require",
	},
	"client/doudian": {".", "internal/settle", "signing", "sku", "order", "order/change", "logistics", "dropship", "client", "internal/wire", "client/internal/driver"},
	"client/kuaishou": {
		".", "internal/settle", "signing", "sku", "order", "order/change", "logistics", "dropship", "client", "internal/wire", "client/internal/driver",
		"github.com/google/go-querystring/query",
	},
	"client/sandbox":                {".", "client/sandbox/internal/stage", "client/sandbox/doudian", "client/sandbox/kuaishou"}, // the other side of the wire
	"client/sandbox/doudian":        {".", "signing", "client/sandbox/internal/stage"},
	"client/sandbox/kuaishou":       {".", "signing", "client/sandbox/internal/stage"},
	"client/sandbox/internal/stage": {"."},
	"client/sandbox/open":           {".", "client", "client/sandbox", "internal/platforms"},
	"client/sandbox/internal/wiretest": {
		".", "client/sandbox", "github.com/stretchr/testify/assert", "github.com/stretchr/testify/require", // for tests alone
	},
	"internal/platforms": { // what differs between platforms, for examples, tests and client/sandbox/open
		".", "order", "webhook", "client", "client/doudian", "client/kuaishou", "client/sandbox",
	},
	"internal/matrix": { // for tests alone
		"order", "order/change", "sku", "logistics", "dropship", "client", "internal/platforms",
	},
	"client/internal/toy":         {".", "sku", "order", "client", "internal/wire", "client/internal/driver"},
	"client/sandbox/internal/toy": {".", "client/sandbox/internal/stage", "client/internal/toy"},
	"examples": {
		".", "signing", "signing/signingtest", "sku", "order", "order/change", "logistics", "dropship", "webhook", "client", "client/sandbox",
		"internal/platforms", "examples/internal/cli", "github.com/mattn/go-runewidth",
	},
}

// TestImportDirection keeps the arrows of the design pointing one way.
func TestImportDirection(t *testing.T) {
	seen := map[string]bool{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (strings.HasPrefix(name, ".") && name != "." || name == "testdata" || name == "benchmark") {
			return fs.SkipDir // benchmark is a module of its own
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		folder := filepath.ToSlash(filepath.Dir(file))
		rule := folder
		for arrows[rule] == nil {
			rule = path.Dir(rule)
			if rule == "." {
				t.Errorf("%s: no rule for this folder", folder)
				return nil
			}
		}
		seen[rule] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if local, ours := strings.CutPrefix(imported, module); ours {
				imported = strings.TrimPrefix(local, "/")
				if imported == "" {
					imported = "."
				}
			} else if !strings.Contains(strings.Split(imported, "/")[0], ".") {
				continue // standard library
			}
			if !slices.Contains(arrows[rule], imported) {
				t.Errorf("%s imports %s", file, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder := range arrows {
		if !seen[folder] {
			t.Errorf("%s: a rule, but no code", folder)
		}
	}
}
