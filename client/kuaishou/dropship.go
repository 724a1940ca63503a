package kuaishou

import (
	"context"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// dropshipDriver is the drop-ship driver of one shop, on either side. Source of
// all open.dropshipping.* methods:
// crywolfx/kuaishou-merchant-open-api:packages/common/Interface/api.declaration.ts.
type dropshipDriver struct{ account }

func (dropshipDriver) Platform() mall.Platform { return mall.Kuaishou }

// Limits: the merchant's list has no update time and windows shorter than 30
// days; the factory's has windows shorter than 30 minutes, 60 days back, and 50
// rows a page. Ten codes are deleted and ten waybills taken in one call. All
// else is assumed, see [DropshipAssumptions].
func (d dropshipDriver) Limits() dropship.Limits {
	a := d.assume.Dropship
	return dropship.Limits{
		MerchantOrders: mall.ListLimits{
			MaxPageSize: a.PageSize,
			MaxWindow:   30*24*time.Hour - time.Millisecond,
			Lag:         d.assume.ListLag,
			Resolution:  time.Millisecond,
			Clocks:      []mall.By{mall.ByCreation},
		},
		FactoryOrders: mall.ListLimits{
			MaxPageSize: 50,
			MaxWindow:   30*time.Minute - time.Millisecond,
			History:     60 * 24 * time.Hour,
			Lag:         d.assume.ListLag,
			Resolution:  time.Millisecond,
		},
		Relations: a.PageSize,
		Bind:      a.Batch,
		Assign:    a.Batch,
		Append:    a.Batch,
		Delete:    10,
		Waybills:  10,
		Parcels:   1,
	}
}

// Role calls open.dropshipping.role.query.
func (d dropshipDriver) Role(ctx context.Context) (dropship.Role, error) {
	answer, err := roleQuery.Call(ctx, d.shop, none{})
	return roles.Neutral(answer.Role), err
}

// PageMerchantOrders calls open.dropshipping.order.merchant.list, which lists one
// type of order at a time: a cursor is the type and the platform's own. It goes
// by creation, because added orders may have no time of payment.
func (d dropshipDriver) PageMerchantOrders(ctx context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	nothing := mall.Page[dropship.Assignment]{Total: -1}
	if q.By != mall.ByCreation {
		return nothing, merchantList.Refuse(mall.ErrNotSupported, "this list has no update time")
	}
	state, ok := merchantStates.Wire(q.State)
	if q.State != "" && !ok {
		return nothing, nil // a state that this platform does not have
	}
	at, from, err := orderTypeOf(cursor)
	if err != nil {
		return nothing, err
	}
	answer, err := merchantList.Call(ctx, d.shop, merchantListParams{
		Cursor: from, Size: q.PageSize, State: state, Type: orderTypes[at], QueryType: "CREATE_TIME",
		From: q.From.UnixMilli(), To: q.To.UnixMilli(), Sort: 1,
	})
	if err != nil {
		return nothing, err
	}
	next, err := nextCursor(merchantList.Method, answer.Cursor, from, len(answer.List))
	if err != nil {
		return nothing, err
	}
	page, err := assignments(merchantList.Method, d.merchantAssignment, answer.List)
	switch {
	case next != "":
		page.Next = orderTypes[at].String() + " " + next
	case at+1 < len(orderTypes):
		page.Next = orderTypes[at+1].String() + " "
	}
	return page, err
}

// orderTypeOf reads a cursor: which of orderTypes it is in, and the platform's
// own.
func orderTypeOf(cursor string) (at int, from string, err error) {
	if cursor == "" {
		return 0, "", nil
	}
	word, from, _ := strings.Cut(cursor, " ")
	for i, t := range orderTypes {
		if t.String() == word {
			return i, from, nil
		}
	}
	return 0, "", merchantList.Refuse(mall.ErrInvalid, "this is not a cursor of the list")
}

// nextCursor is where a list goes on after an answer; empty at its end, which is
// told by a word. An empty page that repeats its cursor is taken for the end as
// well; an answer with neither rows nor a cursor lists nothing at all.
func nextCursor(m driver.Method, next *string, sent string, rows int) (string, error) {
	switch {
	case next == nil && rows == 0:
		return "", m.Refuse(mall.ErrReply, "the page has no cursor")
	case next == nil, *next == noMore, *next == sent && rows == 0:
		return "", nil
	}
	return *next, nil
}

// GetMerchantOrder calls open.dropshipping.order.merchant.detail.
func (d dropshipDriver) GetMerchantOrder(ctx context.Context, id dropship.MerchantID) (dropship.Assignment, error) {
	record, err := merchantDetail.Call(ctx, d.shop, merchantDetailParams{id})
	if err != nil {
		return dropship.Assignment{}, d.missing(err)
	}
	return d.merchantAssignment(merchantDetail.Method, record)
}

// PageFactoryOrders calls open.dropshipping.order.list.
func (d dropshipDriver) PageFactoryOrders(ctx context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	nothing := mall.Page[dropship.Assignment]{Total: -1}
	state, ok := factoryStates.Wire(q.State)
	if q.State != "" && !ok {
		return nothing, nil // a factory sees none of these
	}
	p := factoryListParams{Size: q.PageSize, From: q.From.UnixMilli(), To: q.To.UnixMilli(), QueryType: 2, Sort: 2,
		State: state, Cursor: cursor}
	if q.By == mall.ByCreation {
		p.QueryType = 1
	}
	answer, err := factoryList.Call(ctx, d.shop, p)
	if err != nil {
		return nothing, err
	}
	next, err := nextCursor(factoryList.Method, answer.Cursor, cursor, len(answer.List))
	if err != nil {
		return nothing, err
	}
	page, err := assignments(factoryList.Method, d.factoryAssignment, answer.List)
	page.Next = next
	return page, err
}

// GetFactoryOrder calls open.dropshipping.order.detail.query. An assignment that
// the merchant took back is shown as cancelled.
func (d dropshipDriver) GetFactoryOrder(ctx context.Context, id dropship.FactoryID) (dropship.Assignment, error) {
	record, err := factoryDetail.Call(ctx, d.shop, factoryDetailParams{id.ID, id.Shop})
	if err != nil {
		return dropship.Assignment{}, d.missing(err)
	}
	return d.factoryAssignment(factoryDetail.Method, record)
}

// Assign calls open.dropshipping.order.batch.allocate, once for each factory.
func (d dropshipDriver) Assign(ctx context.Context,
	choices []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
	at := map[string]int{} // the factory's place in the list
	var calls []allocateParams
	for _, c := range choices {
		i, ok := at[c.Supplier]
		if !ok {
			i = len(calls)
			at[c.Supplier] = i
			calls = append(calls, allocateParams{Factory: c.Supplier})
		}
		calls[i].IDs = append(calls[i].IDs, c.ID)
	}
	var outcomes []mall.Result[dropship.MerchantID]
	for i, p := range calls {
		got, err := orderBatch(ctx, d, allocate, p)
		if err != nil && len(calls) == 1 {
			return nil, err
		}
		if err != nil {
			// Others may have been carried out: this failure is that of its entries.
			got = make([]mall.Result[dropship.MerchantID], 0, len(calls[i].IDs))
			for _, id := range p.IDs {
				got = append(got, mall.Result[dropship.MerchantID]{Item: id, Err: err})
			}
		}
		outcomes = append(outcomes, got...)
	}
	return outcomes, nil
}

// CancelAssignment calls open.dropshipping.order.batch.allocate.cancel.
func (d dropshipDriver) CancelAssignment(ctx context.Context, reason string,
	ids []dropship.MerchantID) ([]mall.Result[dropship.MerchantID], error) {
	if strings.TrimSpace(reason) == "" {
		reason = d.assume.Dropship.CancelReason
	}
	return orderBatch(ctx, d, allocateCancel, cancelAllocateParams{ids, reason})
}

// Delete calls open.dropshipping.order.batch.delete.
func (d dropshipDriver) Delete(ctx context.Context,
	ids []dropship.MerchantID) ([]mall.Result[dropship.MerchantID], error) {
	return orderBatch(ctx, d, deleteOrders, deleteParams{ids})
}

// orderBatch calls a method that answers for each code.
func orderBatch[P any](ctx context.Context, d dropshipDriver, e driver.Endpoint[P, entries],
	params P) ([]mall.Result[dropship.MerchantID], error) {
	answer, err := e.Call(ctx, d.shop, params)
	if err != nil {
		return nil, err
	}
	outcomes := make([]mall.Result[dropship.MerchantID], 0, len(answer))
	for _, one := range answer {
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: dropship.MerchantID(one.ID),
			Err: d.entry(e.Method, one)})
	}
	return outcomes, nil
}

// Append calls open.dropshipping.order.batch.append. The call wants the names
// of goods and specs: take them from the assignment. Cipher texts are not
// mentioned there, so that an address of its own has to be plain; without one it
// is assumed to go where the buyer's order goes.
func (d dropshipDriver) Append(ctx context.Context,
	list []dropship.Extra) (map[string]mall.Result[dropship.MerchantID], error) {
	var p extraParams
	for _, x := range list {
		kind, ok := orderKinds.Wire(x.Kind)
		if !ok {
			return nil, appendOrders.Refuse(mall.ErrInvalid, "the platform adds no orders of kind %q", x.Kind)
		}
		item := extraItem{Key: x.Key, Base: x.Base, Type: kind, Remark: x.Remark}
		for _, l := range x.Lines {
			specs := specsText(l.SKU.Specs)
			if specs == "" || l.SKU.Name == "" {
				return nil, appendOrders.Refuse(mall.ErrInvalid,
					"a line to add needs the name of the goods and its specs")
			}
			item.Items = append(item.Items, extraLine{
				SKU: number(l.SKU.ID), Specs: specs, Code: l.SKU.Code, Quantity: l.Quantity,
				Item: number(l.SKU.ProductID), Title: l.SKU.Name, Picture: l.SKU.Picture,
			})
		}
		if to := x.To; to != (order.Receiver{}) {
			if to.Name.Plain == "" || to.Phone.Plain == "" || to.Address.Plain == "" {
				return nil, appendOrders.Refuse(mall.ErrInvalid,
					"who gets an added order needs a name, a mobile and an address in plain text")
			}
			address := toDistrAddress(logistics.Address{
				Province: to.Province, City: to.City, District: to.District, Street: to.Street,
				Detail: to.Address.Plain.Reveal(),
			})
			item.Address, item.Contact = &address,
				&distrContact{Name: to.Name.Plain.Reveal(), Mobile: to.Phone.Plain.Reveal()}
		}
		p.List = append(p.List, item)
	}
	answer, err := appendOrders.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	answers := map[string]mall.Result[dropship.MerchantID]{}
	for _, e := range answer {
		one := mall.Result[dropship.MerchantID]{Item: dropship.MerchantID(e.ID),
			Err: d.entry(appendOrders.Method, e, p.texts()...)}
		if one.Err == nil && one.Item == "" {
			one.Err = appendOrders.UnreadWrite(nil, errNoCode.Error())
		}
		answers[e.RequestID] = one
	}
	return answers, nil
}

// endpoints and wire types

var (
	roleQuery      = endpoint[none, roleAnswer]("open.dropshipping.role.query", get|repeatable)
	merchantList   = endpoint[merchantListParams, merchantListAnswer]("open.dropshipping.order.merchant.list", repeatable)
	merchantDetail = endpoint[merchantDetailParams, driver.Record[wireMerchantOrder]]("open.dropshipping.order.merchant.detail", repeatable)
	factoryList    = endpoint[factoryListParams, factoryListAnswer]("open.dropshipping.order.list", repeatable)
	factoryDetail  = endpoint[factoryDetailParams, driver.Record[wireFactoryOrder]]("open.dropshipping.order.detail.query", repeatable)
	allocate       = endpoint[allocateParams, entries]("open.dropshipping.order.batch.allocate", write)
	allocateCancel = endpoint[cancelAllocateParams, entries]("open.dropshipping.order.batch.allocate.cancel", write)
	appendOrders   = endpoint[extraParams, entries]("open.dropshipping.order.batch.append", write)
	deleteOrders   = endpoint[deleteParams, entries]("open.dropshipping.order.batch.delete", write)
)

type roleAnswer struct {
	Role wire.Int `json:"roleType"`
}

type merchantListParams struct {
	Cursor    string   `json:"cursor"`
	Size      int      `json:"pageSize"`
	State     wire.Int `json:"dropshippingStatus"` // 0: all
	Status    int      `json:"orderStatus"`        // 0: all
	Refund    int      `json:"refundStatus"`       // 0: all
	Type      wire.Int `json:"orderType"`          // there is none for all
	QueryType string   `json:"queryType"`          // or PAT_TIME, which is spelled so
	From      int64    `json:"beginTime"`
	To        int64    `json:"endTime"`
	Sort      int      `json:"sort"` // 1: ascending
}

type merchantListAnswer struct {
	Cursor *string                                     `json:"cursor"`
	List   wire.List[driver.Record[wireMerchantOrder]] `json:"orderList"`
}

type merchantDetailParams struct {
	ID dropship.MerchantID `json:"dropshippingOrderCode"`
}

type factoryListParams struct {
	Size      int      `json:"pageSize"`
	From      int64    `json:"beginTime"`
	To        int64    `json:"endTime"`
	QueryType int      `json:"queryType"` // 1: by allocation, 2: by update
	Sort      int      `json:"sort"`      // 2: ascending
	State     wire.Int `json:"allocateStatus,omitempty"`
	Cursor    string   `json:"cursor"`
}

type factoryListAnswer struct {
	Cursor *string                                    `json:"cursor"`
	List   wire.List[driver.Record[wireFactoryOrder]] `json:"dsOrderList"`
}

type factoryDetailParams struct {
	ID   string `json:"allocateOrderCode"`
	Shop string `json:"userCode"`
}

type allocateParams struct {
	IDs     []dropship.MerchantID `json:"dropshippingOrderCodeList"`
	Factory string                `json:"factoryCode"`
}

type cancelAllocateParams struct {
	IDs    []dropship.MerchantID `json:"dropshippingOrderCodeList"`
	Reason string                `json:"cancelAllocateReason"`
}

type deleteParams struct {
	IDs []dropship.MerchantID `json:"dropshippingOrderCodeList"`
}

type extraParams struct {
	List []extraItem `json:"appendRequestList"`
}

// texts are who gets the orders.
func (p extraParams) texts() (texts []string) {
	for _, x := range p.List {
		if x.Contact != nil {
			texts = append(texts, x.Contact.Name, x.Contact.Mobile, x.Address.Detail)
		}
	}
	return texts
}

type extraItem struct {
	Key     string              `json:"requestId"`
	Base    dropship.MerchantID `json:"dropshippingOrderCode"`
	Type    wire.Int            `json:"orderType"`
	Items   []extraLine         `json:"orderItemList"`
	Remark  string              `json:"sellerNote,omitempty"`
	Address *wireDistrAddress   `json:"receiverAddress,omitempty"`
	Contact *distrContact       `json:"receiverContact,omitempty"`
}

type extraLine struct {
	SKU      number `json:"skuId,omitempty"`
	Specs    string `json:"skuDesc"`
	Code     string `json:"skuNick,omitempty"`
	Quantity int64  `json:"skuNum"`
	Item     number `json:"itemId,omitempty"`
	Title    string `json:"itemTitle"`
	Picture  string `json:"itemPicUrl,omitempty"`
}
