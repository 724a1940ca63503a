package driver

import "reflect"

// Record is one record of an answer, as raw JSON that decodes into a W. The
// bytes are kept because applications want all of them. They are decoded one
// record at a time, so that one bad record does not cost the page.
type Record[W any] []byte

// UnmarshalJSON keeps a copy.
func (r *Record[W]) UnmarshalJSON(b []byte) error {
	*r = append((*r)[:0], b...)
	return nil
}

// Type returns the type W, for tests.
func (Record[W]) Type() reflect.Type { return reflect.TypeFor[W]() }
