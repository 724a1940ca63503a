package wire

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestForms(t *testing.T) {
	type record struct {
		T Text
		N Int
		B Bool
		S Seconds
		L List[string]
		O Object[struct{ A int }]
	}
	for _, c := range []struct {
		json string
		want record
	}{
		{`{}`, record{}},
		{`{"T":null,"N":null,"B":null,"S":null,"L":null,"O":null}`, record{}},
		{`{"T":"","N":"","B":"","S":"","L":"","O":""}`, record{}},
		{`{"L":{},"O":[]}`, record{}},
		{`{"T":6920000000000000001}`, record{T: "6920000000000000001"}},
		{`{"T":"6920000000000000001"}`, record{T: "6920000000000000001"}},
		{`{"T":-1.50}`, record{T: "-1.50"}},
		{`{"T":"\u4e2d"}`, record{T: "中"}},
		{`{"N":9223372036854775807}`, record{N: 9223372036854775807}},
		{`{"N":"-12"}`, record{N: -12}},
		{`{"N":" 12 "}`, record{N: 12}},
		{`{"B":true}`, record{B: true}}, {`{"B":"TRUE"}`, record{B: true}}, {`{"B":1}`, record{B: true}}, {`{"B":"0"}`, record{}},
		{`{"S":1735660800}`, record{S: Seconds{time.Unix(1735660800, 0).UTC()}}},
		{`{"S":"1735660800"}`, record{S: Seconds{time.Unix(1735660800, 0).UTC()}}},
		{`{"S":0}`, record{}},
		{`{"L":["a"],"O":{"A":7}}`, record{L: []string{"a"}, O: Object[struct{ A int }]{struct{ A int }{7}}}},
	} {
		var got record
		assert.NoError(t, json.Unmarshal([]byte(c.json), &got), c.json)
		assert.Equal(t, c.want, got, c.json)
	}
}

// TestRefusals: what fits no form is an error that does not show the value.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		into  any
		jsons []string
	}{
		{new(Text), []string{`{}`, `[]`, `true`}},
		{new(Int), []string{`13800000000.5`, `1e3`, `"13800000000x"`, `{}`, `[]`, `true`, `138000000000000000000`}},
		{new(Bool), []string{`"yes"`, `2`, `{}`, `[]`}},
		{new(Seconds), []string{`"2025-01-01"`, `{}`}},
		{new(List[string]), []string{`"x"`, `{"a":1}`, `1`}},
		{new(Object[struct{ A int }]), []string{`"x"`, `[1]`, `1`}},
	} {
		for _, text := range c.jsons {
			err := json.Unmarshal([]byte(text), c.into)
			if assert.Error(t, err, "%T %s", c.into, text) {
				assert.NotContains(t, err.Error(), "1380000")
			}
		}
	}
}

// TestRefusalsNameThePlace: an error leads to the field, through lists and
// objects.
func TestRefusalsNameThePlace(t *testing.T) {
	var record struct {
		Lines List[struct {
			Parts Object[struct {
				Count Int `json:"count"`
			}] `json:"parts"`
		}] `json:"lines"`
	}
	err := json.Unmarshal([]byte(`{"lines":[{"parts":{"count":{}}}]}`), &record)
	var misfit *json.UnmarshalTypeError
	if assert.ErrorAs(t, err, &misfit) {
		assert.Equal(t, "lines.parts.count", misfit.Field)
		assert.Equal(t, "object", misfit.Value)
	}
}

// FuzzText: a number keeps every digit, a string every character.
func FuzzText(f *testing.F) {
	f.Add([]byte(`6920000000000000001`))
	f.Add([]byte(`"a\"b"`))
	f.Fuzz(func(t *testing.T, in []byte) {
		var text Text
		if json.Unmarshal(in, &text) != nil {
			return
		}
		var number json.Number
		if json.Unmarshal(in, &number) == nil && number != "" && text != Text(number) {
			t.Fatalf("%s became %s", in, text)
		}
	})
}

func TestTotal(t *testing.T) {
	none := Int(0)
	assert.Equal(t, -1, Total(nil))
	assert.Equal(t, 0, Total(&none))
}
