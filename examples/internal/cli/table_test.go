package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestColumnsLineUp: a Chinese character takes two cells.
func TestColumnsLineUp(t *testing.T) {
	table := Table{Header: []string{"店", "n", "text"}, Right: map[int]bool{1: true}, Widest: 6}
	table.Add("一二三", "7", "short")
	table.Add("a", "1234", "一二三四五")
	var out bytes.Buffer
	table.Print(&out)
	assert.Equal(t, ""+
		"店         n  text\n"+
		"──────  ────  ─────\n"+
		"一二三     7  short\n"+
		"a       1234  一二…\n", out.String())
}

func TestProgressIsForTerminals(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out)
	p.Show("%d", 1)
	p.Done()
	assert.Empty(t, out.String())
}
