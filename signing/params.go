package signing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Param is one parameter of a call, before percent-encoding. A parameter that is
// not sent, because it is null, does not stand in the list.
type Param struct {
	Key, Value string
}

// listRule says how a platform turns a list of parameters into text. It holds data
// and no functions: calling one would move a caller's list to the heap.
type listRule struct {
	signature string   // the parameter that carries the signature itself
	only      []string // the names that are signed; nil means all
	dropBlank bool     // parameters without a key, or with a value of blanks only, are left out
	joined    bool     // sort by key and value joined instead of by key

	equals, between string // what stands between key and value, and between two pairs
}

// skip returns why p is left out; "" when it is not.
func (l *listRule) skip(p *Param) string {
	switch {
	case p.Key == l.signature:
		return "it carries the signature"
	case l.only != nil && !slices.Contains(l.only, p.Key):
		return "the platform does not sign it"
	case l.dropBlank && p.Key == "":
		return "it has no name"
	case l.dropBlank && blank(p.Value):
		return "it is empty, so it is not sent either"
	}
	return ""
}

// compare orders two parameters. Where they compare as equal, their text is the
// same in either order.
func (l *listRule) compare(a, b entry) int {
	if l.joined {
		return byJoined(a.Param, b.Param)
	}
	return byKey(a.Param, b.Param)
}

// inline is how many parameters are sorted without an allocation.
const inline = 32

// entry is a parameter with the first eight bytes of what it is sorted by. They
// decide most comparisons.
type entry struct {
	prefix uint64
	*Param
}

// append appends the text of params. Their order does not matter, and they are
// not changed.
func (l *listRule) append(dst []byte, params []Param) []byte {
	var stack [inline]entry
	for i, e := range l.sorted(stack[:0], params) {
		if i > 0 {
			dst = append(dst, l.between...)
		}
		dst = append(dst, e.Key...)
		dst = append(dst, l.equals...)
		dst = append(dst, e.Value...)
	}
	return dst
}

// sorted appends the parameters that are signed to kept, in order.
func (l *listRule) sorted(kept []entry, params []Param) []entry {
	for i := range params {
		p := &params[i]
		if l.skip(p) != "" {
			continue
		}
		e := entry{prefix(p.Key), p}
		if n := len(p.Key); l.joined && n < 8 {
			e.prefix |= prefix(p.Value) >> (8 * n)
		}
		kept = append(kept, e)
	}
	if len(kept) > inline {
		slices.SortFunc(kept, l.compare)
		return kept
	}
	for i := 1; i < len(kept); i++ {
		e, j := kept[i], i
		for j > 0 && (e.prefix < kept[j-1].prefix || e.prefix == kept[j-1].prefix && l.compare(e, kept[j-1]) < 0) {
			kept[j] = kept[j-1]
			j--
		}
		kept[j] = e
	}
	return kept
}

// prefix returns the first eight bytes as a number; a shorter text is padded with
// zero bytes. Where two prefixes differ, their texts sort as the prefixes do.
func prefix[T string | []byte](s T) uint64 {
	if len(s) >= 8 {
		return uint64(s[7]) | uint64(s[6])<<8 | uint64(s[5])<<16 | uint64(s[4])<<24 |
			uint64(s[3])<<32 | uint64(s[2])<<40 | uint64(s[1])<<48 | uint64(s[0])<<56
	}
	var n uint64
	for i := range len(s) {
		n |= uint64(s[i]) << (56 - 8*i)
	}
	return n
}

// steps describes the work of append.
func (l *listRule) steps(params []Param) []string {
	order := "by the bytes of the key"
	if l.joined {
		order = "by the bytes of key and value joined"
	}
	var steps []string
	for i := range params {
		if why := l.skip(&params[i]); why != "" {
			steps = append(steps, "leave out "+shown(params[i].Key)+": "+why)
		}
	}
	kept := l.sorted(nil, params)
	if len(kept) == 0 {
		return append(steps, "no parameter is left")
	}
	steps = append(steps, "put the others in order ("+order+"):")
	for _, p := range kept {
		steps = append(steps, "  "+p.Key+" = "+shown(p.Value))
	}
	if l.between == "" {
		return append(steps, "join key and value of each with nothing between, not percent-encoded")
	}
	return append(steps, "join them as key"+l.equals+"value with "+l.between+" between, not percent-encoded")
}

// blank reports whether a value counts as empty. The platform uses Java's class of
// blanks: tabs and line ends are in it, a no-break space is not.
func blank(s string) bool {
	if s != "" && ' ' < s[0] && s[0] < utf8.RuneSelf {
		return false // the common case
	}
	for _, r := range s {
		switch {
		case r == '\u00a0', r == '\u2007', r == '\u202f', r == '\u0085':
			return false
		case !unicode.IsSpace(r) && (r < 0x1c || r > 0x1f):
			return false
		}
	}
	return true
}

// byKey orders by the bytes of the key. No platform allows two parameters with one
// key; the value decides then, so that the text does not depend on the order of
// the list.
func byKey(a, b *Param) int {
	if c := strings.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	return strings.Compare(a.Value, b.Value)
}

// byJoined orders by the bytes of key and value joined, without joining them.
func byJoined(a, b *Param) int {
	if len(a.Key) > len(b.Key) {
		return -byJoined(b, a)
	}
	head, rest := b.Key[:len(a.Key)], b.Key[len(a.Key):]
	if c := strings.Compare(a.Key, head); c != 0 {
		return c
	}
	if len(a.Value) < len(rest) {
		if c := strings.Compare(a.Value, rest[:len(a.Value)]); c != 0 {
			return c
		}
		return -1
	}
	if c := strings.Compare(a.Value[:len(rest)], rest); c != 0 {
		return c
	}
	return strings.Compare(a.Value[len(rest):], b.Value)
}

// AppendForm appends params as application/x-www-form-urlencoded, in the order in
// which they stand. That is the last step before sending, after signing; the
// signature is encoded like every other value, since base64 holds + / =.
func AppendForm(dst []byte, params []Param) []byte {
	for i := range params {
		if i > 0 {
			dst = append(dst, '&')
		}
		dst = appendEscaped(dst, params[i].Key)
		dst = append(dst, '=')
		dst = appendEscaped(dst, params[i].Value)
	}
	return dst
}

func appendEscaped(dst []byte, s string) []byte {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			c == '-', c == '_', c == '.', c == '~':
			dst = append(dst, c)
		case c == ' ':
			dst = append(dst, '+')
		default:
			dst = append(dst, '%', digits[c>>4], digits[c&15])
		}
	}
	return dst
}
