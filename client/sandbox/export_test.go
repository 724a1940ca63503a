package sandbox

import (
	"slices"
)

// CallFaultKinds are the kinds of faults that calls meet.
func CallFaultKinds() []FaultKind {
	return slices.DeleteFunc(slices.Clone(faultKinds), func(k FaultKind) bool { return Fault{Kind: k}.pushes() })
}
