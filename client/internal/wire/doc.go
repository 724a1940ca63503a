// Package wire reads values that platforms write in more than one form: numbers
// as text, empty maps as empty lists, empty text for nothing. No other package
// is lenient about forms. A value in no known form is an error that does not
// quote it.
package wire
