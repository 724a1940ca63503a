package doudian_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestSeedShowsEveryKindOfOrder(t *testing.T) {
	t.Parallel()
	w := serve(t)
	seen := map[string]bool{}
	ids := map[string]bool{}
	for _, o := range w.Search(nil).List {
		require.Regexp(t, `^692\d{16}$`, o.OrderID)
		require.NotEmpty(t, o.Lines)
		assert.Equal(t, o.OrderID, o.Lines[0].OrderID, "the first line has the number of its order")
		for i, l := range o.Lines {
			assert.False(t, ids[l.OrderID], "line ids are unique")
			ids[l.OrderID] = true
			assert.Equal(t, o.OrderID, l.ParentID)
			for _, p := range o.Parcels {
				if p.Products[0].LineID == l.OrderID {
					seen["parcel of line "+strconv.Itoa(i)] = true
				}
			}
			seen["open refund"] = seen["open refund"] || l.AfterSale.RefundStatus == 1
			seen["refund done"] = seen["refund done"] || l.AfterSale.RefundStatus == 3
			seen["gift"] = seen["gift"] || l.Given == "FREE" && l.PayAmount == 0 && len(l.Masters) == 1 &&
				l.Masters[0] == o.OrderID
		}
		var sum int64
		for _, l := range o.Lines {
			sum += l.PayAmount
		}
		assert.Equal(t, sum, o.PayAmount, "totals agree")
		assert.Equal(t, o.Paid == 0, o.Status == 1 || o.Status == 4, "order %s of status %d", o.OrderID, o.Status)
		assert.GreaterOrEqual(t, o.Updated, o.Created)
		assert.Less(t, o.Updated, wiretest.Noon.Unix())
		assert.Greater(t, o.Created, wiretest.Noon.AddDate(0, 0, -5).Unix())
		assert.Regexp(t, `^\$[\w-]+\$[\w+/=]+\*[\w+/=]+\$1\$\$$`, o.Tel)
		assert.Regexp(t, `^#[\w-]+#[\w+/=]+\*[\w+/=]+#1##$`, o.Name)
		seen["status "+strconv.FormatInt(o.Status, 10)] = true
		seen["lines "+strconv.Itoa(len(o.Lines))] = true
		seen["virtual"] = seen["virtual"] || o.OrderType == 2 && o.Lines[0].GoodsType == 1
		seen["cross-border"] = seen["cross-border"] || o.Biz == 21
		seen["buyer words"] = seen["buyer words"] || o.Buyer != ""
		seen["remark"] = seen["remark"] || o.Remark != "" && o.Stars > 0
		if len(o.Phases) == 2 {
			seen["phases paid "+strconv.FormatBool(o.Phases[1].PaySuccess)] = true
			assert.True(t, o.Phases[0].PaySuccess)
		}
		if o.Status == 101 {
			assert.EqualValues(t, 3, o.Lines[0].Status)
			assert.NotEqualValues(t, 3, o.Lines[1].Status)
			assert.Len(t, o.Parcels, 1)
		}
	}
	for _, want := range []string{
		"status 1", "status 105", "status 2", "status 101", "status 3", "status 4", "status 5", "lines 1", "lines 2", "lines 3", "lines 4",
		"parcel of line 0", "parcel of line 1", "open refund", "refund done", "gift", "virtual", "cross-border", "buyer words", "remark",
		"phases paid true", "phases paid false",
	} {
		assert.True(t, seen[want], "no order with: %s", want)
	}
}
