package drivertest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mallwire/mall/client/internal/driver"
)

// Reading is what was made of a record: the id that was found, how many bytes of
// the record are kept, and the error.
type Reading struct {
	ID   string
	Kept int
	Err  error
}

// FuzzRecords starts from recorded replies, of which entries picks the records
// out of the data of one, and from a record that holds the text 13800000000. Each
// record is read or refused: what is read has its id and keeps the record, and
// an error quotes nothing of it.
func FuzzRecords(
	f *testing.F, pattern string, entries func(data []byte) []json.RawMessage, record string,
	read func(record []byte) []Reading,
) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		f.Fatal("no records", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var reply struct{ Data json.RawMessage }
		if err := json.Unmarshal(text, &reply); err != nil {
			f.Fatal(err)
		}
		for _, record := range entries(reply.Data) {
			f.Add([]byte(record))
		}
	}
	f.Add([]byte(record))
	f.Fuzz(func(t *testing.T, record []byte) {
		for i, r := range read(record) {
			switch {
			case r.Err != nil && strings.Contains(driver.Mismatch(r.Err), "13800000000"):
				t.Fatalf("reading %d: %v quotes the record", i, r.Err)
			case r.Err == nil && (r.ID == "" || r.Kept != len(record)):
				t.Fatalf("reading %d: id %q, %d of %d bytes kept", i, r.ID, r.Kept, len(record))
			}
		}
	})
}
