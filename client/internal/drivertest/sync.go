package drivertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/order"
)

// Followed describes a platform to [SyncThroughFaults].
type Followed struct {
	Status int // of the orders to add, as the platform's number
	// Change returns the fields of a record that hold a given text.
	Change func(text string) map[string]any
	// Text returns that text from an order.
	Text func(order.Order) string
	// Record reads the platform's record of an order.
	Record func(record []byte) (id, text string, updated time.Time, err error)
	// Methods are the methods that fail at random; empty means any.
	Methods []string
}

// SyncThroughFaults synchronises a shop while its orders change and calls fail
// in every way; every other round starts with a new syncer, as after a restart.
// The world must not repeat calls, and must cap replies below 32 MiB.
func SyncThroughFaults(t *testing.T, w *World, f Followed) {
	t.Helper()
	shop := order.ShopKey{Platform: w.platform, ShopID: w.Shop.ID()}
	rng := rand.New(rand.NewPCG(1, 2))
	ids, err := w.Box.On(w.platform).AddOrders(shop.ShopID, 150, f.Status)
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
		syncer, err = order.NewSyncer([]*order.Service{w.Shop.Orders}, handle, order.SyncOptions{
			Checkpoints: checkpoints, OnError: func(order.ShopKey, error) {},
		})
		require.NoError(t, err)
	}
	faults := []sandbox.Fault{
		{Kind: sandbox.FaultHTML}, {Kind: sandbox.FaultHTML, Status: 404}, {Kind: sandbox.FaultCutBefore},
		{Kind: sandbox.FaultCutAfter}, {Kind: sandbox.FaultHalfBody},
		{Kind: sandbox.FaultStatus, Status: 500, Body: "oops"}, {Kind: sandbox.FaultThrottle}, {Kind: sandbox.FaultExpireToken},
		{Kind: sandbox.FaultData, Data: []byte(`[]`)}, {Kind: sandbox.FaultError},
	}
	start()
	failed := 0
	for round := range 20 {
		for i := range 15 {
			id := ids[rng.IntN(len(ids))]
			require.NoError(t, w.Box.On(w.platform).UpdateOrder(id, f.Change(fmt.Sprint(round, i))))
			if rng.IntN(2) == 0 {
				syncer.Hint(shop, id)
			}
			w.Box.Advance(time.Duration(rng.IntN(3)) * time.Second)
		}
		for range 3 {
			fault := faults[rng.IntN(len(faults))]
			fault.Skip = rng.IntN(6)
			if n := len(f.Methods); n > 0 {
				fault.Method = f.Methods[rng.IntN(n)]
			}
			w.Arm(t, fault)
		}
		if round%2 == 1 {
			start()
		}
		if syncer.Once(t.Context()) != nil {
			failed++
		}
	}
	assert.Positive(t, failed)
	w.Box.ClearFaults()
	w.Box.Advance(2 * time.Minute)
	for range 200 { // the handler may still fail, but not for ever
		if err = syncer.Once(t.Context()); err == nil {
			break
		}
	}
	require.NoError(t, err)
	all, err := w.Box.On(w.platform).Orders(shop.ShopID)
	require.NoError(t, err)
	assert.Len(t, have, len(all))
	for _, record := range all {
		id, text, updated, err := f.Record(record)
		require.NoError(t, err)
		assert.Equal(t, text, f.Text(have[id]), "order %s", id)
		assert.True(t, updated.Equal(have[id].Updated), "order %s", id)
	}
}

// OneVersion reads each order changed since a time, from the list and by its
// id, and checks that both have the same version: otherwise a hint and the list
// would each deliver the order. It returns the orders as listed.
func OneVersion(t *testing.T, w *World, since time.Time) (listed []order.Order) {
	t.Helper()
	for o, err := range w.Shop.Orders.All(t.Context(), order.Query{From: since}) {
		require.NoError(t, err)
		detail, err := w.Shop.Orders.Get(t.Context(), o.ID)
		require.NoError(t, err)
		assert.Equal(t, o.Version(), detail.Version(), "order %s", o.ID)
		listed = append(listed, o)
	}
	return listed
}

// BadRecord spoils the record of one order: fields put the text "a lot" where
// numbers belong. The orders changed since fit into one page. The others must
// be listed and delivered all the same, and the bad record reported.
func BadRecord(t *testing.T, w *World, since time.Time, id string, fields map[string]any, others int) {
	t.Helper()
	q := order.Query{From: since}
	require.NoError(t, w.Box.On(w.platform).UpdateOrder(id, fields))
	w.Box.Advance(2 * time.Minute)

	page, err := w.Shop.Orders.Page(t.Context(), q, "")
	require.ErrorIs(t, err, mall.ErrReply)
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok)
	require.Len(t, bad.Records, 1)
	assert.Equal(t, id, bad.Records[0].ID)
	assert.Contains(t, string(bad.Records[0].Raw), "a lot")
	assert.NotContains(t, err.Error(), "a lot", "an error quotes nothing from the record")
	assert.NotContains(t, fmt.Sprintf("%+v", bad.Records[0]), "a lot")
	assert.Len(t, page.Items, others)

	var last error
	seen := 0
	for _, err := range w.Shop.Orders.All(t.Context(), q) {
		if last = err; err == nil {
			seen++
		}
	}
	require.ErrorIs(t, last, mall.ErrReply)
	assert.Equal(t, others, seen)

	var reported []string
	handed := 0
	shops := []*order.Service{w.Shop.Orders}
	syncer, err := order.NewSyncer(shops, func(context.Context, order.Order, order.Version) error {
		handed++
		return nil
	}, order.SyncOptions{OnBadRecord: func(_ context.Context, shop order.ShopKey, r order.BadRecord) error {
		reported = append(reported, shop.String()+"/"+r.ID)
		return nil
	}})
	require.NoError(t, err)
	require.NoError(t, syncer.Once(t.Context()))
	assert.Equal(t, others, handed)
	assert.Equal(t, []string{string(w.platform) + "/" + w.Shop.ID() + "/" + id}, reported)
}
