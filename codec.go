package mall

// Codec replaces encoding/json by a faster package. Both functions are needed
// and must be safe for concurrent use.
//
// They must treat types as their namesakes in encoding/json do: honour
// json.Marshaler and json.Unmarshaler, and decode into a pointer that stands
// inside an interface. Unmarshal must not keep the bytes that it is given.
type Codec struct {
	Marshal   func(v any) ([]byte, error)
	Unmarshal func(data []byte, v any) error
}
