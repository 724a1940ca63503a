package signing

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func init() {
	trials = append(trials, tried{
		messages: map[string]Message{
			"Ali1688Call":        Ali1688Call{Path: "param2/1/n/a/k", Params: sampleParams()},
			"Ali1688Push":        Ali1688Push{[]Param{{"message", `{"msgId":1}`}, {aopSignature, "x"}}},
			"Ali1688Push fields": Ali1688Push{[]Param{{"msgId", "1"}, {"type", "X"}}},
			"TunaFrame":          TunaFrame{"a", "c", "1"},
		},
		planted: func(secret string) map[string]Message {
			return map[string]Message{
				"Ali1688Call": Ali1688Call{Path: secret, Params: plantedParams(secret)},
				"Ali1688Push": Ali1688Push{plantedParams(secret)},
				"TunaFrame":   TunaFrame{secret, secret, secret},
			}
		},
		byParams: []func([]Param) Message{func(p []Param) Message { return Ali1688Call{Params: p} }},
		bytes: map[string]everyByte{
			"1688 path":  {[]byte("param2/1"), func(b []byte) Message { return Ali1688Call{Path: string(b)} }},
			"1688 value": {sampleBody(), func(b []byte) Message { return Ali1688Call{Params: []Param{{"k", string(b)}}} }},
			"1688 push":  {sampleBody(), func(b []byte) Message { return Ali1688Push{[]Param{{"message", string(b)}}} }},
			"tuna":       {sampleBody(), func(b []byte) Message { return TunaFrame{Content: string(b)} }},
		},
		hot: func(h hot) []hotCase {
			call := Ali1688Call{
				Path: "param2/1/com.alibaba.trade/alibaba.trade.fastCreateOrder/1000000", Params: benchParams("page", "1"),
			}
			return []hotCase{{"Ali1688", 3, func(dst []byte) []byte { return call.AppendSign(dst, h.k) }, h.hmacSHA1(call), 0}}
		},
	})
}

func TestByJoined(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("abc")))
		a := Param{text.Draw(t, "key a"), text.Draw(t, "value a")}
		b := Param{text.Draw(t, "key b"), text.Draw(t, "value b")}
		require.Equal(t, strings.Compare(a.Key+a.Value, b.Key+b.Value), byJoined(&a, &b))
	})
}

func TestAli1688EmptyValueIsSigned(t *testing.T) {
	t.Parallel()
	text, err := Text(Ali1688Call{Path: "p/", Params: []Param{{"state", ""}, {"client_id", "1"}, {aopSignature, "x"}}})
	require.NoError(t, err)
	assert.Equal(t, "p/client_id1state", string(text))
}

func TestAli1688PushForms(t *testing.T) {
	t.Parallel()
	k := key(t, "s")
	sign := naive1688("s", "", map[string]string{"message": "{}"})
	push := Ali1688Push{[]Param{{"x", "y"}, {"message", "{}"}, {aopSignature, strings.ToLower(sign)}}}
	assert.NoError(t, Check(push, push.Given(), k), "message alone is signed")

	fields := map[string]string{"msgId": "1", "type": "X", "data": "{}"}
	push = Ali1688Push{append(list(fields), Param{aopSignature, naive1688("s", "", fields)})}
	assert.NoError(t, Check(push, push.Given(), k), "all fields, without message")
	assert.Error(t, Check(Ali1688Push{}, Ali1688Push{}.Given(), k))
}

func FuzzAli1688(f *testing.F) {
	f.Add("s", "param2/1/system/currentTime/1", "page=zz&pageSize=20&a=&_aop_signature=x")
	f.Fuzz(func(t *testing.T, secret, path, form string) {
		k, err := NewKey(secret)
		params, ok := naiveForm(form)
		if err != nil || !ok {
			return
		}
		c := Ali1688Call{Path: path, Params: list(params)}
		want := naive1688(secret, path, params)
		if got := string(c.AppendSign(nil, k)); got != want || Check(c, want, k) != nil {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

func FuzzAli1688Push(f *testing.F) {
	f.Add("s", `{"msgId":1}`)
	f.Fuzz(func(t *testing.T, secret, message string) {
		k, err := NewKey(secret)
		if err != nil {
			return
		}
		want := naive1688(secret, "", map[string]string{"message": message})
		for _, sign := range []string{want, strings.ToLower(want)} {
			m := Ali1688Push{[]Param{{aopSignature, sign}, {"message", message}}}
			if err := Check(m, m.Given(), k); err != nil {
				t.Fatal(err)
			}
			m.Form[1].Value += " "
			if Check(m, m.Given(), k) == nil {
				t.Fatal("accepted another message")
			}
		}
	})
}

func FuzzTuna(f *testing.F) {
	f.Add("s", "1000000", "", "1762934400123")
	f.Fuzz(func(t *testing.T, secret, app, content, pubTime string) {
		k, err := NewKey(secret)
		if err != nil {
			return
		}
		want := strings.ToUpper(naiveMD5(secret + app + content + pubTime))
		if err := Check(TunaFrame{app, content, pubTime}, want, k); err != nil {
			t.Fatal(err)
		}
	})
}
