package toy

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// orders is the order driver of one shop.
type orders struct{ shop *client.Shop }

func (orders) Platform() mall.Platform { return Platform }

func (orders) Limits() order.Limits {
	return order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 20, MaxWindow: 30 * 24 * time.Hour, Resolution: time.Second, Numbered: true,
	}}
}

// Page calls order.list, whose pages are numbered from 0.
func (d orders) Page(ctx context.Context, q order.Query, cursor string) (page mall.Page[order.Order], err error) {
	number, _ := strconv.Atoi(cursor) // the empty cursor asks for page 0
	p := listParams{Page: number, Size: q.PageSize, From: q.From.Unix(), To: q.To.Unix(), Created: q.By == mall.ByCreation}
	answer, err := orderList.Call(ctx, d.shop, p)
	if err != nil {
		return page, err
	}
	var bad driver.BadRecords
	for _, record := range answer.Orders {
		if o, err := d.order(record); err != nil {
			bad.Add(o.ID, record, orderList.Unexpected("order "+o.ID, record, err))
		} else {
			page.Items = append(page.Items, o)
		}
	}
	page.Total = answer.Total
	return page, bad.Err()
}

// Get calls order.get.
func (d orders) Get(ctx context.Context, id string) (order.Order, error) {
	record, err := orderGet.Call(ctx, d.shop, getParams{id})
	if err != nil {
		return order.Order{}, err
	}
	o, err := d.order(record)
	if err != nil {
		return order.Order{}, orderGet.Unexpected("order "+id, record, err)
	}
	return o, nil
}

// statuses maps the platform's statuses.
var statuses = driver.NewEnum(map[string]order.Status{
	"unpaid": order.StatusUnpaid, "paid": order.StatusToShip, "sent": order.StatusShipped, "done": order.StatusDone,
})

// order reads a record.
func (d orders) order(record []byte) (order.Order, error) {
	var w wireOrder
	err := json.Unmarshal(record, &w)
	status := statuses.Neutral(w.Status)
	o := order.Order{
		Platform: Platform, ShopID: d.shop.ID(), ID: w.ID, Status: status, PlatformStatus: w.Status,
		Refund: order.RefundNone, Hold: order.HoldNone, Raw: mall.Raw(record),
		Created: w.Created.Time, Updated: w.Updated.Time,
	}
	for _, i := range w.Items {
		thing := sku.Ref{ID: i.SKU, Name: i.Name}
		o.Lines = append(o.Lines, order.Line{
			ID: w.ID + "-" + i.SKU, SKU: thing, Effective: thing, Quantity: i.Count, Price: mall.Fen(i.Price),
			Amount: mall.Fen(i.Price * i.Count), Status: status, PlatformStatus: w.Status, Refund: order.RefundNone,
		})
		o.Amounts.Paid += mall.Fen(i.Price * i.Count)
	}
	return o, err
}

// endpoints and wire types

var (
	orderList = endpoint[listParams, listAnswer]("order.list", driver.Repeatable)
	orderGet  = endpoint[getParams, driver.Record[wireOrder]]("order.get", driver.Repeatable)
)

type listParams struct {
	Page    int   `json:"page"`
	Size    int   `json:"size"`
	From    int64 `json:"from"` // seconds, as To, which is inclusive
	To      int64 `json:"to"`
	Created bool  `json:"created"` // From and To are times of creation, not of the last change
}

type listAnswer struct {
	Total  int                        `json:"total"`
	Orders []driver.Record[wireOrder] `json:"orders"`
}

type getParams struct {
	ID string `json:"id"`
}

type wireOrder struct {
	ID      string       `json:"id"`
	Status  string       `json:"status"`
	Created wire.Seconds `json:"created"`
	Updated wire.Seconds `json:"updated"`
	Items   []struct {
		SKU   string `json:"sku"`
		Name  string `json:"name"`
		Count int64  `json:"count"`
		Price int64  `json:"price"` // fen
	} `json:"items"`
}
