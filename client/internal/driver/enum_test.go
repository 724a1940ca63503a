package driver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/internal/driver"
)

func TestEnum(t *testing.T) {
	e := driver.NewEnum(map[int]string{0: "new", 2: "paid", 101: "paid", 5: "closed", 21: "closed", 22: "closed"}, 2)
	for w, n := range map[int]string{0: "new", 2: "paid", 101: "paid", 5: "closed", 7: ""} {
		assert.Equal(t, n, e.Neutral(w), "%d", w)
	}
	w, ok := e.Wire("paid")
	assert.True(t, ok)
	assert.Equal(t, 2, w, "of several the one that was chosen")
	w, ok = e.Wire("new")
	assert.True(t, ok, "zero is a value")
	assert.Zero(t, w)
	for _, n := range []string{"closed", "gone", ""} {
		_, ok = e.Wire(n)
		assert.False(t, ok, "%q: nobody chose", n)
	}
}
