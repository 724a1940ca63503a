// Package wire reads the values that platforms write in more than one form, in
// replies and in pushes: numbers as text, empty maps as empty lists, empty text
// for nothing, JSON inside a text. The leniency stands here and nowhere else. What
// fits no form is an error that does not quote the value.
package wire
