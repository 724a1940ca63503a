package logisticstest

import (
	"context"
	"fmt"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// bare is a faultless driver without powers.
type bare struct {
	orders map[string]*order.Order
	made   int // ids and numbers
}

func newBare() *bare { return &bare{orders: map[string]*order.Order{}} }

func (*bare) Platform() mall.Platform { return "fake" }

func (*bare) Limits() logistics.Limits { return logistics.Limits{MaxTake: 1, MaxPrint: 1} }

func (b *bare) Order(_ context.Context, id string) (order.Order, error) {
	if b.orders[id] == nil {
		return order.Order{}, refusal(mall.ErrNotFound)
	}
	o := *b.orders[id]
	o.Parcels = slices.Clone(o.Parcels)
	return o, nil
}

// number makes up what nothing else has.
func (b *bare) number() string { b.made++; return fmt.Sprint(1000 + b.made) }

func (b *bare) newOrder(_ context.Context, lines int) (string, error) {
	o := &order.Order{ID: b.number(), Status: order.StatusToShip, Receiver: order.Receiver{ID: b.number()}}
	for i := range lines {
		o.Lines = append(o.Lines, order.Line{ID: fmt.Sprint(i), Quantity: 2})
	}
	b.orders[o.ID] = o
	return o.ID, nil
}

func (b *bare) moveBuyer(_ context.Context, id string) error {
	b.orders[id].Receiver.ID = b.number()
	return nil
}

func refusal(kind mall.Kind) error { return &mall.Error{Platform: "fake", Kind: kind} }

// shop is a faultless driver with every power. Its functions can be replaced to
// make a faulty one.
type shop struct {
	*bare
	bills map[string]string // numbers of waybills, by order and pack
	ended map[string]bool   // waybills that were given back
	lose  string            // the next answer to a write: "before" it is carried out, or "after"

	lostAs  error                    // what a lost answer comes to
	again   bool                     // carries out what was carried out
	blind   bool                     // repeats a write whose answer was lost
	shown   func(*order.Order)       // in every order that is read
	carried func(*order.Order)       // after every write on an order
	taking  func(o, p string) string // what a waybill is known by
	giving  func(no string)          // a waybill back, after it was
	label   func(*logistics.PrintData)
	pieces  func([]string)
	listed  func(any) // every list
	reach   logistics.Reach
	trace   error
}

func newShop() *shop {
	return &shop{bare: newBare(), bills: map[string]string{}, ended: map[string]bool{},
		lostAs: refusal(mall.ErrUnknownOutcome), trace: refusal(mall.ErrNotFound),
		taking: func(o, p string) string { return o + "/" + p }}
}

func (s *shop) loss(when string) Loss {
	return func(context.Context) (func(), error) {
		s.lose = when
		return func() { s.lose = "" }, nil
	}
}

// write carries a write out, unless its answer is to be lost.
func (s *shop) write(do func() error) error {
	when := s.lose
	s.lose = ""
	switch {
	case when == "":
		return do()
	case when == "after":
		_ = do()
	}
	if s.blind {
		return do()
	}
	return s.lostAs
}

// on carries out a write on an order.
func (s *shop) on(id string, do func(*order.Order) error) error {
	return s.write(func() error {
		o := s.orders[id]
		if o == nil {
			if s.again {
				return nil
			}
			return refusal(mall.ErrNotFound)
		}
		err := do(o)
		if err == nil && s.carried != nil {
			s.carried(o)
		}
		return err
	})
}

func (s *shop) Order(ctx context.Context, id string) (order.Order, error) {
	o, err := s.bare.Order(ctx, id)
	if err == nil && s.shown != nil {
		s.shown(&o)
	}
	return o, err
}

// put adds parcels and says what is left of the order.
func put(o *order.Order, parcels []logistics.Parcel) {
	for _, p := range parcels {
		there := order.Parcel{TrackingNo: p.TrackingNo, CarrierCode: p.CarrierCode}
		for _, item := range p.Items {
			there.Items = append(there.Items, order.ParcelItem(item))
		}
		o.Parcels = append(o.Parcels, there)
	}
	o.Status = order.StatusShipped
	for _, n := range left(o, nil) {
		if n > 0 {
			o.Status = order.StatusPartShipped
		}
	}
}

// left are the pieces of each line that neither the order's parcels nor these
// hold. A parcel that says nothing holds all.
func left(o *order.Order, parcels []logistics.Parcel) map[string]int64 {
	n := map[string]int64{}
	for _, l := range o.Lines {
		n[l.ID] = l.Quantity
	}
	for _, p := range o.Parcels {
		if len(p.Items) == 0 {
			clear(n)
		}
		for _, item := range p.Items {
			n[item.LineID] -= item.Quantity
		}
	}
	for _, p := range parcels {
		for _, item := range p.Items {
			n[item.LineID] -= item.Quantity
		}
	}
	return n
}

func (s *shop) Ship(_ context.Context, sh logistics.Shipment) error {
	return s.on(sh.OrderID, func(o *order.Order) error {
		if o.Status != order.StatusToShip && !s.again {
			return refusal(mall.ErrAlreadyDone)
		}
		put(o, sh.Parcels)
		return nil
	})
}

func (s *shop) ShipParcels(_ context.Context, sh logistics.Shipment) error {
	return s.on(sh.OrderID, func(o *order.Order) error {
		for _, p := range sh.Parcels {
			known := slices.ContainsFunc(o.Parcels,
				func(there order.Parcel) bool { return there.TrackingNo == p.TrackingNo })
			if known && !s.again {
				return refusal(mall.ErrAlreadyDone)
			}
		}
		for _, n := range left(o, sh.Parcels) {
			if n < 0 && !s.again {
				return refusal(mall.ErrRejected)
			}
		}
		put(o, sh.Parcels)
		return nil
	})
}

func (s *shop) AddParcel(_ context.Context, id string, p logistics.Parcel) error {
	return s.on(id, func(o *order.Order) error {
		put(o, []logistics.Parcel{p})
		return nil
	})
}

func (s *shop) ChangeShipment(_ context.Context, c logistics.Change, _ bool) error {
	return s.on(c.OrderID, func(o *order.Order) error {
		for i := range o.Parcels {
			if o.Parcels[i].TrackingNo == c.TrackingNo {
				o.Parcels[i].TrackingNo = c.To.TrackingNo
			}
		}
		return nil
	})
}

func (s *shop) TakeWaybills(_ context.Context, t logistics.Take) (taken []mall.Result[logistics.Waybill], err error) {
	err = s.write(func() error {
		for _, r := range t.Requests {
			key := s.taking(r.Order.ID, r.PackID)
			if s.bills[key] == "" {
				s.bills[key] = s.number()
			}
			taken = append(taken, mall.Result[logistics.Waybill]{Item: logistics.Waybill{TrackingNo: s.bills[key]}})
		}
		return nil
	})
	return taken, err
}

func (s *shop) CancelWaybill(_ context.Context, w logistics.Waybill) error {
	return s.write(func() error {
		if s.ended[w.TrackingNo] {
			return refusal(mall.ErrAlreadyDone)
		}
		s.ended[w.TrackingNo] = true
		if s.giving != nil {
			s.giving(w.TrackingNo)
		}
		return nil
	})
}

func (s *shop) AddSubWaybills(_ context.Context, _ logistics.Waybill, n int) (logistics.Waybill, error) {
	var more []string
	for range n {
		more = append(more, s.number())
	}
	if s.pieces != nil {
		s.pieces(more)
	}
	return logistics.Waybill{Subs: more}, nil
}

func (s *shop) UpdateWaybill(context.Context, logistics.Waybill, logistics.Sender,
	logistics.WaybillRequest) (logistics.Waybill, error) {
	return logistics.Waybill{}, nil
}

func (s *shop) PrintData(_ context.Context,
	list []logistics.Waybill) (printed []mall.Result[[]logistics.PrintData], err error) {
	for _, w := range list {
		data := logistics.PrintData{TrackingNo: w.TrackingNo, Payload: "to " + s.orders[w.OrderID()].Receiver.ID}
		if s.label != nil {
			s.label(&data)
		}
		printed = append(printed, mall.Result[[]logistics.PrintData]{Item: []logistics.PrintData{data}})
	}
	return printed, nil
}

func (s *shop) Trace(context.Context, string, string) ([]logistics.Event, error) { return nil, s.trace }

func (s *shop) OutOfRange(_ context.Context, w logistics.Way) (logistics.Reach, error) {
	if !slices.Contains([]logistics.Leg{"", logistics.LegPickup, logistics.LegDelivery}, w.Leg) {
		return logistics.Reach{}, refusal(mall.ErrInvalid)
	}
	return s.reach, nil
}

// spoil lets a test change a list.
func spoil[T any](s *shop, list []T) ([]T, error) {
	if s.listed != nil {
		s.listed(list)
	}
	return list, nil
}

func (s *shop) Carriers(context.Context) ([]logistics.Carrier, error) {
	return spoil(s, []logistics.Carrier{{Code: "sf", Name: "one"}, {Code: "yt", Name: "two"}})
}

func (s *shop) Addresses(_ context.Context, use logistics.AddressUse) ([]logistics.BookEntry, error) {
	return spoil(s, []logistics.BookEntry{{ID: "1", Use: use, Default: true}, {ID: "2", Use: use}})
}

func (s *shop) NetSites(_ context.Context, carrier string) ([]logistics.NetSite, error) {
	sites := []logistics.NetSite{{CarrierCode: "yt"}, {CarrierCode: "sf"}}
	return spoil(s, slices.DeleteFunc(sites,
		func(n logistics.NetSite) bool { return carrier != "" && n.CarrierCode != carrier }))
}

func (s *shop) Templates(context.Context) ([]logistics.Template, error) {
	return spoil(s, []logistics.Template{{CarrierCode: "yt", Code: "1", URL: "u"},
		{CarrierCode: "yt", Code: "2", URL: "u", Parent: "1"}})
}
