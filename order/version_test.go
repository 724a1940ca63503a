package order_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/sku"
)

// full is an order with something in every field that counts.
func full() order.Order {
	o := row("1", before(60), before(30))
	o.Receiver = order.Receiver{ID: "r", Name: order.Protected{Cipher: "c1", Mask: "示*"}, City: order.Region{Name: "苏州市"}}
	o.Lines[0].SKU.Picture = "https://p1.example.com/a"
	o.Parcels = []order.Parcel{{TrackingNo: "T1", Shipped: before(40)}}
	o.Raw = mall.Raw(`{"a":1}`)
	return o
}

func TestVersionIgnoresWhatDiffersBetweenReplies(t *testing.T) {
	t.Parallel()
	want := full().Version()
	for name, edit := range map[string]func(*order.Order){
		"raw": func(o *order.Order) { o.Raw = mall.Raw(`{"a":2}`) },
		"ciphers": func(o *order.Order) {
			o.Receiver.Name.Cipher, o.Receiver.Phone.Cipher, o.Receiver.Address.Cipher = "x", "y", "z"
		},
		"plain":     func(o *order.Order) { o.Receiver.Name.Plain = "somebody" },
		"picture":   func(o *order.Order) { o.Lines[0].SKU.Picture = "https://p2.example.com/a" },
		"effective": func(o *order.Order) { o.Lines[0].Effective = sku.Ref{ID: "accepted"} },
		"zone": func(o *order.Order) {
			o.Updated, o.Created, o.Parcels[0].Shipped = o.Updated.UTC(), o.Created.Local(), o.Parcels[0].Shipped.UTC()
		},
	} {
		o := full()
		edit(&o)
		asked := o
		asked.Lines, asked.Parcels = slices.Clone(o.Lines), slices.Clone(o.Parcels)
		assert.Equal(t, want, o.Version(), name)
		assert.Equal(t, asked, o, "%s: the order is left as it is", name)
	}
}

func TestVersionTellsStatesApart(t *testing.T) {
	t.Parallel()
	seen := map[order.Version]string{full().Version(): "as it was"}
	for name, edit := range map[string]func(*order.Order){
		"status":   func(o *order.Order) { o.PlatformStatus = "3" },
		"line":     func(o *order.Order) { o.Lines[0].Quantity = 2 },
		"sku":      func(o *order.Order) { o.Lines[0].SKU.ID = "other" },
		"refund":   func(o *order.Order) { o.Lines[0].Refund = order.RefundRequested },
		"receiver": func(o *order.Order) { o.Receiver.ID = "other" },
		"mask":     func(o *order.Order) { o.Receiver.Name.Mask = "例*" },
		"parcel":   func(o *order.Order) { o.Parcels[0].TrackingNo = "T2" },
		"remark":   func(o *order.Order) { o.Remark.Text = "wait" },
		"instant":  func(o *order.Order) { o.Updated = o.Updated.Add(time.Nanosecond) },
	} {
		o := full()
		edit(&o)
		v := o.Version()
		assert.Empty(t, seen[v], "%s looks as %s", name, seen[v])
		seen[v] = name
	}
}

func TestVersionOrder(t *testing.T) {
	t.Parallel()
	at := func(seconds int, status string) order.Version {
		o := row("1", before(100), before(seconds))
		o.PlatformStatus = status
		return o.Version()
	}
	timeless := func(status string) order.Version {
		return order.Order{ID: "1", PlatformStatus: status}.Version()
	}
	for _, c := range []struct {
		name            string
		a, b            order.Version
		aNewer, reverse bool
	}{
		{"the same", at(5, "2"), at(5, "2"), false, false},
		{"later", at(4, "2"), at(5, "2"), true, false},
		{"later by content too", at(4, "1"), at(5, "3"), true, false},
		{"one instant, other content", at(5, "2"), at(5, "3"), true, true},
		{"no state yet", at(5, "2"), order.Version{}, true, false},
		{"no state at all", order.Version{}, order.Version{}, false, false},
		{"no instant", timeless("2"), timeless("3"), true, true},
		{"one instant unknown", timeless("2"), at(5, "2"), true, true},
		{"no instant, no state yet", timeless("2"), order.Version{}, true, false},
	} {
		assert.Equal(t, c.aNewer, c.a.Newer(c.b), c.name)
		assert.Equal(t, c.reverse, c.b.Newer(c.a), "%s, reverse", c.name)
	}
}

func TestVersionText(t *testing.T) {
	t.Parallel()
	o := full()
	whole := o.Version()
	assert.Regexp(t, `^1772423970-[0-9a-f]{16}$`, whole.String())
	o.Updated = o.Updated.Add(7 * time.Millisecond)
	fraction := o.Version()
	assert.Regexp(t, `^1772423970\.007000000-[0-9a-f]{16}$`, fraction.String())
	assert.Negative(t, strings.Compare(whole.String(), fraction.String()), "texts sort by instant")
	far := o
	far.Updated = time.Date(12_026, 1, 1, 0, 0, 0, 0, time.UTC) // JSON has no such year
	old := o
	old.Updated = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, v := range []order.Version{{}, whole, fraction, far.Version(), old.Version(), order.Order{}.Version()} {
		var read order.Version
		require.NoError(t, read.UnmarshalText([]byte(v.String())))
		assert.Equal(t, v, read)
		text, err := json.Marshal(map[order.Version]order.Version{v: v}) // as a key too
		require.NoError(t, err)
		var back map[order.Version]order.Version
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, v, back[v])
	}
	for _, text := range []string{"-", "1", "1-", "-1", "1-1", "01-00000000000000aa", "1-00000000000000AA", "1.5-00000000000000aa", "1-00000000000000aa ", "a-00000000000000aa", "0-0000000000000000"} {
		read := whole
		assert.ErrorIs(t, read.UnmarshalText([]byte(text)), mall.ErrInvalid, text)
		assert.Equal(t, whole, read, "it is left as it is")
	}
}

func FuzzVersion(f *testing.F) {
	f.Add("1772423970-af63dc4c8601ec8c")
	f.Add("-5.000000001-0000000000000001")
	f.Fuzz(func(t *testing.T, text string) {
		var v order.Version
		if err := v.UnmarshalText([]byte(text)); err == nil && v.String() != text {
			t.Fatalf("%q was read as %q", text, v)
		}
	})
}

func TestLedgerIsBounded(t *testing.T) {
	t.Parallel()
	ledger := order.NewMemoryLedger(100)
	shop, other := order.ShopKey{Platform: "a", ShopID: "1"}, order.ShopKey{Platform: "b", ShopID: "1"}
	last := func(shop order.ShopKey, id string) order.Version {
		v, err := ledger.Last(t.Context(), shop, id)
		require.NoError(t, err)
		return v
	}
	v := full().Version()
	put := func(id string) { require.NoError(t, ledger.Put(t.Context(), shop, id, v)) }
	put("kept")
	put("once")
	assert.Equal(t, v, last(shop, "once"))
	assert.True(t, last(other, "once").IsZero(), "shops are told apart")
	for i := range 1000 {
		put(martID(i))
		assert.Equal(t, v, last(shop, martID(max(0, i-20))), "the last ones are known")
		if i%20 == 0 {
			assert.Equal(t, v, last(shop, "kept"), "what is asked for stays")
		}
	}
	assert.True(t, last(shop, "once").IsZero(), "what nobody asks for is forgotten")
}

func BenchmarkVersion(b *testing.B) {
	o := full()
	for b.Loop() {
		_ = o.Version()
	}
}
