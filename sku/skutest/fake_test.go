package skutest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/sku"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// shop is a faultless driver with every power. Tests break one at a time.
type shop struct {
	mu       sync.Mutex
	products []sku.Product // with SKUs
	once     map[string]bool
	clock    time.Time

	limits   func(sku.Limits) sku.Limits
	product  func(*sku.Product)
	found    func(error) error
	listed   func(q sku.Query, page *mall.Page[sku.Product])
	numbered bool // pages by number, first to last
	got      func(*sku.SKU)
	written  func(*sku.StockWrite)
	writes   int
	priced   func(*sku.PriceWrite)
	outcome  func([]error) []error
}

func newShop() *shop {
	s := &shop{once: map[string]bool{}, clock: noon}
	for i := range 5 {
		id := fmt.Sprint(10 + i)
		p := sku.Product{Platform: "fake", ShopID: "shop-1", ID: id, Name: "product " + id, Status: sku.StatusOnSale, PlatformStatus: "0",
			Updated: noon.Add(time.Duration(i-9) * time.Minute), Pictures: []string{"p"}, Raw: []byte(`{}`)}
		if i == 3 {
			p.Status = sku.StatusOffSale
		}
		for j := range 2 {
			k := sku.SKU{Platform: "fake", ShopID: "shop-1", ID: id + fmt.Sprint(j), ProductID: id, Price: 100, Raw: []byte(`{}`)}
			k.Stock = sku.Stock{SKUID: k.ID, Quantity: 4}
			p.SKUs = append(p.SKUs, k)
		}
		s.products = append(s.products, p)
	}
	return s
}

func (s *shop) Platform() mall.Platform { return "fake" }

func (s *shop) Limits() sku.Limits {
	l := sku.Limits{ListLimits: mall.ListLimits{MaxPageSize: 4}}
	if s.limits != nil {
		l = s.limits(l)
	}
	return l
}

func (s *shop) Page(_ context.Context, q sku.Query, cursor string) (page mall.Page[sku.Product], err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []sku.Product
	for _, p := range s.products {
		p.SKUs, p.Raw = nil, slices.Clone(p.Raw)
		if (q.Status == "" || p.Status == q.Status) && !p.Updated.Before(q.From) && (q.To.IsZero() || p.Updated.Before(q.To)) {
			rows = append(rows, p)
		}
	}
	skip, size := 0, max(q.PageSize, 1)
	if s.numbered {
		slices.SortFunc(rows, func(a, b sku.Product) int { return a.Updated.Compare(b.Updated) })
		_, _ = fmt.Sscan(cursor, &skip)
	} else {
		slices.SortFunc(rows, func(a, b sku.Product) int { return cmp.Compare(a.ID, b.ID) })
		skip = len(slices.DeleteFunc(slices.Clone(rows), func(p sku.Product) bool { return p.ID > cursor }))
	}
	page = mall.Page[sku.Product]{Items: rows[min(skip, len(rows)):min(skip+size, len(rows))], Total: len(rows)}
	if end := skip + size; end < len(rows) {
		if page.Next = page.Items[len(page.Items)-1].ID; s.numbered {
			page.Next = fmt.Sprint(end)
		}
	}
	if s.listed != nil {
		s.listed(q, &page)
	}
	return page, nil
}

func (s *shop) missing() error {
	var err error = &mall.Error{Kind: mall.ErrNotFound}
	if s.found != nil {
		err = s.found(err)
	}
	return err
}

func (s *shop) GetProduct(_ context.Context, id string) (sku.Product, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.products {
		if p.ID == id {
			p.SKUs, p.Raw, p.Pictures = slices.Clone(p.SKUs), slices.Clone(p.Raw), slices.Clone(p.Pictures)
			if s.product != nil {
				s.product(&p)
			}
			return p, nil
		}
	}
	return sku.Product{}, s.missing()
}

func (s *shop) GetSKUs(_ context.Context, id string) ([]sku.SKU, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.products {
		if p.ID == id {
			return slices.Clone(p.SKUs), nil
		}
	}
	return nil, s.missing()
}

func (s *shop) find(id string) *sku.SKU {
	for _, p := range s.products {
		for i := range p.SKUs {
			if p.SKUs[i].ID == id {
				return &p.SKUs[i]
			}
		}
	}
	return nil
}

func (s *shop) Get(_ context.Context, id string) (sku.SKU, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(id)
	if k == nil {
		return sku.SKU{}, s.missing()
	}
	answer := *k
	if s.got != nil {
		s.got(&answer)
	}
	return answer, nil
}

func (s *shop) GetStock(ctx context.Context, id string) (sku.Stock, error) {
	k, err := s.Get(ctx, id)
	return k.Stock, err
}

func (s *shop) WriteStock(_ context.Context, writes []sku.StockWrite) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := make([]error, len(writes))
	for i, w := range writes {
		if s.written != nil {
			s.written(&w)
		}
		k := s.find(w.SKUID)
		n := w.Quantity
		if k != nil && w.Mode == sku.Add {
			n += k.Stock.Quantity
		}
		switch {
		case k == nil:
			errs[i] = &mall.Error{Kind: mall.ErrNotFound}
		case w.Mode == sku.Add && w.ID != "" && s.once[w.ID]:
			errs[i] = &mall.Error{Kind: mall.ErrAlreadyDone}
		case n < 0:
			errs[i] = &mall.Error{Kind: mall.ErrRejected}
		default:
			k.Stock.Quantity, s.once[w.ID] = n, true
		}
	}
	if s.outcome != nil {
		errs = s.outcome(errs)
	}
	return errs
}

func (s *shop) WritePrice(_ context.Context, writes []sku.PriceWrite) []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := make([]error, len(writes))
	for i, w := range writes {
		if s.priced != nil {
			s.priced(&w)
		}
		if k := s.find(w.SKUID); k == nil {
			errs[i] = &mall.Error{Kind: mall.ErrNotFound}
		} else {
			k.Price = w.Price
		}
	}
	return errs
}

// touch changes a product, as somebody else would.
func (s *shop) touch(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(time.Second)
	for i := range s.products {
		if s.products[i].ID == id {
			s.products[i].Updated = s.clock
		}
	}
	return nil
}

// plain hides every power but those that a driver must have.
type plain struct{ sku.Driver }

// adder is a shop on a platform that can only add, forgets ids and reaches SKUs
// through their products.
type adder struct {
	sku.Driver
	shop *shop
	bare bool // writes may leave the product out
}

func (a adder) Limits() sku.Limits {
	return sku.Limits{ListLimits: mall.ListLimits{MinPageSize: 2, MaxPageSize: 4}, AddOnly: true, ByProduct: !a.bare}
}

func (a adder) WriteStock(ctx context.Context, writes []sku.StockWrite) []error {
	errs := make([]error, len(writes))
	for i, w := range writes {
		if w.ID = ""; w.Mode != sku.Add {
			errs[i] = &mall.Error{Kind: mall.ErrNotSupported}
			continue
		}
		errs[i] = a.shop.WriteStock(ctx, []sku.StockWrite{w})[0]
	}
	return errs
}
