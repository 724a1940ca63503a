package mall_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
)

func TestClockIsTheMachinesUnlessSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c mall.Clock
		assert.Equal(t, time.Now(), c.Now())
	})
	moment := time.Date(2026, 11, 11, 0, 0, 0, 0, mall.Beijing)
	assert.Equal(t, moment, mall.Clock(func() time.Time { return moment }).Now())
}

func TestBeijingIsEightHoursAheadAllYear(t *testing.T) {
	t.Parallel()
	for month := time.January; month <= time.December; month++ {
		assert.Equal(t, 16, time.Date(1988, month, 15, 0, 0, 0, 0, mall.Beijing).UTC().Hour(), "%s 1988, when China had summer time", month)
	}
}
