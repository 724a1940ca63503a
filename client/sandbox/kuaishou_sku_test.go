package sandbox

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKSCatalogueIsOnTheShelf: an order names a SKU in the words in which the
// shelf has it.
func TestKSCatalogueIsOnTheShelf(t *testing.T) {
	t.Parallel()
	s := New()
	k := s.platforms[1].(*kuaishou)
	sh := k.world.AddShop("", "示例")
	for variety := range ksCatalogue {
		item := ksItemAt(variety, 1)
		_, v := k.sku(sh, item.ItemID, item.SKUID)
		require.NotNil(t, v)
		assert.Equal(t, item.ksSKU, v.ordered())
		assert.Equal(t, item.OriginalPrice, v.Price)
	}
	p, v := k.sku(sh, ksFirstItem+7, ksFirstSKU+7*ksSKUStep)
	require.NotNil(t, v)
	assert.Equal(t, "均码", v.ordered().Desc, "its properties have no names")
	_, v = k.sku(sh, ksFirstItem, ksFirstSKU+7*ksSKUStep)
	assert.Nil(t, v, "of another item")
	assert.True(t, p.MultipleStock)
}
