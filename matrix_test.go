package mall_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/internal/matrix"
	"github.com/mallwire/mall/internal/platforms"
)

var update = flag.Bool("update", false, "rewrite what is generated in the READMEs")

// What is between these lines of a README is generated.
const matrixBegins, matrixEnds = "<!-- support matrix: go test . -run Matrix -update -->\n\n", "\n<!-- end of the support matrix -->\n"

// TestMatrix keeps the support matrix of the READMEs true.
func TestMatrix(t *testing.T) {
	manifest := sandbox.New().Manifest("https://sandbox.invalid")
	var columns []matrix.Column
	for _, p := range platforms.All() {
		accounts, _ := p.Accounts(manifest)
		app, err := accounts[0].App()
		require.NoError(t, err)
		columns = append(columns, matrix.Column{Platform: p, Shop: app.Shop(accounts[0].ShopID())})
	}
	for _, p := range platforms.Planned() {
		columns = append(columns, matrix.Column{Platform: p})
	}
	for _, c := range columns {
		assert.Empty(t, matrix.Unknown(c), c.Name)
	}
	for file, english := range map[string]bool{"README.md": false, "README.en.md": true} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		before, rest, begins := strings.Cut(string(text), matrixBegins)
		table, after, ends := strings.Cut(rest, matrixEnds)
		require.True(t, begins && ends, "%s lacks the lines around the matrix", file)
		want := matrix.Table(english, columns...)
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(before+matrixBegins+want+matrixEnds+after), 0o644))
			continue
		}
		assert.Equal(t, want, table, "%s: go test . -run Matrix -update", file)
	}
}
