package signing

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
)

// AppendDoudianParams appends the parameters of a call, which are a struct or a
// map, as the canonical text to sign and to send. Parameters that encode as null
// become {}. The error is [ErrMalformed] for parameters that are not an object,
// and that of encoding/json for those that cannot be encoded.
//
// A struct is encoded in canonical form at once where its fields, and those of
// the structs in it, stand in the byte order of their JSON names. Otherwise the
// text goes through [CanonicalJSON] besides.
func AppendDoudianParams(dst []byte, params any) ([]byte, error) {
	e, _ := encoders.Get().(*encoder)
	if e == nil {
		e = new(encoder)
		e.enc = json.NewEncoder(&e.buf)
		e.enc.SetEscapeHTML(false)
	}
	e.buf.Reset()
	if err := e.enc.Encode(params); err != nil {
		// An encoder that failed may go on failing, so it is not used again.
		return nil, fmt.Errorf("signing: encode parameters: %w", err)
	}
	text := bytes.TrimSuffix(e.buf.Bytes(), []byte("\n"))
	var err error
	switch {
	case string(text) == "null":
		dst = append(dst, "{}"...)
	case text[0] != '{':
		err = fmt.Errorf("%w: parameters are not an object", ErrMalformed)
	case encodesInOrder(reflect.TypeOf(params)) && !bytes.Contains(text, []byte(`\ufffd`)):
		dst = append(dst, text...)
	default:
		dst, err = CanonicalJSON(dst, text)
	}
	if e.buf.Cap() <= maxKept {
		encoders.Put(e)
	}
	if err != nil {
		return nil, err
	}
	return dst, nil
}

type encoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

var (
	encoders sync.Pool // of *encoder
	inOrder  sync.Map  // of bool by reflect.Type: what encodesInOrder found
)

// encodesInOrder reports whether encoding/json, with HTML escaping off, is certain
// to write values of type t in canonical form: all keys are in order, and no value
// encodes itself. (It writes invalid UTF-8 as the escape \ufffd.)
func encodesInOrder(t reflect.Type) bool {
	if known, ok := inOrder.Load(t); ok {
		return known.(bool)
	}
	ok := keysInOrder(t, make(map[reflect.Type]bool))
	inOrder.Store(t, ok)
	return ok
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// keysInOrder is encodesInOrder for t. seen holds the types that are being looked
// at, so that a type within itself ends the search.
func keysInOrder(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return true
	}
	seen[t] = true
	for _, m := range []reflect.Type{jsonMarshaler, textMarshaler} {
		if t.Implements(m) || reflect.PointerTo(t).Implements(m) {
			return false
		}
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return keysInOrder(t.Elem(), seen)
	case reflect.Map: // encoding/json sorts its keys
		return t.Key() == reflect.TypeFor[string]() && keysInOrder(t.Elem(), seen)
	case reflect.Struct:
		return fieldsInOrder(t, seen)
	}
	return false
}

func fieldsInOrder(t reflect.Type, seen map[reflect.Type]bool) bool {
	last := ""
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		switch {
		case f.Anonymous:
			return false
		case !f.IsExported() || tag == "-":
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		if name == "" {
			name = f.Name
		}
		if name <= last || strings.Trim(name, nameBytes) != "" || !keysInOrder(f.Type, seen) {
			return false
		}
		last = name
	}
	return true
}

// nameBytes are the characters of the platforms' names. With certain others
// encoding/json ignores a tag.
const nameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
