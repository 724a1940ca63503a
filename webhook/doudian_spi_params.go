package webhook

import (
	"bytes"
	"encoding/json"
	"strings"
)

// ddParams is a param_json, whose values are found by paths.
type ddParams struct{ any any }

func ddParamsOf(text []byte) (ddParams, error) {
	var p ddParams
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // a float would lose the last digits of an id
	if err := d.Decode(&p.any); err != nil {
		return ddParams{}, malformed("param_json is not JSON")
	}
	return p, nil
}

// get returns the text or number at a path; empty where there is neither.
func (p ddParams) get(path string) string { return scalar(at(p.any, path)) }

// at returns the value at a path; nil where there is none.
func at(v any, path string) any {
	if path == "" {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// scalar returns a text, or the digits of a number; empty for anything else.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}
