package signingtest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/signing"
)

// schemes holds what runs the vectors of each scheme. TOP secret is not among
// them: its schemes are named top-secret-{kind}, and the same with -index or
// -search at the end.
var schemes = map[string]func(input) ([]outcome, error){
	"api-v2-sign":     runDoudian,
	"spi-sign":        runDoudianSPI,
	"push-event-sign": runDoudianPush,

	"top-md5":               runTOP(signing.MD5),
	"top-hmac":              runTOP(signing.HMACMD5),
	"top-hmac-sha256":       runTOP(signing.HMACSHA256),
	"qimen-md5":             runTOP(signing.MD5),
	"qimen-hmac":            runTOP(signing.HMACMD5),
	"qimen-hmac-sha256":     runTOP(signing.HMACSHA256),
	"spi-md5":               runTOPSPI,
	"tmc-connect-md5":       runTMC,
	"aop_param2":            run1688,
	"aop_params_only":       run1688,
	"aop_push_http":         run1688Push,
	"tuna_ws_md5":           runTuna,
	"kuaishou.form":         runForm,
	"kuaishou.sign.MD5":     runKuaishou(signing.KuaishouMD5),
	"kuaishou.push.AES_CBC": runKuaishouPush,

	"kuaishou.sign.HMAC_SHA256": runKuaishou(signing.KuaishouHMACSHA256),
}

// signed is the outcome of a scheme with one signature. given is the signature
// that came with m, if it carries one.
func signed(m signing.Message, in input, given string) ([]outcome, error) {
	secret := in.text("app_secret", "secret", "signSecret")
	k, err := signing.NewKey(secret)
	if err != nil {
		return nil, err
	}
	if given == "" {
		given = in.text("sign", "signature")
	}
	e, err := signing.Explain(m, k)
	if err != nil {
		return nil, err
	}
	covered, err := signing.Text(m)
	if err != nil {
		return nil, err
	}
	text := string(covered)
	if e.SecretBefore {
		text = secret + text
	}
	if e.SecretAfter {
		text += secret
	}
	return []outcome{{
		main:   e.Signature,
		values: map[string]string{"sign": e.Signature, "signature": e.Signature, "string_to_sign": text},
		given:  given,
		check:  func(sign string) error { return signing.Check(m, sign, k) },
	}}, nil
}

func runDoudian(in input) ([]outcome, error) {
	c := signing.DoudianCall{
		AppKey:     in.text("app_key"),
		Method:     in.text("method"),
		Timestamp:  in.text("timestamp"),
		SignMethod: signing.SignMethod(in.text("sign_method")),
	}
	if given := in.text("params_json_as_given"); given != "" {
		var err error
		if c.ParamJSON, err = signing.CanonicalJSON(nil, []byte(given)); err != nil {
			return nil, err
		}
	} else {
		c.ParamJSON = []byte("{}")
	}
	all, err := signed(c, in, "")
	if err != nil {
		return nil, err
	}
	o := all[0]
	o.values["param_json"] = string(c.ParamJSON)
	methods := map[string]signing.SignMethod{"sign_hmac_sha256": signing.HMACSHA256, "sign_md5": signing.MD5}
	for name, m := range methods {
		c.SignMethod = m
		other, err := signed(c, in, "")
		if err != nil {
			return nil, err
		}
		o.values[name] = other[0].main
	}
	return all, nil
}

func runDoudianSPI(in input) ([]outcome, error) {
	m := signing.DoudianSPI{
		AppKey:     in.text("app_key"),
		ParamJSON:  []byte(in.text("param_json_received")),
		Timestamp:  in.text("timestamp"),
		SignMethod: signing.SignMethod(in.text("sign_method")),
		EscapeHTML: in.text("html_escaped_form") == "true",
	}
	k, err := signing.NewKey(in.text("app_secret"))
	if err != nil {
		return nil, err
	}
	var all []outcome
	for _, form := range m.Forms() {
		if form.EscapeHTML != m.EscapeHTML {
			continue // the vector names the form it means
		}
		text, err := signing.Text(form)
		if err != nil {
			return nil, err
		}
		params := strings.TrimPrefix(string(text), "app_key"+m.AppKey+"param_json")
		params = strings.TrimSuffix(params, "timestamp"+m.Timestamp)
		sign, err := signing.Sign(form, k)
		if err != nil {
			return nil, err
		}
		all = append(all, outcome{
			main:   sign,
			values: map[string]string{"param_json_canonical": params, "sign": sign, "sign_v2": sign},
			given:  in.text("sign"),
			check:  func(sign string) error { return m.Check(sign, in.text("sign_v2"), k) },
		})
	}
	return all, nil
}

func runDoudianPush(in input) ([]outcome, error) {
	headers, err := in.params("headers")
	if err != nil {
		return nil, err
	}
	m := signing.DoudianPush{AppKey: in.text("app_key"), Body: []byte(in.text("body"))}
	all, err := signed(m, in, valueOf(headers, "event-sign"))
	if err == nil {
		all[0].values["event_sign_md5"] = all[0].main
	}
	return all, err
}

func runTOP(method signing.SignMethod) func(input) ([]outcome, error) {
	return func(in input) ([]outcome, error) {
		params, err := in.params("params")
		if err != nil {
			return nil, err
		}
		c := signing.TOPCall{Params: params, Body: []byte(in.text("body")), SignMethod: method}
		return signed(c, in, valueOf(params, "sign"))
	}
}

// runTOPSPI prefers the encoded query and form, which show what decoding has to
// do, to decoded fields.
func runTOPSPI(in input) ([]outcome, error) {
	headers, err := in.params("headers")
	if err != nil {
		return nil, err
	}
	header := func(name string) string {
		i := slices.IndexFunc(headers, func(p signing.Param) bool { return strings.EqualFold(p.Key, name) })
		if i < 0 {
			return ""
		}
		return headers[i].Value
	}
	query, err := in.rawOr("raw_query", "query")
	if err != nil {
		return nil, err
	}
	body := in.text("body")
	if body == "" {
		if body, err = in.rawOr("raw_form", "form"); err != nil {
			return nil, err
		}
	}
	m, err := signing.ParseTOPSPI(header, query, in.text("content_type"), []byte(body))
	if err != nil {
		return nil, err
	}
	return signed(m, in, m.Given)
}

// rawOr returns the member named raw, a form as it is sent. Where there is none,
// it encodes the form whose fields are the member named fields.
func (in input) rawOr(raw, fields string) (string, error) {
	if _, ok := in[raw]; ok {
		return in.text(raw), nil
	}
	params, err := in.params(fields)
	return string(signing.AppendForm(nil, params)), err
}

func runTMC(in input) ([]outcome, error) {
	m := signing.TMCConnect{AppKey: in.text("app_key"), Group: in.text("group_name"), Timestamp: in.text("timestamp")}
	return signed(m, in, "")
}

func runTOPSecret(kind string, in input) ([]outcome, error) {
	version, err := strconv.ParseInt(in.text("secret_version"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: secret_version", signing.ErrMalformed)
	}
	c, err := signing.NewTOPCipher([]byte(in.text("aes_key_ascii")), version)
	if err != nil {
		return nil, err
	}
	var got string
	plain := in.text("plaintext")
	if base, ok := strings.CutSuffix(kind, "-index"); ok {
		got, err = c.EncryptIndexed(signing.TOPKind(base), plain)
	} else if base, ok := strings.CutSuffix(kind, "-search"); ok {
		got, err = c.SearchToken(signing.TOPKind(base), plain)
	} else {
		got, err = c.Encrypt(signing.TOPKind(kind), plain)
	}
	if err != nil {
		return nil, err
	}
	return []outcome{{main: got}}, nil
}

func runKuaishou(method signing.SignMethod) func(input) ([]outcome, error) {
	return func(in input) ([]outcome, error) {
		params, err := in.params("params")
		if err != nil {
			return nil, err
		}
		return signed(signing.KuaishouCall{Params: params, SignMethod: method}, in, valueOf(params, "sign"))
	}
}

func runKuaishouPush(in input) ([]outcome, error) {
	c, err := signing.NewKuaishouCipher(in.text("messageKey_base64"))
	if err != nil {
		return nil, err
	}
	plain, err := c.AppendDecrypt(nil, []byte(in.text("body")))
	if err != nil {
		return nil, err
	}
	return []outcome{{main: string(plain)}}, nil
}

func runForm(in input) ([]outcome, error) {
	params, err := in.params("params")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(params, func(a, b signing.Param) int { return strings.Compare(a.Key, b.Key) })
	return []outcome{{main: string(signing.AppendForm(nil, params))}}, nil
}

func run1688(in input) ([]outcome, error) {
	params, err := in.params("params")
	if err != nil {
		return nil, err
	}
	return signed(signing.Ali1688Call{Path: in.text("url_path"), Params: params}, in, valueOf(params, "_aop_signature"))
}

func run1688Push(in input) ([]outcome, error) {
	form, err := in.params("form")
	if err != nil {
		return nil, err
	}
	m := signing.Ali1688Push{Form: form}
	return signed(m, in, m.Given())
}

func runTuna(in input) ([]outcome, error) {
	m := signing.TunaFrame{AppKey: in.text("app_key"), Content: in.text("content"), PubTime: in.text("pub_time_ms")}
	return signed(m, in, "")
}

// valueOf returns the value of a parameter; empty where there is none.
func valueOf(params []signing.Param, key string) string {
	i := slices.IndexFunc(params, func(p signing.Param) bool { return p.Key == key })
	if i < 0 {
		return ""
	}
	return params[i].Value
}
