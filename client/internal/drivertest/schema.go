package drivertest

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mallwire/mall/client/internal/driver"
)

// sheet is a platform's fact sheet of methods to make the trimmed schema of, as
// in, from the folder of a driver: go test -run TestSchema -sheet methods.json
var sheet = flag.String("sheet", "", "make testdata/schema.json of this fact sheet of a platform's methods")

// schemaFile is in the folder of each driver.
const schemaFile = "testdata/schema.json"

// Schema is what a platform documents of its methods, by name: the fields of
// what they take and what they answer.
type Schema map[string]struct {
	Params Fields `json:"params"`
	Answer Field  `json:"answer"` // within the envelope
}

// Fields are those of an object, by name.
type Fields map[string]Field

// Field is a value. Type is string, int, float, bool, object, map or any, and
// begins with [] for a list of those. Objects have fields.
type Field struct {
	Type   string `json:"type"`
	Fields Fields `json:"fields,omitempty"`
}

// MarshalJSON writes a value without fields as its type alone.
func (f Field) MarshalJSON() ([]byte, error) {
	if len(f.Fields) == 0 {
		return json.Marshal(f.Type)
	}
	type plain Field
	return json.Marshal(plain(f))
}

// UnmarshalJSON reads either form.
func (f *Field) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, &f.Type)
	}
	type plain Field
	return json.Unmarshal(b, (*plain)(f))
}

// SchemaIsKept compares the types of all endpoints with testdata/schema.json:
// each name on the wire is one that the platform documents, with a type that the
// field can hold. Where the answers of several methods share a type, one of them
// has to document a field. Known are the exceptions, by method, side and path
// ("m answer list.id"), with their reason and source; one that is none any more
// fails too.
func SchemaIsKept(t *testing.T, declared []driver.Declaration, known map[string]string) {
	t.Helper()
	if *sheet != "" {
		trim(t, *sheet, schemaFile, declared)
	}
	schema := ReadSchema(t, schemaFile)
	c := checker{uses: map[field]*use{}}
	for _, d := range declared {
		m, ok := schema[d.Name]
		if !ok {
			t.Errorf("%s: the schema does not know the method", d.Name)
			continue
		}
		c.object(d.Name+" params", d.Params, m.Params, sent)
		if why := c.value(d.Name+" answer", d.Answer, m.Answer, received); why != "" {
			t.Errorf("%s answer: %s", d.Name, why)
		}
	}
	found := c.exceptions()
	t.Logf("%d fields, %d exceptions", len(c.uses), len(found))
	for _, place := range slices.Sorted(maps.Keys(found)) {
		if known[place] == "" {
			t.Errorf("%s: %s", place, found[place])
		}
	}
	for _, place := range slices.Sorted(maps.Keys(known)) {
		if found[place] == "" {
			t.Errorf("%s: no exception any more", place)
		}
	}
}

// ReadSchema reads a trimmed schema.
func ReadSchema(t testing.TB, file string) (s Schema) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// direction says whose types are stricter: what is sent has to be of the very
// type, what is received is read leniently.
type direction bool

const (
	sent     direction = true
	received direction = false
)

type checker struct{ uses map[field]*use }

// field is one of a type; of a type that is sent, one of a method.
type field struct {
	of          reflect.Type
	name, place string
}

// use is what was found of a field in the methods that have it.
type use struct {
	fits   bool              // in one of them
	places map[string]string // where it does not, and why
}

// exceptions are the fields that fit nowhere, by the first of their places.
func (c *checker) exceptions() map[string]string {
	found := map[string]string{}
	for _, u := range c.uses {
		if !u.fits {
			first := slices.Min(slices.Collect(maps.Keys(u.places)))
			found[first] = u.places[first]
		}
	}
	return found
}

func (c *checker) object(place string, t reflect.Type, fields Fields, way direction) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Tag == "" {
			c.object(place, f.Type, fields, way)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json")+f.Tag.Get("url"), ",")
		if name == "" || name == "-" {
			continue
		}
		at, why := join(place, name), "not documented"
		key := field{t, name, ""}
		if way == sent {
			key.place = at // every method has to document what it is sent
		}
		u := c.uses[key]
		if u == nil {
			u = &use{places: map[string]string{}}
			c.uses[key] = u
		}
		if documented, ok := fields[name]; ok {
			why = c.value(at, f.Type, documented, way)
		}
		if u.fits = u.fits || why == ""; why != "" {
			u.places[at] = why
		}
	}
}

// join adds a name to a path, whose first element stands behind a space.
func join(place, name string) string {
	if strings.Count(place, " ") < 2 {
		return place + " " + name
	}
	return place + "." + name
}

// value compares one value and says why it does not fit. A type that says what
// it is read as stands for that.
func (c *checker) value(place string, t reflect.Type, f Field, way direction) (why string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if record, ok := reflect.Zero(t).Interface().(interface{ Type() reflect.Type }); ok {
		t = record.Type()
	}
	item, list := strings.CutPrefix(f.Type, "[]")
	name, _, _ := strings.Cut(t.Name(), "[")
	switch {
	case name == "Object":
		t = t.Field(0).Type
	case t == reflect.TypeFor[json.RawMessage](), f.Type == "any",
		t == reflect.TypeFor[driver.None]() && way == received:
		return ""
	case list && t.Kind() == reflect.Slice:
		return c.value(place, t.Elem(), Field{item, f.Fields}, way)
	}
	if want := kindsOf(t, name, way); !slices.Contains(want, f.Type) {
		return "documented as " + f.Type + ", here " + strings.Join(want, " or ")
	}
	if f.Type == "object" {
		c.object(place, t, f.Fields, way)
	}
	return ""
}

// kindsOf are the documented types that a field can be.
func kindsOf(t reflect.Type, name string, way direction) []string {
	switch {
	case name == "number", name == "Number": // text with the digits of a number
		return []string{"int"}
	case name == "Text" && way == received:
		return []string{"string", "int"}
	case name == "Bool" && way == received:
		return []string{"bool", "int", "string"}
	case way == received && slices.Contains([]string{"Int", "Seconds", "Millis", "Instant"}, name):
		return []string{"int", "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return []string{"string"}
	case reflect.Int, reflect.Int64:
		return []string{"int"}
	case reflect.Bool:
		return []string{"bool"}
	case reflect.Map:
		return []string{"map", "object"}
	case reflect.Struct:
		return []string{"object"}
	}
	return []string{t.String()}
}

// trim makes the schema of the methods that are declared.
func trim(t *testing.T, sheet, file string, declared []driver.Declaration) {
	t.Helper()
	type row struct {
		Name     string
		Type     string
		Children []json.RawMessage
	}
	var fieldsOf func([]json.RawMessage) Fields
	fieldsOf = func(list []json.RawMessage) Fields {
		fields := Fields{}
		for _, raw := range list {
			var f row
			if json.Unmarshal(raw, &f) == nil {
				fields[f.Name] = Field{typeOf(f.Type), fieldsOf(f.Children)}
			}
		}
		return fields
	}
	var methods []struct {
		Method            string
		Request, Response []json.RawMessage
		List              bool `json:"data_is_array"`
	}
	text, err := os.ReadFile(sheet)
	if err == nil {
		err = json.Unmarshal(text, &methods)
	}
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, d := range declared {
		used[d.Name] = true
	}
	schema := Schema{}
	for _, m := range methods {
		if !used[m.Method] {
			continue
		}
		s := schema[m.Method]
		s.Params = fieldsOf(m.Request)
		s.Answer = Field{"object", fieldsOf(m.Response)}
		if data, ok := s.Answer.Fields["data"]; ok && len(s.Answer.Fields) == 1 {
			s.Answer = data
		} else if m.List {
			s.Answer.Type = "[]object"
		}
		schema[m.Method] = s
	}
	var lines []string // one for each method
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		line, err := json.Marshal(schema[name])
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%q: %s", name, line))
	}
	if err := os.WriteFile(file, []byte("{\n"+strings.Join(lines, ",\n")+"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// typeOf is a type of the fact sheets in the words of [Field].
func typeOf(text string) string {
	if item, ok := strings.CutPrefix(text, "[]"); ok {
		return "[]" + typeOf(item)
	}
	if item, ok := strings.CutPrefix(text, "array<"); ok {
		item, _, _ = strings.Cut(item, ">")
		return "[]" + typeOf(item)
	}
	word, _, _ := strings.Cut(text, " ")
	switch {
	case strings.HasPrefix(word, "int"):
		return "int"
	case strings.HasPrefix(word, "map<"):
		return "map"
	case word == "double":
		return "float"
	case word == "unknown":
		return "any"
	}
	return word
}
