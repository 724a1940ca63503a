package doudian_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

func TestSyncThroughFaults(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, nil, client.WithRetries(0), client.WithMaxReply(4<<20))
		drivertest.SyncThroughFaults(t, w.World, drivertest.Followed{
			Status: 2,
			Change: func(text string) map[string]any { return map[string]any{"seller_words": text} },
			Text:   func(o order.Order) string { return o.Remark.Text },
			Record: func(record []byte) (id, text string, updated time.Time, err error) {
				var r struct {
					ID      json.Number `json:"order_id"`
					Updated int64       `json:"update_time"`
					Words   string      `json:"seller_words"`
				}
				err = json.Unmarshal(record, &r)
				return r.ID.String(), r.Words, time.Unix(r.Updated, 0), err
			},
		})
	})
}

func TestVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	assert.Len(t, drivertest.OneVersion(t, w.World, w.Box.Now().AddDate(0, 0, -80)), 37)
}

// TestBadOrderInPage: an order that cannot be read is reported beside the
// others of its page.
func TestBadOrderInPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	drivertest.BadRecord(t, w.World, w.Box.Now().AddDate(0, 0, -80), "6920000000000000700",
		map[string]any{"order_amount": "a lot"}, 36)
}

// TestAnswerWithoutList: an answer that holds no list is an error, not the end
// of the list.
func TestAnswerWithoutList(t *testing.T) {
	t.Parallel()
	for _, data := range []string{`{}`, `{"total":null}`,
		`{"shop_order_list":[],"items":null,"distr_order_list":[],"order_list":null,"supplier_shop_list":[]}`} {
		s := shopOver(t, drivertest.Reply(200, []byte(`{"code":10000,"data":`+data+`}`)))
		_, err := s.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Dropship.PageMerchantOrders(t.Context(), dropship.Query{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Dropship.Suppliers(t.Context())
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
}
