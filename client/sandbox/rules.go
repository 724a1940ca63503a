package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// defaultRate is the rate limit of every method of every shop for which
// [Side.SetLimit] set none, in calls per second. Unconfirmed: no platform's
// numbers are known, so it is generous.
const defaultRate = 10_000

// Change changes the rules of a platform, which are its unconfirmed
// assumptions, from the next call on. R is the type of the platform's rules:
//
//	err := sandbox.Change(box, func(r *doudian.Rules) { r.VirtualPhones = false })
//
// change receives a copy of the rules in force and must not use the sandbox.
// The error is [ErrUnknownPlatform] if no platform of the sandbox has rules of
// that type, or says which value is not possible; then nothing is changed.
func Change[R any](s *Sandbox, change func(*R)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.platforms {
		if rules, ok := p.Rules().(*R); ok {
			change(rules)
			return p.SetRules(rules)
		}
	}
	return stage.Errorf(ErrUnknownPlatform, "none has rules of the type %T", *new(R))
}

func (s *Sandbox) getRules(*http.Request) (int, any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return http.StatusOK, s.allRules(), nil
}

// allRules returns the rules as the control interface shows them; mu is held.
func (s *Sandbox) allRules() map[string]any {
	all := map[string]any{"calls_per_second": s.rate}
	for _, p := range s.platforms {
		all[string(p.Name())] = p.Rules()
	}
	return all
}

// postRules changes the rules that the body names, all of them or none, and
// leaves the others.
func (s *Sandbox) postRules(r *http.Request) (int, any, error) {
	var b map[string]json.RawMessage
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.allRules()
	rate := s.rate
	next["calls_per_second"] = &rate
	for name, text := range b {
		rules, ok := next[name]
		if !ok {
			return 0, nil, fmt.Errorf("there are no rules for %.40q", name)
		}
		if err := readStrict(strings.NewReader(string(text)), rules); err != nil {
			return 0, nil, err
		}
	}
	if err := checkRate(rate); err != nil {
		return 0, nil, err
	}
	var undo []func()
	for _, p := range s.platforms {
		before := p.Rules()
		if err := p.SetRules(next[string(p.Name())]); err != nil {
			for _, back := range undo {
				back()
			}
			return 0, nil, err
		}
		undo = append(undo, func() { _ = p.SetRules(before) }) // they were valid before
	}
	s.rate = rate
	return http.StatusOK, s.allRules(), nil
}

func checkRate(rate float64) error {
	if !(rate > 0) {
		return fmt.Errorf("sandbox: calls_per_second must be above zero, not %v", rate)
	}
	return nil
}
