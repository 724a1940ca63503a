package drivertest

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

// Dealt is what the questions of [Asks] are about.
type Dealt struct {
	By       mall.By // of the merchant's list
	PageSize int
	Line     dropship.MerchantID
	Supplier string
	Given    dropship.FactoryID
}

// Asks are the questions that every driver of drop-ship answers, for
// [AskedGolden].
func Asks(t *testing.T, of func(*client.Shop) dropship.Driver, d Dealt) map[string]func(*client.Shop) (any, error) {
	merchant := func(s *client.Shop) dropship.MerchantDriver { return of(s).(dropship.MerchantDriver) }
	factory := func(s *client.Shop) dropship.FactoryDriver { return of(s).(dropship.FactoryDriver) }
	return map[string]func(*client.Shop) (any, error){
		"role":          func(s *client.Shop) (any, error) { return s.Dropship.Role(t.Context()) },
		"supplier_list": func(s *client.Shop) (any, error) { return merchant(s).Suppliers(t.Context(), 0, d.PageSize) },
		"merchant_list": func(s *client.Shop) (any, error) {
			return merchant(s).PageMerchantOrders(t.Context(), dropship.Query{By: d.By, PageSize: d.PageSize}, "")
		},
		"merchant_info": func(s *client.Shop) (any, error) { return merchant(s).GetMerchantOrder(t.Context(), d.Line) },
		"factory_list": func(s *client.Shop) (any, error) {
			return factory(s).PageFactoryOrders(t.Context(), dropship.Query{PageSize: d.PageSize}, "")
		},
		"factory_info": func(s *client.Shop) (any, error) { return factory(s).GetFactoryOrder(t.Context(), d.Given) },
		"assign": func(s *client.Shop) (any, error) {
			list, err := merchant(s).Assign(t.Context(), []dropship.Choice{{ID: d.Line, Supplier: d.Supplier}})
			return Shown("id", list, err)
		},
		"cancel": func(s *client.Shop) (any, error) {
			list, err := merchant(s).CancelAssignment(t.Context(), "", []dropship.MerchantID{d.Line})
			return Shown("id", list, err)
		},
	}
}

// AskedGolden reads recorded replies, each by the question that the word before
// the first hyphen of its name picks.
func AskedGolden(t *testing.T, over Over, pattern string, atLeast int, ask map[string]func(*client.Shop) (any, error)) {
	t.Helper()
	ShopRecords(t, over, pattern, atLeast, func(t *testing.T, name string, _ []byte, shop *client.Shop) any {
		method, _, _ := strings.Cut(name, "-")
		require.Contains(t, ask, method)
		got, err := ask[method](shop)
		require.NoError(t, err)
		return got
	})
}

// Shown is the answer to a batch as golden files show it: each item under that
// name, beside its failure.
func Shown[T any](name string, list []mall.Result[T], err error) (any, error) {
	var out []any
	for _, r := range list {
		out = append(out, map[string]any{name: r.Item, "kind": Failure(r.Err)})
	}
	return out, err
}

// Failure is an error as golden files show it; nil is empty.
func Failure(err error) string {
	if e, ok := errors.AsType[*mall.Error](err); ok {
		return string(e.Kind) + "|" + e.Code + "|" + e.Message
	}
	return ""
}

// BadAssignment reads a recorded page of assignments as it is, and with a text
// before the first of them: that record is named, and the others are read.
func BadAssignment(t *testing.T, file, list string, read func(body []byte) (mall.Page[dropship.Assignment], error)) {
	t.Helper()
	body, err := os.ReadFile(file)
	require.NoError(t, err)
	good, err := read(body)
	require.NoError(t, err)
	require.NotEmpty(t, good.Items)
	opening := regexp.MustCompile(`"` + list + `": \[`)
	require.Len(t, opening.FindAll(body, -1), 1)
	page, err := read(opening.ReplaceAll(body, []byte(`$0 "no assignment",`)))
	bad, ok := errors.AsType[*order.BadRecordsError](err)
	require.True(t, ok, "%v", err)
	assert.Len(t, bad.Records, 1)
	assert.ErrorIs(t, bad.Records[0].Err, mall.ErrReply)
	assert.Equal(t, good.Items, page.Items)
	assert.Equal(t, good.Next, page.Next)
}
