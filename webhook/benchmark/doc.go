// Package benchmark measures what a faster JSON codec is worth to a webhook. It
// is a module of its own, so that no user of the library depends on the codec.
//
//	go test -bench . -count 5
//
// A codec is plugged in with one option:
//
//	webhook.Options{Codec: mall.Codec{Marshal: gojson.Marshal, Unmarshal: gojson.Unmarshal}}
package benchmark
