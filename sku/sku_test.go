package sku_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/sku"
)

func TestRefText(t *testing.T) {
	t.Parallel()
	for want, specs := range map[string][]sku.Spec{
		"":     nil,
		"红色":   {{Name: "颜色", Value: "红色"}},
		"红色 M": {{Name: "颜色", Value: "红色"}, {Name: "尺码", Value: "M"}},
		"M":    {{Name: "颜色"}, {Name: "尺码", Value: "M"}},
	} {
		assert.Equal(t, want, sku.Ref{Specs: specs}.Text())
	}
}

func TestRefJSON(t *testing.T) {
	t.Parallel()
	ref := sku.Ref{ID: "9007199254740993", ProductID: "2", Name: "衬衫", Specs: []sku.Spec{{Name: "颜色", Value: "红色"}}}
	text, err := json.Marshal(ref)
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"9007199254740993","product_id":"2","name":"衬衫","specs":[{"name":"颜色","value":"红色"}]}`, string(text))
	var back sku.Ref
	require.NoError(t, json.Unmarshal(text, &back))
	assert.Equal(t, ref, back)
}
