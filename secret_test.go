package mall_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

const hidden = "s3cr3t-T0ken"

// traces are the forms in which a printer might give the secret away.
var traces = []string{hidden, fmt.Sprintf("%x", hidden), fmt.Sprintf("%X", hidden), fmt.Sprintf("% x", hidden),
	fmt.Sprintf("%d", []byte(hidden)), fmt.Sprintf("%U", []rune(hidden)), "s3cr3t", "T0ken"}

func assertHidden(t *testing.T, text, how string) {
	t.Helper()
	for _, trace := range traces {
		assert.NotContains(t, text, trace, how)
	}
	assert.Contains(t, text, "redacted", how)
}

// holder keeps secrets in every way in which a type may hold one.
type holder struct {
	Secret  mall.Secret
	Pointer *mall.Secret
	List    []mall.Secret
	Array   [1]mall.Secret
	Map     map[string]mall.Secret
	Any     any
	Inner   struct{ Secret mall.Secret }
}

func newHolder() holder {
	s := mall.Secret(hidden)
	return holder{s, &s, []mall.Secret{s}, [1]mall.Secret{s}, map[string]mall.Secret{"k": s}, s, struct{ Secret mall.Secret }{s}}
}

func TestSecretPrintsWithNoVerb(t *testing.T) {
	t.Parallel()
	s := mall.Secret(hidden)
	h := newHolder()
	values := map[string]any{
		"itself": s, "pointer": &s, "list": []mall.Secret{s}, "list of pointers": [1]any{&s}, "struct": h, "pointer to struct": &h,
		"map": map[string]mall.Secret{"k": s}, "map key": map[mall.Secret]int{s: 1}, "map of any": map[string]any{"k": s},
	}
	for name, v := range values {
		for _, verb := range "vsqxXdobcUtTeEfFgG!zZ" {
			for _, flags := range []string{"", "+", "#", "-20", "020", " ", "+#", ".3", "20.3"} {
				format := "%" + flags + string(verb)
				text := fmt.Sprintf(format, v)
				for _, trace := range traces {
					require.NotContains(t, text, trace, "%s with %s", name, format)
				}
			}
		}
		assertHidden(t, fmt.Sprint(v), name)
		assertHidden(t, fmt.Sprintf("%+v", v), name)
	}
	assertHidden(t, fmt.Sprintf("%d", s), "a verb that does not fit")
	assertHidden(t, fmt.Sprintf("%s", []any{s}), "in a list of any")
	failure := any(&mall.Error{Raw: s})
	for format, name := range map[string]string{"%": "no verb at all", "": "more values than verbs"} {
		assertHidden(t, fmt.Sprintf(format, s), name)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%x"} {
		assert.NotContains(t, fmt.Sprintf(verb, failure), hidden)
	}
	assertHidden(t, fmt.Sprintf("%[2]*[1]v", s, 40), "a width")
}

func TestSecretStaysOutOfErrors(t *testing.T) {
	t.Parallel()
	s := mall.Secret(hidden)
	assertHidden(t, fmt.Errorf("renew %v: %w", s, errors.New("refused")).Error(), "wrapped")
	assertHidden(t, fmt.Errorf("%w", errors.Join(fmt.Errorf("%q", s))).Error(), "joined")
	assertHidden(t, fmt.Sprintf("%#v", &mall.Error{Raw: s}), "the reply of an error")
}

func TestSecretStaysOutOfEncodings(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(newHolder())
	require.NoError(t, err)
	assertHidden(t, string(text), "JSON")

	type element struct {
		Attr   mall.Secret  `xml:"attr,attr"`
		Text   mall.Secret  `xml:",chardata"`
		Child  mall.Secret  `xml:"child"`
		Cipher *mall.Secret `xml:"pointer"`
	}
	s := mall.Secret(hidden)
	text, err = xml.Marshal(element{s, s, s, &s})
	require.NoError(t, err)
	assertHidden(t, string(text), "XML")

	var b strings.Builder
	require.NoError(t, template.Must(template.New("").Parse(`{{.Secret}} {{printf "%x" .Secret}} {{.Pointer}}`)).Execute(&b, newHolder()))
	assertHidden(t, b.String(), "template")
}

func TestSecretStaysOutOfLogs(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	s := mall.Secret(hidden)
	for name, h := range map[string]slog.Handler{"text": slog.NewTextHandler(&b, nil), "json": slog.NewJSONHandler(&b, nil)} {
		log := slog.New(h).With("with", s)
		for _, v := range []any{s, &s, newHolder(), []mall.Secret{s}, map[string]mall.Secret{"k": s}, &mall.Error{Method: "redacted", Raw: s}} {
			b.Reset()
			log.Info("m", "v", v, slog.Group("g", "v", v))
			assertHidden(t, b.String(), fmt.Sprintf("%s %T", name, v))
		}
	}
}

// Handlers of others may print a value by its kind.
func TestSecretIsResolvedForEveryLogHandler(t *testing.T) {
	t.Parallel()
	assert.Equal(t, slog.StringValue("[redacted]"), slog.AnyValue(mall.Secret(hidden)).Resolve())
}

func TestSecretReveal(t *testing.T) {
	t.Parallel()
	assert.Equal(t, hidden, mall.Secret(hidden).Reveal())
	assert.Empty(t, mall.Secret("").Reveal())
	assert.Equal(t, "[redacted]", mall.Secret("").String(), "an empty one looks like any other")
	var s mall.Secret
	require.NoError(t, json.Unmarshal([]byte(`"`+hidden+`"`), &s), "a secret can be read from JSON")
	assert.Equal(t, hidden, s.Reveal())
}
