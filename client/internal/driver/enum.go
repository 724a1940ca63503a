package driver

// Enum translates the platform's values into neutral ones and back. A value
// that it does not know is not lost: drivers keep the platform's own word beside
// the neutral one.
type Enum[W, N comparable] struct {
	neutral map[W]N
	wire    map[N]W
}

// NewEnum makes an Enum of what each value of the platform means. Where several
// mean the same, the one to be sent has to be among sent; else none is.
func NewEnum[W, N comparable](neutral map[W]N, sent ...W) Enum[W, N] {
	e := Enum[W, N]{neutral, make(map[N]W, len(neutral))}
	ambiguous := map[N]bool{}
	for w, n := range neutral {
		if _, ok := e.wire[n]; ok {
			ambiguous[n] = true
		}
		e.wire[n] = w
	}
	for n := range ambiguous {
		delete(e.wire, n)
	}
	for _, w := range sent {
		e.wire[neutral[w]] = w
	}
	return e
}

// Neutral is what a value of the platform means; the zero value where that is
// not known.
func (e Enum[W, N]) Neutral(w W) N { return e.neutral[w] }

// Wire is the platform's value for n, and whether there is one.
func (e Enum[W, N]) Wire(n N) (W, bool) { w, ok := e.wire[n]; return w, ok }
