// Package wire reads the values that platforms write in more than one form:
// numbers as text, empty maps as empty lists, empty text for nothing. The
// leniency stands here and nowhere else; what fits no form is an error that
// does not quote the value.
package wire
