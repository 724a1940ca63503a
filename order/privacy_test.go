package order_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// person is invented; no form of it may be printed.
const person = "Zhang-Invented"

func private() order.Order {
	o := row("o1", before(60), before(60))
	o.Raw = mall.Raw(`{"name":"` + person + `"}`)
	p := order.Protected{Cipher: "#cipher#", Mask: "Z**", Index: "ix", Plain: person}
	o.Receiver = order.Receiver{Name: p, Phone: p, Address: p}
	return o
}

func assertPrivate(t *testing.T, text, how string) {
	t.Helper()
	raw := private().Raw
	for _, trace := range []string{
		person, "Invented", fmt.Sprintf("%x", person), fmt.Sprintf("%X", person), fmt.Sprintf("%x", []byte(raw)),
		fmt.Sprintf("%d", []byte(person)), fmt.Sprintf("%d", []byte(raw))[:40], fmt.Sprintf("%#v", []byte(raw))[8:60], "eyJuYW1l",
	} {
		require.NotContains(t, text, trace, how)
	}
}

func TestAnOrderPrintsNoPersonalData(t *testing.T) {
	t.Parallel()
	o := private()
	text := order.Text{OrderID: "o1", Protected: order.Protected{Cipher: "#", Plain: person}, Extension: person}
	result := mall.Result[order.Text]{Item: text}
	values := map[string]any{
		"order": o, "pointer": &o, "list": []order.Order{o}, "map": map[string]any{"o": o}, "receiver": o.Receiver,
		"protected": o.Receiver.Name, "text": text, "texts": []order.Text{text}, "result": result, "results": []mall.Result[order.Text]{result},
	}
	for name, v := range values {
		for _, verb := range "vsqxXdobcUtTeEfFgG" {
			for _, flags := range []string{"", "+", "#", " ", "-9", ".2"} {
				format := "%" + flags + string(verb)
				assertPrivate(t, fmt.Sprintf(format, v), name+" with "+format)
			}
		}
		text, err := json.Marshal(v)
		require.NoError(t, err)
		assertPrivate(t, string(text), name+" in JSON")
		var b bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
			slog.New(h).With("w", v).Info("m", "v", v, slog.Group("g", "v", v))
		}
		assertPrivate(t, b.String(), name+" in a log")
	}
}

func TestOrderJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(private())
	require.NoError(t, err)
	var back order.Order
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Empty(t, back.Raw, "the record stays behind")
	assert.Empty(t, back.Receiver.Name.Plain, "and so does plain text")
	assert.Equal(t, "#cipher#", back.Receiver.Name.Cipher)
	assert.Equal(t, "Z**", back.Receiver.Phone.Mask)
	assert.Equal(t, "o1", back.ID)
	assert.True(t, back.Updated.Equal(before(60)))
	for _, word := range []string{`"raw"`, `"Raw"`, `"plain"`, `"Plain"`, "redacted", `"paid":"0001`, `"shipped"`} {
		assert.NotContains(t, string(text), word)
	}
}

func TestReceivers(t *testing.T) {
	t.Parallel()
	a, b := order.Receiver{ID: "1"}, order.Receiver{ID: "1", Name: order.Protected{Mask: "Z**"}}
	assert.True(t, a.Same(b))
	b.ID = "2"
	assert.False(t, a.Same(b))
	mask := order.Receiver{Name: order.Protected{Mask: "Z**"}}
	assert.False(t, mask.Same(mask), "masks that look alike prove nothing")

	for want, p := range map[*order.Protected]bool{
		{}: true, {Mask: "Z**", Index: "ix"}: true, {Cipher: "#"}: false, {Plain: "x"}: false,
	} {
		assert.Equal(t, p, want.Withheld(), "%+v", want)
	}

	o := private()
	var kinds []order.TextKind
	for _, text := range o.Texts() {
		kinds = append(kinds, text.Kind)
		assert.Equal(t, order.Text{OrderID: "o1", Kind: text.Kind, Protected: o.Receiver.Name}, text)
	}
	assert.Equal(t, []order.TextKind{order.TextName, order.TextPhone, order.TextAddress}, kinds)
	o.Receiver.Name.Cipher, o.Receiver.Phone.Cipher, o.Receiver.Address.Cipher = "", "p", ""
	o.Receiver.Phone.Plain = ""
	phone := order.Protected{Cipher: "p", Mask: o.Receiver.Phone.Mask, Index: o.Receiver.Phone.Index}
	assert.Equal(t, []order.Text{{OrderID: "o1", Kind: order.TextPhone, Protected: phone}}, o.Texts(), "what was withheld is left out")
	assert.Empty(t, order.Order{}.Texts())
}

func TestAPointerPrintsWhatItPointsTo(t *testing.T) {
	t.Parallel()
	o, c := private(), order.Case{ID: "c1"}
	assert.Equal(t, "&"+fmt.Sprintf("%+v", o), fmt.Sprintf("%+v", &o))
	assert.Equal(t, "&"+fmt.Sprintf("%#v", c), fmt.Sprintf("%#v", &c))
	assert.Equal(t, "<nil> <nil>", fmt.Sprintf("%v %v", (*order.Order)(nil), (*order.Case)(nil)))
	type holder struct{ Order *order.Order }
	for _, verb := range "vsqxd" {
		assertPrivate(t, fmt.Sprintf("%"+string(verb), holder{&o}), "behind a pointer with a verb that may not fit")
	}
}
