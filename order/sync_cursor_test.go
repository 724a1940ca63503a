package order_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/long"
	"github.com/mallwire/mall/order"
)

// cursorLimits are those of a platform that lists by cursor: short pages, a
// bound on windows, and a clock of milliseconds.
var cursorLimits = order.Limits{ListLimits: mall.ListLimits{
	MaxPageSize: 50,
	MaxWindow:   7 * 24 * time.Hour,
	History:     90 * 24 * time.Hour,
	Lag:         20 * time.Second,
	Resolution:  time.Millisecond,
}}

// TestNoOrderIsLostByCursor is the proof over a list with cursors, of which some
// stand and some lead over empty pages.
func TestNoOrderIsLostByCursor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		orders, span := long.Or(20_000, 1500), long.Or(time.Hour, 20*time.Minute)
		shop := newMart(2, orders, span, cursorLimits)
		shop.faulty, shop.bad = true, 499
		s := &story{shop: shop, driver: shop, hints: true, span: span, kills: randomKills(2, long.Or(500, 60))}
		missed := s.tell(t, 2)
		assert.Empty(t, missed)
		assert.Zero(t, s.backwards, "versions handed over backwards")
		assert.Zero(t, s.repeats, "the app's own ledger knows what it has")
		assert.Greater(t, s.lives, 100)
		assert.Greater(t, s.versions, orders)
		t.Logf("%d lives, %d versions handed over", s.lives, s.versions)
	})
}

// TestABacklogIsReadInWindows begins twenty days late, with windows longer than
// the platform takes: those are read in parts.
func TestABacklogIsReadInWindows(t *testing.T) {
	t.Parallel()
	const late, span = 20 * 24 * time.Hour, 10 * time.Minute
	for _, window := range []time.Duration{0, 10 * 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			shop := newMart(4, 4000, late+span, cursorLimits)
			shop.faulty, shop.bad = true, 499
			time.Sleep(late) // virtual
			s := &story{shop: shop, driver: shop, span: span, backlog: late, window: window, kills: randomKills(4, 1000)}
			assert.Empty(t, s.tell(t, 4), "windows of %s", window)
			assert.Zero(t, s.backwards)
			assert.Zero(t, s.repeats)
			assert.GreaterOrEqual(t, s.versions, 4000-8, "eight cannot be read")
		})
	}
}

// TestTheProofByCursorBites: with a cursor that counts rows instead of naming a
// place, without the lag, or when a cursor that stands or an empty page is taken
// for the end, the same stories lose orders. The overlap cannot be shown to
// matter: hardly anything happens in the one millisecond of a seam.
func TestTheProofByCursorBites(t *testing.T) {
	t.Parallel()
	for name, break_ := range map[string]func(*story){
		"as it is":                  func(*story) {},
		"without lag":               func(s *story) { s.driver = unlagged{s.shop} },
		"counting rows":             func(s *story) { s.shop.limits.Numbered = true; s.driver = forward{s.shop} },
		"trusting standing cursors": func(s *story) { s.driver = trusting{s.shop} },
		"ending on empty pages":     func(s *story) { s.driver = fullOnly{s.shop} },
	} {
		t.Run(name, func(t *testing.T) {
			missed := 0
			for seed := range long.Or[uint64](6, 3) {
				synctest.Test(t, func(t *testing.T) {
					limits := cursorLimits
					limits.MaxPageSize = 10
					shop := newMart(seed, 600, 10*time.Minute, limits)
					shop.exclusive, shop.faulty = seed%2 == 0, true
					s := &story{shop: shop, driver: shop, span: 10 * time.Minute, memory: true}
					break_(s)
					missed += len(s.tell(t, seed))
				})
			}
			if name == "as it is" {
				assert.Zero(t, missed)
				return
			}
			assert.Positive(t, missed)
			t.Logf("%d missed", missed)
		})
	}
}
