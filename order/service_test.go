package order_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// able is a platform with every optional power.
type able struct {
	*platform
	batches [][]order.Text
	spoil   func(n int, answers []result) ([]result, error) // of the nth batch, from 1
	remarks map[string]order.Remark
	merged  []order.Order
	sealing func(n int, answers []result) []result // of the nth batch, from 1
	sealed  int
	texts   [][]order.Text
	indexes func([]result) []result
}

type result = mall.Result[order.Text]

func newAble() *able {
	a := &able{platform: newNumbered(rows(3, 10)), remarks: map[string]order.Remark{}}
	a.limits.MaxBatch = 2
	return a
}

func (a *able) Decrypt(_ context.Context, texts []order.Text) ([]result, error) {
	return a.open(texts, func(t *order.Text) { t.Plain = mall.Secret("plain of " + t.Cipher) })
}

func (a *able) Mask(_ context.Context, texts []order.Text) ([]result, error) {
	return a.open(texts, func(t *order.Text) { t.Mask = "mask of " + t.Cipher })
}

func (a *able) open(texts []order.Text, fill func(*order.Text)) ([]result, error) {
	a.batches = append(a.batches, texts)
	answers := make([]result, len(texts))
	for i, t := range texts {
		fill(&t)
		answers[i].Item = t
	}
	if a.spoil != nil {
		return a.spoil(len(a.batches), answers)
	}
	return answers, nil
}

func (a *able) Encrypt(_ context.Context, texts []order.Text) ([]result, error) {
	var answers []result
	for _, t := range texts {
		t.Cipher = "cipher of " + t.OrderID + t.Plain.Reveal()
		answers = append(answers, result{Item: t})
	}
	if a.sealed++; a.sealing != nil {
		answers = a.sealing(a.sealed, answers)
	}
	return answers, nil
}

func (a *able) SearchIndex(_ context.Context, texts []order.Text) ([]result, error) {
	a.texts = append(a.texts, texts)
	var answers []result
	for _, t := range texts {
		t.Index = "index of " + t.Plain.Reveal()
		answers = append(answers, result{Item: t})
	}
	if a.indexes != nil {
		answers = a.indexes(answers)
	}
	return answers, nil
}

func (a *able) Close(context.Context, string, string) error { return nil }

func (a *able) Mergeable(_ context.Context, orders []order.Order) ([][]string, error) {
	a.merged = orders
	return [][]string{{orders[0].ID, orders[1].ID}}, nil
}

func (a *able) SetRemark(_ context.Context, id string, r order.Remark) error {
	a.remarks[id] = r
	return nil
}

// purse is a budget that notes what is taken.
type purse struct {
	left  int
	asked []int
	shop  string
}

func (p *purse) Spend(_ context.Context, shopID string, n int) error {
	p.asked, p.shop = append(p.asked, n), shopID
	if n > p.left {
		return &mall.Error{Kind: mall.ErrPIIBudget}
	}
	p.left -= n
	return nil
}

// ciphers are n texts to decrypt or to mask.
func ciphers(n int) []order.Text {
	list := make([]order.Text, n)
	for i := range list {
		list[i] = order.Text{OrderID: "o1", Protected: order.Protected{Cipher: fmt.Sprintf("c%d", i)}}
	}
	return list
}

// plain is a text to encrypt or to make an index of.
func plain(orderID string, kind order.TextKind, text mall.Secret) order.Text {
	return order.Text{OrderID: orderID, Kind: kind, Protected: order.Protected{Plain: text}}
}

func ableService(a *able, b order.Budget) *order.Service {
	return order.NewService(a, "shop-1", order.Options{Clock: clockAt(noon), Budget: b})
}

func TestGetCompletesTheOrder(t *testing.T) {
	t.Parallel()
	shop := newNumbered(rows(1, 10))
	swapped := sku.Ref{ID: "new"}
	shop.rows[0].Lines = []order.Line{
		{ID: "1", SKU: sku.Ref{ID: "old"}, Refund: order.RefundDone},
		{ID: "2", SKU: sku.Ref{ID: "old"}, Effective: swapped, Refund: order.RefundNone},
		{ID: "3", SKU: sku.Ref{ProductID: "no variants"}, Effective: sku.Ref{ProductID: "another"}, Refund: order.RefundNone},
	}
	s := service(shop)
	got, err := s.Get(t.Context(), " o000\n")
	require.NoError(t, err)
	check := func(o order.Order) {
		t.Helper()
		assert.Equal(t, mall.Platform("fake"), o.Platform)
		assert.Equal(t, "shop-1", o.ShopID)
		assert.Equal(t, "old", o.Lines[0].Effective.ID, "what the platform says, unless a change says otherwise")
		assert.Equal(t, swapped, o.Lines[1].Effective)
		assert.Equal(t, "another", o.Lines[2].Effective.ProductID)
		assert.Equal(t, order.RefundPartial, o.Refund)
	}
	check(got)
	for o, err := range s.All(t.Context(), order.Query{}) {
		require.NoError(t, err)
		check(o)
	}
	shop.rows[0].Platform, shop.rows[0].ShopID, shop.rows[0].Refund = "other", "theirs", order.RefundRequested
	got, err = s.Get(t.Context(), "o000")
	require.NoError(t, err)
	assert.Equal(t, []any{mall.Platform("other"), "theirs", order.RefundRequested}, []any{got.Platform, got.ShopID, got.Refund}, "what the driver says stands")
}

func TestGetRefusesAnEmptyID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", " ", "\t\n"} {
		got, err := service(newNumbered(nil)).Get(t.Context(), id)
		require.ErrorIs(t, err, mall.ErrInvalid)
		assert.Zero(t, got)
	}
	got, err := service(newNumbered(nil)).Get(t.Context(), "x")
	require.ErrorIs(t, err, mall.ErrNotFound)
	assert.Zero(t, got)
}

func TestMissingPowers(t *testing.T) {
	t.Parallel()
	s := order.NewService(newNumbered(nil), "shop-1", order.Options{Budget: &purse{left: 9}})
	ctx := t.Context()
	_, decrypt := s.Decrypt(ctx, ciphers(1)...)
	_, mask := s.Mask(ctx, ciphers(1)...)
	_, index := s.SearchIndex(ctx, order.Text{})
	_, merge := s.Mergeable(ctx, rows(2, 1)...)
	_, encrypt := s.Encrypt(ctx, order.Text{})
	for op, err := range map[string]error{
		"decrypt texts": decrypt, "mask texts": mask, "encrypt texts": encrypt, "make search indexes": index,
		"check for a shared parcel": merge, "set remark": s.SetRemark(ctx, "o1", order.Remark{}), "close order": s.Close(ctx, "o1", ""),
	} {
		require.ErrorIs(t, err, mall.ErrNotSupported, op)
		require.EqualError(t, err, op+": fake: not supported by this platform")
	}
	can := func(s *order.Service) []bool {
		return []bool{order.Can[order.Decrypter](s), order.Can[order.Encrypter](s), order.Can[order.Merger](s), order.Can[order.Writer](s)}
	}
	assert.Equal(t, []bool{false, false, false, false}, can(s))
	assert.Equal(t, []bool{false, false, false, false}, can(nil))
	assert.Equal(t, []bool{true, true, true, true}, can(ableService(newAble(), nil)))
}

func TestDecryptInBatchesOnOneBudget(t *testing.T) {
	t.Parallel()
	a, b := newAble(), &purse{left: 5}
	got, err := ableService(a, b).Decrypt(t.Context(), ciphers(5)...)
	require.NoError(t, err)
	require.Len(t, got, 5)
	for i, o := range got {
		assert.Equal(t, fmt.Sprintf("plain of c%d", i), o.Item.Plain.Reveal())
	}
	assert.Equal(t, [][]order.Text{ciphers(5)[:2], ciphers(5)[2:4], ciphers(5)[4:]}, a.batches)
	assert.Equal(t, []int{5}, b.asked, "the budget is asked once")
	assert.Equal(t, "shop-1", b.shop)

	a.limits.MaxBatch, a.batches, b.left = 0, nil, 9
	_, err = ableService(a, b).Decrypt(t.Context(), ciphers(5)...)
	require.NoError(t, err)
	assert.Len(t, a.batches, 1, "no bound")
}

func TestDecryptRefusals(t *testing.T) {
	t.Parallel()
	a := newAble()
	_, err := ableService(a, nil).Decrypt(t.Context(), ciphers(1)...)
	require.ErrorIs(t, err, mall.ErrPIIBudget, "without a budget nothing is allowed")
	b := &purse{left: 4}
	_, err = ableService(a, b).Decrypt(t.Context(), ciphers(5)...)
	require.ErrorIs(t, err, mall.ErrPIIBudget)
	assert.Equal(t, 4, b.left)
	_, err = ableService(a, b).Decrypt(t.Context(), ciphers(2)[0], order.Text{OrderID: "o1"})
	require.ErrorIs(t, err, mall.ErrInvalid, "nothing to decrypt")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ableService(a, b).Decrypt(ctx, ciphers(2)...)
	require.ErrorIs(t, err, context.Canceled)
	got, err := ableService(a, b).Decrypt(t.Context())
	require.NoError(t, err)
	assert.Empty(t, got)
	assert.Equal(t, []int{5}, b.asked, "nothing is asked for in vain")
	assert.Empty(t, a.batches, "the driver is not called")
}

func TestDecryptKeepsWhatWasPaidFor(t *testing.T) {
	t.Parallel()
	fault := errors.New("fault")
	a := newAble()
	a.spoil = func(n int, answers []result) ([]result, error) {
		if n == 2 {
			return answers, fault
		}
		return answers, nil
	}
	got, err := ableService(a, &purse{left: 9}).Decrypt(t.Context(), ciphers(5)...)
	require.ErrorIs(t, err, fault)
	require.Len(t, got, 2, "the answers of the first batch")
	assert.Equal(t, "plain of c1", got[1].Item.Plain.Reveal())
	assert.Len(t, a.batches, 2, "nothing is sent after a failure")

	a.batches = nil
	got, err = ableService(a, nil).Mask(t.Context(), ciphers(5)...)
	require.ErrorIs(t, err, fault)
	assert.Empty(t, got, "masks cost nothing and are not returned with an error")
}

func TestAnswersThatDoNotFitTheQuestions(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(int, []result) ([]result, error){
		"one too few":     func(_ int, a []result) ([]result, error) { return a[:len(a)-1], nil },
		"one too many":    func(_ int, a []result) ([]result, error) { return append(a, a[0]), nil },
		"none":            func(int, []result) ([]result, error) { return nil, nil },
		"another order":   func(_ int, a []result) ([]result, error) { a[0], a[1] = a[1], a[0]; return a, nil },
		"of another text": func(_ int, a []result) ([]result, error) { a[1].Item.OrderID = "o2"; return a, nil },
	} {
		a := newAble()
		a.spoil = spoil
		s := ableService(a, &purse{left: 9})
		got, err := s.Decrypt(t.Context(), ciphers(2)...)
		require.ErrorIs(t, err, mall.ErrReply, name)
		require.ErrorContains(t, err, "decrypt texts: fake: ")
		assert.Empty(t, got, name)
		assert.NotContains(t, err.Error(), "plain of")
		got, err = s.Mask(t.Context(), ciphers(2)...)
		require.ErrorIs(t, err, mall.ErrReply, name)
		assert.Empty(t, got, name)
	}
	a := newAble()
	a.indexes = func(list []result) []result { return list[1:] }
	indexes, err := ableService(a, nil).SearchIndex(t.Context(), plain("", "", "x"), plain("", "", "y"))
	require.ErrorIs(t, err, mall.ErrReply)
	assert.Empty(t, indexes)
}

func TestMaskAndSearchIndexCostNoBudget(t *testing.T) {
	t.Parallel()
	a := newAble()
	s := ableService(a, nil)
	got, err := s.Mask(t.Context(), ciphers(3)...)
	require.NoError(t, err)
	assert.Len(t, got, 3)
	indexes, err := s.SearchIndex(t.Context(), plain("", "", "a"), plain("", "", "b"), plain("", "", "c"))
	require.NoError(t, err)
	var texts []string
	for _, r := range indexes {
		texts = append(texts, r.Item.Index)
	}
	assert.Equal(t, []string{"index of a", "index of b", "index of c"}, texts)
	_, err = s.SearchIndex(t.Context(), order.Text{Kind: order.TextName})
	require.ErrorIs(t, err, mall.ErrInvalid)
	_, err = s.Mask(t.Context(), order.Text{OrderID: "o1"})
	require.ErrorIs(t, err, mall.ErrInvalid)
	assert.Len(t, a.texts, 2, "in batches")
	got, err = s.Mask(t.Context())
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestBatchesEndWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	a := newAble()
	a.spoil = func(_ int, answers []result) ([]result, error) { cancel(); return answers, nil }
	got, err := ableService(a, &purse{left: 9}).Decrypt(ctx, ciphers(5)...)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, got, 2, "paid for")
	assert.Len(t, a.batches, 1)
}

func TestMergeableNeedsTwoOrders(t *testing.T) {
	t.Parallel()
	a := newAble()
	s := ableService(a, nil)
	for n := range 2 {
		groups, err := s.Mergeable(t.Context(), rows(n, 1)...)
		require.ErrorIs(t, err, mall.ErrInvalid)
		assert.Empty(t, groups)
	}
	assert.Empty(t, a.merged)
	groups, err := s.Mergeable(t.Context(), rows(2, 1)...)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"o000", "o001"}}, groups)
}

func TestSetRemark(t *testing.T) {
	t.Parallel()
	a := newAble()
	s := ableService(a, nil)
	require.ErrorIs(t, s.SetRemark(t.Context(), " ", order.Remark{}), mall.ErrInvalid)
	assert.Empty(t, a.remarks)
	note := order.Remark{Text: "call first", Flag: order.FlagRed}
	require.NoError(t, s.SetRemark(t.Context(), " o000 ", note))
	assert.Equal(t, map[string]order.Remark{"o000": note}, a.remarks)
}

func TestEncrypt(t *testing.T) {
	t.Parallel()
	texts := []order.Text{plain("o1", order.TextName, "a"), plain("o1", order.TextPhone, "b"), plain("o2", order.TextName, "a")}
	a := newAble()
	s := ableService(a, nil)
	got, err := s.Encrypt(t.Context(), texts...)
	require.NoError(t, err)
	assert.Equal(t, 2, a.sealed, "batches")
	require.Len(t, got, 3)
	for i := range got {
		want := texts[i]
		want.Cipher = "cipher of " + want.OrderID + want.Plain.Reveal()
		assert.Equal(t, result{Item: want}, got[i])
	}
	for name, bad := range map[string]order.Text{"no order": plain("", order.TextName, "a"), "no text": {OrderID: "o1"}} {
		_, err := s.Encrypt(t.Context(), texts[0], bad)
		require.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	assert.Equal(t, 2, a.sealed, "nothing was sent")
	a.sealing = func(_ int, answers []result) []result { answers[0].Item.OrderID = "o9"; return answers }
	got, err = s.Encrypt(t.Context(), texts...)
	require.ErrorIs(t, err, mall.ErrReply, "a cipher must not end up on another order")
	assert.Empty(t, got)
}

func TestLimitsAreTheDrivers(t *testing.T) {
	t.Parallel()
	shop := newNumbered(nil)
	assert.Equal(t, shop.limits, service(shop).Limits())
}
