package sandbox

import (
	"slices"
)

// CallFaultKinds returns the kinds of faults that affect calls.
func CallFaultKinds() []FaultKind {
	return slices.DeleteFunc(slices.Clone(faultKinds), func(k FaultKind) bool { return Fault{Kind: k}.pushes() })
}
