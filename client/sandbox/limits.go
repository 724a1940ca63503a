package sandbox

import (
	"fmt"
	"math"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Limit sets how much a shop may call. A zero CallsPerSecond means "as the
// rules say"; nil in the other fields means "no limit".
type Limit struct {
	ShopID string `json:"shop_id,omitempty"` // empty: every shop separately
	Method string `json:"method,omitempty"`  // empty: every method separately

	// CallsPerSecond is how many calls are allowed per second of the sandbox's
	// clock; as many (at least one) are allowed at once.
	CallsPerSecond float64 `json:"calls_per_second,omitempty"`
	// CallsPerDay is how many calls are allowed on one day in Beijing, counted
	// from when it is set. With neither shop nor method it is a quota of the
	// app over all of them together, in addition to the others.
	CallsPerDay *int `json:"calls_per_day,omitempty"`
	// DecryptsPerDay is how many texts a shop may have decrypted on one day in
	// Beijing. It belongs to the shop, so Method must be empty.
	DecryptsPerDay *int `json:"decrypts_per_day,omitempty"`
}

// SetLimit sets a limit from the next call on, replacing the one of the same
// shop and method. Of several limits that match a call the narrowest applies:
// shop and method, then shop, then method, then platform. A limit that sets
// nothing removes the limits on calls. Calls beyond a limit are refused as the
// platform refuses them. If it is not known how the platform refuses calls
// beyond a daily quota, CallsPerDay returns [ErrRefused].
func (d Side) SetLimit(l Limit) error {
	if l.CallsPerSecond < 0 || math.IsInf(l.CallsPerSecond, 0) || math.IsNaN(l.CallsPerSecond) {
		return fmt.Errorf("sandbox: calls_per_second is %v; it may be 0 (as the rules say) or above", l.CallsPerSecond)
	}
	if l.DecryptsPerDay != nil && (*l.DecryptsPerDay < 0 || l.Method != "") {
		return fmt.Errorf("sandbox: decrypts_per_day may be 0 or above, and method must be empty with it")
	}
	if l.CallsPerDay != nil && *l.CallsPerDay < 0 {
		return fmt.Errorf("sandbox: calls_per_day may be 0 or above")
	}
	if err := d.known(); err != nil {
		return err
	}
	if _, ok := d.platform.(stage.Quoted); l.CallsPerDay != nil && !ok {
		return stage.Errorf(stage.ErrRefused, "how %s refuses calls beyond a day's quota is not known", d.name)
	}
	if err := d.lock(); err != nil {
		return err
	}
	defer d.unlock()
	if l.ShopID != "" {
		if _, err := d.shop(l.ShopID); err != nil {
			return err
		}
	}
	key, limits := limitKey{d.name, l.ShopID, l.Method}, &d.sandbox.limits
	if l.DecryptsPerDay != nil {
		limits.decrypts[key] = *l.DecryptsPerDay
	}
	if l.CallsPerDay != nil {
		limits.quotas[key], limits.spent = *l.CallsPerDay, map[limitKey]int{}
	}
	if l.CallsPerSecond == 0 && (l.DecryptsPerDay != nil || l.CallsPerDay != nil) {
		return nil
	}
	limits.buckets = map[limitKey]*bucket{} // a changed limit counts from zero
	if l.CallsPerSecond == 0 {
		delete(limits.rates, key)
		delete(limits.quotas, key)
		return nil
	}
	limits.rates[key] = l.CallsPerSecond
	return nil
}

type limitKey struct {
	platform mall.Platform
	shop     string
	method   string
}

// widening returns the keys of the limits that may apply to k, the narrowest
// first. The last is the platform's.
func (k limitKey) widening() [4]limitKey {
	return [4]limitKey{k, {k.platform, k.shop, ""}, {k.platform, "", k.method}, {k.platform, "", ""}}
}

type limits struct {
	rates    map[limitKey]float64
	buckets  map[limitKey]*bucket // one for each platform, shop and method
	decrypts map[limitKey]int     // by platform and shop
	quotas   map[limitKey]int     // calls a day
	spent    map[limitKey]int     // of the quotas, on spentDay
	spentDay string               // Beijing date
}

func newLimits() limits {
	return limits{rates: map[limitKey]float64{}, buckets: map[limitKey]*bucket{}, decrypts: map[limitKey]int{},
		quotas: map[limitKey]int{}}
}

// allow counts the call and reports whether it is within its limit.
func (s *Sandbox) allow(c *stage.Call) bool {
	key, rate := keyOf(c), s.callRate(c)
	b := s.limits.buckets[key]
	if b == nil {
		b = &bucket{left: max(rate, 1), at: s.now()}
		s.limits.buckets[key] = b
	}
	return b.take(rate, s.now())
}

func keyOf(c *stage.Call) limitKey {
	key := limitKey{platform: c.Platform.Name(), method: c.Method}
	if c.Shop != nil {
		key.shop = c.Shop.ID
	}
	return key
}

// callRate returns the rate limit of the call, in calls per second.
func (s *Sandbox) callRate(c *stage.Call) float64 {
	for _, k := range keyOf(c).widening() {
		if r, ok := s.limits.rates[k]; ok {
			return r
		}
	}
	return s.rate
}

// spendQuota counts the call against the day's quotas. If one is used up, it
// returns the refusal and false.
func (s *Sandbox) spendQuota(c *stage.Call, p stage.Quoted) (stage.Result, bool) {
	if len(s.limits.quotas) == 0 {
		return stage.Result{}, true
	}
	if day := beijingDay(s.now()); day != s.limits.spentDay {
		s.limits.spentDay, s.limits.spent = day, map[limitKey]int{}
	}
	key := keyOf(c)
	keys := key.widening()
	app := keys[3]
	for _, of := range keys[:3] {
		if most, ok := s.limits.quotas[of]; ok {
			if s.limits.spent[key] >= most {
				return p.Exhausted(c, false), false
			}
			break
		}
	}
	if most, ok := s.limits.quotas[app]; ok && s.limits.spent[app] >= most {
		return p.Exhausted(c, true), false
	}
	s.limits.spent[key]++
	s.limits.spent[app]++
	return stage.Result{}, true
}

// decryptsPerDay returns the shop's allowance; ok is false if there is no
// limit.
func (s *Sandbox) decryptsPerDay(sh *stage.Shop) (n int, ok bool) {
	if n, ok = s.limits.decrypts[limitKey{platform: sh.Platform.Name(), shop: sh.ID}]; !ok {
		n, ok = s.limits.decrypts[limitKey{platform: sh.Platform.Name()}]
	}
	return n, ok
}

// bucket is a token bucket on the sandbox's clock.
type bucket struct {
	left float64
	at   time.Time
}

func (b *bucket) take(rate float64, now time.Time) bool {
	if d := now.Sub(b.at); d > 0 {
		b.left = min(b.left+rate*d.Seconds(), max(rate, 1))
	}
	b.at = now // even if the clock was moved back
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
