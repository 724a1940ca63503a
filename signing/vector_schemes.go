package signing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// schemes runs the vectors of each scheme. The kinds of TOP secret are names of
// the form top-secret-{kind}, with -index or -search behind.
var schemes = map[string]func(VectorInput) ([]outcome, error){
	"api-v2-sign":     runDoudian,
	"spi-sign":        runDoudianSPI,
	"push-event-sign": runDoudianPush,

	"top-md5":               runTOP(TOPMD5),
	"top-hmac":              runTOP(TOPHMAC),
	"top-hmac-sha256":       runTOP(TOPHMACSHA256),
	"qimen-md5":             runTOP(TOPMD5),
	"qimen-hmac":            runTOP(TOPHMAC),
	"qimen-hmac-sha256":     runTOP(TOPHMACSHA256),
	"spi-md5":               runTOPSPI,
	"tmc-connect-md5":       runTMC,
	"aop_param2":            run1688,
	"aop_params_only":       run1688,
	"aop_push_http":         run1688Push,
	"tuna_ws_md5":           runTuna,
	"kuaishou.form":         runForm,
	"kuaishou.sign.MD5":     runKuaishou(KuaishouMD5),
	"kuaishou.push.AES_CBC": runKuaishouPush,

	"kuaishou.sign.HMAC_SHA256": runKuaishou(KuaishouHMACSHA256),
}

// signed is the outcome of a scheme with one signature.
func signed(m Message, in VectorInput, given string) ([]outcome, error) {
	k, err := NewKey(in.text("app_secret", "secret", "signSecret"))
	if err != nil {
		return nil, err
	}
	if given == "" {
		given = in.text("sign", "signature")
	}
	r := m.rule()
	if r.digest == 0 {
		return nil, ErrMethod
	}
	s := k.begin(r)
	defer s.release()
	if s.buf, err = m.appendText(s.buf); err != nil {
		return nil, err
	}
	sign := string(s.sign(nil))
	return []outcome{{
		main:   sign,
		values: map[string]string{"sign": sign, "signature": sign, "string_to_sign": string(s.buf)},
		given:  given,
		check:  func(sign string) error { return Check(m, sign, k) },
	}}, nil
}

func runDoudian(in VectorInput) ([]outcome, error) {
	c := DoudianCall{
		AppKey:     in.text("app_key"),
		Method:     in.text("method"),
		Timestamp:  in.text("timestamp"),
		SignMethod: DoudianMethod(in.text("sign_method")),
	}
	if given := in.text("params_json_as_given"); given != "" {
		var err error
		if c.ParamJSON, err = CanonicalJSON(nil, []byte(given)); err != nil {
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
	for name, m := range map[string]DoudianMethod{"sign_hmac_sha256": DoudianHMACSHA256, "sign_md5": DoudianMD5} {
		c.SignMethod = m
		other, err := signed(c, in, "")
		if err != nil {
			return nil, err
		}
		o.values[name] = other[0].main
	}
	return all, nil
}

func runDoudianSPI(in VectorInput) ([]outcome, error) {
	m := DoudianSPI{
		AppKey:     in.text("app_key"),
		ParamJSON:  []byte(in.text("param_json_received")),
		Timestamp:  in.text("timestamp"),
		SignMethod: in.text("sign_method"),
		EscapeHTML: in.text("html_escaped_form") == "true",
	}
	k, err := NewKey(in.text("app_secret"))
	if err != nil {
		return nil, err
	}
	var all []outcome
	for _, form := range append([]Message{m}, m.alternatives()...) {
		form := form.(DoudianSPI)
		if form.EscapeHTML != m.EscapeHTML {
			continue // the vector names the form it means
		}
		params, err := form.appendParams(nil)
		if err != nil {
			return nil, err
		}
		sign, err := Sign(form, k)
		if err != nil {
			return nil, err
		}
		all = append(all, outcome{
			main:   sign,
			values: map[string]string{"param_json_canonical": string(params), "sign": sign, "sign_v2": sign},
			given:  in.text("sign"),
			check:  func(sign string) error { return CheckDoudianSPI(m, sign, in.text("sign_v2"), k) },
		})
	}
	return all, nil
}

func runDoudianPush(in VectorInput) ([]outcome, error) {
	headers, err := in.params("headers")
	if err != nil {
		return nil, err
	}
	m := DoudianPush{AppKey: in.text("app_key"), Body: []byte(in.text("body"))}
	all, err := signed(m, in, valueOf(headers, "event-sign"))
	if err == nil {
		all[0].values["event_sign_md5"] = all[0].main
	}
	return all, err
}

func runTOP(method TOPMethod) func(VectorInput) ([]outcome, error) {
	return func(in VectorInput) ([]outcome, error) {
		params, err := in.params("params")
		if err != nil {
			return nil, err
		}
		return signed(TOPCall{Params: params, Body: []byte(in.text("body")), SignMethod: method}, in, valueOf(params, "sign"))
	}
}

// runTOPSPI prefers the raw texts, since the decoded ones do not show what the
// decoder has to do.
func runTOPSPI(in VectorInput) ([]outcome, error) {
	headers, err := in.params("headers")
	if err != nil {
		return nil, err
	}
	header := func(name string) string {
		i := slices.IndexFunc(headers, func(p Param) bool { return strings.EqualFold(p.Key, name) })
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
	m, err := ParseTOPSPI(header, query, in.text("content_type"), []byte(body))
	if err != nil {
		return nil, err
	}
	return signed(m, in, m.Given)
}

// rawOr returns the encoded text of a form, encoding it if only the decoded
// fields are given.
func (in VectorInput) rawOr(raw, fields string) (string, error) {
	if _, ok := in[raw]; ok {
		return in.text(raw), nil
	}
	params, err := in.params(fields)
	return string(AppendForm(nil, params)), err
}

func runTMC(in VectorInput) ([]outcome, error) {
	return signed(TMCConnect{in.text("app_key"), in.text("group_name"), in.text("timestamp")}, in, "")
}

func runTOPSecret(kind string, in VectorInput) ([]outcome, error) {
	version, err := strconv.ParseInt(in.text("secret_version"), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: secret_version", ErrMalformed)
	}
	c, err := NewTOPCipher([]byte(in.text("aes_key_ascii")), version)
	if err != nil {
		return nil, err
	}
	var got string
	plain := in.text("plaintext")
	if base, ok := strings.CutSuffix(kind, "-index"); ok {
		got, err = c.EncryptIndexed(TOPKind(base), plain)
	} else if base, ok := strings.CutSuffix(kind, "-search"); ok {
		got, err = c.SearchToken(TOPKind(base), plain)
	} else {
		got, err = c.Encrypt(TOPKind(kind), plain)
	}
	if err != nil {
		return nil, err
	}
	return []outcome{{main: got}}, nil
}

func runKuaishou(method KuaishouMethod) func(VectorInput) ([]outcome, error) {
	return func(in VectorInput) ([]outcome, error) {
		params, err := in.params("params")
		if err != nil {
			return nil, err
		}
		return signed(KuaishouCall{Params: params, SignMethod: method}, in, valueOf(params, "sign"))
	}
}

func runKuaishouPush(in VectorInput) ([]outcome, error) {
	c, err := NewKuaishouCipher(in.text("messageKey_base64"))
	if err != nil {
		return nil, err
	}
	plain, err := c.AppendDecrypt(nil, []byte(in.text("body")))
	if err != nil {
		return nil, err
	}
	return []outcome{{main: string(plain)}}, nil
}

func runForm(in VectorInput) ([]outcome, error) {
	params, err := in.params("params")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(params, func(a, b Param) int { return byKey(&a, &b) })
	return []outcome{{main: string(AppendForm(nil, params))}}, nil
}

func run1688(in VectorInput) ([]outcome, error) {
	params, err := in.params("params")
	if err != nil {
		return nil, err
	}
	return signed(Ali1688Call{Path: in.text("url_path"), Params: params}, in, valueOf(params, aopSignature))
}

func run1688Push(in VectorInput) ([]outcome, error) {
	form, err := in.params("form")
	if err != nil {
		return nil, err
	}
	m := Ali1688Push{Form: form}
	return signed(m, in, m.Given())
}

func runTuna(in VectorInput) ([]outcome, error) {
	return signed(TunaFrame{in.text("app_key"), in.text("content"), in.text("pub_time_ms")}, in, "")
}
