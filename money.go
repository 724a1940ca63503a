package mall

import (
	"fmt"
	"math"
	"strconv"
)

// Fen is an amount of money in fen (分), a hundredth of a yuan (元). The zero
// value is no money. It is never negative in an order, but a difference may be.
type Fen int64

// ParseYuan reads decimal yuan such as "12.5", "-0.01" or "1280" exactly; no
// floating point is involved. Digits beyond the fen must be zero. Spaces,
// signs other than a leading minus, exponents, thousands separators and
// amounts beyond the range of [Fen] are [ErrInvalid].
func ParseYuan(s string) (Fen, error) {
	text, negative := s, false
	if len(text) > 0 && text[0] == '-' {
		text, negative = text[1:], true
	}
	limit := uint64(math.MaxInt64)
	if negative {
		limit++ // the range reaches one further below zero
	}
	var fen uint64
	point := -1 // how many digits follow the point; -1 before it
	push := func(digit uint64) bool {
		if fen > (limit-digit)/10 {
			return false
		}
		fen = fen*10 + digit
		return true
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '.' && point < 0 && i > 0 {
			point = 0
			continue
		}
		if c < '0' || c > '9' {
			return 0, notYuan(s, "")
		}
		if point >= 0 {
			point++
		}
		switch {
		case point > 2 && c != '0':
			return 0, notYuan(s, ": it is finer than a fen")
		case point <= 2 && !push(uint64(c-'0')):
			return 0, notYuan(s, ": it is out of range")
		}
	}
	if text == "" || point == 0 {
		return 0, notYuan(s, "")
	}
	for point = max(point, 0); point < 2; point++ {
		if !push(0) {
			return 0, notYuan(s, ": it is out of range")
		}
	}
	if negative {
		return Fen(-fen), nil // two's complement: right for the smallest value too
	}
	return Fen(fen), nil
}

// notYuan refuses a text, and says why where that is not plain.
func notYuan(s, why string) error {
	return &Error{Op: "read amount", Kind: ErrInvalid,
		Message: fmt.Sprintf("%.20q is not an exact amount in yuan%s", s, why)}
}

// String returns the amount in yuan with two decimals: Fen(1250) is "12.50".
// [ParseYuan] reads it back.
func (f Fen) String() string {
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -n // two's complement: right for the smallest value too
	}
	return fmt.Sprintf("%s%s.%02d", sign, strconv.FormatUint(n/100, 10), n%100)
}
