//go:build race

package signing

// Under the race detector a sync.Pool drops items at random, so allocations
// cannot be counted.
const raceEnabled = true
