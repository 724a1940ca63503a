package webhook

import (
	"bytes"
	"encoding/json"
	"strings"
)

// ddParams is a param_json whose fields are found by configured paths.
type ddParams struct{ any any }

func ddParamsOf(text []byte) (ddParams, error) {
	var p ddParams
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber() // ids are longer than a float is exact
	if err := d.Decode(&p.any); err != nil {
		return ddParams{}, malformed("param_json is not JSON")
	}
	return p, nil
}

// get is the text or number at a path; empty where there is none.
func (p ddParams) get(path string) string { return scalar(at(p.any, path)) }

// at follows a path; nil where it leads nowhere.
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

// scalar is the text of a text or number.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}
