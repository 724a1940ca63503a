package kuaishou_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/drivertest"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// TestSyncThroughFaults spares renewals: after a lost one the merchant has to
// authorise again.
func TestSyncThroughFaults(t *testing.T) {
	drivertest.Bubble(t, func(t *testing.T) {
		w := newWorld(t, nil, client.WithRetries(0), client.WithMaxReply(4<<20))
		w.rule(t, func(r *rules) { r.EmptyPages = true })
		drivertest.SyncThroughFaults(t, w.World, drivertest.Followed{
			Status: 30,
			Change: func(text string) map[string]any { return base(map[string]any{"remark": text}) },
			Text:   func(o order.Order) string { return o.BuyerMessage },
			Record: func(record []byte) (id, text string, updated time.Time, err error) {
				var r struct {
					Base struct {
						ID      json.Number `json:"oid"`
						Updated int64       `json:"updateTime"`
						Words   string      `json:"remark"`
					} `json:"orderBaseInfo"`
				}
				err = json.Unmarshal(record, &r)
				return r.Base.ID.String(), r.Base.Words, time.UnixMilli(r.Base.Updated), err
			},
			Methods: []string{"open.order.cursor.list", "open.order.detail"},
		})
	})
}

func TestVersions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	listed := drivertest.OneVersion(t, w.World, w.Box.Now().AddDate(0, 0, -6))
	assert.Len(t, listed, 30)
	refunds := 0
	for _, o := range listed {
		if o.Lines[0].PlatformRefund != "" {
			refunds++
		}
	}
	assert.Positive(t, refunds)
	assert.LessOrEqual(t, len(w.Record.Of("open.order.detail")), len(listed)+refunds,
		"the list asks for details of refunds only")
}

// TestBadOrderInPage: an order that cannot be read is reported beside the
// others of its page.
func TestBadOrderInPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	since := w.Box.Now().AddDate(0, 0, -6) // one window
	drivertest.BadRecord(t, w.World, since, w.AddOrder(t, nil), base(map[string]any{"totalFee": "a lot"}), 30)
}

// TestListWithRefusedDetail: an order whose detail the platform refuses is
// listed with an open refund, and the others are listed too.
func TestListWithRefusedDetail(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	query := order.Query{From: w.Box.Now().AddDate(0, 0, -6)}
	count := func() (all, unclear int) {
		for o, err := range w.Shop.Orders.All(t.Context(), query) {
			require.NoError(t, err)
			all++
			if o.Lines[0].Refund == "" {
				assert.True(t, o.Refund.Open())
				unclear++
			}
		}
		return all, unclear
	}
	before, unclear := count()
	require.Zero(t, unclear)
	w.Arm(t, sandbox.Fault{Method: "open.order.detail", Kind: sandbox.FaultError, Code: 21, Msg: "order operation reject",
		Times: -1})
	after, unclear := count()
	assert.Equal(t, before, after)
	assert.Positive(t, unclear)
}
