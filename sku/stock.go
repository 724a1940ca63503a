package sku

import (
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Stock is the count of a SKU on the platform, in pieces.
type Stock struct {
	SKUID string `json:"sku_id"`
	// Quantity is the count for sale. Zero means sold out; a reply without a
	// count is an error, never zero.
	Quantity int64 `json:"quantity"`
	// Held is reserved for orders that are not settled (预占) or for a campaign
	// (活动库存). Whether Quantity includes it differs by platform.
	Held int64 `json:"held"`
	// Warehouses splits the count where the platform keeps one per warehouse
	// (区域库存), sorted by id. Otherwise it is empty.
	Warehouses []WarehouseStock `json:"warehouses,omitempty"`
}

// WarehouseStock is the part of a [Stock] in one warehouse.
type WarehouseStock struct {
	ID       string `json:"id"` // the merchant's own id of the warehouse
	Quantity int64  `json:"quantity"`
	Held     int64  `json:"held"`
}

// Mode says whether the quantity of a write is a count or a difference.
type Mode string

// The modes. The zero Mode is refused: guessing would oversell.
const (
	// Set makes the quantity the new count. It may be repeated, even on
	// platforms that can only add: see [Limits].AddOnly.
	Set Mode = "set"
	// Add changes the count by the quantity, which may be negative. It may be
	// repeated only under the same [StockWrite].ID.
	Add Mode = "add"
)

// StockWrite changes the stock of one SKU.
type StockWrite struct {
	SKUID string `json:"sku_id"`
	// ProductID lets several SKUs of a product share one call. It is required
	// where [Limits].ByProduct says so, and optional elsewhere.
	ProductID string `json:"product_id,omitempty"`
	// WarehouseID selects the warehouse where the platform keeps a count per
	// warehouse; empty means the common stock.
	WarehouseID string `json:"warehouse_id,omitempty"`
	Mode        Mode   `json:"mode"`
	Quantity    int64  `json:"quantity"` // zero means sold out
	// ID makes an Add happen only once on platforms that take idempotency ids.
	// Add requires it, Set ignores it. Make one ID for each movement of goods,
	// store it before the call, use it again after a crash, and never for
	// another movement: platforms compare only the ID. Where the platform takes
	// no ids ([Limits].AddOnly), this [Service] remembers them as long as it
	// lives: after a crash such an Add must not be written again.
	ID string `json:"id,omitempty"`
	// Version orders the Sets of a SKU: a number or time from the app's own
	// database that grows with each count. A Set older than one that this
	// [Service] has sent is mall.ErrConflict and is not sent. Zero means
	// unordered. Add ignores it.
	Version int64 `json:"version,omitempty"`
}

// check refuses a write that no platform could carry out.
func (w StockWrite) check() error {
	switch {
	case strings.TrimSpace(w.SKUID) == "":
		return settle.Invalid("the SKU id is empty")
	case w.Mode != Set && w.Mode != Add:
		return settle.Invalid("SKU %s: mode %q is neither %q nor %q", w.SKUID, w.Mode, Set, Add)
	case w.Mode == Set && w.Quantity < 0:
		return settle.Invalid("SKU %s: the quantity %d is below zero", w.SKUID, w.Quantity)
	case w.Mode == Add && w.Quantity == 0:
		return settle.Invalid("SKU %s: adding 0 changes nothing", w.SKUID)
	case w.Mode == Add && strings.TrimSpace(w.ID) == "":
		return settle.Invalid("SKU %s: Add needs an ID, which keeps it from happening twice", w.SKUID)
	case w.Version < 0:
		return settle.Invalid("SKU %s: the version %d is below zero", w.SKUID, w.Version)
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
		return settle.Invalid("SKU %s: the price %s is not above zero", w.SKUID, w.Price)
	}
	return nil
}

// Written names the count or price that a write was for.
type Written struct {
	SKUID       string `json:"sku_id"`
	WarehouseID string `json:"warehouse_id,omitempty"`
	// Seen is the stock read right after a stock write with unknown outcome;
	// nil if that failed. Sales change the count meanwhile, so it is a hint.
	Seen *Stock `json:"seen,omitempty"`
}

// Query selects products. The zero Query selects all.
type Query struct {
	// From and To bound the time of the last change: From is inclusive, To
	// exclusive, zero means no bound.
	From, To time.Time
	// Status selects products of one status; empty selects all.
	Status Status
	// PageSize is the size of a page. Zero means as many as the platform
	// allows; a size below the platform's minimum is raised to it.
	PageSize int
}
