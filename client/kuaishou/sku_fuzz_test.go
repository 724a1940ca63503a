package kuaishou

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
		f.Add([]byte(reply.Data))
		var list struct{ SKUList, Items []json.RawMessage }
		if json.Unmarshal(reply.Data, &list) == nil {
			for _, record := range append(list.SKUList, list.Items...) {
				f.Add([]byte(record))
			}
		}
	}
	f.Add([]byte(`{"kwaiSkuId":1,"skuStock":"13800000000x"}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		check := func(id string, kept int, err error) {
			switch {
			case err != nil && strings.Contains(driver.Mismatch(err), "13800000000"):
				t.Fatalf("%v quotes the record", err)
			case err == nil && (id == "" || kept != len(record)):
				t.Fatalf("id %q, %d of %d bytes kept", id, kept, len(record))
			}
		}
		k, err := toSKU(record, "1")
		check(k.ID, len(k.Raw), err)
		p, err := toProduct(record)
		check(p.ID, len(p.Raw), err)
	})
}
