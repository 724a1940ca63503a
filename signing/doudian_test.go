package signing

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func init() {
	trials = append(trials, tried{
		messages: map[string]Message{
			"DoudianCall":     DoudianCall{AppKey: "a", Method: "m", ParamJSON: []byte(`{"a":1}`), Timestamp: "1"},
			"DoudianCall md5": DoudianCall{AppKey: "a", Method: "m", ParamJSON: []byte(`{"a":1}`), Timestamp: "1", SignMethod: MD5},
			"DoudianSPI":      DoudianSPI{AppKey: "a", ParamJSON: []byte(`{"a":"<"}`), Timestamp: "1", SignMethod: "hmac-sha256"},
			"DoudianSPI md5":  DoudianSPI{AppKey: "a", ParamJSON: []byte(`{"a":"<"}`), Timestamp: "1"},
			"DoudianPush":     DoudianPush{AppKey: "a", Body: []byte("[]")},
		},
		planted: func(secret string) map[string]Message {
			inJSON, _ := canonicalEscaped(nil, quoted(secret))
			return map[string]Message{
				"DoudianCall": DoudianCall{AppKey: secret, Method: secret, ParamJSON: inJSON, Timestamp: secret},
				"DoudianSPI":  DoudianSPI{AppKey: secret, ParamJSON: inJSON, Timestamp: secret},
				"DoudianPush": DoudianPush{AppKey: secret, Body: []byte(secret)},
			}
		},
		unknown: []Message{DoudianCall{SignMethod: "sha1"}},
		bytes: map[string]everyByte{
			"Doudian body":   {sampleBody(), func(b []byte) Message { return DoudianCall{ParamJSON: b} }},
			"Doudian method": {[]byte("order.a"), func(b []byte) Message { return DoudianCall{Method: string(b)} }},
			"Doudian time":   {[]byte("17356608"), func(b []byte) Message { return DoudianCall{Timestamp: string(b)} }},
			"Doudian app":    {[]byte("70000"), func(b []byte) Message { return DoudianCall{AppKey: string(b)} }},
			"push body":      {sampleBody(), func(b []byte) Message { return DoudianPush{Body: b} }},
			"push app":       {[]byte("70000"), func(b []byte) Message { return DoudianPush{AppKey: string(b)} }},
		},
		hot: hotDoudian,
	})
}

func TestCanonicalJSON(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want, html string }{
		{"keys at every depth", `{"b":[{"d":1,"c":{"z":1,"y":2}}],"a":0}`, `{"a":0,"b":[{"c":{"y":2,"z":1},"d":1}]}`, ""},
		{"bytes, not letters", `{"a":1,"B":2,"_c":3,"A1":4,"aa":5,"中":6,"":7}`, `{"":7,"A1":4,"B":2,"_c":3,"a":1,"aa":5,"中":6}`, ""},
		{"space and quote as key", `{"a\"":1,"a ":2,"a!":3,"a":4,"a#":5}`, `{"a":4,"a ":2,"a!":3,"a\"":1,"a#":5}`, ""},
		{"array order", `[3,1,2]`, `[3,1,2]`, ""},
		{"digits", `{"n":[1.10,1e5,1E+5,-0,0.0,123456789012345678901234567890]}`, `{"n":[1.10,1e5,1E+5,-0,0.0,123456789012345678901234567890]}`, ""},
		{"white space", " {\n\t\"a\" : [ 1 , { } , [ ] ] , \"b\":null}\r\n", `{"a":[1,{},[]],"b":null}`, ""},
		{"html", `{"r":"<a&b>\u003c\/"}`, `{"r":"<a&b></"}`, `{"r":"\u003ca\u0026b\u003e\u003c/"}`},
		{"html in keys", `{"<":1,"=":2,"&":3}`, `{"&":3,"<":1,"=":2}`, `{"\u0026":3,"\u003c":1,"=":2}`},
		{"escapes", `"\u0041\u4e2d\ud83d\ude00\b\f\n\r\t\u0001\u007f\""`, "\"A中😀\\b\\f\\n\\r\\t\\u0001\x7f\\\"\"", ""},
		{"line separators", "\"\u2028\\u2029\"", `"\u2028\u2029"`, ""},
		{"half a pair", `"\ud800\u0041\udc00x"`, "\"\ufffdA\ufffdx\"", ""},
		{"not UTF-8", "\"a\xff\xc0\"", "\"a\ufffd\ufffd\"", ""},
		{"last of equal keys", `{"a":1,"b":2,"a":{"x":1},"\u0061":3}`, `{"a":3,"b":2}`, ""},
		{"equal keys do not merge", `{"a":{"x":1},"a":{"y":2}}`, `{"a":{"y":2}}`, ""},
		{"words", `[true,false,null]`, `[true,false,null]`, ""},
		{"many keys", manyKeys(true), manyKeys(false), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := CanonicalJSON([]byte("kept"), []byte(c.in))
			require.NoError(t, err)
			assert.Equal(t, "kept"+c.want, string(got))
			if c.html == "" {
				c.html = c.want
			}
			got, err = canonicalEscaped(nil, []byte(c.in))
			require.NoError(t, err)
			assert.Equal(t, c.html, string(got))
		})
	}
}

// manyKeys is an object with more keys than are sorted in place.
func manyKeys(backwards bool) string {
	var members []string
	for a := 'a'; a < 'h'; a++ {
		for b := 'a'; b < 'j'; b++ {
			members = append(members, `"same_beginning_`+string(a)+string(b)+`":1`)
		}
	}
	if backwards {
		slices.Reverse(members)
	}
	return "{" + strings.Join(members, ",") + "}"
}

func TestCanonicalJSONRefuses(t *testing.T) {
	t.Parallel()
	deep := func(n int) string { return strings.Repeat(`{"a":[`, n/2) + strings.Repeat(`]}`, n/2) }
	_, err := CanonicalJSON(nil, []byte(deep(maxDepth)))
	assert.NoError(t, err)
	for _, in := range []string{
		"", " ", "{", "}", "[1,]", `{"a":1,}`, `{"a"}`, `{"a":}`, `{a:1}`, `{"a":1 "b":2}`, "01", "1.", ".5", "-", "1e", "+1", "0x1",
		"tru", "nulll", "NaN", `"`, `"\`, `"\u12`, `"\u12g4"`, `"\x"`, "\"\n\"", "\"\x00\"", "{} {}", "{}x", "\ufeff{}", "\x00", "{}\x00",
		deep(maxDepth + 2),
	} {
		got, err := CanonicalJSON(nil, []byte(in))
		assert.ErrorIs(t, err, ErrMalformed, "%.40q", in)
		assert.Nil(t, got)
	}
}

// jsonText draws a JSON text with white space, escapes and no equal keys.
func jsonText(t *rapid.T) string {
	var value func(depth int) string
	space := func() string { return rapid.SampledFrom([]string{"", "", "", " ", "\n\t"}).Draw(t, "space") }
	text := func() string {
		s := rapid.String().Draw(t, "text")
		if rapid.Bool().Draw(t, "escaped") {
			b, _ := json.Marshal(s)
			return string(b)
		}
		return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "/", `\/`).Replace(strings.Map(func(r rune) rune {
			if r < ' ' {
				return -1
			}
			return r
		}, s)) + `"`
	}
	value = func(depth int) string {
		kind := rapid.IntRange(0, 6).Draw(t, "kind")
		if depth > 4 {
			kind %= 4
		}
		switch kind {
		case 0:
			return text()
		case 1:
			return rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "number")
		case 2:
			return rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "word")
		case 3:
			return rapid.SampledFrom([]string{"{}", "[]", "[ ]"}).Draw(t, "empty")
		case 4:
			var all []string
			for range rapid.IntRange(0, 4).Draw(t, "length") {
				all = append(all, space()+value(depth+1)+space())
			}
			return "[" + strings.Join(all, ",") + "]"
		default:
			var all []string
			seen := map[string]bool{}
			for range rapid.IntRange(0, 6).Draw(t, "members") {
				k := text()
				var name string
				if json.Unmarshal([]byte(k), &name) != nil || seen[name] {
					continue
				}
				seen[name] = true
				all = append(all, space()+k+space()+":"+space()+value(depth+1)+space())
			}
			return "{" + strings.Join(all, ",") + "}"
		}
	}
	return space() + value(0) + space()
}

func TestCanonicalJSONProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := jsonText(t)
		for _, escape := range []bool{false, true} {
			got, err := canonical(nil, []byte(in), escape)
			require.NoError(t, err)
			want, err := naiveCanonical(in, escape)
			require.NoError(t, err)
			require.Equal(t, want, string(got), "as encoding/json writes a map")
			again, err := canonical(nil, got, escape)
			require.NoError(t, err)
			require.Equal(t, string(got), string(again), "idempotent")
		}
	})
}

func TestCanonicalJSONOfShuffledKeys(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.MapOfN(rapid.String(), rapid.Int64(), 0, 50).Draw(t, "members")
		want, err := json.Marshal(members)
		require.NoError(t, err)
		var texts []string
		for k, v := range members {
			one, _ := json.Marshal(map[string]int64{k: v})
			texts = append(texts, string(one[1:len(one)-1]))
		}
		rand.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		got, err := canonicalEscaped(nil, []byte("{"+strings.Join(texts, ",")+"}"))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
}

// doudianParams returns the param_json of every vector of Doudian.
func doudianParams(t testing.TB) (texts []string) {
	data, err := os.ReadFile("testdata/doudian.json")
	require.NoError(t, err)
	var vectors []struct {
		Input struct {
			Given    string `json:"params_json_as_given"`
			Received string `json:"param_json_received"`
		} `json:"input"`
	}
	require.NoError(t, json.Unmarshal(data, &vectors))
	for _, v := range vectors {
		texts = append(texts, v.Input.Given+v.Input.Received) // a vector has one of the two
	}
	return texts
}

func FuzzCanonicalJSON(f *testing.F) {
	for _, s := range []string{
		`{"b":1,"a":[{"d":"<>&","c":1.0}]}`, `{"a":1,"a":2}`, `"\ud83d\ude00\u2028"`, "\"\xff\"", "[[[]]]", " {} ",
	} {
		f.Add(s)
	}
	for _, text := range doudianParams(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, escape := range []bool{false, true} {
			got, err := canonical(nil, []byte(in), escape)
			want, naiveErr := naiveCanonical(in, escape)
			if (err == nil) != (naiveErr == nil) {
				if strings.Count(in, "[")+strings.Count(in, "{") > maxDepth {
					return
				}
				t.Fatalf("%q: got %v, want %v", in, err, naiveErr)
			}
			if err == nil && string(got) != want {
				t.Fatalf("%q: got %q, want %q", in, got, want)
			}
		}
	})
}

type inOrderParams struct {
	A      string            `json:"a,omitempty"`
	B      []orderedLine     `json:"b"`
	C      map[string]string `json:"c"`
	Self   *inOrderParams    `json:"self"`
	hidden string
}

type markedTime struct {
	T time.Time `json:"t"`
}

func TestAppendDoudianParams(t *testing.T) {
	t.Parallel()
	raw := struct {
		R json.RawMessage `json:"r"`
	}{json.RawMessage(`{"b":1, "a":"\u003c"}`)}
	for _, c := range []struct {
		name  string
		in    any
		want  string
		order bool
	}{
		{"nil", nil, "{}", false},
		{"nil map", map[string]any(nil), "{}", false},
		{"map", map[string]any{"b": 1, "a": "<"}, `{"a":"<","b":1}`, false},
		{"in order", inOrderParams{A: "<&>", B: []orderedLine{{1, "x"}}, C: map[string]string{"b": "", "a": ""}, hidden: "x"},
			`{"a":"<&>","b":[{"shipped_num":1,"shipped_order_id":"x"}],"c":{"a":"","b":""},"self":null}`, true},
		{"not UTF-8", inOrderParams{A: "\xff"}, `{"a":"` + "\ufffd" + `","b":null,"c":null,"self":null}`, true},
		{"out of order", line{"x", 1}, `{"shipped_num":1,"shipped_order_id":"x"}`, false},
		{"writes itself", raw, `{"r":{"a":"<","b":1}}`, false},
		{"time", markedTime{time.Unix(0, 0).UTC()}, `{"t":"1970-01-01T00:00:00Z"}`, false},
		{"embedded", struct{ orderedLine }{}, `{"shipped_num":0,"shipped_order_id":""}`, false},
		{"go names", struct{ B, A int }{}, `{"A":0,"B":0}`, false},
		{"odd name", struct {
			X int `json:"a>b"`
		}{}, `{"a>b":0}`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // the second time from what is known of the type
				got, err := AppendDoudianParams([]byte("kept"), c.in)
				require.NoError(t, err)
				assert.Equal(t, "kept"+c.want, string(got))
			}
			known, _ := inOrder.Load(reflect.TypeOf(c.in))
			assert.Equal(t, c.order, known == true)
		})
	}
	for _, bad := range []any{1, "x", []int{1}} {
		_, err := AppendDoudianParams(nil, bad)
		assert.ErrorIs(t, err, ErrMalformed)
	}
	_, err := AppendDoudianParams(nil, map[string]any{"f": func() {}})
	assert.ErrorContains(t, err, "encode parameters")
}

func TestDoudianEmptyParams(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	a, err := Sign(DoudianCall{AppKey: "a", Timestamp: "1"}, k)
	require.NoError(t, err)
	assert.NoError(t, Check(DoudianCall{AppKey: "a", Timestamp: "1", ParamJSON: []byte("{}")}, a, k))
}

func TestDoudianSPIForms(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t"
	k := key(t, secret)
	sign := func(hmac bool, params string) string {
		return naiveDoudian(hmac, secret, "app_key7param_json"+params+"timestamp1")
	}
	for _, c := range []struct {
		name, method, received, sign string
		ok                           bool
	}{
		{"raw", "hmac-sha256", `{"b":"<","a":1}`, sign(true, `{"a":1,"b":"<"}`), true},
		{"escaped", "hmac-sha256", `{"b":"<","a":1}`, sign(true, `{"a":1,"b":"\u003c"}`), true},
		{"escaped on the wire, raw when signed", "hmac-sha256", `{"b":"\u003c"}`, sign(true, `{"b":"<"}`), true},
		{"escaped on the wire and when signed", "hmac-sha256", `{"b":"\u003C"}`, sign(true, `{"b":"\u003c"}`), true},
		{"md5", "md5", `{}`, sign(false, `{}`), true},
		{"absent method is md5", "", `{}`, sign(false, `{}`), true},
		{"method 2 as Go reads it", "2", `{"b":"<"}`, sign(false, `{"b":"<"}`), true},
		{"method 2 as PHP reads it", "2", `{"b":"<"}`, sign(true, `{"b":"\u003c"}`), true},
		{"empty as Java signs it", "md5", "", sign(false, ""), true},
		{"empty as Go signs it", "md5", " ", sign(false, "{}"), true},
		{"an object is not nothing", "md5", "{}", sign(false, ""), false},
		{"not sorted", "md5", `{"b":1,"a":1}`, sign(false, `{"b":1,"a":1}`), false},
		{"md5 for hmac", "hmac-sha256", `{}`, sign(false, `{}`), false},
		{"hmac for md5", "md5", `{}`, sign(true, `{}`), false},
		{"no signature", "md5", `{}`, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := DoudianSPI{AppKey: "7", ParamJSON: []byte(c.received), Timestamp: "1", SignMethod: SignMethod(c.method)}
			for _, err := range []error{
				m.Check(c.sign, "", k), m.Check("", c.sign, k),
				m.Check(c.sign, "x", k), m.Check("x", c.sign, k),
			} {
				if c.ok {
					assert.NoError(t, err)
				} else {
					assert.ErrorIs(t, err, ErrMismatch)
				}
			}
		})
	}
	m := DoudianSPI{AppKey: "7", ParamJSON: []byte("{"), Timestamp: "1"}
	assert.ErrorIs(t, m.Check("x", "y", k), ErrMalformed)
	assert.ErrorIs(t, m.Check("x", "y", &Key{}), ErrNoSecret)
	assert.ErrorIs(t, m.Check("", ""), ErrMismatch)
}

func FuzzDoudianSign(f *testing.F) {
	f.Add("7000000000000000001", "s", "order.searchList", `{"b":1,"a":2}`, "1735660800", true)
	f.Add("", "ключ", "", "", "2025-01-01 00:00:00", false)
	f.Fuzz(func(t *testing.T, app, secret, method, params, timestamp string, hmacSHA256 bool) {
		k, err := NewKey(secret)
		if err != nil {
			return
		}
		c := DoudianCall{AppKey: app, Method: method, ParamJSON: []byte(params), Timestamp: timestamp, SignMethod: MD5}
		if hmacSHA256 {
			c.SignMethod = HMACSHA256
		}
		if params == "" {
			params = "{}"
		}
		want := naiveDoudian(hmacSHA256, secret, "app_key"+app+"method"+method+"param_json"+params+"timestamp"+timestamp+"v2")
		if got := string(c.AppendSign(nil, k)); got != want || Check(c, want, k) != nil {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

func FuzzDoudianSPI(f *testing.F) {
	f.Add("7", "s", `{"b":"<","a":1}`, "1", "hmac-sha256", true)
	f.Add("7", "s", "", "1", "2", false)
	f.Fuzz(func(t *testing.T, app, secret, params, timestamp, method string, escape bool) {
		k, err := NewKey(secret)
		if err != nil {
			return
		}
		m := DoudianSPI{AppKey: app, ParamJSON: []byte(params), Timestamp: timestamp, SignMethod: SignMethod(method)}
		form, err := naiveCanonical(params, escape)
		if err != nil {
			if strings.TrimSpace(params) != "" && m.Check("x", "", k) == nil {
				t.Fatal("accepted what cannot be read")
			}
			return
		}
		if strings.Count(form, "[")+strings.Count(form, "{") > maxDepth {
			return
		}
		sign := naiveDoudian(method == "hmac-sha256", secret, "app_key"+app+"param_json"+form+"timestamp"+timestamp)
		if err := m.Check("", sign, k); err != nil {
			t.Fatalf("%q: %v", form, err)
		}
		m.Timestamp += "0"
		if m.Check(sign, sign, k) == nil {
			t.Fatal("accepted another timestamp")
		}
	})
}

func FuzzDoudianPush(f *testing.F) {
	f.Add("7", "s", `[{"tag":"0"}]`)
	f.Fuzz(func(t *testing.T, app, secret, body string) {
		k, err := NewKey(secret)
		if err != nil {
			return
		}
		want := naiveMD5(app + body + secret)
		m := DoudianPush{AppKey: app, Body: []byte(body)}
		if Check(m, want, k) != nil || Check(m, strings.ToUpper(want), k) != nil {
			t.Fatal("refused")
		}
		m.Body = append(m.Body, ' ')
		if Check(m, want, k) == nil {
			t.Fatal("accepted another body")
		}
	})
}
