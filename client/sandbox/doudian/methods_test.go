package doudian

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocListsTheMethods: the documentation lists each method once.
func TestDocListsTheMethods(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, list, _ := strings.Cut(string(text), "// # Methods")
	list, _, _ = strings.Cut(list, "// # Orders")
	written := regexp.MustCompile(`\b[a-z]\w*(?:\.\w+)+`).FindAllString(list, -1)
	slices.Sort(written)
	assert.Equal(t, slices.Sorted(maps.Keys(newPlatform(nil).methods)), written)
}
