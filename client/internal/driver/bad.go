package driver

import (
	"bytes"

	"github.com/mallwire/mall/order"
)

// BadRecords collects the records of a page that cannot be read, so that the
// rest of the page can still be returned.
type BadRecords []order.BadRecord

// Add adds a record. The id is what could be read of it, if anything.
func (b *BadRecords) Add(id string, record []byte, err error) {
	*b = append(*b, order.BadRecord{ID: id, Raw: bytes.Clone(record), Err: err})
}

// Err returns the error to return along with the page: nil, or an
// order.BadRecordsError.
func (b BadRecords) Err() error {
	if len(b) == 0 {
		return nil
	}
	return &order.BadRecordsError{Records: b}
}
