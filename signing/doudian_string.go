package signing

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// The strings of the canonical form: whatever way src escapes a character, it
// is written as encoding/json writes it.

// plainRaw and plainEscaped say which bytes of a string stand for themselves.
var plainRaw, plainEscaped = plainBytes(""), plainBytes("<>&")

func plainBytes(except string) (t [256]bool) {
	for b := range byte(utf8.RuneSelf) {
		t[b] = b >= ' ' && b != '"' && b != '\\' && !bytes.Contains([]byte(except), []byte{b})
	}
	return t
}

// string reads one string.
func (c *canonicalizer) string() bool {
	c.raw, c.escaped = true, false
	src, plain := c.src, c.plain
	for i := c.pos + 1; i < len(src); {
		b := src[i]
		if plain[b] {
			i++
			continue
		}
		if b == '"' {
			c.pos = i + 1
			return true
		}
		c.pos = i
		r, size := c.char(i)
		if size == 0 {
			return false
		}
		i += size
		if b >= utf8.RuneSelf && r != 0x2028 && r != 0x2029 && (r != utf8.RuneError || size > 1) {
			continue
		}
		c.flush()
		c.appendRune(r)
		c.raw = false
		c.from = i
	}
	c.pos = len(src)
	return false
}

// char reads the character at src[i], which is not plain, and returns its
// length in src: 0 when it is not allowed there.
func (c *canonicalizer) char(i int) (rune, int) {
	rest := c.src[i:]
	switch b := rest[0]; {
	case b >= utf8.RuneSelf:
		return utf8.DecodeRune(rest)
	case b < ' ':
		return 0, 0
	case b != '\\':
		return rune(b), 1
	case len(rest) < 2:
		return 0, 0
	}
	switch rest[1] {
	case '"', '\\', '/':
		return rune(rest[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	}
	r, ok := hex4(rest)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := hex4(rest[6:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
		return utf8.RuneError, 6
	}
	return r, 6
}

// hex4 reads \uXXXX.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, d := range b[2:6] {
		switch {
		case '0' <= d && d <= '9':
			d -= '0'
		case 'a' <= d && d <= 'f':
			d -= 'a' - 10
		case 'A' <= d && d <= 'F':
			d -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

// appendRune appends one character as encoding/json writes it.
func (c *canonicalizer) appendRune(r rune) {
	if r >= utf8.RuneSelf && r != 0x2028 && r != 0x2029 || r < utf8.RuneSelf && c.plain[r] {
		c.dst = utf8.AppendRune(c.dst, r)
		return
	}
	c.escaped = true
	const digits = "0123456789abcdef"
	switch r {
	case '"', '\\':
		c.dst = append(c.dst, '\\', byte(r))
	case '\b':
		c.dst = append(c.dst, `\b`...)
	case '\f':
		c.dst = append(c.dst, `\f`...)
	case '\n':
		c.dst = append(c.dst, `\n`...)
	case '\r':
		c.dst = append(c.dst, `\r`...)
	case '\t':
		c.dst = append(c.dst, `\t`...)
	default:
		c.dst = append(c.dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
	}
}
