package ordertest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// cancelled checks that each call ends with its context, empty-handed.
func cancelled(ctx context.Context, s *subject) error {
	q, _, err := s.window(ctx, mall.ByUpdate, 2)
	if err != nil {
		return err
	}
	known, err := s.get(ctx, s.known.Orders[0])
	if err != nil {
		return err
	}
	sealed := append(known.Sealed(), order.Sealed{OrderID: known.ID, Cipher: "cipher"})
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	calls := map[string]func() (any, error){
		"Page": func() (any, error) { p, err := s.driver.Page(ctx, q, ""); p.Total = 0; return p, err },
		"Get":  func() (any, error) { return s.driver.Get(ctx, known.ID) },
	}
	if d, ok := s.driver.(order.Decrypter); ok {
		calls["Decrypt"] = func() (any, error) { return d.Decrypt(ctx, sealed) }
	}
	if d, ok := s.driver.(order.Masker); ok {
		calls["Mask"] = func() (any, error) { return d.Mask(ctx, sealed) }
	}
	if d, ok := s.driver.(order.Encrypter); ok {
		calls["Encrypt"] = func() (any, error) { return d.Encrypt(ctx, s.unsealed(known.ID)) }
	}
	if d, ok := s.driver.(order.Indexer); ok {
		calls["SearchIndex"] = func() (any, error) { return d.SearchIndex(ctx, s.known.Texts) }
	}
	if d, ok := s.driver.(order.Merger); ok {
		calls["Mergeable"] = func() (any, error) { return d.Mergeable(ctx, []order.Order{known, known}) }
	}
	if d, ok := s.driver.(order.Remarker); ok && s.known.Remark != "" {
		calls["SetRemark"] = func() (any, error) { return nil, d.SetRemark(ctx, s.known.Remark, known.Remark) }
	}
	if d, ok := s.driver.(order.Closer); ok && s.known.Close != "" {
		calls["Close"] = func() (any, error) { return nil, d.Close(ctx, s.known.Close, "") }
	}
	var errs []error
	for name, call := range calls {
		got, err := call()
		if !errors.Is(s.note(err), context.Canceled) {
			errs = append(errs, fmt.Errorf("%s: got %v, want context.Canceled", name, err))
		}
		if v := reflect.ValueOf(got); got != nil && !v.IsZero() {
			errs = append(errs, fmt.Errorf("%s returns something together with an error", name))
		}
	}
	return errors.Join(errs...)
}

// sealed are cipher texts of the known orders, and some of them twice, so that
// an answer in the wrong place shows.
func (s *subject) sealed(ctx context.Context, most int) ([]order.Sealed, error) {
	var list []order.Sealed
	for _, id := range s.known.Orders {
		o, err := s.get(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, o.Sealed()...)
	}
	if len(list) == 0 {
		return nil, suite.Skip("the known orders have no cipher texts")
	}
	if size := s.driver.Limits().MaxBatch; size > 0 { // one batch and a bit
		for len(list) <= size {
			list = append(list, list...)
		}
		list = list[:size+1]
	}
	return list[:min(len(list), most)], nil
}

// opened checks answers against the questions.
func (s *subject) opened(answers []order.Opened, questions []order.Sealed, err error) error {
	if s.note(err) != nil {
		return err
	}
	if len(answers) != len(questions) {
		return fmt.Errorf("%d answers to %d questions", len(answers), len(questions))
	}
	for i, a := range answers {
		s.note(a.Err)
		switch {
		case a.Sealed != questions[i]:
			return fmt.Errorf("answer %d belongs to another question", i)
		case a.Err == nil && a.Plain == "":
			return fmt.Errorf("answer %d is neither a text nor an error", i)
		case a.Err != nil && a.Plain != "":
			return fmt.Errorf("answer %d is a text and an error", i)
		}
		s.learn(order.Receiver{Name: order.Protected{Plain: a.Plain}})
	}
	return nil
}

// power checks a power that the driver lacks and reports whether it has it.
func power(has, can bool, err error) error {
	switch {
	case has != can:
		return fmt.Errorf("the service says %t about a power that the driver has: %t", can, has)
	case !has && !errors.Is(err, mall.ErrNotSupported):
		return fmt.Errorf("got %w, want mall.ErrNotSupported", err)
	case !has:
		return suite.ErrNoPower
	}
	return nil
}

// writePower checks what the service says about a write that is not tried: it
// moves money or parcels. call sends nothing, as its arguments are empty.
func writePower[D any](can func(*order.Service) bool, call func(context.Context, *order.Service) error) func(context.Context, *subject) error {
	return func(ctx context.Context, s *subject) error {
		_, has := s.driver.(D)
		err := call(ctx, s.service)
		if err := power(has, can(s.service), err); err != nil {
			return err
		}
		if !errors.Is(err, mall.ErrInvalid) {
			return fmt.Errorf("empty arguments are answered with %w, want mall.ErrInvalid", err)
		}
		return nil
	}
}

// decrypt checks that texts are opened in the order of the questions.
func decrypt(ctx context.Context, s *subject) error {
	_, has := s.driver.(order.Decrypter)
	_, err := s.service.Decrypt(ctx)
	if err := power(has, s.service.CanDecrypt(), err); err != nil {
		return err
	}
	if s.known.Decryptions == 0 {
		return suite.Skip("Known.Decryptions is zero")
	}
	sealed, err := s.sealed(ctx, s.known.Decryptions/3)
	if err != nil || len(sealed) == 0 {
		return err
	}
	answers, err := s.service.Decrypt(ctx, sealed...)
	if err := s.opened(answers, sealed, err); err != nil {
		return err
	}
	slices.Reverse(sealed)
	again, err := s.service.Decrypt(ctx, sealed...)
	if err := s.opened(again, sealed, err); err != nil {
		return fmt.Errorf("asked in reverse: %w", err)
	}
	slices.Reverse(again)
	return alike(answers, again)
}

// mask checks that texts are masked in the order of the questions.
func mask(ctx context.Context, s *subject) error {
	_, has := s.driver.(order.Masker)
	_, err := s.service.Mask(ctx)
	if err := power(has, s.service.CanMask(), err); err != nil {
		return err
	}
	sealed, err := s.sealed(ctx, 1000)
	if err != nil {
		return err
	}
	answers, err := s.service.Mask(ctx, sealed...)
	if err := s.opened(answers, sealed, err); err != nil {
		return err
	}
	slices.Reverse(sealed)
	again, err := s.service.Mask(ctx, sealed...)
	if err := s.opened(again, sealed, err); err != nil {
		return fmt.Errorf("asked in reverse: %w", err)
	}
	slices.Reverse(again)
	return alike(answers, again)
}

// alike checks that two rounds gave the same texts. A virtual number may
// differ: it is lent anew.
func alike(a, b []order.Opened) error {
	for i := range a {
		if !a[i].Virtual && a[i].Plain != b[i].Plain {
			return fmt.Errorf("answer %d differs when the questions come in another order", i)
		}
	}
	return nil
}

// unsealed are the texts, as if they were for an order.
func (s *subject) unsealed(orderID string) []order.Unsealed {
	var list []order.Unsealed
	for _, text := range s.known.Texts {
		list = append(list, order.Unsealed{OrderID: orderID, PlainText: text})
	}
	return list
}

// encrypt checks that texts become ciphers of their order, in the order of the
// questions, which decryption opens again.
func encrypt(ctx context.Context, s *subject) error {
	_, has := s.driver.(order.Encrypter)
	_, err := s.service.Encrypt(ctx)
	if err := power(has, s.service.CanEncrypt(), err); err != nil {
		return err
	}
	texts := s.unsealed(s.known.Orders[0])
	answers, err := s.service.Encrypt(ctx, texts...)
	if s.note(err) != nil {
		return err
	}
	var sealed []order.Sealed
	for i, a := range answers {
		s.note(a.Err)
		if a.Unsealed != texts[i] || a.Err != nil || a.Cipher == "" || strings.Contains(a.Cipher, a.Text.Reveal()) {
			return fmt.Errorf("text %d is not answered with its cipher: %w", i, a.Err)
		}
		sealed = append(sealed, order.Sealed{OrderID: a.OrderID, Cipher: a.Cipher})
	}
	if !s.service.CanDecrypt() || s.known.Decryptions/3 < len(sealed) {
		return nil
	}
	opened, err := s.service.Decrypt(ctx, sealed...)
	if err := s.opened(opened, sealed, err); err != nil {
		return fmt.Errorf("decrypt what was encrypted: %w", err)
	}
	for i, a := range opened {
		if !a.Virtual && a.Plain != texts[i].Text {
			return fmt.Errorf("the cipher of text %d opens as another text", i)
		}
	}
	return nil
}

// searchIndex checks that equal texts have equal indexes and others do not.
func searchIndex(ctx context.Context, s *subject) error {
	_, has := s.driver.(order.Indexer)
	_, err := s.service.SearchIndex(ctx)
	if err := power(has, s.service.CanSearchIndex(), err); err != nil {
		return err
	}
	indexes, err := s.service.SearchIndex(ctx, s.known.Texts...)
	if s.note(err) != nil {
		return err
	}
	if len(indexes) != len(s.known.Texts) {
		return fmt.Errorf("%d indexes of %d texts", len(indexes), len(s.known.Texts))
	}
	for i, a := range indexes {
		if a == "" || a == s.known.Texts[i].Text.Reveal() {
			return fmt.Errorf("index %d is empty or the text itself", i)
		}
		for j, b := range indexes[:i] {
			if same := s.known.Texts[i] == s.known.Texts[j]; same != (a == b) {
				return fmt.Errorf("texts %d and %d are the same: %t, their indexes are: %t", j, i, same, a == b)
			}
		}
	}
	return nil
}

// mergeable checks that the groups are made of the orders asked about, each in
// one group.
func mergeable(ctx context.Context, s *subject) error {
	_, has := s.driver.(order.Merger)
	_, err := s.service.Mergeable(ctx)
	if err := power(has, s.service.CanMerge(), err); err != nil {
		return err
	}
	if len(s.known.Merge) < 2 {
		return suite.Skip("Known.Merge names no two orders")
	}
	var orders []order.Order
	for _, id := range s.known.Merge {
		o, err := s.get(ctx, id)
		if err != nil {
			return err
		}
		orders = append(orders, o)
	}
	groups, err := s.service.Mergeable(ctx, orders...)
	if s.note(err) != nil {
		return err
	}
	got, want := slices.Sorted(slices.Values(slices.Concat(groups...))), slices.Sorted(slices.Values(s.known.Merge))
	if !slices.Equal(got, want) {
		return fmt.Errorf("the groups %v do not hold each of %v once", groups, want)
	}
	return nil
}

// concurrency uses one service from many goroutines; the race detector does
// the rest.
func concurrency(ctx context.Context, s *subject) error {
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			id := s.known.Orders[i%len(s.known.Orders)]
			o, err := s.get(ctx, id)
			if err == nil && o.ID != id {
				err = fmt.Errorf("order %s answers with the id %s", id, o.ID)
			}
			seen, listErr := s.all(ctx, s.query(mall.By(i%2)))
			if listErr == nil {
				listErr = s.missing(seen)
			}
			errs[i] = errors.Join(err, listErr)
		})
	}
	all.Wait()
	return errors.Join(errs...)
}
