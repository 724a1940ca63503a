package driver

import (
	"bytes"

	"github.com/mallwire/mall/order"
)

// BadRecords are the records of a page that cannot be read. They must not cost
// the page.
type BadRecords []order.BadRecord

// Add notes a record. The id is what could be read of it.
func (b *BadRecords) Add(id string, record []byte, err error) {
	*b = append(*b, order.BadRecord{ID: id, Raw: bytes.Clone(record), Err: err})
}

// Err is what is returned along with the page: nil, or an order.BadRecordsError.
func (b BadRecords) Err() error {
	if len(b) == 0 {
		return nil
	}
	return &order.BadRecordsError{Records: b}
}
