package drivertest

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// answers compares what the sandbox answers with the schema.
type answers struct {
	schema Schema

	mu    sync.Mutex
	found map[string]string // by place: why
}

// AnswersAreKept compares what the world's sandbox answers from now on with
// testdata/schema.json, as [SchemaIsKept] does with the driver's types: each name
// is one that the platform documents, with a value of its type. Answers while a
// fault is armed are left out. Known are the exceptions, by method and path.
func (w *World) AnswersAreKept(t testing.TB, known map[string]string) {
	t.Helper()
	a := &answers{schema: ReadSchema(t, schemaFile), found: map[string]string{}}
	w.answers.Store(a)
	t.Cleanup(func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		for _, place := range slices.Sorted(maps.Keys(a.found)) {
			if known[place] == "" {
				t.Errorf("the sandbox answers %s: %s", place, a.found[place])
			}
		}
	})
}

// look compares one answer. A refusal has no payload.
func (a *answers) look(method string, r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	_ = r.Body.Close()
	r.Body = io.NopCloser(bytes.NewReader(body))
	m, ok := a.schema[method]
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var reply map[string]any
	if !ok || d.Decode(&reply) != nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if data, ok := reply["data"]; ok {
		a.value(method, data, m.Answer)
		return nil
	}
	for name, f := range m.Answer.Fields { // beside the code
		if v, ok := reply[name]; ok {
			a.value(method+" "+name, v, f)
		}
	}
	return nil
}

func (a *answers) value(place string, v any, f Field) {
	item, list := strings.CutPrefix(f.Type, "[]")
	got := ""
	switch v := v.(type) {
	case nil:
		return
	case []any:
		if list {
			for _, one := range v {
				a.value(place, one, Field{item, f.Fields})
			}
			return
		}
		got = "a list"
	case map[string]any:
		switch {
		case list && len(v) == 0, f.Type == "map":
			return
		case f.Type == "object":
			for name, one := range v {
				at := place + " " + name
				if strings.Contains(place, " ") {
					at = place + "." + name
				}
				if documented, ok := f.Fields[name]; ok {
					a.value(at, one, documented)
				} else if len(f.Fields) > 0 {
					a.found[at] = "not documented"
				}
			}
			return
		}
		got = "an object"
	case string:
		got = "string"
	case bool:
		got = "bool"
	case json.Number:
		got = "int"
		if strings.ContainsAny(v.String(), ".eE") {
			got = "float"
		}
	}
	if f.Type != got && f.Type != "any" {
		a.found[place] = "documented as " + f.Type + ", answered as " + got
	}
}
