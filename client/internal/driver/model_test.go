package driver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/order"
)

func TestTraits(t *testing.T) {
	var traits driver.Traits
	traits.Add(false, order.TraitGift)
	assert.Nil(t, traits, "none is no empty list")
	traits.Add(true, order.TraitGift)
	traits.Add(true, order.TraitVirtual)
	assert.Equal(t, driver.Traits{order.TraitGift, order.TraitVirtual}, traits)
}

func TestSealed(t *testing.T) {
	assert.Equal(t, "c", driver.Sealed(order.Protected{Cipher: "c", Plain: "p", Mask: "m"}))
	assert.Equal(t, "p", driver.Sealed(order.Protected{Plain: "p", Mask: "m"}))
	assert.Empty(t, driver.Sealed(order.Protected{Mask: "m"}), "a mask is nobody's text")
}
