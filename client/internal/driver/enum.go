package driver

// Enum translates the platform's values into neutral ones and back. An unknown
// value is not lost: drivers keep the platform's own value beside the neutral
// one.
type Enum[W, N comparable] struct {
	neutral map[W]N
	wire    map[N]W
}

// NewEnum makes an Enum from the neutral value of each platform value. Where
// several platform values share a neutral one, sent names the one to send;
// without it [Enum.Wire] has none.
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

// Neutral returns the neutral value of w, or the zero value if w is unknown.
func (e Enum[W, N]) Neutral(w W) N { return e.neutral[w] }

// Wire returns the platform's value to send for n, and whether there is one.
func (e Enum[W, N]) Wire(n N) (W, bool) { w, ok := e.wire[n]; return w, ok }
