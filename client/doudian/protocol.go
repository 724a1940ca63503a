package doudian

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/signing"
)

// protocol is Doudian's wire format: POST {gateway}/{method with slashes}, the
// parameters as canonical JSON in the body, everything else in the query.
// Source: zsmhub/doudian-sdk:core/doudian_op_api_client.go.
type protocol struct {
	appKey  string
	key     *signing.Key
	gateway string
}

func (*protocol) Platform() mall.Platform { return mall.Doudian }

func (*protocol) Facts(method string) client.Facts { return methods.Facts(method) }

// header is sent with every call. X-Open-No-Old-Err-Code turns off the
// platform's old error numbers, in which 30002, for example, means something
// else.
var header = http.Header{
	"Content-Type":           {"application/json"},
	"X-Open-No-Old-Err-Code": {"1"},
}

func (p *protocol) Encode(d client.Draft) (client.Wire, error) {
	path, err := driver.Path(d.Method)
	if err != nil {
		return client.Wire{}, err
	}
	body := []byte("{}")
	if d.Params != nil {
		encoded, err := d.Codec.Marshal(d.Params)
		if err != nil {
			return client.Wire{}, err
		}
		if body, err = signing.CanonicalJSON(make([]byte, 0, len(encoded)), encoded); err != nil {
			return client.Wire{}, err
		}
		if body[0] != '{' {
			return client.Wire{}, settle.Invalid("the parameters are not a JSON object")
		}
	}
	timestamp := strconv.FormatInt(d.Now.Unix(), 10)
	sign := string(signing.DoudianCall{
		AppKey: p.appKey, Method: d.Method, ParamJSON: body, Timestamp: timestamp,
	}.AppendSign(make([]byte, 0, 64), p.key))

	var b strings.Builder
	b.Grow(len(p.gateway) + 2*len(d.Method) + len(p.appKey) + len(d.Token) + 200)
	b.WriteString(p.gateway)
	b.WriteString(path)
	b.WriteString("?app_key=")
	b.WriteString(url.QueryEscape(p.appKey))
	b.WriteString("&method=")
	b.WriteString(d.Method)
	if d.Token != "" {
		b.WriteString("&access_token=")
		b.WriteString(url.QueryEscape(d.Token.Reveal()))
	}
	b.WriteString("&timestamp=")
	b.WriteString(timestamp)
	b.WriteString("&v=2&sign_method=")
	b.WriteString(string(signing.HMACSHA256))
	b.WriteString("&sign=")
	b.WriteString(sign)
	return client.Wire{
		Verb: http.MethodPost, URL: b.String(), Header: header, Body: body,
		Secrets: append(secretsOf(d.Params), sign),
	}, nil
}

// envelope wraps every reply. Replies with old error numbers have err_no
// instead of code; see header.
type envelope struct {
	head
	Data any `json:"data"`
}

type head struct {
	Code    wire.Text `json:"code"`
	Msg     string    `json:"msg"`
	SubCode string    `json:"sub_code"`
	SubMsg  string    `json:"sub_msg"`
	LogID   string    `json:"log_id"`
	ErrNo   wire.Text `json:"err_no"`
	Message string    `json:"message"`
}

const success = "10000"

// Decode reads envelope and payload in one pass: encoding/json decodes into the
// pointer that it finds in the interface Data.
func (p *protocol) Decode(method string, r client.Reply, into any) error {
	e := envelope{Data: into}
	err := r.Codec.Unmarshal(r.Body, &e)
	if err != nil {
		// Decoding may have stopped in the payload, before it reached the code.
		if headErr := r.Codec.Unmarshal(r.Body, &e.head); headErr != nil {
			return driver.NotJSON(r)
		}
	}
	if failure := e.failure(method); failure != nil {
		return failure
	}
	broken := func(message string) error {
		return &mall.Error{Kind: mall.ErrReply, Code: string(e.Code), RequestID: e.LogID, Message: message}
	}
	switch {
	case r.Status >= 500:
		return &mall.Error{
			Kind: mall.ErrUnavailable, RequestID: e.LogID, Message: fmt.Sprintf("HTTP status %d", r.Status),
		}
	case e.Code == "":
		return broken("the reply is JSON without a code: check the gateway's address")
	case err != nil:
		return broken("the reply's data is not in the expected form: " + driver.Mismatch(err))
	}
	if _, nothing := into.(*struct{}); !nothing && (e.Data == nil || !bytes.Contains(r.Body, []byte(`"data"`))) {
		return broken("the reply reports success, but holds no data")
	}
	return nil
}

// failure returns the platform's refusal, or nil.
func (h head) failure(method string) *mall.Error {
	f := &mall.Error{
		Code: string(h.Code), SubCode: strings.ReplaceAll(h.SubCode, ": ", ":"), Message: h.SubMsg, RequestID: h.LogID,
	}
	if f.Message == "" {
		f.Message = h.Msg
	}
	switch {
	case h.Code == success || partlyDone[method] != "" && strings.HasSuffix(f.SubCode, partlyDone[method]):
		return nil
	case h.Code != "":
		f.Kind = kindOf(method, f.Code, f.SubCode)
	case h.ErrNo != "" && h.ErrNo != "0":
		f.Code, f.Message, f.Kind = "err_no "+string(h.ErrNo), h.Message, oldKinds[string(h.ErrNo)]
	default:
		return nil // no code at all: Decode reports that
	}
	return f
}
