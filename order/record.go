package order

import (
	"fmt"

	"github.com/mallwire/mall"
)

// BadRecord is a record of a list that could not be read as an order or case.
type BadRecord struct {
	ID  string   // as far as it could be read; may be empty
	Raw mall.Raw // the platform's record
	Err error    // what is wrong with it
}

// Record returns the platform's record, for [mall.Native].
func (r BadRecord) Record() (mall.Platform, string, mall.Raw) {
	return "", "bad record " + r.ID, r.Raw
}

// BadRecordsError says that a page holds records that could not be read. It is
// the one error that comes along with a result: the other rows of the page are
// there, and its Next leads on. It lies below a [*mall.Error]:
//
//	bad, ok := errors.AsType[*order.BadRecordsError](err)
//
// It matches the errors of its records too, so errors.Is(err, mall.ErrReply) holds
// for a record in an unknown form.
type BadRecordsError struct{ Records []BadRecord }

// Error names the first record and says how many there are.
func (e *BadRecordsError) Error() string {
	switch len(e.Records) {
	case 0:
		return "no bad record"
	case 1:
		return fmt.Sprint(e.Records[0].Err)
	}
	return fmt.Sprintf("%v; %d records of this page could not be read", e.Records[0].Err, len(e.Records))
}

// Unwrap returns the errors of the records.
func (e *BadRecordsError) Unwrap() []error {
	errs := make([]error, 0, len(e.Records))
	for _, r := range e.Records {
		if r.Err != nil {
			errs = append(errs, r.Err)
		}
	}
	return errs
}

// Unread returns how many records could not be read.
func (e *BadRecordsError) Unread() int { return len(e.Records) }
