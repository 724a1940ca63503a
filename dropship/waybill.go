package dropship

import (
	"context"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// WaybillRequest takes numbers from one carrier for parcels sent from one
// place. Take the receiver from nowhere: the platform knows it.
type WaybillRequest struct {
	Carrier string // the platform's code of the carrier
	Sender  Sender
	// Account is how the factory stands with the carrier. Zero where the platform
	// finds that by itself.
	Account Account
	// Template is the URL of the label's form, where the number is taken for one.
	Template string
	Entries  []WaybillEntry
}

// Account is how a factory stands with a carrier. Which of it is needed is the
// carrier's affair.
type Account struct {
	Site    string // code of the branch (网点), of franchise carriers
	Name    string // of that branch
	Number  string // of the monthly account, of direct carriers
	Product string // the carrier's code of the express product
	Extra   string // JSON of the carrier's own
}

// WaybillEntry asks for one number.
type WaybillEntry struct {
	ID FactoryID
	// Pack tells the parcels of one assignment apart: empty for the first, another
	// text for each further one.
	Pack   string
	Items  []Item // at least one
	Remark string // printed on the label
}

// Item is something in a parcel.
type Item struct {
	Name     string
	Specs    string
	Quantity int64
}

// Sender is who sends. Either Phone or Mobile is needed.
type Sender struct {
	Name   string
	Phone  string
	Mobile string
	From   Place
}

// Place is an address to send from. ID names one of the shop's address book,
// where the call takes that; the rest spells it out.
type Place struct {
	ID       string
	Country  string // empty: China
	Province order.Region
	City     order.Region
	District order.Region
	Street   order.Region
	Detail   string
}

// Waybill is the answer to one entry.
type Waybill struct {
	ID         FactoryID    `json:"id"`
	Pack       string       `json:"pack,omitempty"`
	TrackingNo string       `json:"tracking_no,omitempty"`
	Children   []string     `json:"children,omitempty"`  // numbers of further pieces under the same waybill (子单)
	SortCode   string       `json:"sort_code,omitempty"` // 三段码
	Hub        order.Region `json:"hub,omitzero"`        // 集包地
	Route      order.Region `json:"route,omitzero"`      // 大头笔
	Print      PrintData    `json:"print,omitzero"`      // where the platform answers it along with the number
	Err        error        `json:"-"`                   // of this entry; nil when a number was taken

	// Raw is the platform's own record; it stays out of JSON and logs.
	Raw mall.Raw `json:"-"`
}

// Record returns the platform's record, for [mall.Native].
func (w Waybill) Record() (mall.Platform, string, mall.Raw) {
	return "", "waybill " + w.TrackingNo, w.Raw
}

// PrintData is what a print component needs for one label. Its texts are opaque
// and belong together.
type PrintData struct {
	Payload   string `json:"payload"`
	Signature string `json:"signature,omitempty"`
	Key       string `json:"key,omitempty"`
	Version   string `json:"version,omitempty"`
}

// Correction puts another number in the place of one that was returned.
type Correction struct {
	ID         FactoryID
	ParcelID   string // see [order.Parcel].ID; not needed where [Limits].Parcels is one
	Carrier    string
	TrackingNo string
}

// Cancellation gives a number back that was taken and not used.
type Cancellation struct {
	Shop       string // the merchant's alias, see [FactoryID]
	Carrier    string
	TrackingNo string
}

// TakeWaybills takes numbers: one answer for each entry, in their order. The
// waybills are the factory's own and are settled on its account.
//
// Long lists go out in batches; when one fails as a whole, the answers so far
// are returned along with the error. What was taken cannot be looked up, so
// nothing is sent twice: after mall.ErrUnknownOutcome the numbers of that batch
// may have been taken, and asking again may cost a second one each.
func (s *Service) TakeWaybills(ctx context.Context, r WaybillRequest) ([]Waybill, error) {
	const what = "take waybills"
	d, err := power[WaybillTaker](ctx, s, RoleFactory, what)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(r.Carrier) == "" {
		return nil, s.refuse(what, invalid("the carrier is empty"))
	}
	type entry struct {
		id   FactoryID
		pack string
	}
	seen := map[entry]bool{}
	for _, e := range r.Entries {
		if err := s.checkID(what, e.ID); err != nil {
			return nil, err
		}
		switch at := (entry{e.ID, e.Pack}); {
		case seen[at]:
			return nil, s.refuse(what, invalid("%s is there twice with the same pack", e.ID.ID))
		case len(e.Items) == 0:
			return nil, s.refuse(what, invalid("%s names no item", e.ID.ID))
		default:
			seen[at] = true
		}
	}
	size := s.driver.Limits().Waybills
	if size <= 0 {
		size = max(len(r.Entries), 1)
	}
	waybills, all := make([]Waybill, 0, len(r.Entries)), r.Entries
	for len(all) > 0 {
		if ctx.Err() != nil {
			return waybills, context.Cause(ctx)
		}
		r.Entries = all[:min(size, len(all))]
		all = all[len(r.Entries):]
		got, err := d.TakeWaybills(ctx, r)
		if err != nil {
			return waybills, err
		}
		by := map[entry]Waybill{}
		for _, w := range got {
			by[entry{w.ID, w.Pack}] = w
		}
		for _, e := range r.Entries {
			w, ok := by[entry{e.ID, e.Pack}]
			if !ok {
				w = Waybill{ID: e.ID, Pack: e.Pack, Err: s.leftOut(e.ID.ID)}
			}
			waybills = append(waybills, w)
		}
	}
	return waybills, nil
}

// CanTakeWaybills reports whether TakeWaybills can work at all.
func (s *Service) CanTakeWaybills() bool { return can[WaybillTaker](s) }

// UpdateWaybill corrects the number of a parcel that was returned. Repeating it
// does no harm.
func (s *Service) UpdateWaybill(ctx context.Context, c Correction) error {
	const what = "update waybill"
	d, err := power[WaybillUpdater](ctx, s, RoleFactory, what)
	if err != nil {
		return err
	}
	if err := s.checkID(what, c.ID); err != nil {
		return err
	}
	if c.Carrier == "" || c.TrackingNo == "" || c.ParcelID == "" && s.driver.Limits().Parcels != 1 {
		return s.refuse(what, invalid("parcel id, carrier and tracking number are needed"))
	}
	return d.UpdateWaybill(ctx, c)
}

// CanUpdateWaybill reports whether UpdateWaybill can work at all.
func (s *Service) CanUpdateWaybill() bool { return can[WaybillUpdater](s) }

// CancelWaybill gives a number back. Platforms allow a share of the numbers
// taken to be given back; beyond it is mall.ErrQuota.
func (s *Service) CancelWaybill(ctx context.Context, c Cancellation) error {
	const what = "cancel waybill"
	d, err := power[WaybillCanceller](ctx, s, RoleFactory, what)
	if err != nil {
		return err
	}
	if c.Shop == "" || c.Carrier == "" || c.TrackingNo == "" {
		return s.refuse(what, invalid("the merchant's alias, carrier and tracking number are needed"))
	}
	return d.CancelWaybill(ctx, c)
}

// CanCancelWaybill reports whether CancelWaybill can work at all.
func (s *Service) CanCancelWaybill() bool { return can[WaybillCanceller](s) }
