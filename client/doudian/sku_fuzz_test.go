package doudian

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mallwire/mall/client/internal/driver"
)

// FuzzSKURecords: a record is read or refused; what is read has its id and
// keeps the record, and an error quotes nothing of it.
func FuzzSKURecords(f *testing.F) {
	files, err := filepath.Glob("testdata/sku/*.json")
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
		var list []json.RawMessage
		if json.Unmarshal(reply.Data, &list) == nil {
			for _, record := range list {
				f.Add([]byte(record))
			}
			continue
		}
		f.Add([]byte(reply.Data))
	}
	f.Add([]byte(`{"id":1,"stock_num":"13800000000x"}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		check := func(id string, kept int, err error) {
			switch {
			case err != nil && strings.Contains(driver.Mismatch(err), "13800000000"):
				t.Fatalf("%v quotes the record", err)
			case err == nil && (id == "" || kept != len(record)):
				t.Fatalf("id %q, %d of %d bytes kept", id, kept, len(record))
			}
		}
		k, err := toSKU(record)
		check(k.ID, len(k.Raw), err)
		p, err := toProduct(record)
		check(p.ID, len(p.Raw), err)
		v, err := toVariant(record, "1")
		check(v.ID, len(v.Raw), err)
		_, err = toStock(record)
		check("-", len(record), err)
	})
}
