package kuaishou_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestSeedShowsEveryKindOfOrder(t *testing.T) {
	t.Parallel()
	w := serve(t)
	seen := map[string]bool{}
	byAddress := map[string]int{}
	page := w.search(nil)
	require.Len(t, page.List, 30)
	require.Equal(t, "nomore", page.Cursor)
	for _, listed := range page.List {
		o := w.detail(listed.id())
		require.Regexp(t, `^25\d{14}$`, o.id())
		assert.Equal(t, o.Base.TotalFee, o.Item.Price*o.Item.Num, "totals agree")
		assert.Equal(t, o.Base.Paid == 0, o.Base.Status == 10 || o.Base.Status == 80, "order %s of status %d", o.id(),
			o.Base.Status)
		assert.Equal(t, o.Base.Status == 40 || o.Base.Status == 50 || o.Base.Status == 70, o.Base.Sent != 0)
		assert.Equal(t, o.Base.Sent != 0, len(o.Logistics) > 0 && o.Delivery.Num > 0)
		assert.GreaterOrEqual(t, o.Base.Updated, o.Base.Created)
		assert.Less(t, o.Base.Updated, wiretest.Noon.UnixMilli())
		assert.Greater(t, o.Base.Created, wiretest.Noon.AddDate(0, 0, -5).UnixMilli())
		assert.NotEmpty(t, o.Address.City)
		assert.Nil(t, listed.Audit, "in the detail only")
		assert.Nil(t, listed.Base.NewBuyer, "in the detail only")
		assert.NotNil(t, o.Base.NewBuyer)
		if len(o.Base.Holds) > 0 {
			assert.Nil(t, o.Address.Name)
			assert.Nil(t, o.Address.Mobile)
			assert.Zero(t, o.Base.Promise, "it cannot be shipped")
			seen["hold"] = true
		} else {
			assert.Regexp(t, `^#[\w+/]+#[\w+/]+=#1##$`, *o.Address.Name)
			assert.Regexp(t, `^\$[\w+/]+\$[\w+/]+\$1\$\$$`, *o.Address.Mobile)
			assert.Regexp(t, `^~[\w+/]+~[\w+/]+~1~~$`, *o.Address.Address)
			assert.Regexp(t, `^199\*{4}\d{4}$`, *o.Address.Mask)
		}
		byAddress[o.Delivery.AddressID]++
		wire := string(w.get("open.order.detail", map[string]any{"oid": o.Base.OID}).Data)
		assert.Equal(t, 1, strings.Count(wire, `"goodStoreCode"`), "gifts have no such member")
		seen["status "+strconv.Itoa(o.Base.Status)] = true
		seen["partly shipped"] = seen["partly shipped"] || o.Base.Status == 40 && o.Delivery.Num < o.Item.Num &&
			o.Delivery.Status == 10
		seen["wholly shipped"] = seen["wholly shipped"] || o.Base.Status == 40 && o.Delivery.Num == o.Item.Num &&
			o.Delivery.Status == 40
		seen["gift"] = seen["gift"] || len(o.Gifts) == 1 && o.Gifts[0].Type == 2 && o.Gifts[0].Base.OID == o.Base.OID+1
		seen["risk"] = seen["risk"] || o.Base.RiskCode == 10001
		seen["audit"] = seen["audit"] || o.Audit != nil && o.Audit.Status == 10
		seen["spec changed"] = seen["spec changed"] || o.Item.Prev != nil && o.Item.Prev.SKUID != o.Item.SKUID
		seen["note"] = seen["note"] || len(o.Note.List) == 1 && o.Note.List[0].Flag == "red_flag_tag_order"
		seen["buyer words"] = seen["buyer words"] || o.Base.Remark != ""
		seen["cps"] = seen["cps"] || o.Base.CPS == 2
		if o.Steps != nil {
			seen["presale "+strconv.Itoa(o.Steps.Status.Joined)] = true
		}
	}
	for _, want := range []string{
		"status 10", "status 30", "status 40", "status 50", "status 70", "status 80", "partly shipped", "wholly shipped",
		"gift", "hold", "risk", "audit", "spec changed", "note", "buyer words", "cps", "presale 1130210", "presale 1130230",
	} {
		assert.True(t, seen[want], "no order with: %s", want)
	}
	assert.Len(t, byAddress, 4, "some orders have the same receiver")
}

// TestSeedsCanBeHandled: an example order that waits to be shipped can be
// allocated to the example factory, and be shipped with a waybill.
func TestSeedsCanBeHandled(t *testing.T) {
	t.Parallel()
	w := serve(t)
	var waiting []order
	for _, o := range w.search(nil).List {
		if o.Base.Status == 30 && len(o.Refunds) == 0 && o.Steps == nil && o.Base.RiskCode == 0 &&
			len(o.Base.Holds) == 0 {
			waiting = append(waiting, o)
		}
	}
	require.Greater(t, len(waiting), 2)
	mine, theirs := waiting[0].id(), waiting[1].Base.OID
	no, message := w.bill(mine, nil)
	require.Empty(t, message)
	assert.Equal(t, "1", w.ship(mine, 6, no))
	for _, x := range w.dsOrders(100) {
		if x.Base.OID == theirs {
			assert.Equal(t, 1, w.deliver(w.allocate(x.Base.Code), "YT1000000000001").Result)
		}
	}
	assert.Equal(t, 40, w.detail(strconv.FormatInt(theirs, 10)).Base.Status)
}

func TestSeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	orders := func() []json.RawMessage {
		all, err := sandbox.New(sandbox.WithClock(wiretest.Still)).On(mall.Kuaishou).Orders(shop1)
		require.NoError(t, err)
		return all
	}
	assert.Equal(t, orders(), orders())
}
