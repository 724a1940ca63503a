package drivertest

import (
	"context"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/logistics/logisticstest"
)

// losses returns every way in which the sandbox can lose the answer of the next
// call of each method, some before and some after the call is carried out. The
// app has the options of [Impatient]. It tries a repeatable method three times,
// so some losses last that long.
func losses(box *sandbox.Sandbox, methods []string) map[string]logisticstest.Loss {
	all := map[string]logisticstest.Loss{}
	for name, f := range map[string]sandbox.Fault{
		"cut before":        {Kind: sandbox.FaultCutBefore},
		"cut after":         {Kind: sandbox.FaultCutAfter},
		"half a body":       {Kind: sandbox.FaultHalfBody},
		"html, done":        {Kind: sandbox.FaultHTML, After: true},
		"html, not done":    {Kind: sandbox.FaultHTML},
		"500, done":         {Kind: sandbox.FaultStatus, Status: 500, After: true},
		"busy, done":        {Kind: sandbox.FaultError, After: true},
		"busy, not done":    {Kind: sandbox.FaultError},
		"not ours, done":    {Kind: sandbox.FaultBody, Body: `{"hello":1}`, After: true},
		"too long, done":    {Kind: sandbox.FaultOversize, Bytes: 2 << 20, After: true},
		"time-out, done":    {Kind: sandbox.FaultDelayAfter, DelayMS: 700},
		"time-out, pending": {Kind: sandbox.FaultDelay, DelayMS: 700},
		"many cuts":         {Kind: sandbox.FaultCutAfter, Times: 3},
	} {
		all[name] = func(context.Context) (func(), error) {
			for _, method := range methods {
				f.Method = method
				if _, err := box.Arm(f); err != nil {
					return nil, err
				}
			}
			return func() { box.ClearFaults() }, nil
		}
	}
	return all
}
