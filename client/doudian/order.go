package doudian

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

// orders is the order driver of one shop.
type orders struct{ account }

func (orders) Platform() mall.Platform { return mall.Doudian }

// Limits returns those of order.searchList: 90 days back, 100 rows per page,
// page × size within 50,000; and 50 texts per call that opens or seals personal
// data.
func (d orders) Limits() order.Limits {
	return order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 100,
		History:     90 * 24 * time.Hour,
		MaxRows:     50_000,
		Lag:         d.assume.ListLag,
		Resolution:  time.Second,
		Numbered:    true,
	}, MaxBatch: 50}
}

// Page calls order.searchList. The platform does not document whether the end
// of the range is included. The end is therefore sent as it is, and the next
// window begins in the same second.
func (d orders) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	at, err := pageNumber(cursor)
	if err != nil {
		return mall.Page[order.Order]{}, err
	}
	p := searchParams{Page: at, Size: q.PageSize, OrderAsc: true}
	if q.By == mall.ByCreation {
		p.OrderBy, p.CreatedFrom, p.CreatedTo = "create_time", q.From.Unix(), q.To.Unix()
	} else {
		p.OrderBy, p.UpdatedFrom, p.UpdatedTo = "update_time", q.From.Unix(), q.To.Unix()
	}
	if q.Status != "" {
		status, ok := statuses.Wire(q.Status)
		if !ok {
			return mall.Page[order.Order]{}, nil // a status that this platform does not have
		}
		p.Combine = []combineStatus{{OrderStatus: status.String()}}
	}
	answer, err := orderList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[order.Order]{}, err
	}
	page := mall.Page[order.Order]{Items: make([]order.Order, 0, len(answer.Orders)), Total: wire.Total(answer.Total)}
	var bad driver.BadRecords
	for _, record := range answer.Orders {
		o, err := d.order(orderList.Method, record)
		if err != nil {
			bad.Add(o.ID, record, err)
			continue
		}
		page.Items = append(page.Items, o)
	}
	return page, bad.Err()
}

// Get calls order.orderDetail.
func (d orders) Get(ctx context.Context, id string) (order.Order, error) {
	answer, err := orderDetail.Call(ctx, d.shop, detailParams{plainID(id)})
	if err != nil {
		return order.Order{}, err
	}
	return d.order(orderDetail.Method, answer.Order)
}

// order reads one record. On an error it returns the order's id alone, if the
// record has one.
func (d orders) order(m driver.Method, record []byte) (order.Order, error) {
	o, err := toOrder(record)
	if err != nil {
		return order.Order{ID: o.ID}, m.Unexpected("order "+o.ID, record, err)
	}
	if o.ShopID == "" {
		o.ShopID = d.shop.ID()
	}
	return o, nil
}

// SetRemark calls order.addOrderRemark, which overwrites the remark.
func (d orders) SetRemark(ctx context.Context, id string, r order.Remark) error {
	p := remarkParams{OrderID: plainID(id), Remark: r.Text, AddStar: "false"}
	if r.Flag != order.FlagNone {
		star, ok := stars.Wire(r.Flag)
		if !ok {
			return addRemark.Refuse(mall.ErrInvalid, "the platform has the flags grey, purple, cyan, green, orange and red")
		}
		p.AddStar, p.Star = "true", star.String()
	}
	_, err := addRemark.Call(ctx, d.shop, p)
	return err
}

// closeReason is sent when the caller gives no reason, because the platform
// requires one.
const closeReason = "商家取消订单"

// Close calls order.orderCancel. The platform closes no order in its first
// minute, and no deposit presale, auction or insurance.
func (d orders) Close(ctx context.Context, id, reason string) error {
	_, err := cancelOrder.Call(ctx, d.shop, closeParams{Reason: cmp.Or(reason, closeReason), ID: plainID(id)})
	return err
}

// Mergeable calls order.merge, which tells which orders may share a parcel. It
// takes up to 100 orders of the last 15 days.
func (d orders) Mergeable(ctx context.Context, list []order.Order) ([][]string, error) {
	if len(list) > 100 {
		return nil, mergeable.Refuse(mall.ErrInvalid, "at most 100 orders at once")
	}
	var p mergeParams
	for _, o := range list {
		p.List = append(p.List, mergeItem{OrderID: o.ID, OpenAddressID: o.Receiver.ID})
	}
	answer, err := mergeable.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	var groups [][]string
	for _, ids := range answer.Groups {
		groups = append(groups, strings.Split(ids, ","))
	}
	return groups, nil
}

// pageNumber reads a cursor of the methods that number their pages from 0.
func pageNumber(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	page, err := strconv.Atoi(cursor)
	if err != nil {
		return 0, fmt.Errorf("doudian: the cursor is not a page number: %w", err)
	}
	return page, nil
}

// plainID strips the letter A that some answers append to an order id and that
// no method accepts.
func plainID(id string) string {
	if bare, ok := strings.CutSuffix(id, "A"); ok && bare != "" && strings.Trim(bare, "0123456789") == "" {
		return bare
	}
	return id
}

// endpoints and wire types

var (
	orderList   = endpoint[searchParams, searchAnswer]("order.searchList", repeatable)
	orderDetail = endpoint[detailParams, detailAnswer]("order.orderDetail", repeatable)
	addRemark   = endpoint[remarkParams, none]("order.addOrderRemark", repeatable) // overwrites
	cancelOrder = endpoint[closeParams, none]("order.orderCancel", write)
	mergeable   = endpoint[mergeParams, mergeAnswer]("order.merge", repeatable) // merges nothing
)

// searchParams are the parameters of order.searchList. create_time_start is
// left out when listing by update time: the platform then assumes 90 days.
type searchParams struct {
	Combine     []combineStatus `json:"combine_status,omitempty"` // one element at most
	CreatedTo   int64           `json:"create_time_end,omitempty"`
	CreatedFrom int64           `json:"create_time_start,omitempty"`
	OrderAsc    bool            `json:"order_asc"`
	OrderBy     string          `json:"order_by"`
	Page        int             `json:"page"` // from 0
	Size        int             `json:"size"`
	UpdatedTo   int64           `json:"update_time_end,omitempty"`
	UpdatedFrom int64           `json:"update_time_start,omitempty"`
}

type combineStatus struct {
	OrderStatus string `json:"order_status"`
}

type searchAnswer struct {
	Total  *wire.Int                           `json:"total"`
	Orders wire.List[driver.Record[wireOrder]] `json:"shop_order_list"`
}

type detailParams struct {
	ID string `json:"shop_order_id"`
}

type detailAnswer struct {
	Order driver.Record[wireOrder] `json:"shop_order_detail"`
}

type remarkParams struct {
	AddStar string `json:"is_add_star"` // "true" or "false" as text
	OrderID string `json:"order_id"`
	Remark  string `json:"remark"`
	Star    string `json:"star,omitempty"`
}

type closeParams struct {
	Reason string `json:"cancel_reason"`
	ID     string `json:"shop_order_id"`
}

type mergeParams struct {
	List []mergeItem `json:"merge_list"`
}

type mergeItem struct {
	OpenAddressID string `json:"open_address_id"`
	OrderID       string `json:"order_id"`
}

type mergeAnswer struct {
	Groups wire.List[string] `json:"order_list"` // "id,id"
}
