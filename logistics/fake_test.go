package logistics_test

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

var (
	errLost    = &mall.Error{Platform: "fake", Method: "ship", Kind: mall.ErrUnknownOutcome, RequestID: "r-1"}
	errDone    = &mall.Error{Platform: "fake", Method: "ship", Kind: mall.ErrAlreadyDone, Code: "60110"}
	errRefused = &mall.Error{Platform: "fake", Method: "ship", Kind: mall.ErrRejected}
	errAway    = &mall.Error{Platform: "fake", Kind: mall.ErrUnavailable}
)

// platform ships as a real one does: an order that is shipped is not shipped
// again, and a request id that was carried out is answered as before.
type platform struct {
	mu    sync.Mutex
	order order.Order
	sent  int // writes that arrived
	asked []logistics.Shipment

	// onWrite and onLook are called with the number of each write and each look,
	// counted from 1, and may change the world. What they return comes instead of
	// the answer; a write that is to be dropped or delayed says so.
	onWrite func(n int) step
	onLook  func(n int) error
	looks   int
	late    []func() // writes on their way, carried out by arrive
	did     map[string]bool
	change  []logistics.Change

	takes   [][]logistics.WaybillRequest
	onTake  func(n int) error
	bills   map[string]string
	cancels int
	onStop  func(n int) error
	prints  [][]string
	subs    []string
	labels  []logistics.PrintData // come with an update and with sub-waybills
}

// step is what happens to a write.
type step struct {
	drop, delay bool
	answer      error // nil: the platform's own
}

func newPlatform(lines ...int64) *platform {
	p := &platform{did: map[string]bool{}, bills: map[string]string{}}
	p.order = order.Order{ID: "o1", Status: order.StatusToShip,
		Receiver: order.Receiver{ID: "r1", Name: order.Protected{Cipher: "c1"}}}
	for i, n := range lines {
		p.order.Lines = append(p.order.Lines, order.Line{
			ID: fmt.Sprintf("l%d", i+1), Quantity: n, Status: order.StatusToShip,
			SKU: sku.Ref{ID: fmt.Sprint(i), Name: "衬衫", Specs: []sku.Spec{{Name: "颜色", Value: "红色"}}},
		})
	}
	return p
}

func (p *platform) service() *logistics.Service {
	return logistics.NewService(p, "shop")
}

func (*platform) Platform() mall.Platform { return "fake" }

func (*platform) Limits() logistics.Limits { return logistics.Limits{MaxTake: 2, MaxPrint: 2} }

func (p *platform) Order(ctx context.Context, id string) (order.Order, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return order.Order{}, err
	}
	p.looks++
	if p.onLook != nil {
		if err := p.onLook(p.looks); err != nil {
			return order.Order{}, err
		}
	}
	if id != p.order.ID {
		return order.Order{}, &mall.Error{Kind: mall.ErrNotFound}
	}
	o := p.order
	o.Parcels = slices.Clone(o.Parcels)
	return o, nil
}

// arrive carries out the writes that were on their way.
func (p *platform) arrive() {
	for _, do := range p.late {
		do()
	}
	p.late = nil
}

func (p *platform) Ship(_ context.Context, s logistics.Shipment) error {
	return p.write(s, func() error {
		if p.order.Status != order.StatusToShip {
			return errDone
		}
		p.add(s, true)
		return nil
	})
}

func (p *platform) ShipParcels(_ context.Context, s logistics.Shipment) error {
	return p.write(s, func() error {
		if p.did[s.RequestID] {
			return nil
		}
		left := map[string]int64{}
		for _, l := range p.order.Lines {
			left[l.ID] = l.Quantity
		}
		for _, parcel := range p.order.Parcels {
			for _, item := range parcel.Items {
				left[item.LineID] -= item.Quantity
			}
		}
		for _, parcel := range s.Parcels {
			for _, item := range parcel.Items {
				if left[item.LineID] -= item.Quantity; left[item.LineID] < 0 {
					return errDone
				}
			}
		}
		p.did[s.RequestID] = true
		p.add(s, !slices.ContainsFunc(p.order.Lines, func(l order.Line) bool { return left[l.ID] > 0 }))
		return nil
	})
}

func (p *platform) ChangeShipment(_ context.Context, c logistics.Change, _ bool) error {
	return p.write(logistics.Shipment{}, func() error {
		p.change = append(p.change, c)
		for i := range p.order.Parcels {
			if p.order.Parcels[i].ID == c.ParcelID {
				p.order.Parcels[i].TrackingNo, p.order.Parcels[i].CarrierCode = c.To.TrackingNo, c.To.CarrierCode
			}
		}
		return nil
	})
}

// write meets the step of a write and carries it out.
func (p *platform) write(s logistics.Shipment, do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	p.asked = append(p.asked, s)
	var at step
	if p.onWrite != nil {
		at = p.onWrite(p.sent)
	}
	var err error
	switch {
	case at.drop:
	case at.delay:
		p.late = append(p.late, func() { _ = do() })
	default:
		err = do()
	}
	if at.answer != nil {
		return at.answer
	}
	return err
}

// add puts parcels on the order; the lock is held.
func (p *platform) add(s logistics.Shipment, all bool) {
	for _, parcel := range s.Parcels {
		there := order.Parcel{ID: fmt.Sprintf("p%d", len(p.order.Parcels)+1), TrackingNo: parcel.TrackingNo,
			CarrierCode: parcel.CarrierCode}
		for _, item := range parcel.Items {
			there.Items = append(there.Items, order.ParcelItem(item))
		}
		p.order.Parcels = append(p.order.Parcels, there)
	}
	p.order.Status = order.StatusPartShipped
	if all {
		p.order.Status = order.StatusShipped
	}
}

func (p *platform) TakeWaybills(_ context.Context, t logistics.Take) ([]mall.Result[logistics.Waybill], error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takes = append(p.takes, t.Requests)
	var taken []mall.Result[logistics.Waybill]
	for _, r := range t.Requests {
		key := r.Order.ID + "/" + r.PackID
		if p.bills[key] == "" {
			p.bills[key] = fmt.Sprintf("YT%d", len(p.bills)+1)
		}
		taken = append(taken, mall.Result[logistics.Waybill]{Item: logistics.Waybill{TrackingNo: p.bills[key]}})
	}
	if p.onTake != nil {
		if err := p.onTake(len(p.takes)); err != nil {
			return nil, err
		}
	}
	return taken, nil
}

func (*platform) Carriers(context.Context) ([]logistics.Carrier, error) { return nil, nil }

func (*platform) NetSites(context.Context, string) ([]logistics.NetSite, error) { return nil, nil }

func (*platform) Templates(context.Context) ([]logistics.Template, error) { return nil, nil }

func (p *platform) CancelWaybill(context.Context, logistics.Waybill) error {
	p.cancels++
	return p.onStop(p.cancels)
}

func (p *platform) UpdateWaybill(context.Context, logistics.Waybill, logistics.Sender,
	logistics.WaybillRequest) (logistics.Waybill, error) {
	return logistics.Waybill{SortCode: "new", Print: p.labels}, nil
}

func (p *platform) AddSubWaybills(context.Context, logistics.Waybill, int) (logistics.Waybill, error) {
	return logistics.Waybill{Subs: p.subs, Print: p.labels}, nil
}

func (p *platform) Addresses(context.Context, logistics.AddressUse) ([]logistics.BookEntry, error) {
	return []logistics.BookEntry{{ID: "7"}}, nil
}

func (p *platform) AddParcel(_ context.Context, _ string, parcel logistics.Parcel) error {
	return p.write(logistics.Shipment{}, func() error {
		p.add(logistics.Shipment{Parcels: []logistics.Parcel{parcel}}, true)
		return nil
	})
}

func (p *platform) PrintData(_ context.Context,
	list []logistics.Waybill) ([]mall.Result[[]logistics.PrintData], error) {
	var numbers []string
	var printed []mall.Result[[]logistics.PrintData]
	for _, w := range list {
		numbers = append(numbers, w.TrackingNo)
		printed = append(printed, mall.Result[[]logistics.PrintData]{Item: []logistics.PrintData{logistics.PrintData{TrackingNo: w.TrackingNo, Payload: "x"}}})
	}
	p.prints = append(p.prints, numbers)
	return printed, nil
}

// bare is a driver without any power.
type bare struct{ *platform }

func (bare) Ship()           {}
func (bare) ShipParcels()    {}
func (bare) ChangeShipment() {}
func (bare) TakeWaybills()   {}
func (bare) CancelWaybill()  {}
func (bare) UpdateWaybill()  {}
func (bare) AddSubWaybills() {}
func (bare) Addresses()      {}
func (bare) AddParcel()      {}
func (bare) PrintData()      {}
