package sandbox

import "fmt"

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
	Doudian DoudianRules `json:"doudian"`
	// Kuaishou holds the rules of that platform alone.
	Kuaishou KuaishouRules `json:"kuaishou"`
}

// DefaultRules returns the rules that a sandbox begins with.
func DefaultRules() Rules {
	return Rules{CallsPerSecond: 10_000, Doudian: defaultDoudianRules(), Kuaishou: defaultKuaishouRules()}
}

// Rules returns the rules in force.
func (s *Sandbox) Rules() Rules {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rules.clone()
}

// SetRules changes the rules from the next call on. It refuses a limit that
// would let nothing through, an unknown sign method, and failures that are
// successes.
func (s *Sandbox) SetRules(r Rules) error {
	if err := r.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = r.clone()
	return nil
}

func (r Rules) check() error {
	if !(r.CallsPerSecond > 0) {
		return fmt.Errorf("sandbox: calls_per_second must be above zero, not %v", r.CallsPerSecond)
	}
	if err := r.Doudian.check(); err != nil {
		return err
	}
	return r.Kuaishou.check()
}

// clone shares nothing with r.
func (r Rules) clone() Rules {
	r.Doudian, r.Kuaishou = r.Doudian.clone(), r.Kuaishou.clone()
	return r
}
