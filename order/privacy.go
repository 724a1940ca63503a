package order

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// Text is one personal text of an order on its way from one form to another. What
// the form that is asked for needs must be filled in: [Service.Decrypt] and
// [Service.Mask] go by OrderID and Cipher, [Service.Encrypt] by OrderID, Kind and
// Plain, [Service.SearchIndex] by Kind and Plain. [Order.Texts] lists those of an
// order.
type Text struct {
	OrderID string
	Kind    TextKind
	Protected
	// Virtual tells that Plain is a phone number that the platform lends for a
	// while, with an extension to dial.
	Virtual   bool
	Extension mall.Secret
	Expires   time.Time // of a virtual number; zero where the platform does not say
}

// TextKind says what a personal text is.
type TextKind string

// The kinds.
const (
	TextName    TextKind = "name"
	TextPhone   TextKind = "phone"
	TextAddress TextKind = "address"
)

// Texts lists the ciphers of the order's receiver: name, phone, address, leaving
// out what was withheld.
func (o Order) Texts() []Text {
	var list []Text
	for _, t := range []Text{
		{Kind: TextName, Protected: o.Receiver.Name},
		{Kind: TextPhone, Protected: o.Receiver.Phone},
		{Kind: TextAddress, Protected: o.Receiver.Address},
	} {
		if t.Cipher != "" {
			t.OrderID = o.ID
			list = append(list, t)
		}
	}
	return list
}

// ask is a driver's method that fills in one form of texts.
type ask func(context.Context, []Text) ([]mall.Result[Text], error)

// form is what one form of a text is made from.
type form struct {
	needs func(Text) Text // the parts that it is made from
	lacks func(Text) bool
	lack  string
}

var (
	fromCipher = form{
		needs: func(t Text) Text { return Text{OrderID: t.OrderID, Protected: Protected{Cipher: t.Cipher}} },
		lacks: func(t Text) bool { return t.Cipher == "" },
		lack:  "a text has no cipher",
	}
	cipherFromPlain = form{
		needs: func(t Text) Text { return Text{OrderID: t.OrderID, Kind: t.Kind, Protected: Protected{Plain: t.Plain}} },
		lacks: func(t Text) bool { return t.OrderID == "" || t.Plain == "" },
		lack:  "a text has no plain form or no order id",
	}
	indexFromPlain = form{
		needs: func(t Text) Text { return Text{Kind: t.Kind, Protected: Protected{Plain: t.Plain}} },
		lacks: func(t Text) bool { return t.Plain == "" },
		lack:  "a text has no plain form",
	}
)

// Decrypt fills in the Plain of texts from their ciphers, in order, one result
// for each. A text that the platform refuses has an error of its own. The budget
// is asked once for all of them before anything is sent; without it the answer is
// mall.ErrPIIBudget. Printing and shipping need no plain text: decrypt only what a
// person must read.
//
// Long lists go out in batches. When a later batch fails, the results so far
// are returned along with the error, because they have been paid for.
func (s *Service) Decrypt(ctx context.Context, texts ...Text) (results []mall.Result[Text], err error) {
	const op = "decrypt texts"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Decrypter](s)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	if slices.ContainsFunc(texts, fromCipher.lacks) {
		return nil, settle.Invalid("%s", fromCipher.lack)
	}
	if err := settle.Ended(ctx); err != nil {
		return nil, err
	}
	if s.opts.Budget == nil {
		return nil, &mall.Error{Kind: mall.ErrPIIBudget, Message: "no budget is set"}
	}
	if err := s.opts.Budget.Spend(ctx, s.shopID, len(texts)); err != nil {
		return nil, err
	}
	return s.batched(ctx, op, texts, fromCipher, d.Decrypt)
}

// Mask fills in the Mask of texts, for people to see, from their ciphers, in
// order, one result for each. It costs no decryption budget.
func (s *Service) Mask(ctx context.Context, texts ...Text) (results []mall.Result[Text], err error) {
	const op = "mask texts"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Encrypter](s)
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, op, texts, fromCipher, d.Mask)
}

// Encrypt fills in the Cipher of texts for their orders, in order, one result for
// each: what an address or phone must be before it goes to a method that takes
// ciphers only. A text that the platform refuses has an error of its own.
func (s *Service) Encrypt(ctx context.Context, texts ...Text) (results []mall.Result[Text], err error) {
	const op = "encrypt texts"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Encrypter](s)
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, op, texts, cipherFromPlain, d.Encrypt)
}

// SearchIndex fills in the Index of texts, which that of [Protected] is compared
// with, from their Kind and Plain, in order, one result for each.
func (s *Service) SearchIndex(ctx context.Context, texts ...Text) (results []mall.Result[Text], err error) {
	const op = "make search indexes"
	defer func() { err = s.fail(op, err) }()
	d, err := power[Encrypter](s)
	if err != nil {
		return nil, err
	}
	return s.whole(ctx, op, texts, indexFromPlain, d.SearchIndex)
}

// whole returns all results or none.
func (s *Service) whole(ctx context.Context, op string, texts []Text, f form, ask ask) ([]mall.Result[Text], error) {
	if slices.ContainsFunc(texts, f.lacks) {
		return nil, settle.Invalid("%s", f.lack)
	}
	results, err := s.batched(ctx, op, texts, f, ask)
	if err != nil {
		return nil, err
	}
	return results, nil
}

// batched asks in batches as large as the platform allows and insists on one
// result for each text. With an error it returns the results so far.
func (s *Service) batched(
	ctx context.Context, op string, texts []Text, f form, ask ask,
) ([]mall.Result[Text], error) {
	size := s.driver.Limits().MaxBatch
	if size <= 0 {
		size = max(len(texts), 1)
	}
	results := make([]mall.Result[Text], 0, len(texts))
	for part := range slices.Chunk(texts, size) {
		if err := settle.Ended(ctx); err != nil {
			return results, err
		}
		got, err := ask(ctx, part)
		if err != nil {
			return results, err
		}
		if len(got) != len(part) {
			return results, unfit("%d results for %d texts", len(got), len(part))
		}
		for i, r := range got {
			// A name decrypted for one order must not end up on the parcel of another.
			if f.needs(r.Item) != f.needs(part[i]) {
				return results, unfit("the results are not in the order of the texts")
			}
			got[i].Err = s.fail(op, r.Err)
		}
		results = append(results, got...)
	}
	return results, nil
}

// unfit refuses a reply that does not answer the question.
func unfit(format string, args ...any) error {
	return &mall.Error{Kind: mall.ErrReply, Message: fmt.Sprintf(format, args...)}
}
