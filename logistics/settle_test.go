package logistics_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

var (
	ours   = logistics.Parcel{CarrierCode: "sf", TrackingNo: "SF1"}
	theirs = logistics.Parcel{CarrierCode: "yt", TrackingNo: "YT9"}
)

// TestEveryInterleaving walks through all that can happen to two writes and
// two looks, with somebody else shipping at any moment, and holds the answer
// against what the platform has in the end.
func TestEveryInterleaving(t *testing.T) {
	t.Parallel()
	steps := map[string]step{
		"answered":          {},
		"done, lost":        {answer: errLost},
		"dropped, lost":     {drop: true, answer: errLost},
		"delayed, lost":     {delay: true, answer: errLost},
		"refused":           {drop: true, answer: errRefused},
		"not sent":          {drop: true, answer: errAway},
		"already, not true": {drop: true, answer: errDone},
	}
	moments := []string{"write 1", "look 1", "write 2", "look 2", "never"}
	looks := []error{nil, errAway}
	cases := 0
	for name1, s1 := range steps {
		for name2, s2 := range steps {
			for _, rival := range moments {
				for _, arrival := range []string{"look 1", "write 2", "look 2", "never"} {
					for _, look1 := range looks {
						for _, look2 := range looks {
							for _, whole := range []bool{true, false} {
								cases++
								label := fmt.Sprintf("%s | look %v | %s | look %v; rival at %s; delayed arrives at %s; whole %v", name1, look1, name2, look2, rival, arrival, whole)
								interleave(t, label, []step{s1, s2}, []error{look1, look2}, rival, arrival, whole)
							}
						}
					}
				}
			}
		}
	}
	assert.Greater(t, cases, 5000)
}

func interleave(t *testing.T, label string, writes []step, looks []error, rival, arrival string, whole bool) {
	p := newPlatform(2)
	at := func(moment string) {
		if arrival == moment {
			p.arrive()
		}
		if rival == moment && p.order.Status == order.StatusToShip {
			parcel := theirs
			parcel.Items = []logistics.Item{{LineID: "l1", Quantity: 2}}
			p.add(logistics.Shipment{Parcels: []logistics.Parcel{parcel}}, true)
		}
	}
	p.onWrite = func(n int) step {
		at(fmt.Sprintf("write %d", n))
		return writes[min(n, 2)-1]
	}
	p.onLook = func(n int) error {
		at(fmt.Sprintf("look %d", n))
		return looks[min(n, 2)-1]
	}
	sh := logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours}}
	var err error
	if whole {
		err = p.service().Ship(t.Context(), sh)
	} else {
		sh.Parcels[0].Items = []logistics.Item{{LineID: "l1", Quantity: 2}}
		err = p.service().ShipParcels(t.Context(), sh)
	}
	pending := len(p.late) > 0
	count := func(no string) (n int) {
		for _, parcel := range p.order.Parcels {
			if parcel.TrackingNo == no {
				n++
			}
		}
		return n
	}
	there := count(ours.TrackingNo) == 1
	ok := assert.LessOrEqual(t, len(p.order.Parcels), 1, "two parcels: %s", label) &&
		assert.LessOrEqual(t, p.sent, 2, "sent too often: %s", label)
	switch {
	case err == nil:
		ok = ok && assert.True(t, there, "success without our parcel: %s", label)
	case errors.Is(err, mall.ErrAlreadyDone):
		ok = ok && assert.True(t, there, "already done without our parcel: %s", label)
	case errors.Is(err, mall.ErrUnknownOutcome): // says nothing, which is true
	case errors.Is(err, mall.ErrConflict):
		ok = ok && assert.False(t, there, "a conflict hides our parcel: %s: %v", label, err)
	default:
		ok = ok && assert.False(t, there || pending, "%v hides our parcel: %s", err, label)
	}
	if looks[0] == nil && looks[1] == nil && there && !pending {
		// All answers about the order came: nothing is left in doubt.
		ok = ok && assert.False(t, errors.Is(err, mall.ErrUnknownOutcome), "needless doubt: %s", label)
	}
	if p.sent == 2 {
		ok = ok && assert.Equal(t, p.asked[0].RequestID, p.asked[1].RequestID, "a second request id: %s", label)
	}
	if !ok {
		t.FailNow()
	}
}

func TestConflictSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	p := newPlatform(1)
	p.add(logistics.Shipment{Parcels: []logistics.Parcel{theirs}}, true)
	err := p.service().Ship(t.Context(), logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours}})
	require.ErrorIs(t, err, mall.ErrConflict)
	assert.NotErrorIs(t, err, mall.ErrAlreadyDone)
	e, ok := errors.AsType[*mall.Error](err)
	require.True(t, ok)
	assert.Contains(t, e.Message, theirs.TrackingNo)
	assert.Equal(t, "60110", e.Code, "the platform's code is kept")
}

// TestJudge: what counts as our parcel.
func TestJudge(t *testing.T) {
	t.Parallel()
	item := func(line string, n int64) order.ParcelItem { return order.ParcelItem{LineID: line, Quantity: n} }
	two := logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{
		{CarrierCode: "sf", TrackingNo: "SF1", Items: []logistics.Item{{LineID: "l1", Quantity: 1}}},
		{CarrierCode: "sf", TrackingNo: "SF2", Items: []logistics.Item{{LineID: "l2", Quantity: 3}}},
	}}
	for name, tt := range map[string]struct {
		status  order.Status
		parcels []order.Parcel
		want    error // of a shipment whose every answer says "already done"
		sent    int
	}{
		"both":             {order.StatusPartShipped, []order.Parcel{{TrackingNo: "SF1", Items: []order.ParcelItem{item("l1", 1)}}, {TrackingNo: "SF2", Items: []order.ParcelItem{item("l2", 3)}}}, mall.ErrAlreadyDone, 1},
		"letter case":      {order.StatusShipped, []order.Parcel{{TrackingNo: "sf1"}, {TrackingNo: " SF2 "}}, mall.ErrAlreadyDone, 1},
		"contents unsaid":  {order.StatusShipped, []order.Parcel{{TrackingNo: "SF1"}, {TrackingNo: "SF2"}}, mall.ErrAlreadyDone, 1},
		"split record":     {order.StatusShipped, []order.Parcel{{TrackingNo: "SF1", Items: []order.ParcelItem{item("l1", 1)}}, {TrackingNo: "SF2", Items: []order.ParcelItem{item("l2", 1)}}, {TrackingNo: "SF2", Items: []order.ParcelItem{item("l2", 2)}}}, mall.ErrAlreadyDone, 1},
		"other contents":   {order.StatusShipped, []order.Parcel{{TrackingNo: "SF1", Items: []order.ParcelItem{item("l1", 2)}}, {TrackingNo: "SF2"}}, mall.ErrConflict, 1},
		"more contents":    {order.StatusShipped, []order.Parcel{{TrackingNo: "SF1", Items: []order.ParcelItem{item("l1", 1), item("l2", 1)}}, {TrackingNo: "SF2"}}, mall.ErrConflict, 1},
		"one of two":       {order.StatusPartShipped, []order.Parcel{{TrackingNo: "SF1", Items: []order.ParcelItem{item("l1", 1)}}}, mall.ErrConflict, 1},
		"others, too few":  {order.StatusPartShipped, []order.Parcel{{TrackingNo: "X", Items: []order.ParcelItem{item("l2", 1)}}}, mall.ErrConflict, 1},
		"others, enough":   {order.StatusPartShipped, []order.Parcel{{TrackingNo: "X", Items: []order.ParcelItem{item("l1", 1)}}}, mall.ErrConflict, 2}, // tried again: there is room
		"shipped, unshown": {order.StatusShipped, nil, mall.ErrConflict, 1},
		"closed":           {order.StatusClosed, nil, mall.ErrConflict, 1},
		"finished":         {order.StatusDone, []order.Parcel{{TrackingNo: "X"}}, mall.ErrConflict, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlatform(2, 3)
			p.order.Status, p.order.Parcels = tt.status, tt.parcels
			p.onWrite = func(int) step { return step{drop: true, answer: errDone} }
			err := p.service().ShipParcels(t.Context(), two)
			assert.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.want == mall.ErrAlreadyDone, errors.Is(err, mall.ErrAlreadyDone), "%v", err)
			assert.Equal(t, tt.sent, p.sent)
		})
	}
}

// TestWholeOrderShippedInPart: our number on one parcel is not the whole order.
func TestWholeOrderShippedInPart(t *testing.T) {
	t.Parallel()
	p := newPlatform(2)
	p.add(logistics.Shipment{Parcels: []logistics.Parcel{ours}}, false)
	err := p.service().Ship(t.Context(), logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours}})
	assert.ErrorIs(t, err, mall.ErrConflict)
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	base := logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{
		{CarrierCode: "sf", TrackingNo: "SF1", Items: []logistics.Item{{LineID: "l1", Quantity: 1}}},
	}}
	id := func(change func(*logistics.Shipment)) string {
		sh := base
		sh.Parcels = slices.Clone(base.Parcels)
		sh.Parcels[0].Items = slices.Clone(base.Parcels[0].Items)
		if change != nil {
			change(&sh)
		}
		p := newPlatform(9, 9)
		require.NoError(t, p.service().ShipParcels(t.Context(), sh))
		return p.asked[0].RequestID
	}
	first := id(nil)
	assert.Len(t, first, 32)
	assert.Equal(t, first, id(nil), "the same after a restart")
	assert.Equal(t, first, id(func(s *logistics.Shipment) { s.Parcels[0].CarrierName = "顺丰" }))
	assert.Equal(t, "mine", id(func(s *logistics.Shipment) { s.RequestID = "mine" }))
	for _, change := range []func(*logistics.Shipment){
		func(s *logistics.Shipment) { s.Parcels[0].TrackingNo = "SF2" },
		func(s *logistics.Shipment) { s.Parcels[0].Items[0].Quantity = 2 },
		func(s *logistics.Shipment) { s.Parcels[0].Items[0].LineID = "l2" },
		func(s *logistics.Shipment) {
			s.Parcels = append(s.Parcels, logistics.Parcel{CarrierCode: "sf", TrackingNo: "SF2",
				Items: []logistics.Item{{LineID: "l2", Quantity: 1}}})
		},
	} {
		assert.NotEqual(t, first, id(change))
	}
}

func TestShipmentIsChecked(t *testing.T) {
	t.Parallel()
	items := []logistics.Item{{LineID: "l1", Quantity: 1}}
	p := newPlatform(1)
	s := p.service()
	for name, sh := range map[string]logistics.Shipment{
		"no order":      {Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1", Items: items}}},
		"no parcel":     {OrderID: "o1"},
		"no carrier":    {OrderID: "o1", Parcels: []logistics.Parcel{{TrackingNo: "1", Items: items}}},
		"no number":     {OrderID: "o1", Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: " ", Items: items}}},
		"empty parcel":  {OrderID: "o1", Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1"}}},
		"number twice":  {OrderID: "o1", Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1", Items: items}, {CarrierCode: "sf", TrackingNo: "1", Items: items}}},
		"line twice":    {OrderID: "o1", Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1", Items: append(items, items...)}}},
		"zero quantity": {OrderID: "o1", Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1", Items: []logistics.Item{{LineID: "l1"}}}}},
	} {
		assert.ErrorIs(t, s.ShipParcels(t.Context(), sh), mall.ErrInvalid, name)
	}
	assert.ErrorIs(t, s.Ship(t.Context(), logistics.Shipment{OrderID: "o1", Parcels: []logistics.Parcel{ours, theirs}}),
		mall.ErrInvalid)
	assert.ErrorIs(t, s.Ship(t.Context(), logistics.Shipment{OrderID: "o1",
		Parcels: []logistics.Parcel{{CarrierCode: "sf", TrackingNo: "1", Items: items}}}), mall.ErrInvalid)
	assert.Zero(t, p.sent, "nothing was sent")
}

func TestChangeShipment(t *testing.T) {
	t.Parallel()
	to := logistics.Parcel{CarrierCode: "yt", TrackingNo: "YT1"}
	start := func(parcels ...order.Parcel) *platform {
		p := newPlatform(2)
		p.order.Parcels, p.order.Status = parcels, order.StatusShipped
		return p
	}
	one, two := order.Parcel{ID: "p1", TrackingNo: "SF1", CarrierCode: "sf"},
		order.Parcel{ID: "p2", TrackingNo: "SF2", CarrierCode: "sf"}

	p := start(one, two)
	require.NoError(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF2", To: to}))
	assert.Equal(t, "p2", p.change[0].ParcelID, "found by its number")

	p = start(one)
	p.onWrite = func(int) step { return step{drop: true, answer: errLost} }
	assert.ErrorIs(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}), mall.ErrUnknownOutcome)
	assert.Equal(t, 2, p.sent)

	p = start(one)
	p.onWrite = func(int) step { return step{answer: errLost} }
	require.NoError(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}))
	assert.Equal(t, 1, p.sent, "looked instead of repeating")
	require.NoError(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}))
	assert.Equal(t, 1, p.sent, "it is so already")

	p = start(one) // the carrier alone
	require.NoError(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: logistics.Parcel{CarrierCode: "yt", TrackingNo: "SF1"}}))
	assert.Equal(t, 1, p.sent)

	p = start(one, order.Parcel{ID: "p3", TrackingNo: "SF1"})
	assert.ErrorIs(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}), mall.ErrInvalid)
	p = start(two)
	assert.ErrorIs(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}), mall.ErrNotFound)
	p = start(one) // somebody else changes it meanwhile
	p.onWrite = func(int) step { p.order.Parcels[0].TrackingNo = "ZT7"; return step{drop: true, answer: errLost} }
	assert.ErrorIs(t, p.service().ChangeShipment(t.Context(),
		logistics.Change{OrderID: "o1", TrackingNo: "SF1", To: to}), mall.ErrConflict)
}
