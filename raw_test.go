package mall_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/sku"
	"github.com/mallwire/mall/webhook"
)

// invented is a name in a record; no form of it may be printed.
const invented = "Zhang-Invented"

const record = `{"name":"` + invented + `"}`

// recorded is a value that carries the platform's record.
type recorded interface {
	Record() (mall.Platform, string, mall.Raw)
}

// allRecorded are values of all types that carry a record. A new type has to be
// added here: TestEveryRecordIsTried finds what is missing.
func allRecorded(raw mall.Raw) []recorded {
	return []recorded{
		order.Order{Raw: raw}, order.Case{Raw: raw}, order.BadRecord{Raw: raw},
		sku.SKU{Raw: raw}, sku.Product{Raw: raw}, change.Request{Raw: raw},
		dropship.Assignment{Raw: raw}, dropship.Relation{Raw: raw}, logistics.Waybill{Raw: raw},
		webhook.Event{Raw: raw},
	}
}

func assertNoRecord(t *testing.T, text, how string) {
	t.Helper()
	for _, trace := range []string{
		invented, "Invented", fmt.Sprintf("%x", invented), fmt.Sprintf("%X", invented), fmt.Sprintf("% x", invented),
		fmt.Sprint([]byte(invented))[1:40], fmt.Sprintf("%#v", []byte(invented))[8:60], "eyJuYW1l",
	} {
		require.NotContains(t, text, trace, how)
	}
}

func TestNothingPrintsARecord(t *testing.T) {
	t.Parallel()
	raw := mall.Raw(record)
	values := []any{raw, &raw, []mall.Raw{raw}, map[string]any{"raw": raw}}
	for _, v := range allRecorded(raw) {
		pointer := reflect.New(reflect.TypeOf(v))
		pointer.Elem().Set(reflect.ValueOf(v))
		values = append(values, v, pointer.Interface(), []any{v}, map[string]any{"v": v})
	}
	values = append(values,
		webhook.OrderEvent{Event: webhook.Event{Raw: raw}, Order: &order.Order{Raw: raw}},
		webhook.RefundEvent{Event: webhook.Event{Raw: raw}, Case: &order.Case{Raw: raw}},
		&order.BadRecordsError{Records: []order.BadRecord{{Raw: raw, Err: mall.ErrReply}}},
	)
	for _, v := range values {
		for _, verb := range "vsqxXdobcUtTeEfFgG" {
			for _, flags := range []string{"", "+", "#", " ", "-9", ".2"} {
				format := "%" + flags + string(verb)
				assertNoRecord(t, fmt.Sprintf(format, v), fmt.Sprintf("%T with %s", v, format))
			}
		}
		text, err := json.Marshal(v)
		require.NoError(t, err, "%T", v)
		assertNoRecord(t, string(text), fmt.Sprintf("%T in JSON", v))
		text, err = xml.Marshal(v) // refuses some types, such as maps
		assertNoRecord(t, fmt.Sprint(string(text), err), fmt.Sprintf("%T in XML", v))
		var b bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
			slog.New(h).With("w", v).Info("m", "v", v, slog.Group("g", "v", v))
		}
		assertNoRecord(t, b.String(), fmt.Sprintf("%T in a log", v))
	}
	assert.Equal(t, "[25 bytes]", fmt.Sprint(raw))
	assert.Equal(t, "[0 bytes]", mall.Raw(nil).String())
	assert.Equal(t, slog.StringValue("[25 bytes]"), slog.AnyValue(raw).Resolve(), "handlers of others may print a value by its kind")
}

// TestEveryRecordIsTried finds the types with a record in the sources.
func TestEveryRecordIsTried(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, v := range allRecorded(nil) {
		tried[reflect.TypeOf(v).String()] = true
	}
	var found int
	require.NoError(t, filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git") {
			if err == nil {
				err = fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, _ := n.(*ast.TypeSpec)
			if spec == nil || !spec.Name.IsExported() {
				return true
			}
			fields, _ := spec.Type.(*ast.StructType)
			if fields == nil {
				return true
			}
			for _, f := range fields.Fields.List {
				if s, ok := f.Type.(*ast.SelectorExpr); ok && fmt.Sprint(s.X, ".", s.Sel) == "mall.Raw" {
					found++
					name := path.Base(filepath.ToSlash(filepath.Dir(file))) + "." + spec.Name.Name
					assert.True(t, tried[name], "%s carries a record and has no place in allRecorded", name)
				}
			}
			return true
		})
		return nil
	}))
	assert.Len(t, tried, found)
}

func TestNative(t *testing.T) {
	t.Parallel()
	type own struct {
		Name string `json:"name"`
	}
	for _, v := range allRecorded(mall.Raw(record)) {
		got, err := mall.Native[own](v)
		require.NoError(t, err, "%T", v)
		assert.Equal(t, invented, got.Name, "%T", v)
	}
	event, err := mall.Native[own](webhook.OrderEvent{Event: webhook.Event{Raw: mall.Raw(record)}})
	require.NoError(t, err)
	assert.Equal(t, invented, event.Name)
}

func TestNativeFailures(t *testing.T) {
	t.Parallel()
	type own struct {
		Name string `json:"name"`
	}
	failed := func(err error, kind mall.Kind, text string) {
		t.Helper()
		e := new(mall.Error)
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "read the platform's record", e.Op)
		require.ErrorIs(t, err, kind)
		require.ErrorContains(t, err, text)
		assertNoRecord(t, err.Error(), text)
	}
	for _, raw := range []mall.Raw{nil, {}} {
		got, err := mall.Native[own](order.Order{Platform: "fake", ID: "o1", Raw: raw})
		failed(err, mall.ErrNotFound, "fake: not found: order o1 carries no record of the platform")
		assert.Zero(t, got)
	}
	o := order.Order{Platform: "fake", ID: "o1", Raw: mall.Raw(record)}
	_, err := mall.Native[struct {
		Name int `json:"name"`
	}](o)
	failed(err, mall.ErrReply, "fake: reply not understood: the record of order o1 does not fit ")
	failed(err, mall.ErrReply, `: field "name" is not int`)
	small, err := mall.Native[struct{ Name int8 }](order.Order{Raw: mall.Raw(`{"name":13800000000}`)})
	failed(err, mall.ErrReply, "")
	assert.Zero(t, small)
	assert.NotContains(t, err.Error(), "13800000000", "encoding/json quotes numbers that do not fit")
	o.Raw = o.Raw[:len(o.Raw)-1]
	_, err = mall.Native[own](o)
	failed(err, mall.ErrReply, "")
}

func ExampleNative() {
	o := order.Order{Raw: mall.Raw(`{"seller_remark_stars": 3}`)}
	own, err := mall.Native[struct {
		Stars int `json:"seller_remark_stars"`
	}](o)
	fmt.Println(own.Stars, err)
	// Output: 3 <nil>
}
