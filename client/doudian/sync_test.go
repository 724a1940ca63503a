package doudian_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// TestSyncThroughFaults follows a shop over the wire while its orders change
// and calls fail in every way, with a new process every other round.
func TestSyncThroughFaults(t *testing.T) {
	w := newWorld(t, nil, client.WithRetries(0), client.WithMaxReply(4<<20))
	shopID := w.shop.ID()
	rng := rand.New(rand.NewPCG(1, 2))
	ids, err := w.box.On(mall.Doudian).AddOrders(shopID, 150, 2)
	require.NoError(t, err)

	var mu sync.Mutex
	have := map[string]order.Order{}
	times := map[order.Version]int{}
	handle := func(_ context.Context, o order.Order, v order.Version) error {
		mu.Lock()
		defer mu.Unlock()
		if old, ok := have[o.ID]; ok && o.Updated.Before(old.Updated) {
			t.Errorf("order %s was moved back", o.ID)
		}
		if have[o.ID] = o; times[v] == 0 && rng.IntN(20) == 0 {
			return errors.New("the app is out of order")
		}
		times[v]++
		return nil
	}
	checkpoints, err := order.NewFileCheckpoints(t.TempDir())
	require.NoError(t, err)
	var syncer *order.Syncer
	start := func() {
		syncer, err = order.NewSyncer([]*order.Service{w.shop.Orders}, handle, order.SyncOptions{
			Checkpoints: checkpoints, OnError: func(order.ShopKey, error) {},
		})
		require.NoError(t, err)
	}
	faults := []sandbox.Fault{
		{Kind: sandbox.FaultHTML}, {Kind: sandbox.FaultHTML, Status: 404}, {Kind: sandbox.FaultCutBefore}, {Kind: sandbox.FaultCutAfter},
		{Kind: sandbox.FaultHalfBody}, {Kind: sandbox.FaultStatus, Status: 500, Body: "oops"}, {Kind: sandbox.FaultThrottle}, {Kind: sandbox.FaultExpireToken},
		{Kind: sandbox.FaultData, Data: []byte(`[]`)}, {Kind: sandbox.FaultError, Code: 20000, SubCode: "isp.service-error:20005"},
	}
	start()
	failed := 0
	for round := range 20 {
		for i := range 15 {
			id := ids[rng.IntN(len(ids))]
			require.NoError(t, w.box.On(mall.Doudian).UpdateOrder(id, map[string]any{"seller_words": fmt.Sprint(round, i)}))
			if rng.IntN(2) == 0 {
				syncer.Hint(order.ShopKey{Platform: mall.Doudian, ShopID: shopID}, id)
			}
			w.box.Advance(time.Duration(rng.IntN(3)) * time.Second)
		}
		for range 3 {
			f := faults[rng.IntN(len(faults))]
			f.Skip = rng.IntN(6)
			w.Arm(t, f)
		}
		if round%2 == 1 {
			start()
		}
		if syncer.Once(t.Context()) != nil {
			failed++
		}
	}
	assert.Positive(t, failed)
	w.box.ClearFaults()
	w.box.Advance(2 * time.Minute)
	for range 200 { // the app may still refuse, but no version for ever
		if err = syncer.Once(t.Context()); err == nil {
			break
		}
	}
	require.NoError(t, err)
	all, err := w.box.On(mall.Doudian).Orders(shopID)
	require.NoError(t, err)
	assert.Len(t, have, len(all))
	for _, text := range all {
		var want struct {
			ID      json.Number `json:"order_id"`
			Updated int64       `json:"update_time"`
			Words   string      `json:"seller_words"`
		}
		require.NoError(t, json.Unmarshal(text, &want))
		got := have[want.ID.String()]
		assert.Equal(t, want.Words, got.Remark.Text, "order %s", want.ID)
		assert.Equal(t, want.Updated, got.Updated.Unix(), "order %s", want.ID)
	}
}

// A hint and the list show the same state as the same version, so that neither
// repeats the other.
func TestDetailAndListHaveOneVersion(t *testing.T) {
	w := newWorld(t, nil)
	n := 0
	for o, err := range w.shop.Orders.All(t.Context(), order.Query{From: w.box.Now().Add(-80 * 24 * time.Hour)}) {
		require.NoError(t, err)
		detail, err := w.shop.Orders.Get(t.Context(), o.ID)
		require.NoError(t, err)
		assert.Equal(t, order.VersionOf(o), order.VersionOf(detail), "order %s", o.ID)
		n++
	}
	assert.Equal(t, 37, n)
}

// One record in an unknown form costs neither its page nor its silence.
func TestBadRecordDoesNotLoseItsPage(t *testing.T) {
	w := newWorld(t, nil)
	q := order.Query{From: w.box.Now().Add(-80 * 24 * time.Hour)}
	const spoilt = "6920000000000000700"
	require.NoError(t, w.box.On(mall.Doudian).UpdateOrder(spoilt, map[string]any{"order_amount": "a lot"}))
	w.box.Advance(2 * time.Minute)

	page, err := w.shop.Orders.Page(t.Context(), q, "")
	require.ErrorIs(t, err, mall.ErrReply)
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok)
	require.Len(t, bad.Records, 1)
	assert.Equal(t, spoilt, bad.Records[0].ID)
	assert.Contains(t, string(bad.Records[0].Raw), "a lot")
	assert.NotContains(t, err.Error(), "a lot", "an error quotes nothing from the record")
	assert.NotContains(t, fmt.Sprintf("%+v", bad.Records[0]), "a lot")
	assert.Len(t, page.Items, 36)

	var last error
	seen := 0
	for _, err := range w.shop.Orders.All(t.Context(), q) {
		if last = err; err == nil {
			seen++
		}
	}
	require.ErrorIs(t, last, mall.ErrReply)
	assert.Equal(t, 36, seen)

	var buried []string
	handed := 0
	syncer, err := order.NewSyncer([]*order.Service{w.shop.Orders}, func(context.Context, order.Order, order.Version) error {
		handed++
		return nil
	}, order.SyncOptions{OnBadRecord: func(_ context.Context, shop order.ShopKey, r order.BadRecord) error {
		buried = append(buried, shop.String()+"/"+r.ID)
		return nil
	}})
	require.NoError(t, err)
	require.NoError(t, syncer.Once(t.Context()))
	assert.Equal(t, 36, handed)
	assert.Equal(t, []string{"doudian/" + w.shop.ID() + "/" + spoilt}, buried)
}

// TestAnAnswerThatListsNothing is not the end of a list.
func TestAnAnswerThatListsNothing(t *testing.T) {
	for _, data := range []string{`{}`, `{"total":null}`, `{"shop_order_list":[],"items":null,"distr_order_list":[],"order_list":null,"supplier_shop_list":[]}`} {
		s := shopOver(t, reply{200, []byte(`{"code":10000,"data":` + data + `}`)})
		_, err := s.Orders.Page(t.Context(), order.Query{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Orders.PageCases(t.Context(), order.CaseQuery{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Dropship.MerchantOrdersPage(t.Context(), dropship.Query{From: time.Now().Add(-time.Hour)}, "")
		assert.ErrorIs(t, err, mall.ErrReply, data)
		_, err = s.Dropship.Suppliers(t.Context())
		assert.ErrorIs(t, err, mall.ErrReply, data)
	}
}
