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
	batches [][]order.Sealed
	spoil   func(n int, answers []order.Opened) ([]order.Opened, error) // of the nth batch, from 1
	remarks map[string]order.Remark
	merged  []order.Order
	sealing func(n int, answers []order.Encrypted) []order.Encrypted // of the nth batch, from 1
	sealed  int
	texts   [][]order.PlainText
	indexes func([]string) []string
}

func newAble() *able {
	a := &able{platform: newNumbered(rows(3, 10)), remarks: map[string]order.Remark{}}
	a.limits.MaxBatch = 2
	return a
}

func (a *able) Decrypt(_ context.Context, sealed []order.Sealed) ([]order.Opened, error) {
	a.batches = append(a.batches, sealed)
	answers := make([]order.Opened, len(sealed))
	for i, s := range sealed {
		answers[i] = order.Opened{Sealed: s, Plain: mall.Secret("plain of " + s.Cipher)}
	}
	if a.spoil != nil {
		return a.spoil(len(a.batches), answers)
	}
	return answers, nil
}

func (a *able) Mask(ctx context.Context, sealed []order.Sealed) ([]order.Opened, error) {
	return a.Decrypt(ctx, sealed)
}

func (a *able) Encrypt(_ context.Context, texts []order.Unsealed) ([]order.Encrypted, error) {
	var answers []order.Encrypted
	for _, text := range texts {
		answers = append(answers, order.Encrypted{Unsealed: text, Cipher: "cipher of " + text.OrderID + text.Text.Reveal()})
	}
	if a.sealed++; a.sealing != nil {
		answers = a.sealing(a.sealed, answers)
	}
	return answers, nil
}

func (a *able) SearchIndex(_ context.Context, texts []order.PlainText) ([]string, error) {
	a.texts = append(a.texts, texts)
	var indexes []string
	for _, text := range texts {
		indexes = append(indexes, "index of "+text.Text.Reveal())
	}
	if a.indexes != nil {
		indexes = a.indexes(indexes)
	}
	return indexes, nil
}

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

func seal(n int) []order.Sealed {
	list := make([]order.Sealed, n)
	for i := range list {
		list[i] = order.Sealed{OrderID: "o1", Cipher: fmt.Sprintf("c%d", i)}
	}
	return list
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
	_, decrypt := s.Decrypt(ctx, seal(1)...)
	_, mask := s.Mask(ctx, seal(1)...)
	_, index := s.SearchIndex(ctx, order.PlainText{})
	_, merge := s.Mergeable(ctx, rows(2, 1)...)
	_, encrypt := s.Encrypt(ctx, order.Unsealed{})
	remark := s.SetRemark(ctx, "o1", order.Remark{})
	for name, err := range map[string]error{"decrypt": decrypt, "mask": mask, "encrypt": encrypt, "search index": index, "merge check": merge, "set remark": remark} {
		require.ErrorIs(t, err, mall.ErrNotSupported, name)
		require.ErrorContains(t, err, "fake: "+name)
	}
	for _, can := range []bool{s.CanDecrypt(), s.CanMask(), s.CanEncrypt(), s.CanSearchIndex(), s.CanMerge(), s.CanRemark()} {
		assert.False(t, can)
	}
	s = ableService(newAble(), nil)
	for _, can := range []bool{s.CanDecrypt(), s.CanMask(), s.CanEncrypt(), s.CanSearchIndex(), s.CanMerge(), s.CanRemark()} {
		assert.True(t, can)
	}
}

func TestDecryptInBatchesOnOneBudget(t *testing.T) {
	t.Parallel()
	a, b := newAble(), &purse{left: 5}
	got, err := ableService(a, b).Decrypt(t.Context(), seal(5)...)
	require.NoError(t, err)
	require.Len(t, got, 5)
	for i, o := range got {
		assert.Equal(t, fmt.Sprintf("plain of c%d", i), o.Plain.Reveal())
	}
	assert.Equal(t, [][]order.Sealed{seal(5)[:2], seal(5)[2:4], seal(5)[4:]}, a.batches)
	assert.Equal(t, []int{5}, b.asked, "the budget is asked once")
	assert.Equal(t, "shop-1", b.shop)

	a.limits.MaxBatch, a.batches, b.left = 0, nil, 9
	_, err = ableService(a, b).Decrypt(t.Context(), seal(5)...)
	require.NoError(t, err)
	assert.Len(t, a.batches, 1, "no bound")
}

func TestDecryptRefusals(t *testing.T) {
	t.Parallel()
	a := newAble()
	_, err := ableService(a, nil).Decrypt(t.Context(), seal(1)...)
	require.ErrorIs(t, err, mall.ErrPIIBudget, "without a budget nothing is allowed")
	b := &purse{left: 4}
	_, err = ableService(a, b).Decrypt(t.Context(), seal(5)...)
	require.ErrorIs(t, err, mall.ErrPIIBudget)
	assert.Equal(t, 4, b.left)
	_, err = ableService(a, b).Decrypt(t.Context(), seal(2)[0], order.Sealed{OrderID: "o1"})
	require.ErrorIs(t, err, mall.ErrInvalid, "nothing to decrypt")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ableService(a, b).Decrypt(ctx, seal(2)...)
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
	a.spoil = func(n int, answers []order.Opened) ([]order.Opened, error) {
		if n == 2 {
			return answers, fault
		}
		return answers, nil
	}
	got, err := ableService(a, &purse{left: 9}).Decrypt(t.Context(), seal(5)...)
	require.ErrorIs(t, err, fault)
	require.Len(t, got, 2, "the answers of the first batch")
	assert.Equal(t, "plain of c1", got[1].Plain.Reveal())
	assert.Len(t, a.batches, 2, "nothing is sent after a failure")

	a.batches = nil
	got, err = ableService(a, nil).Mask(t.Context(), seal(5)...)
	require.ErrorIs(t, err, fault)
	assert.Empty(t, got, "masks cost nothing and are not returned with an error")
}

func TestAnswersThatDoNotFitTheQuestions(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(int, []order.Opened) ([]order.Opened, error){
		"one too few":     func(_ int, a []order.Opened) ([]order.Opened, error) { return a[:len(a)-1], nil },
		"one too many":    func(_ int, a []order.Opened) ([]order.Opened, error) { return append(a, a[0]), nil },
		"none":            func(int, []order.Opened) ([]order.Opened, error) { return nil, nil },
		"another order":   func(_ int, a []order.Opened) ([]order.Opened, error) { a[0], a[1] = a[1], a[0]; return a, nil },
		"of another text": func(_ int, a []order.Opened) ([]order.Opened, error) { a[1].OrderID = "o2"; return a, nil },
	} {
		a := newAble()
		a.spoil = spoil
		s := ableService(a, &purse{left: 9})
		got, err := s.Decrypt(t.Context(), seal(2)...)
		require.ErrorIs(t, err, mall.ErrReply, name)
		require.ErrorContains(t, err, "fake: decrypt: ")
		assert.Empty(t, got, name)
		assert.NotContains(t, err.Error(), "plain of")
		got, err = s.Mask(t.Context(), seal(2)...)
		require.ErrorIs(t, err, mall.ErrReply, name)
		assert.Empty(t, got, name)
	}
	a := newAble()
	a.indexes = func(list []string) []string { return list[1:] }
	indexes, err := ableService(a, nil).SearchIndex(t.Context(), order.PlainText{Text: "x"}, order.PlainText{Text: "y"})
	require.ErrorIs(t, err, mall.ErrReply)
	assert.Empty(t, indexes)
}

func TestMaskAndSearchIndexCostNoBudget(t *testing.T) {
	t.Parallel()
	a := newAble()
	s := ableService(a, nil)
	got, err := s.Mask(t.Context(), seal(3)...)
	require.NoError(t, err)
	assert.Len(t, got, 3)
	indexes, err := s.SearchIndex(t.Context(), order.PlainText{Text: "a"}, order.PlainText{Text: "b"}, order.PlainText{Text: "c"})
	require.NoError(t, err)
	assert.Equal(t, []string{"index of a", "index of b", "index of c"}, indexes)
	assert.Len(t, a.texts, 2, "in batches")
	got, err = s.Mask(t.Context())
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestBatchesEndWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	a := newAble()
	a.spoil = func(_ int, answers []order.Opened) ([]order.Opened, error) { cancel(); return answers, nil }
	got, err := ableService(a, &purse{left: 9}).Decrypt(ctx, seal(5)...)
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
	texts := []order.Unsealed{
		{OrderID: "o1", PlainText: order.PlainText{Kind: order.TextName, Text: "a"}},
		{OrderID: "o1", PlainText: order.PlainText{Kind: order.TextPhone, Text: "b"}},
		{OrderID: "o2", PlainText: order.PlainText{Kind: order.TextName, Text: "a"}},
	}
	a := newAble()
	s := ableService(a, nil)
	got, err := s.Encrypt(t.Context(), texts...)
	require.NoError(t, err)
	assert.Equal(t, 2, a.sealed, "batches")
	require.Len(t, got, 3)
	for i := range got {
		assert.Equal(t, texts[i], got[i].Unsealed)
		assert.Equal(t, "cipher of "+texts[i].OrderID+texts[i].Text.Reveal(), got[i].Cipher)
	}
	for name, bad := range map[string]order.Unsealed{"no order": {PlainText: texts[0].PlainText}, "no text": {OrderID: "o1"}} {
		_, err := s.Encrypt(t.Context(), texts[0], bad)
		require.ErrorIs(t, err, mall.ErrInvalid, name)
	}
	assert.Equal(t, 2, a.sealed, "nothing was sent")
	a.sealing = func(_ int, answers []order.Encrypted) []order.Encrypted { answers[0].OrderID = "o9"; return answers }
	got, err = s.Encrypt(t.Context(), texts...)
	require.ErrorIs(t, err, mall.ErrReply, "a cipher must not end up on another order")
	assert.Empty(t, got)
}

func TestLimitsAreTheDrivers(t *testing.T) {
	t.Parallel()
	shop := newNumbered(nil)
	assert.Equal(t, shop.limits, service(shop).Limits())
}
