package kuaishou

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// oneTime is a world that has only the time.
type oneTime struct{ stage.World }

func (oneTime) Now() time.Time { return time.Unix(1_736_100_000, 0) }

// TestCatalogueIsOnTheShelf: orders describe a SKU as the shelf does.
func TestCatalogueIsOnTheShelf(t *testing.T) {
	t.Parallel()
	k, sh := newPlatform(oneTime{}), &stage.Shop{ID: "1000000009"}
	for variety := range catalogue {
		item := itemAt(variety, 1)
		_, v := k.sku(sh, item.ItemID, item.SKUID)
		require.NotNil(t, v)
		assert.Equal(t, item.orderSKU, v.ordered())
		assert.Equal(t, item.OriginalPrice, v.Price)
	}
	p, v := k.sku(sh, firstItem+7, firstSKU+7*skuStep)
	require.NotNil(t, v)
	assert.Equal(t, "均码", v.ordered().Desc, "its properties have no names")
	_, v = k.sku(sh, firstItem, firstSKU+7*skuStep)
	assert.Nil(t, v, "of another item")
	assert.True(t, p.MultipleStock)
}
