package kuaishou

import (
	"bytes"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/google/go-querystring/query"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/signing"
)

// protocol is Kuaishou's wire format: {gateway}/{method with slashes}, all
// parameters in the query of a GET or the form of a POST, where one parameter
// holds those of the method as JSON. Source: the guide "API调用说明", copied in
// AndersonBY/kwaixiaodian-python-sdk:docs/开发指南和规则协议/开发文档/.
type protocol struct {
	appKey  string
	key     *signing.Key
	gateway string
	sign    signing.SignMethod
	verbs   map[string]string // instead of the documented ones
}

func (*protocol) Platform() mall.Platform { return mall.Kuaishou }

func (*protocol) Facts(method string) client.Facts { return methods.Facts(method) }

// form is the only content type that the guide allows.
var form = http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}

func (p *protocol) Encode(d client.Draft) (client.Wire, error) {
	path, err := driver.Path(d.Method)
	if err != nil {
		return client.Wire{}, err
	}
	if methods.Flags(d.Method)&oauth != 0 {
		values, err := query.Values(d.Params)
		if err != nil {
			return client.Wire{}, err
		}
		return p.wire(d.Method, path, values.Encode(), secretsOf(d.Params)), nil
	}
	param := []byte("{}")
	if d.Params != nil {
		if param, err = d.Codec.Marshal(d.Params); err != nil {
			if wrong := wrongNumber(reflect.ValueOf(d.Params), ""); wrong != nil {
				err = wrong
			}
			return client.Wire{}, err
		}
		if param = bytes.TrimSpace(param); len(param) == 0 || param[0] != '{' {
			return client.Wire{}, settle.Invalid("the parameters are not a JSON object")
		}
	}
	// These are in the order in which they are signed, so nothing has to be
	// sorted.
	params := []signing.Param{
		{Key: "access_token", Value: d.Token.Reveal()},
		{Key: "appkey", Value: p.appKey},
		{Key: "method", Value: d.Method},
		{Key: "param", Value: string(param)},
		{Key: "signMethod", Value: string(p.sign)},
		{Key: "timestamp", Value: strconv.FormatInt(d.Now.UnixMilli(), 10)},
		{Key: "version", Value: "1"},
	}
	sign := string(signing.KuaishouCall{Params: params, SignMethod: p.sign}.AppendSign(make([]byte, 0, 64), p.key))
	text := signing.AppendForm(nil, append(params, signing.Param{Key: "sign", Value: sign}))
	return p.wire(d.Method, path, string(text), append(secretsOf(d.Params), sign)), nil
}

// wire puts the parameters into the query or the body, as the verb demands.
func (p *protocol) wire(method, path, parameters string, secrets []string) client.Wire {
	w := client.Wire{Verb: p.verbOf(method), URL: p.gateway + path, Secrets: secrets}
	if w.Verb == http.MethodGet {
		w.URL += "?" + parameters
	} else {
		w.Header, w.Body = form, []byte(parameters)
	}
	return w
}

// envelope wraps every reply except those of OAuth, which have the same head.
type envelope struct {
	head
	Data any `json:"data"`
}

// head tells success from failure. The text of an error comes under several
// names; older item methods spell one of them differently.
type head struct {
	Result    *wire.Int `json:"result"`
	Error     string    `json:"error"` // of OAuth
	ErrorMsg  string    `json:"error_msg"`
	ErrorMsg2 string    `json:"errorMsg"`
	Msg       string    `json:"msg"`
	SubCode   wire.Text `json:"sub_code"`
	SubMsg    string    `json:"sub_msg"`
	RequestID wire.Text `json:"requestId"`
}

const success = 1

// Decode reads envelope and payload in one pass where the payload is in data:
// encoding/json decodes into the pointer that it finds in an interface.
func (p *protocol) Decode(method string, r client.Reply, into any) error {
	beside := methods.Flags(method)&beside != 0
	e := envelope{Data: into}
	if beside {
		e.Data = nil
	}
	err := r.Codec.Unmarshal(r.Body, &e)
	if err != nil {
		// Decoding may have stopped in the payload, before it reached the
		// result.
		if headErr := r.Codec.Unmarshal(r.Body, &e.head); headErr != nil {
			return driver.NotJSON(r)
		}
	}
	requestID := string(e.RequestID)
	broken := func(message string) error {
		return &mall.Error{Kind: mall.ErrReply, RequestID: requestID, Message: message}
	}
	switch {
	case e.Result != nil && *e.Result != success:
		return e.failure(method)
	case r.Status >= 500:
		return &mall.Error{Kind: mall.ErrUnavailable, RequestID: requestID, Message: fmt.Sprintf("HTTP status %d", r.Status)}
	case e.Result == nil:
		return broken("the reply is JSON without a result: check the gateway's address")
	}
	if err == nil && beside {
		err = r.Codec.Unmarshal(r.Body, into)
	}
	if err != nil {
		return broken("the payload is not in the expected form: " + driver.Mismatch(err))
	}
	if _, nothing := into.(*struct{}); nothing || beside {
		return nil
	}
	// An empty list may come as null.
	there, list := bytes.Contains(r.Body, []byte(`"data"`)), reflect.TypeOf(into).Elem().Kind() == reflect.Slice
	if !there || e.Data == nil && !list {
		return broken("the reply reports success, but holds no data")
	}
	return nil
}

// failure returns the platform's refusal.
func (h head) failure(method string) *mall.Error {
	f := &mall.Error{
		Code: strconv.FormatInt(int64(*h.Result), 10), SubCode: string(h.SubCode), RequestID: string(h.RequestID),
	}
	for _, text := range []string{h.SubMsg, h.ErrorMsg, h.ErrorMsg2, h.Msg} {
		if f.Message = text; text != "" {
			break
		}
	}
	if h.Error != "" {
		f.SubCode = h.Error
	}
	texts := []string{h.ErrorMsg, h.ErrorMsg2, h.SubMsg, h.Error, h.Msg}
	f.Kind, f.RetryAfter = classify(f.Code, strings.Join(texts, "\n"))
	return f
}
