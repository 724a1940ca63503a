package signing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Doudian signs param_json in one written form: no white space, the keys of
// every object in byte order at every depth (also inside arrays), arrays in
// their own order, numbers digit by digit as given, null and empty values kept,
// < > & and / written raw, U+2028 and U+2029 escaped. That is what Go's
// encoding/json writes for a map with HTML escaping off, which the official Go
// SDK does: zsmhub/doudian-sdk:utils/sign_util.go.
//
// Other SDKs of the platform escape more, and their calls are accepted too, so
// the gateway evidently signs the text that it receives. Make the canonical text
// once, sign it, and send exactly that text.

// maxDepth is how deep a text may be nested. The platforms' texts are less than
// ten levels deep, and each level may cost one more copy of what is in it.
const maxDepth = 128

// maxText is how long a text may be: offsets then fit 32 bits even where every
// byte is escaped.
const maxText = 256 << 20

// maxMembersKept is the size of the largest stack of members that is used again.
const maxMembersKept = 1024

// CanonicalJSON appends src, one JSON value of any kind, in the form that Doudian
// signs. The digits of numbers stay as they are. Of members with the same key the
// last stays, as in a Go map. Bytes that are not UTF-8, and halves of a surrogate
// pair, become U+FFFD.
//
// The error is [ErrMalformed] where src is not one JSON value, is nested more than
// 128 deep or is longer than 256 MiB. dst must not overlap src. Where src is
// canonical already and dst has room, nothing is allocated.
func CanonicalJSON(dst, src []byte) ([]byte, error) { return canonical(dst, src, false) }

// canonicalEscaped is [CanonicalJSON] with \u003c \u003e \u0026 for < > &. Doudian's
// SPI calls may be signed in this form: the official Go SDK tries it first.
func canonicalEscaped(dst, src []byte) ([]byte, error) { return canonical(dst, src, true) }

var canonicalizers sync.Pool // of *canonicalizer

func canonical(dst, src []byte, escapeHTML bool) ([]byte, error) {
	c, _ := canonicalizers.Get().(*canonicalizer)
	if c == nil {
		c = new(canonicalizer)
	}
	c.src, c.dst, c.pos, c.from, c.depth = src, dst, 0, 0, 0
	c.members = c.members[:0]
	c.plain = &plainRaw
	if escapeHTML {
		c.plain = &plainEscaped
	}
	ok := len(src) <= maxText && c.value() && c.next() == 0 && c.pos == len(src)
	c.flush()
	out, pos := c.dst, c.pos
	c.src, c.dst = nil, nil
	if cap(c.scratch) <= maxKept && cap(c.members) <= maxMembersKept {
		canonicalizers.Put(c)
	}
	if !ok {
		return nil, fmt.Errorf("%w: JSON, near byte %d", ErrMalformed, pos)
	}
	return out, nil
}

// canonicalizer reads src once. It copies what is canonical already in runs that
// are as long as possible: src[from:pos] has been read and is not copied yet. An
// object whose keys are not in order is written again in order when it ends. The
// methods return false for malformed text and leave pos near the fault.
type canonicalizer struct {
	src, dst  []byte
	pos, from int
	depth     int
	plain     *[256]bool
	raw       bool     // the last string is written in dst as it is in src
	escaped   bool     // the last string is written in dst with an escape
	members   []member // those of all open objects, the innermost object's last
	scratch   []byte
}

// member is where one member of an object stands in dst, without the comma.
type member struct {
	// prefix is the first eight bytes of the key as a number, which decides most
	// comparisons. It is 0 and decides nothing for an empty key, and for a key that
	// is written with an escape, whose bytes do not sort as the key does.
	prefix             uint64
	start, keyEnd, end uint32
	escaped            bool
}

// offset is where src[pos] will stand in dst.
func (c *canonicalizer) offset() uint32 { return uint32(len(c.dst) + c.pos - c.from) }

func (c *canonicalizer) flush() {
	c.dst = append(c.dst, c.src[c.from:c.pos]...)
	c.from = c.pos
}

// next skips white space and returns the byte after it; 0 at the end.
func (c *canonicalizer) next() byte {
	if c.pos < len(c.src) && c.src[c.pos] > ' ' {
		return c.src[c.pos]
	}
	return c.nextAfterSpace()
}

func (c *canonicalizer) nextAfterSpace() byte {
	c.flush()
	for ; c.pos < len(c.src); c.pos++ {
		switch b := c.src[c.pos]; b {
		case ' ', '\t', '\n', '\r':
		default:
			c.from = c.pos
			return b
		}
	}
	c.from = c.pos
	return 0
}

func (c *canonicalizer) value() bool {
	switch b := c.next(); b {
	case '"':
		return c.string()
	case '{':
		return c.object()
	case '[':
		return c.array()
	case 't':
		return c.literal("true")
	case 'f':
		return c.literal("false")
	case 'n':
		return c.literal("null")
	default:
		return c.number()
	}
}

func (c *canonicalizer) literal(word string) bool {
	if !bytes.HasPrefix(c.src[c.pos:], []byte(word)) {
		return false
	}
	c.pos += len(word)
	return true
}

func (c *canonicalizer) number() bool {
	if c.at('-') {
		c.pos++
	}
	if c.at('0') {
		c.pos++
	} else if !c.digits() {
		return false
	}
	if c.at('.') {
		c.pos++
		if !c.digits() {
			return false
		}
	}
	if c.at('e') || c.at('E') {
		c.pos++
		if c.at('+') || c.at('-') {
			c.pos++
		}
		if !c.digits() {
			return false
		}
	}
	return true
}

func (c *canonicalizer) at(b byte) bool { return c.pos < len(c.src) && c.src[c.pos] == b }

func (c *canonicalizer) digits() bool {
	start := c.pos
	for c.pos < len(c.src) && '0' <= c.src[c.pos] && c.src[c.pos] <= '9' {
		c.pos++
	}
	return c.pos > start
}

func (c *canonicalizer) array() bool {
	if !c.open() {
		return false
	}
	if c.next() == ']' {
		return c.close()
	}
	for {
		if !c.value() {
			return false
		}
		switch c.next() {
		case ',':
			c.pos++
		case ']':
			return c.close()
		default:
			return false
		}
	}
}

func (c *canonicalizer) open() bool {
	c.depth++
	c.pos++
	return c.depth <= maxDepth
}

func (c *canonicalizer) close() bool {
	c.depth--
	c.pos++
	return true
}

func (c *canonicalizer) object() bool {
	if !c.open() {
		return false
	}
	if c.next() == '}' {
		return c.close()
	}
	base, inOrder := len(c.members), true
	for {
		if c.next() != '"' {
			return false
		}
		i := len(c.members)
		c.members = append(c.members, member{})
		if !c.key(&c.members[i]) {
			return false
		}
		if inOrder && i > base {
			inOrder = c.follows(&c.members[i], &c.members[i-1])
		}
		if c.next() != ':' {
			return false
		}
		c.pos++
		if !c.value() {
			return false
		}
		c.members[i].end = c.offset()
		switch c.next() {
		case ',':
			c.pos++
		case '}':
			if !inOrder {
				c.reorder(c.members[base:])
			}
			c.members = c.members[:base]
			return c.close()
		default:
			return false
		}
	}
}

func (c *canonicalizer) key(m *member) bool {
	start := c.pos
	m.start = c.offset()
	if !c.string() {
		return false
	}
	m.keyEnd, m.escaped = c.offset(), c.escaped
	switch {
	case m.escaped:
	case c.raw:
		m.prefix = prefix(c.src[start+1 : c.pos-1])
	default:
		c.flush()
		m.prefix = prefix(c.dst[m.start+1 : m.keyEnd-1])
	}
	return true
}

// follows reports whether key a comes after key b, where either may not be copied
// to dst yet.
func (c *canonicalizer) follows(a, b *member) bool {
	if a.prefix == b.prefix || a.prefix == 0 || b.prefix == 0 {
		c.flush()
	}
	return after(c.dst, a, b)
}

// reorder writes the members of the object at the end of dst again: sorted, and
// of those with the same key only the last.
func (c *canonicalizer) reorder(members []member) {
	c.flush()
	start := members[0].start
	c.scratch = append(c.scratch[:0], c.dst[start:]...)
	c.dst = c.dst[:start]
	for i := range members {
		m := &members[i]
		m.start, m.keyEnd, m.end = m.start-start, m.keyEnd-start, m.end-start
	}
	text := c.scratch
	sortMembers(text, members)
	for i := range members {
		m := &members[i]
		if i+1 < len(members) && !after(text, &members[i+1], m) {
			continue
		}
		if len(c.dst) > int(start) {
			c.dst = append(c.dst, ',')
		}
		c.dst = append(c.dst, text[m.start:m.end]...)
	}
}

// sortMembers sorts by key. Members with the same key stay in their order.
func sortMembers(text []byte, members []member) {
	if len(members) > inline {
		slices.SortStableFunc(members, func(a, b member) int { return compareKeys(text, &a, &b) })
		return
	}
	for i := 1; i < len(members); i++ {
		m, j := members[i], i
		for j > 0 && after(text, &members[j-1], &m) {
			members[j] = members[j-1]
			j--
		}
		members[j] = m
	}
}

// after reports whether key a comes after key b.
func after(text []byte, a, b *member) bool {
	if a.prefix != b.prefix && a.prefix != 0 && b.prefix != 0 {
		return a.prefix > b.prefix
	}
	return compareKeys(text, a, b) > 0
}

// compareKeys compares the keys themselves. Their written form sorts alike
// unless it holds an escape.
func compareKeys(text []byte, a, b *member) int {
	x, y := text[a.start:a.keyEnd], text[b.start:b.keyEnd]
	if a.escaped || b.escaped {
		var s, t string
		// Both are strings that this package wrote.
		_ = json.Unmarshal(x, &s)
		_ = json.Unmarshal(y, &t)
		return strings.Compare(s, t)
	}
	// Without the quotes: a closing quote sorts after a space and a '!'.
	return bytes.Compare(x[1:len(x)-1], y[1:len(y)-1])
}
