package dropship_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// spoiled is a shop one of whose assignments cannot be read.
type spoiled struct {
	*shop
	bad dropship.MerchantID
}

func (s spoiled) PageMerchantOrders(ctx context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	page, err := s.shop.PageMerchantOrders(ctx, q, cursor)
	for i, a := range page.Items {
		if a.MerchantID == s.bad {
			page.Items = append(append([]dropship.Assignment(nil), page.Items[:i]...), page.Items[i+1:]...)
			return page, &order.BadRecordsError{Records: []order.BadRecord{{ID: string(s.bad),
				Err: &mall.Error{Kind: mall.ErrReply}}}}
		}
	}
	return page, err
}

// TestABadRecordStopsNoOther: page by page all other assignments come, and the
// bad one is named. A walk ends behind the good rows of its page.
func TestABadRecordStopsNoOther(t *testing.T) {
	s := service(spoiled{newShop(12), "3"})
	q := dropship.Query{From: noon.Add(-3 * time.Hour)}
	seen, named := map[dropship.MerchantID]bool{}, map[string]bool{}
	for cursor, pages := "", 0; ; pages++ {
		require.Less(t, pages, 100)
		page, err := s.PageMerchantOrders(t.Context(), q, cursor)
		if bad, ok := errors.AsType[*order.BadRecordsError](err); ok {
			named[bad.Records[0].ID] = true
		} else {
			require.NoError(t, err)
		}
		for _, a := range page.Items {
			seen[a.MerchantID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	assert.Len(t, seen, 11)
	assert.Equal(t, map[string]bool{"3": true}, named)

	var last error
	for _, err := range s.AllMerchantOrders(t.Context(), q) {
		last = err
	}
	assert.ErrorIs(t, last, mall.ErrReply)
}
