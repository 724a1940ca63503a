// Package benchmark measures what a faster JSON codec is worth to a call. It
// is a module of its own, so that no user of the library depends on the codec.
//
//	go test -bench . -count 5
//
// A codec is plugged in with one option:
//
//	client.WithCodec(mall.Codec{Marshal: marshal, Unmarshal: gojson.Unmarshal})
//
// where marshal leaves < > & as they are (gojson.MarshalWithOption with
// gojson.DisableHTMLEscape).
package benchmark
