package sku

import (
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Stock is how many pieces of a SKU the platform counts.
type Stock struct {
	SKUID string `json:"sku_id"`
	// Quantity is what is for sale. Zero means sold out; a reply without a count
	// is an error, never zero.
	Quantity int64 `json:"quantity"`
	// Held is set aside: for orders that are not settled (预占) or for a campaign
	// (活动库存). Whether Quantity contains it is the platform's matter.
	Held int64 `json:"held"`
	// Warehouses splits the count where the platform keeps one for each
	// warehouse (区域库存), in the order of their ids. Empty otherwise.
	Warehouses []WarehouseStock `json:"warehouses,omitempty"`
}

// WarehouseStock is the part of a [Stock] that lies in one warehouse.
type WarehouseStock struct {
	ID       string `json:"id"` // the merchant's own id of the warehouse
	Quantity int64  `json:"quantity"`
	Held     int64  `json:"held"`
}

// Mode says what the quantity of a write means.
type Mode string

// The modes. The zero Mode is refused: guessing would oversell.
const (
	// Set makes the quantity the new count. It may be repeated, on platforms that
	// can only add too: see [Limits].AddOnly.
	Set Mode = "set"
	// Add changes the count by the quantity, which may be negative. It must not be
	// repeated but under the same [StockWrite].ID.
	Add Mode = "add"
)

// StockWrite changes the stock of one SKU.
type StockWrite struct {
	SKUID string `json:"sku_id"`
	// ProductID lets several SKUs of a product travel in one call. It is required
	// where [Limits].ByProduct says so, and optional elsewhere.
	ProductID string `json:"product_id,omitempty"`
	// WarehouseID says whose count is meant where the platform keeps one for each
	// warehouse; empty: the common one.
	WarehouseID string `json:"warehouse_id,omitempty"`
	Mode        Mode   `json:"mode"`
	Quantity    int64  `json:"quantity"` // zero is a value: sold out
	// ID makes an Add happen once on platforms that know such ids. It is required
	// with Add and unused with Set. Make it once for each movement of goods, store
	// it before the call, use it again after a crash, and never for another
	// movement: platforms compare the id only. Where [Limits].AddOnly says that the
	// platform knows no ids, this [Service] remembers them while it lives: after a
	// crash such an Add must not be written again.
	ID string `json:"id,omitempty"`
	// Version orders the Sets of a SKU: the number of the count in the app's own
	// books, or its time. A Set older than one that this [Service] has sent is
	// mall.ErrConflict and is not sent. Zero: unordered. Unused with Add.
	Version int64 `json:"version,omitempty"`
}

// check refuses what no platform could mean.
func (w StockWrite) check() error {
	switch {
	case strings.TrimSpace(w.SKUID) == "":
		return settle.Invalid("the SKU id is empty")
	case w.Mode != Set && w.Mode != Add:
		return settle.Invalid("SKU %s: mode %q is neither %q nor %q", w.SKUID, w.Mode, Set, Add)
	case w.Mode == Set && w.Quantity < 0:
		return settle.Invalid("SKU %s: a stock of %d", w.SKUID, w.Quantity)
	case w.Mode == Add && w.Quantity == 0:
		return settle.Invalid("SKU %s: adding 0 changes nothing", w.SKUID)
	case w.Mode == Add && strings.TrimSpace(w.ID) == "":
		return settle.Invalid("SKU %s: Add needs an ID, or it could happen twice", w.SKUID)
	case w.Version < 0:
		return settle.Invalid("SKU %s: version %d", w.SKUID, w.Version)
	}
	return nil
}

// PriceWrite sets the price of one SKU.
type PriceWrite struct {
	SKUID     string   `json:"sku_id"`
	ProductID string   `json:"product_id,omitempty"` // as in [StockWrite]
	Price     mall.Fen `json:"price"`                // above zero: a price left out must not give goods away
}

func (w PriceWrite) check() error {
	switch {
	case strings.TrimSpace(w.SKUID) == "":
		return settle.Invalid("the SKU id is empty")
	case w.Price <= 0:
		return settle.Invalid("SKU %s: a price of %s", w.SKUID, w.Price)
	}
	return nil
}

// Written tells which count or price was to be written.
type Written struct {
	SKUID       string `json:"sku_id"`
	WarehouseID string `json:"warehouse_id,omitempty"`
	// Seen is what was counted right after a write of stock whose outcome is
	// unknown, when that could be read. Sales move the count meanwhile, so it is a
	// hint.
	Seen *Stock `json:"seen,omitempty"`
}

// Query says which products to list. The zero Query means all of them.
type Query struct {
	// From and To bound the last change: From is inclusive, To exclusive. Zero:
	// no bound.
	From, To time.Time
	// Status keeps products of one status. Zero keeps all.
	Status Status
	// PageSize is how many products to ask for at once. Zero means as many as
	// the platform allows; less than its least is taken for that.
	PageSize int
}
