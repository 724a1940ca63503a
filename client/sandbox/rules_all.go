package sandbox

import (
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// Rules are the behaviours that no document confirms, all in one place. Each
// field says what is assumed; change it to see how a program fares if the
// platform does otherwise. The zero value is not the default: begin with
// [DefaultRules].
type Rules struct {
	// CallsPerSecond is the limit of every method of every shop for which
	// [Sandbox.SetLimit] set none. Unconfirmed: no platform's numbers are
	// known, so the default is generous.
	CallsPerSecond float64 `json:"calls_per_second"`

	// Doudian holds the rules of that platform alone.
	Doudian doudian.Rules `json:"doudian"`
	// Kuaishou holds the rules of that platform alone.
	Kuaishou kuaishou.Rules `json:"kuaishou"`
}

// DefaultRules returns the rules that a sandbox begins with.
func DefaultRules() Rules {
	return New(Empty()).Rules()
}

// Rules returns the rules in force.
func (s *Sandbox) Rules() Rules {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := Rules{CallsPerSecond: s.rate}
	for _, p := range s.platforms {
		switch of := p.Rules().(type) {
		case *doudian.Rules:
			r.Doudian = *of
		case *kuaishou.Rules:
			r.Kuaishou = *of
		}
	}
	return r
}

// SetRules changes the rules from the next call on. It refuses a limit that
// would let nothing through, an unknown sign method, and failures that are
// successes.
func (s *Sandbox) SetRules(r Rules) error {
	if err := Change(s, func(of *doudian.Rules) { *of = r.Doudian }); err != nil {
		return err
	}
	if err := Change(s, func(of *kuaishou.Rules) { *of = r.Kuaishou }); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkRate(r.CallsPerSecond); err != nil {
		return err
	}
	s.rate = r.CallsPerSecond
	return nil
}

// The rules of the platforms.
type (
	DoudianRules          = doudian.Rules
	KuaishouRules         = kuaishou.Rules
	KuaishouRefundRules   = kuaishou.RefundRules
	KuaishouSpecRules     = kuaishou.SpecRules
	KuaishouDropshipRules = kuaishou.DropshipRules
	KuaishouBindingState  = kuaishou.BindingState
)
