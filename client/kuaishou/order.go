package kuaishou

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

// orders is the order driver of one shop.
type orders struct{ account }

func (orders) Platform() mall.Platform { return mall.Kuaishou }

// Limits returns those of open.order.cursor.list: 50 rows per page, windows of
// 7 days, 90 days back; and 100 texts per call that opens or seals personal
// data. The form of the cursor is not documented, so that it survives orders
// which change is unconfirmed.
func (d orders) Limits() order.Limits {
	return order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 50,
		MaxWindow:   7 * 24 * time.Hour,
		History:     90 * 24 * time.Hour,
		Lag:         d.assume.ListLag,
		Resolution:  time.Millisecond,
	}, MaxBatch: 100}
}

// noMore is the cursor after the last page.
const noMore = "nomore"

// Page calls open.order.cursor.list. The platform does not document whether the
// end of the range is included. The end is therefore sent as it is, and the
// next window begins in the same millisecond. A page may be empty and still
// have a cursor.
func (d orders) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	p := listParams{
		View: viewAll, Size: q.PageSize, Sort: sortAscending, By: byUpdate,
		From: q.From.UnixMilli(), To: q.To.UnixMilli(), Cursor: cursor,
	}
	if q.By == mall.ByCreation {
		p.By = byCreation
	}
	if q.Status != "" {
		view, ok := views[q.Status]
		if !ok {
			return mall.Page[order.Order]{Total: -1}, nil // a status that this platform does not have
		}
		p.View = view
	}
	answer, err := orderList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[order.Order]{}, err
	}
	var records []driver.Record[wireOrder]
	if answer.Orders != nil {
		records = *answer.Orders
	}
	page := mall.Page[order.Order]{Items: make([]order.Order, 0, len(records)), Next: answer.Cursor, Total: -1}
	switch {
	case page.Next == noMore:
		page.Next = ""
	case page.Next == "" && (answer.Orders == nil || len(records) >= q.PageSize):
		// noMore marks the last page. A missing cursor may be an end too, but
		// not after a full page, nor in a reply without a list.
		return mall.Page[order.Order]{}, orderList.Refuse(mall.ErrReply, "the page has no cursor")
	}
	var bad driver.BadRecords
	for _, record := range records {
		w, err := readOrder(record)
		if err != nil {
			bad.Add(string(w.Base.ID), record, orderList.Unexpected("order "+string(w.Base.ID), record, err))
			continue
		}
		if err := d.handling(ctx, w); err != nil {
			return mall.Page[order.Order]{}, err
		}
		page.Items = append(page.Items, d.order(w, record))
	}
	return page, bad.Err()
}

// handling reads from the detail how the newest refund of an order is handled,
// which the list and the status do not show: an exchange that succeeded is not
// a refund. Orders without a refund cost no call. If the platform refuses the
// detail for good, or it cannot be read, the refund is marked unclear, which
// counts as open, so that one order does not hold back the rest of the page for
// ever.
func (d orders) handling(ctx context.Context, w wireOrder) error {
	listed := w.newest()
	if listed == nil || listed.Way != 0 || refundStates.Neutral(listed.Status) == order.RefundClosed {
		return nil
	}
	detail, err := orderRead.Call(ctx, d.shop, detailParams{number(w.Base.ID)})
	for _, forGood := range []mall.Kind{mall.ErrRejected, mall.ErrNotFound, mall.ErrPermission, mall.ErrInvalid} {
		if errors.Is(err, forGood) {
			listed.unclear = true
			return nil
		}
	}
	// A reply without the platform's request id may come from a proxy instead.
	if e, ok := errors.AsType[*mall.Error](err); ok && e.Kind == mall.ErrReply && e.RequestID != "" {
		listed.unclear = true
		return nil
	}
	if err != nil {
		return err
	}
	if r := detail.newest(); r != nil && r.ID == listed.ID {
		listed.Way, listed.Special = r.Way, r.Special
	}
	return nil
}

// Get calls open.order.detail, which does not find the number of a gift.
func (d orders) Get(ctx context.Context, id string) (order.Order, error) {
	record, err := orderDetail.Call(ctx, d.shop, detailParams{number(id)})
	if err != nil {
		return order.Order{}, d.missing(err)
	}
	w, err := readOrder(record)
	if err != nil {
		return order.Order{}, orderDetail.Unexpected("order "+string(w.Base.ID), record, err)
	}
	return d.order(w, record), nil
}

// order converts a record and sets the shop, which the record names by an open
// id only.
func (d orders) order(w wireOrder, record []byte) order.Order {
	o := w.order(record)
	o.ShopID = d.shop.ID()
	return o
}

// missing turns the refusal of an order that does not exist into
// mall.ErrNotFound. It goes by the text, because all such refusals share one
// number.
func (d account) missing(err error) error {
	return reclassed(err, mall.ErrNotFound, d.assume.OrderUnknown)
}

// maxRemark is the length of a remark, in characters.
const maxRemark = 200

// SetRemark calls open.seller.order.note.add, which puts a remark before the
// earlier ones. A flag cannot be removed again: no flag is sent as grey.
func (d orders) SetRemark(ctx context.Context, id string, r order.Remark) error {
	p := noteParams{ID: number(id), Note: r.Text}
	if r.Flag != order.FlagNone {
		var ok bool
		if p.Flag, ok = flags.Wire(r.Flag); !ok {
			return addNote.Refuse(mall.ErrInvalid, "the platform has the flags red, yellow, green, blue, purple and grey")
		}
	}
	if utf8.RuneCountInString(r.Text) > maxRemark {
		return addNote.Refuse(mall.ErrInvalid, "a remark may have at most %d characters", maxRemark)
	}
	_, err := addNote.Call(ctx, d.shop, p)
	return d.missing(err)
}

// Close calls open.seller.order.close, which closes unpaid orders and takes no
// reason.
func (d orders) Close(ctx context.Context, id, _ string) error {
	_, err := closeOrder.Call(ctx, d.shop, closeParams{number(id)})
	return d.missing(err)
}

// endpoints and wire types

var (
	orderList   = endpoint[listParams, listAnswer]("open.order.cursor.list", get|repeatable)
	orderDetail = endpoint[detailParams, driver.Record[wireOrder]]("open.order.detail", get|repeatable)
	orderRead   = driver.Reading[wireOrder](orderDetail)
	addNote     = endpoint[noteParams, none]("open.seller.order.note.add", write)
	closeOrder  = endpoint[closeParams, none]("open.seller.order.close", write)
)

// listParams are the parameters of open.order.cursor.list.
type listParams struct {
	View   int    `json:"orderViewStatus"`
	Size   int    `json:"pageSize"`
	Sort   int    `json:"sort"`
	By     int    `json:"queryType"`
	From   int64  `json:"beginTime"`
	To     int64  `json:"endTime"`
	CPS    int    `json:"cpsType"` // 0 all
	Cursor string `json:"cursor"`  // empty at first
}

const (
	sortAscending = 2
	byCreation    = 1
	byUpdate      = 2
)

type listAnswer struct {
	Cursor string                               `json:"cursor"`
	Orders *wire.List[driver.Record[wireOrder]] `json:"orderList"`
}

type detailParams struct {
	ID number `json:"oid"`
}

type noteParams struct {
	ID   number   `json:"orderId"`
	Note string   `json:"note"`
	Flag wire.Int `json:"flag,omitempty"`
}

type closeParams struct {
	ID number `json:"orderId"`
}
