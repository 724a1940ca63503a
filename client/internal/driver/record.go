package driver

import "reflect"

// Record is one record of an answer as it came, to be read as a W. It is kept
// because applications want all of it, and read by itself so that one that
// cannot be read does not cost the page.
type Record[W any] []byte

// UnmarshalJSON keeps a copy.
func (r *Record[W]) UnmarshalJSON(b []byte) error {
	*r = append((*r)[:0], b...)
	return nil
}

// Type is what the record is read as, for tests.
func (Record[W]) Type() reflect.Type { return reflect.TypeFor[W]() }
