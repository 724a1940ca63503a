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
	ciphers := append(known.Texts(), order.Text{OrderID: known.ID, Protected: order.Protected{Cipher: "cipher"}})
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	calls := map[string]func() (any, error){
		"Page": func() (any, error) { p, err := s.driver.Page(ctx, q, ""); p.Total = 0; return p, err },
		"Get":  func() (any, error) { return s.driver.Get(ctx, known.ID) },
	}
	if d, ok := s.driver.(order.Decrypter); ok {
		calls["Decrypt"] = func() (any, error) { return d.Decrypt(ctx, ciphers) }
	}
	if d, ok := s.driver.(order.Encrypter); ok {
		calls["Mask"] = func() (any, error) { return d.Mask(ctx, ciphers) }
		calls["Encrypt"] = func() (any, error) { return d.Encrypt(ctx, s.texts(known.ID)) }
		calls["SearchIndex"] = func() (any, error) { return d.SearchIndex(ctx, s.known.Texts) }
	}
	if d, ok := s.driver.(order.Merger); ok {
		calls["Mergeable"] = func() (any, error) { return d.Mergeable(ctx, []order.Order{known, known}) }
	}
	if d, ok := s.driver.(order.Writer); ok && s.known.Remark != "" {
		calls["SetRemark"] = func() (any, error) { return nil, d.SetRemark(ctx, s.known.Remark, known.Remark) }
	}
	if d, ok := s.driver.(order.Writer); ok && s.known.Close != "" {
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

// ciphers are texts of the known orders, and some of them twice, so that an
// answer in the wrong place shows.
func (s *subject) ciphers(ctx context.Context, most int) ([]order.Text, error) {
	var list []order.Text
	for _, id := range s.known.Orders {
		o, err := s.get(ctx, id)
		if err != nil {
			return nil, err
		}
		list = append(list, o.Texts()...)
	}
	if len(list) == 0 {
		return nil, suite.Skip("the known orders have no ciphers")
	}
	if size := s.driver.Limits().MaxBatch; size > 0 { // one batch and a bit
		for len(list) <= size {
			list = append(list, list...)
		}
		list = list[:size+1]
	}
	return list[:min(len(list), most)], nil
}

// texts are those that are known, as if they were of an order.
func (s *subject) texts(orderID string) []order.Text {
	list := slices.Clone(s.known.Texts)
	for i := range list {
		list[i].OrderID = orderID
	}
	return list
}

// results checks those of Decrypt or Mask against the questions; form is what
// was asked for.
func (s *subject) results(
	results []mall.Result[order.Text], questions []order.Text, err error, form func(order.Text) string,
) error {
	if s.note(err) != nil {
		return err
	}
	if len(results) != len(questions) {
		return fmt.Errorf("%d results for %d texts", len(results), len(questions))
	}
	for i, r := range results {
		s.note(r.Err)
		switch {
		case r.Item.OrderID != questions[i].OrderID || r.Item.Cipher != questions[i].Cipher:
			return fmt.Errorf("result %d belongs to another text", i)
		case r.Err == nil && form(r.Item) == "":
			return fmt.Errorf("result %d is neither a text nor an error", i)
		case r.Err != nil && form(r.Item) != form(questions[i]):
			return fmt.Errorf("result %d is a text and an error", i)
		}
		s.learn(order.Receiver{Name: order.Protected{Plain: r.Item.Plain}})
	}
	return nil
}

func plainOf(t order.Text) string { return t.Plain.Reveal() }
func maskOf(t order.Text) string  { return t.Mask }

// power checks what the service says about a power, and how it answers when the
// driver lacks it.
func power[P any](s *subject, err error) error {
	_, has := s.driver.(P)
	switch can := order.Can[P](s.service); {
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
func writePower[P any](call func(context.Context, *order.Service) error) func(context.Context, *subject) error {
	return func(ctx context.Context, s *subject) error {
		err := call(ctx, s.service)
		if err := power[P](s, err); err != nil {
			return err
		}
		if !errors.Is(err, mall.ErrInvalid) {
			return fmt.Errorf("empty arguments are answered with %w, want mall.ErrInvalid", err)
		}
		return nil
	}
}

// decrypt checks that texts are decrypted in the order of the questions.
func decrypt(ctx context.Context, s *subject) error {
	_, err := s.service.Decrypt(ctx)
	if err := power[order.Decrypter](s, err); err != nil {
		return err
	}
	if s.known.Decryptions == 0 {
		return suite.Skip("Known.Decryptions is zero")
	}
	texts, err := s.ciphers(ctx, s.known.Decryptions/3)
	if err != nil || len(texts) == 0 {
		return err
	}
	return s.bothWays(ctx, texts, s.service.Decrypt, plainOf)
}

// mask checks that texts are masked in the order of the questions.
func mask(ctx context.Context, s *subject) error {
	_, err := s.service.Mask(ctx)
	if err := power[order.Encrypter](s, err); err != nil {
		return err
	}
	texts, err := s.ciphers(ctx, 1000)
	if err != nil {
		return err
	}
	for i := range texts { // what the order shows is no answer
		texts[i].Mask = ""
	}
	return s.bothWays(ctx, texts, s.service.Mask, maskOf)
}

// bothWays asks for a form of texts, and again in reverse. The answers must be
// the same, but for virtual numbers, which are lent anew.
func (s *subject) bothWays(ctx context.Context, texts []order.Text,
	ask func(context.Context, ...order.Text) ([]mall.Result[order.Text], error), form func(order.Text) string) error {
	results, err := ask(ctx, texts...)
	if err := s.results(results, texts, err, form); err != nil {
		return err
	}
	slices.Reverse(texts)
	again, err := ask(ctx, texts...)
	if err := s.results(again, texts, err, form); err != nil {
		return fmt.Errorf("asked in reverse: %w", err)
	}
	slices.Reverse(again)
	for i := range results {
		if !results[i].Item.Virtual && form(results[i].Item) != form(again[i].Item) {
			return fmt.Errorf("result %d differs when the texts come in another order", i)
		}
	}
	return nil
}

// encrypt checks that texts become ciphers of their order, in the order of the
// questions, which decryption turns back.
func encrypt(ctx context.Context, s *subject) error {
	_, err := s.service.Encrypt(ctx)
	if err := power[order.Encrypter](s, err); err != nil {
		return err
	}
	texts := s.texts(s.known.Orders[0])
	results, err := s.service.Encrypt(ctx, texts...)
	if s.note(err) != nil {
		return err
	}
	var ciphers []order.Text
	for i, r := range results {
		s.note(r.Err)
		back := r.Item
		if back.Cipher = ""; back != texts[i] || r.Err != nil || r.Item.Cipher == "" ||
			strings.Contains(r.Item.Cipher, texts[i].Plain.Reveal()) {
			return fmt.Errorf("text %d is not answered with its cipher: %w", i, r.Err)
		}
		ciphers = append(ciphers, order.Text{OrderID: r.Item.OrderID, Protected: order.Protected{Cipher: r.Item.Cipher}})
	}
	if !order.Can[order.Decrypter](s.service) || s.known.Decryptions/3 < len(ciphers) {
		return nil
	}
	plain, err := s.service.Decrypt(ctx, ciphers...)
	if err := s.results(plain, ciphers, err, plainOf); err != nil {
		return fmt.Errorf("decrypt what was encrypted: %w", err)
	}
	for i, r := range plain {
		if !r.Item.Virtual && r.Item.Plain != texts[i].Plain {
			return fmt.Errorf("the cipher of text %d is decrypted to another text", i)
		}
	}
	return nil
}

// searchIndex checks that equal texts have equal indexes and others do not.
func searchIndex(ctx context.Context, s *subject) error {
	_, err := s.service.SearchIndex(ctx)
	if err := power[order.Encrypter](s, err); err != nil {
		return err
	}
	texts := s.known.Texts
	results, err := s.service.SearchIndex(ctx, texts...)
	if s.note(err) != nil {
		return err
	}
	if len(results) != len(texts) {
		return fmt.Errorf("%d indexes of %d texts", len(results), len(texts))
	}
	for i, r := range results {
		s.note(r.Err)
		if r.Err != nil || r.Item.Index == "" || r.Item.Index == texts[i].Plain.Reveal() {
			return fmt.Errorf("index %d is empty or the text itself: %w", i, r.Err)
		}
		for j, other := range results[:i] {
			if same := texts[i] == texts[j]; same != (r.Item.Index == other.Item.Index) {
				return fmt.Errorf("texts %d and %d are the same: %t, their indexes are: %t", j, i, same, !same)
			}
		}
	}
	return nil
}

// mergeable checks that the groups are made of the orders asked about, each in
// one group.
func mergeable(ctx context.Context, s *subject) error {
	_, err := s.service.Mergeable(ctx)
	if err := power[order.Merger](s, err); err != nil {
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
