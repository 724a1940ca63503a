package ordertest

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

var noon = time.Date(2026, time.March, 2, 12, 0, 0, 0, mall.Beijing)

// bare is a faultless driver without further powers.
type bare struct {
	numbered bool
	mu       sync.Mutex
	orders   []order.Order
}

func newBare(numbered bool) *bare {
	b := &bare{numbered: numbered}
	for i := range 9 {
		moment := noon.Add(-time.Duration(9-(i+1)/2) * time.Minute)
		o := order.Order{
			Platform: "fake", ShopID: "shop-1", ID: fmt.Sprintf("10%d", i), Status: order.StatusToShip, PlatformStatus: "2",
			Created: moment.Add(-time.Hour), Updated: moment,
			Lines: []order.Line{{ID: "1", SKU: sku.Ref{ID: "s1"}, Quantity: 2, Status: order.StatusToShip, Refund: order.RefundNone}},
			Raw:   mall.Raw(`{"id":1}`),
		}
		if i%3 == 0 {
			o.Status, o.PlatformStatus = order.StatusClosed, "4"
		}
		o.Receiver.Name = order.Protected{Cipher: "cipher-of-name-" + o.ID, Mask: "李*"}
		o.Receiver.Phone = order.Protected{Cipher: "cipher-of-phone-" + o.ID, Mask: "138****0000"}
		b.orders = append(b.orders, o)
	}
	unpaid := copied(b.orders[1])
	unpaid.ID, unpaid.Status, unpaid.PlatformStatus = "200", order.StatusUnpaid, "1"
	b.orders = append(b.orders, unpaid)
	return b
}

func (b *bare) Platform() mall.Platform { return "fake" }

func (b *bare) Limits() order.Limits {
	return order.Limits{ListLimits: mall.ListLimits{
		MaxPageSize: 5,
		MaxWindow:   24 * time.Hour,
		History:     30 * 24 * time.Hour,
		MaxRows:     100,
		Lag:         time.Second,
		Resolution:  time.Second,
		Numbered:    b.numbered,
	}, MaxBatch: 4}
}

func (b *bare) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	if ctx.Err() != nil {
		return mall.Page[order.Order]{}, context.Cause(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var rows []order.Order
	for _, o := range b.orders {
		if m := moment(q.By, o); !m.Before(q.From) && !m.After(q.To) && (q.Status == "" || q.Status == o.Status) {
			rows = append(rows, copied(o))
		}
	}
	slices.SortStableFunc(rows, func(x, y order.Order) int {
		return cmp.Or(moment(q.By, x).Compare(moment(q.By, y)), cmp.Compare(x.ID, y.ID))
	})
	at, _ := strconv.Atoi(cursor)
	from := min(at*q.PageSize, len(rows))
	page := mall.Page[order.Order]{Items: rows[from:min(from+q.PageSize, len(rows))], Total: len(rows)}
	if !b.numbered && from+q.PageSize < len(rows) {
		page.Next = strconv.Itoa(at + 1)
	}
	return page, nil
}

func copied(o order.Order) order.Order {
	o.Lines, o.Raw = slices.Clone(o.Lines), slices.Clone(o.Raw)
	return o
}

func (b *bare) Get(ctx context.Context, id string) (order.Order, error) {
	if ctx.Err() != nil {
		return order.Order{}, context.Cause(ctx)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.IndexFunc(b.orders, func(o order.Order) bool { return o.ID == id }); i >= 0 {
		return copied(b.orders[i]), nil
	}
	return order.Order{}, &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
}

// shop is a faultless driver with every power. Its functions can be replaced
// to make a faulty one.
type shop struct {
	*bare
	caseFaults
	limits  func(order.Limits) order.Limits
	page    func(q order.Query, cursor string, page mall.Page[order.Order], err error) (mall.Page[order.Order], error)
	asking  func(q *order.Query, cursor *string)
	got     func(o order.Order, err error) (order.Order, error)
	opened  func([]result, error) ([]result, error)
	indexed func([]result) []result
	groups  func([][]string) [][]string
	sealing func([]result)
	remark  func(*order.Remark) error
	closing func(*order.Order) error
	deaf    bool // to contexts
}

type result = mall.Result[order.Text]

func newShop(numbered bool) *shop {
	return &shop{bare: newBare(numbered)}
}

func (s *shop) Limits() order.Limits {
	if s.limits != nil {
		return s.limits(s.bare.Limits())
	}
	return s.bare.Limits()
}

func (s *shop) hear(ctx context.Context) context.Context {
	if s.deaf {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (s *shop) Page(ctx context.Context, q order.Query, cursor string) (mall.Page[order.Order], error) {
	asked, at := q, cursor
	if s.asking != nil {
		s.asking(&asked, &at)
	}
	page, err := s.bare.Page(s.hear(ctx), asked, at)
	if s.page != nil {
		return s.page(q, cursor, page, err)
	}
	return page, err
}

func (s *shop) Get(ctx context.Context, id string) (order.Order, error) {
	o, err := s.bare.Get(s.hear(ctx), id)
	if s.got != nil {
		return s.got(o, err)
	}
	return o, err
}

func (s *shop) Decrypt(ctx context.Context, texts []order.Text) ([]result, error) {
	return s.open(ctx, texts, func(t *order.Text, plain string) { t.Plain = mall.Secret(plain) })
}

func (s *shop) open(ctx context.Context, texts []order.Text, fill func(*order.Text, string)) ([]result, error) {
	var answers []result
	err := context.Cause(s.hear(ctx))
	if len(texts) > s.bare.Limits().MaxBatch {
		err = errors.Join(err, errors.New("too many texts"))
	}
	if err == nil {
		for _, t := range texts {
			plain := "plain of " + t.Cipher
			if code, ok := strings.CutPrefix(t.Cipher, "cipher/"); ok {
				text, _ := hex.DecodeString(code)
				plain = string(text)
			}
			fill(&t, plain)
			answers = append(answers, result{Item: t})
		}
	}
	if s.opened != nil {
		return s.opened(answers, err)
	}
	return answers, err
}

func (s *shop) Mask(ctx context.Context, texts []order.Text) ([]result, error) {
	return s.open(ctx, texts, func(t *order.Text, plain string) { t.Mask = plain })
}

func (s *shop) Encrypt(ctx context.Context, texts []order.Text) ([]result, error) {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return nil, err
	}
	var answers []result
	for _, t := range texts {
		t.Cipher = fmt.Sprintf("cipher/%x", t.Plain.Reveal())
		answers = append(answers, result{Item: t})
	}
	if s.sealing != nil {
		s.sealing(answers)
	}
	return answers, nil
}

// Close closes an order that is unpaid.
func (s *shop) Close(ctx context.Context, id, _ string) error {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.orders {
		switch o := &s.orders[i]; {
		case o.ID != id:
		case s.closing != nil:
			return s.closing(o)
		case o.Status != order.StatusUnpaid:
			return &mall.Error{Platform: "fake", Kind: mall.ErrRejected}
		default:
			o.Status = order.StatusClosed
			return nil
		}
	}
	return &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
}

// The other powers are there, and are asked nothing.

func (s *shop) Decide(context.Context, order.Case, order.Decision) error { return errAsked }

func (s *shop) Intercept(context.Context, string, []order.Parcel) ([]order.Interception, error) {
	return nil, errAsked
}

func (s *shop) RemarkCase(context.Context, string, string) error { return errAsked }

var errAsked = errors.New("the driver was asked")

func (s *shop) SearchIndex(ctx context.Context, texts []order.Text) ([]result, error) {
	var indexes []result
	if err := context.Cause(s.hear(ctx)); err != nil {
		return nil, err
	}
	for _, t := range texts {
		t.Index = fmt.Sprintf("%x", string(t.Kind)+t.Plain.Reveal())
		indexes = append(indexes, result{Item: t})
	}
	if s.indexed != nil {
		return s.indexed(indexes), nil
	}
	return indexes, nil
}

func (s *shop) Mergeable(ctx context.Context, orders []order.Order) ([][]string, error) {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return nil, err
	}
	groups := [][]string{{orders[0].ID, orders[1].ID}}
	for _, o := range orders[2:] {
		groups = append(groups, []string{o.ID})
	}
	if s.groups != nil {
		return s.groups(groups), nil
	}
	return groups, nil
}

func (s *shop) SetRemark(ctx context.Context, id string, r order.Remark) error {
	if err := context.Cause(s.hear(ctx)); err != nil {
		return err
	}
	if s.remark != nil {
		if err := s.remark(&r); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.orders {
		if s.orders[i].ID == id {
			s.orders[i].Remark = r
			return nil
		}
	}
	if s.remark != nil {
		return nil
	}
	return &mall.Error{Platform: "fake", Kind: mall.ErrNotFound}
}
