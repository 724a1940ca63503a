package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table prints rows in columns. Chinese characters take two cells, which a
// plain tabwriter does not know.
type Table struct {
	Header []string     // nil: none
	Right  map[int]bool // columns of numbers
	Widest int          // longer cells are cut; zero: none is
	rows   [][]string
}

// Add adds a row.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// Print writes the table.
func (t *Table) Print(w io.Writer) {
	all := t.rows
	if t.Header != nil {
		all = append([][]string{t.Header}, t.rows...)
	}
	var width []int
	for _, row := range all {
		width = append(width, make([]int, max(0, len(row)-len(width)))...)
		for i := range row {
			if t.Widest > 0 {
				row[i] = runewidth.Truncate(row[i], t.Widest, "…")
			}
			width[i] = max(width[i], runewidth.StringWidth(row[i]))
		}
	}
	for i, row := range all {
		t.line(w, width, row)
		if i > 0 || t.Header == nil {
			continue
		}
		rule := make([]string, len(width))
		for i := range rule {
			rule[i] = strings.Repeat("─", width[i])
		}
		fmt.Fprintln(w, strings.Join(rule, "  "))
	}
}

func (t *Table) line(w io.Writer, width []int, row []string) {
	cells := make([]string, len(row))
	for i, c := range row {
		if t.Right[i] {
			cells[i] = runewidth.FillLeft(c, width[i])
		} else {
			cells[i] = runewidth.FillRight(c, width[i])
		}
	}
	fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "  "), " "))
}

// Progress overwrites one line on a terminal, and writes nothing elsewhere.
type Progress struct {
	w     io.Writer
	shown bool
}

// NewProgress reports on w if it is a terminal.
func NewProgress(w io.Writer) *Progress {
	f, ok := w.(*os.File)
	if !ok {
		return &Progress{}
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &Progress{}
	}
	return &Progress{w: w}
}

// Show replaces the line.
func (p *Progress) Show(format string, args ...any) {
	if p.w != nil {
		fmt.Fprintf(p.w, "\r\033[K"+format, args...)
		p.shown = true
	}
}

// Done removes the line.
func (p *Progress) Done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\033[K")
		p.shown = false
	}
}
