package order

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall"
)

// Driver is what a platform must supply. Applications use [Service].
//
// Optional powers are one-method interfaces beside it. All methods must be safe
// for concurrent use.
type Driver interface {
	Platform() mall.Platform
	Limits() Limits
	// Page answers one question: From, To and PageSize of q are set and
	// within the limits. Both ends of the range must be covered; rows outside it
	// or of another status do no harm. Rows must come in ascending order of the
	// clock that q chooses. The cursor is empty at first and then the Next of the
	// reply before; with [mall.ListLimits].Numbered it is the number of the page, counted
	// from "0" whatever the platform counts from, and the reply must carry
	// Total, while its Next is not read; the empty cursor asks for page 0. Items
	// must hold all rows of the page, also those that the driver could leave out
	// by itself. What is returned belongs to the caller.
	//
	// Records that cannot be read must not cost the page: they are listed in a
	// [BadRecordsError], returned along with the rest of the page.
	Page(ctx context.Context, q Query, cursor string) (mall.Page[Order], error)
	// Get reads one order, which then belongs to the caller. An unknown id is
	// mall.ErrNotFound.
	Get(ctx context.Context, id string) (Order, error)
}

// Decrypter is a [Driver] that can turn cipher texts into plain ones. The
// answers come in the order of the questions, one for each, and repeat them in
// their Sealed part.
type Decrypter interface {
	Decrypt(ctx context.Context, sealed []Sealed) ([]Opened, error)
}

// Masker is a [Driver] that can turn cipher texts into masked ones, answered as
// by a [Decrypter].
type Masker interface {
	Mask(ctx context.Context, sealed []Sealed) ([]Opened, error)
}

// Indexer is a [Driver] that can turn plain texts into search indexes, one for
// each, in the same order.
type Indexer interface {
	SearchIndex(ctx context.Context, texts []PlainText) ([]string, error)
}

// Encrypter is a [Driver] that can turn plain texts into ciphers that belong to
// an order. The answers come in the order of the questions, one for each, and
// repeat them in their Unsealed part.
type Encrypter interface {
	Encrypt(ctx context.Context, texts []Unsealed) ([]Encrypted, error)
}

// Merger is a [Driver] that can tell which orders may share a parcel.
type Merger interface {
	Mergeable(ctx context.Context, orders []Order) ([][]string, error)
}

// Service lists, reads and annotates the orders of one shop. It is safe for
// concurrent use. Get one from a shop of package client, or from [NewService]
// over a driver of your own.
type Service struct {
	driver Driver
	shopID string
	opts   Options
}

// Options adjust a [Service]. The zero value is useful.
type Options struct {
	Clock  mall.Clock
	Budget Budget // asked before each decryption; nil: no decryption is allowed
}

// NewService returns the service of a shop over its driver.
func NewService(d Driver, shopID string, opts Options) *Service {
	return &Service{driver: d, shopID: shopID, opts: opts}
}

// Driver returns the driver of the service, for packages that add calls to
// those of this one, such as order/change.
func (s *Service) Driver() Driver { return s.driver }

// ShopID returns the platform's id of the shop.
func (s *Service) ShopID() string { return s.shopID }

// Now returns the time by the clock of the service.
func (s *Service) Now() time.Time { return s.opts.Clock.Now() }

// Limits returns what the platform imposes on lists.
func (s *Service) Limits() Limits { return s.driver.Limits() }

// Get reads one order by its id. A deleted or foreign order is
// mall.ErrNotFound or mall.ErrPermission.
func (s *Service) Get(ctx context.Context, id string) (Order, error) {
	if id = strings.TrimSpace(id); id == "" {
		return Order{}, s.refuse("get order", invalid("the order id is empty"))
	}
	o, err := s.driver.Get(ctx, id)
	if err != nil {
		return Order{}, err
	}
	s.complete(&o)
	return o, nil
}

// complete fills in what follows from the platform's facts alone.
func (s *Service) complete(o *Order) {
	if o.Platform == "" {
		o.Platform = s.driver.Platform()
	}
	if o.ShopID == "" {
		o.ShopID = s.shopID
	}
	for i := range o.Lines {
		// A product without variants has no SKU id on some platforms.
		if l := &o.Lines[i]; l.Effective.ID == "" && l.Effective.ProductID == "" {
			l.Effective = l.SKU
		}
	}
	if o.Refund == "" {
		o.Refund = RefundOf(o.Lines)
	}
}

// Decrypt opens cipher texts, in order, one answer for each. Texts that the
// platform refuses have their own Err. The budget is asked once for all of
// them before anything is sent; without it the answer is mall.ErrPIIBudget.
// Printing and shipping need no plain text: decrypt only what a person must
// read.
//
// Long lists go out in batches. When a later batch fails, the answers so far
// are returned along with the error, because they have been paid for.
func (s *Service) Decrypt(ctx context.Context, sealed ...Sealed) ([]Opened, error) {
	d, ok := s.driver.(Decrypter)
	if !ok {
		return nil, s.refuse("decrypt", mall.ErrNotSupported)
	}
	if len(sealed) == 0 {
		return nil, nil
	}
	if slices.ContainsFunc(sealed, func(x Sealed) bool { return x.Cipher == "" }) {
		return nil, s.refuse("decrypt", invalid("a cipher text is empty"))
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if s.opts.Budget == nil {
		return nil, s.refuse("decrypt", &mall.Error{Kind: mall.ErrPIIBudget, Message: "no budget is set"})
	}
	if err := s.opts.Budget.Spend(ctx, s.shopID, len(sealed)); err != nil {
		return nil, s.refuse("decrypt", err)
	}
	return batched(ctx, s, "decrypt", sealed, d.Decrypt, answersSealed)
}

// CanDecrypt reports whether Decrypt can work at all.
func (s *Service) CanDecrypt() bool { _, ok := s.driver.(Decrypter); return ok }

// Mask turns cipher texts into masked ones for people to see, in order. It
// costs no decryption budget.
func (s *Service) Mask(ctx context.Context, sealed ...Sealed) ([]Opened, error) {
	d, ok := s.driver.(Masker)
	if !ok {
		return nil, s.refuse("mask", mall.ErrNotSupported)
	}
	answers, err := batched(ctx, s, "mask", sealed, d.Mask, answersSealed)
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// CanMask reports whether Mask can work at all.
func (s *Service) CanMask() bool { _, ok := s.driver.(Masker); return ok }

// SearchIndex turns plain texts into the indexes that [Protected].Index is
// compared with, in order.
func (s *Service) SearchIndex(ctx context.Context, texts ...PlainText) ([]string, error) {
	d, ok := s.driver.(Indexer)
	if !ok {
		return nil, s.refuse("search index", mall.ErrNotSupported)
	}
	answers, err := batched(ctx, s, "search index", texts, d.SearchIndex, nil)
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// CanSearchIndex reports whether SearchIndex can work at all.
func (s *Service) CanSearchIndex() bool { _, ok := s.driver.(Indexer); return ok }

// Encrypt turns plain texts into ciphers that belong to their orders, in order,
// one answer for each: what an address or phone must be before it goes to a
// method that takes ciphers only. Texts that the platform refuses have their own
// Err.
func (s *Service) Encrypt(ctx context.Context, texts ...Unsealed) ([]Encrypted, error) {
	d, ok := s.driver.(Encrypter)
	if !ok {
		return nil, s.refuse("encrypt", mall.ErrNotSupported)
	}
	if slices.ContainsFunc(texts, func(t Unsealed) bool { return t.OrderID == "" || t.Text == "" }) {
		return nil, s.refuse("encrypt", invalid("a text or its order id is empty"))
	}
	answers, err := batched(ctx, s, "encrypt", texts, d.Encrypt, func(q Unsealed, a Encrypted) bool { return a.Unsealed == q })
	if err != nil {
		return nil, err
	}
	return answers, nil
}

// CanEncrypt reports whether Encrypt can work at all.
func (s *Service) CanEncrypt() bool { _, ok := s.driver.(Encrypter); return ok }

// Mergeable asks the platform which of the orders may share a parcel and
// returns their ids in groups; an order that must go alone is a group of one.
// It merges nothing.
func (s *Service) Mergeable(ctx context.Context, orders ...Order) ([][]string, error) {
	d, ok := s.driver.(Merger)
	if !ok {
		return nil, s.refuse("merge check", mall.ErrNotSupported)
	}
	if len(orders) < 2 {
		return nil, s.refuse("merge check", invalid("%d orders: at least two are needed", len(orders)))
	}
	return d.Mergeable(ctx, orders)
}

// CanMerge reports whether Mergeable can work at all.
func (s *Service) CanMerge() bool { _, ok := s.driver.(Merger); return ok }

// refuse names the platform in a failure that happened before anything was sent.
func (s *Service) refuse(what string, err error) error {
	return fmt.Errorf("%s: %s: %w", s.driver.Platform(), what, err)
}

// answersSealed reports whether a repeats the question. A name opened for one
// order must not end up on the parcel of another.
func answersSealed(q Sealed, a Opened) bool { return a.Sealed == q }

// batched asks in chunks as large as the platform allows and insists on one
// answer for each question. With an error it returns the answers so far.
func batched[Q, A any](ctx context.Context, s *Service, what string, all []Q,
	ask func(context.Context, []Q) ([]A, error), fits func(Q, A) bool) ([]A, error) {
	size := s.driver.Limits().MaxBatch
	if size <= 0 {
		size = max(len(all), 1)
	}
	answers := make([]A, 0, len(all))
	for part := range slices.Chunk(all, size) {
		if ctx.Err() != nil {
			return answers, context.Cause(ctx)
		}
		got, err := ask(ctx, part)
		if err != nil {
			return answers, err
		}
		if len(got) != len(part) {
			return answers, s.refuse(what, &mall.Error{Kind: mall.ErrReply, Message: fmt.Sprintf("%d answers to %d questions", len(got), len(part))})
		}
		for i := range got {
			if fits != nil && !fits(part[i], got[i]) {
				return answers, s.refuse(what, &mall.Error{Kind: mall.ErrReply, Message: "the answers are not in the order of the questions"})
			}
		}
		answers = append(answers, got...)
	}
	return answers, nil
}
