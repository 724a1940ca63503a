package doudian

import (
	"context"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/internal/wire"
)

// dropshipDriver is the drop-ship driver of one shop, on either side. Source of
// all iop.* methods: sevencat/ecommerce_sdk:ecommerce_sdk/douyin/Iop*.cs.
type dropshipDriver struct{ account }

func (dropshipDriver) Platform() mall.Platform { return mall.Doudian }

// Limits are those of iop.*: windows of 30 minutes, 100 rows a page, 100
// assignments and 10 waybills a call. How far back the lists reach is not
// documented, so a query has to say where it begins.
func (d dropshipDriver) Limits() dropship.Limits {
	list := mall.ListLimits{
		MaxPageSize: 100,
		MaxWindow:   30 * time.Minute,
		Lag:         d.assume.ListLag,
		Resolution:  time.Second,
		Numbered:    true,
	}
	return dropship.Limits{MerchantOrders: list, FactoryOrders: list, Relations: 100, Assign: 100, Waybills: 10}
}

// Role calls iop.roleGet.
func (d dropshipDriver) Role(ctx context.Context) (dropship.Role, error) {
	answer, err := roleGet.Call(ctx, d.shop, none{})
	return roles.Neutral(answer.Role), err
}

// PageMerchantOrders calls iop.sellerOrderList.
func (d dropshipDriver) PageMerchantOrders(ctx context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	p := merchantListParams{Size: q.PageSize, State: stateNumber(q.State)}
	if q.State != "" && p.State == nil {
		return mall.Page[dropship.Assignment]{}, nil // a state that this platform does not have
	}
	var err error
	if p.Page, err = pageNumber(cursor); err != nil {
		return mall.Page[dropship.Assignment]{}, err
	}
	if q.By == mall.ByCreation {
		unit := int64(d.assume.DealTimeUnit)
		p.DealFrom, p.DealTo = q.From.UnixNano()/unit, q.To.UnixNano()/unit
	} else {
		p.UpdatedFrom, p.UpdatedTo = q.From.Unix(), q.To.Unix()
	}
	answer, err := merchantList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[dropship.Assignment]{}, err
	}
	return assignments(merchantList.Method, dropship.RoleMerchant, answer.List, answer.Total)
}

// GetMerchantOrder calls iop.sellerOrderInfo.
func (d dropshipDriver) GetMerchantOrder(ctx context.Context, id dropship.MerchantID) (dropship.Assignment, error) {
	answer, err := merchantInfo.Call(ctx, d.shop, merchantInfoParams{string(id)})
	if err != nil {
		return dropship.Assignment{}, err
	}
	return assignment(merchantInfo.Method, dropship.RoleMerchant, answer.Detail)
}

// PageFactoryOrders calls iop.orderList. When both windows are sent the platform
// goes by the update time, so only one is.
func (d dropshipDriver) PageFactoryOrders(ctx context.Context, q dropship.Query,
	cursor string) (mall.Page[dropship.Assignment], error) {
	if q.State == dropship.StateUnassigned || q.State != "" && stateNumber(q.State) == nil {
		return mall.Page[dropship.Assignment]{}, nil // a factory sees none of these
	}
	p := factoryListParams{Size: q.PageSize, State: stateNumber(q.State)}
	var err error
	if p.Page, err = pageNumber(cursor); err != nil {
		return mall.Page[dropship.Assignment]{}, err
	}
	if q.By == mall.ByCreation {
		p.AssignedFrom, p.AssignedTo = q.From.Unix(), q.To.Unix()
	} else {
		p.UpdatedFrom, p.UpdatedTo = q.From.Unix(), q.To.Unix()
	}
	answer, err := factoryList.Call(ctx, d.shop, p)
	if err != nil {
		return mall.Page[dropship.Assignment]{}, err
	}
	return assignments(factoryList.Method, dropship.RoleFactory, answer.List, answer.Total)
}

// GetFactoryOrder calls iop.orderInfo. An assignment that the merchant took back
// is not found.
func (d dropshipDriver) GetFactoryOrder(ctx context.Context, id dropship.FactoryID) (dropship.Assignment, error) {
	shop, err := number(factoryInfo.Method, "shop id", id.Shop)
	if err != nil {
		return dropship.Assignment{}, err
	}
	record, err := factoryInfo.Call(ctx, d.shop, factoryInfoParams{id.ID, shop})
	if err != nil {
		return dropship.Assignment{}, err
	}
	return assignment(factoryInfo.Method, dropship.RoleFactory, record)
}

// Assign calls iop.sellerDistribute.
func (d dropshipDriver) Assign(ctx context.Context,
	choices []dropship.Choice) ([]mall.Result[dropship.MerchantID], error) {
	p := assignParams{List: make([]assignItem, 0, len(choices))}
	for _, c := range choices {
		supplier, err := number(assign.Method, "supplier id", c.Supplier)
		if err != nil {
			return nil, err
		}
		p.List = append(p.List, assignItem{string(c.ID), supplier})
	}
	answer, err := assign.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	outcomes := make([]mall.Result[dropship.MerchantID], 0, len(answer.Results))
	for _, r := range answer.Results {
		o := mall.Result[dropship.MerchantID]{Item: dropship.MerchantID(r.ID)}
		if r.ErrNo != 0 {
			// The numbers are in no document: looking tells what they mean.
			o.Err = assign.RefusedEntry(mall.ErrRejected, "err_no "+r.ErrNo.String(), r.Message)
		}
		outcomes = append(outcomes, o)
	}
	return outcomes, nil
}

// CancelAssignment calls iop.sellerCancleDistribute, which is spelled so and
// takes no reason.
func (d dropshipDriver) CancelAssignment(ctx context.Context, _ string,
	ids []dropship.MerchantID) ([]mall.Result[dropship.MerchantID], error) {
	answer, err := cancelAssignment.Call(ctx, d.shop, cancelParams{ids})
	if err != nil {
		return nil, err
	}
	var outcomes []mall.Result[dropship.MerchantID]
	for _, id := range answer.Done {
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: dropship.MerchantID(id)})
	}
	for id, why := range answer.Failed.V {
		outcomes = append(outcomes, mall.Result[dropship.MerchantID]{Item: dropship.MerchantID(id),
			Err: cancelAssignment.RefusedEntry(mall.ErrRejected, "", string(why))})
	}
	return outcomes, nil
}

// endpoints and wire types

var (
	roleGet          = endpoint[none, roleAnswer]("iop.roleGet", repeatable)
	merchantList     = endpoint[merchantListParams, merchantListAnswer]("iop.sellerOrderList", repeatable)
	merchantInfo     = endpoint[merchantInfoParams, merchantInfoAnswer]("iop.sellerOrderInfo", repeatable)
	factoryList      = endpoint[factoryListParams, factoryListAnswer]("iop.orderList", repeatable)
	factoryInfo      = endpoint[factoryInfoParams, driver.Record[wireDistr]]("iop.orderInfo", repeatable)
	assign           = endpoint[assignParams, assignAnswer]("iop.sellerDistribute", write)
	cancelAssignment = endpoint[cancelParams, iopCancelAnswer]("iop.sellerCancleDistribute", write) // spelled so
)

type roleAnswer struct {
	Role wire.Int `json:"role_type"`
}

type merchantListParams struct {
	State       *wire.Int `json:"distr_status,omitempty"` // 0 is a state
	DealTo      int64     `json:"end_deal_time,omitempty"`
	UpdatedTo   int64     `json:"end_update_time,omitempty"`
	Page        int       `json:"page"` // from 0
	Size        int       `json:"size"`
	DealFrom    int64     `json:"start_deal_time,omitempty"`
	UpdatedFrom int64     `json:"start_update_time,omitempty"`
}

type merchantListAnswer struct {
	List  wire.List[driver.Record[wireDistr]] `json:"distr_order_list"`
	Total *wire.Int                           `json:"total"`
}

type merchantInfoParams struct {
	ID string `json:"distr_order_id"`
}

type merchantInfoAnswer struct {
	Detail driver.Record[wireDistr] `json:"distr_order_detail"`
}

type factoryListParams struct {
	State        *wire.Int `json:"distr_status,omitempty"`
	AssignedTo   int64     `json:"end_distr_time,omitempty"`
	UpdatedTo    int64     `json:"end_update_time,omitempty"`
	Page         int       `json:"page"` // from 0
	Size         int       `json:"size"`
	AssignedFrom int64     `json:"start_distr_time,omitempty"`
	UpdatedFrom  int64     `json:"start_update_time,omitempty"`
}

type factoryListAnswer struct {
	List  wire.List[driver.Record[wireDistr]] `json:"order_list"`
	Total *wire.Int                           `json:"total"`
}

type factoryInfoParams struct {
	ID   string `json:"distr_order_id"`
	Shop int64  `json:"user_id"`
}

type assignParams struct {
	List []assignItem `json:"distribute_order_list"`
}

type assignItem struct {
	ID       string `json:"distr_order_id"`
	Supplier int64  `json:"supplier_shop_id"`
}

type assignAnswer struct {
	Results wire.List[struct {
		ID      wire.Text `json:"distr_order_id"`
		ErrNo   wire.Int  `json:"err_no"`
		Message string    `json:"message"`
	}] `json:"distribute_order_reuslts"` // misspelt by the platform
}

type cancelParams struct {
	IDs []dropship.MerchantID `json:"distr_order_ids"`
}

type iopCancelAnswer struct {
	Done   wire.List[wire.Text]              `json:"succ_distr_order_ids"`
	Failed wire.Object[map[string]wire.Text] `json:"fail_distr_order_ids"` // [] when nothing failed
}
