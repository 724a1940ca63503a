package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/signing/signingtest"
)

// input is what the flags say.
type input struct {
	vectors, scheme, sign string

	appKey, method, timestamp, signMethod string
	params, body, path, group             string
	query, contentType                    string
	headers                               map[string]string
}

func (in *input) define(f *flag.FlagSet) {
	f.StringVar(&in.vectors, "vectors", "", "run the cases of this JSON `file`")
	f.StringVar(&in.scheme, "scheme", "", "what to explain: doudian, doudian-spi, doudian-push, "+
		"top (Qimen too), top-spi, tmc, kuaishou, 1688, 1688-push or tuna")
	f.StringVar(&in.sign, "sign", "", "compare with this signature")
	f.StringVar(&in.appKey, "app-key", "", "app key")
	f.StringVar(&in.method, "method", "", "method of the call")
	f.StringVar(&in.timestamp, "timestamp", "", "timestamp, as sent")
	f.StringVar(&in.signMethod, "sign-method", "", "sign method, as sent (default: the platform's HMAC-SHA256)")
	f.StringVar(&in.params, "params", "",
		"parameters, a JSON `object`: for doudian param_json itself, for 1688-push the form")
	f.StringVar(&in.body, "body", "", "body, or the content of a tuna frame")
	f.StringVar(&in.path, "path", "", "1688: the path that is signed, param2/1/…/{appKey}")
	f.StringVar(&in.group, "group", "default", "tmc: group name")
	f.StringVar(&in.query, "query", "", "top-spi: the query string, encoded as received")
	f.StringVar(&in.contentType, "content-type", "", "top-spi: the content type")
	f.Func("header", "top-spi: a header, `name:value`; may be repeated", func(s string) error {
		name, value, ok := strings.Cut(s, ":")
		if !ok {
			return errors.New("want name:value")
		}
		if in.headers == nil {
			in.headers = make(map[string]string)
		}
		in.headers[strings.ToLower(name)] = strings.TrimSpace(value)
		return nil
	})
}

// message builds what is to be signed. It sets in.sign where the call itself
// carries the signature.
func (in *input) message() (signing.Message, error) {
	switch in.scheme {
	case "doudian":
		if err := in.need("app-key", in.appKey, "method", in.method, "timestamp", in.timestamp); err != nil {
			return nil, err
		}
		c := signing.DoudianCall{
			AppKey: in.appKey, Method: in.method, Timestamp: in.timestamp, SignMethod: signing.SignMethod(in.signMethod),
		}
		if in.params != "" {
			var err error
			if c.ParamJSON, err = signing.CanonicalJSON(nil, []byte(in.params)); err != nil || c.ParamJSON[0] != '{' {
				return nil, errors.New("-params is not a JSON object")
			}
		}
		return c, nil
	case "doudian-spi":
		if err := in.need("app-key", in.appKey, "timestamp", in.timestamp); err != nil {
			return nil, err
		}
		if in.signMethod == "" {
			in.signMethod = string(signing.HMACSHA256)
		}
		return signing.DoudianSPI{
			AppKey: in.appKey, ParamJSON: []byte(in.params), Timestamp: in.timestamp,
			SignMethod: signing.SignMethod(in.signMethod),
		}, nil
	case "doudian-push":
		if err := in.need("app-key", in.appKey); err != nil {
			return nil, err
		}
		return signing.DoudianPush{AppKey: in.appKey, Body: []byte(in.body)}, nil
	case "top":
		params, err := in.list("app_key", in.appKey, "method", in.method, "timestamp", in.timestamp,
			"sign_method", in.signMethod, "sign_method", string(signing.HMACSHA256))
		return signing.TOPCall{Params: params, Body: []byte(in.body)}, err
	case "top-spi":
		m, err := signing.ParseTOPSPI(func(name string) string { return in.headers[strings.ToLower(name)] },
			in.query, in.contentType, []byte(in.body))
		if in.sign == "" {
			in.sign = m.Given
		}
		return m, err
	case "tmc":
		if err := in.need("app-key", in.appKey, "timestamp", in.timestamp); err != nil {
			return nil, err
		}
		return signing.TMCConnect{AppKey: in.appKey, Group: in.group, Timestamp: in.timestamp}, nil
	case "kuaishou":
		params, err := in.list("appkey", in.appKey, "method", in.method, "timestamp", in.timestamp,
			"signMethod", in.signMethod, "signMethod", string(signing.KuaishouHMACSHA256))
		return signing.KuaishouCall{Params: params}, err
	case "1688":
		params, err := in.list()
		return signing.Ali1688Call{Path: in.path, Params: params}, err
	case "1688-push":
		form, err := in.list()
		m := signing.Ali1688Push{Form: form}
		if in.sign == "" {
			in.sign = m.Given()
		}
		return m, err
	case "tuna":
		if err := in.need("app-key", in.appKey, "timestamp", in.timestamp); err != nil {
			return nil, err
		}
		return signing.TunaFrame{AppKey: in.appKey, Content: in.body, PubTime: in.timestamp}, nil
	}
	return nil, errors.New("unknown -scheme")
}

// need takes pairs of a flag and its value.
func (in *input) need(pairs ...string) error {
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] == "" {
			return fmt.Errorf("-scheme %s needs -%s", in.scheme, pair[0])
		}
	}
	return nil
}

// list reads -params and adds those of the pairs of name and value that it does
// not have and that are not empty.
func (in *input) list(pairs ...string) ([]signing.Param, error) {
	var params []signing.Param
	if in.params != "" {
		var err error
		if params, err = signingtest.ParamsOf([]byte(in.params)); err != nil {
			return nil, errors.New("-params is not a JSON object")
		}
	}
	for pair := range slices.Chunk(pairs, 2) {
		has := slices.ContainsFunc(params, func(p signing.Param) bool { return p.Key == pair[0] })
		if !has && pair[1] != "" {
			params = append(params, signing.Param{Key: pair[0], Value: pair[1]})
		}
	}
	return params, nil
}
