package doudian

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// SPIRequest returns an SPI call of the app. The query has app key and
// signature; the parameters are the body, or part of the query with
// Options.Get. Source: zsmhub/doudian-sdk:core/doudian_op_spi_client.go.
func (d *platform) SPIRequest(base string, c stage.SPICall) stage.Outgoing {
	o, params, method := c.Options, c.Params, c.Options.SignMethod
	if method == "" {
		method = signHMAC
	}
	timestamp := strconv.FormatInt(d.world.Now().Unix()-int64(o.AgeSeconds), 10)
	sign, _ := signing.Sign(signing.DoudianSPI{
		AppKey: appKey, ParamJSON: params, Timestamp: timestamp, SignMethod: signing.SignMethod(method),
		EscapeHTML: o.EscapeHTML,
	}, d.signer(o.Forge)) // params are valid JSON, so it cannot fail
	u, _ := url.Parse(base) // checkCallback has checked it
	q := u.Query()
	q.Set("app_key", appKey)
	q.Set("timestamp", timestamp)
	q.Set("sign_method", method)
	if !o.OnlySignV2 {
		q.Set("sign", sign)
	}
	if !o.OnlySign {
		q.Set("sign_v2", sign)
	}
	if c.Method != "" {
		q.Set("method", c.Method)
	}
	if c.Path != "" {
		u = u.JoinPath(c.Path)
	}
	out := stage.Outgoing{
		Method: http.MethodPost, Header: http.Header{"Content-Type": {"application/json"}}, Body: params,
		Limit: time.Duration(d.rules.SPITimeLimitMS) * time.Millisecond,
	}
	if o.Get {
		q.Set("param_json", string(params))
		out.Method, out.Body = http.MethodGet, nil
		out.Header.Del("Content-Type")
	}
	u.RawQuery = q.Encode()
	out.URL = u.String()
	return out
}

// ReadSPI reads {"code":0,"message":"…","data":{…}}.
func (d *platform) ReadSPI(in stage.Incoming) (a stage.SPIReply) {
	var e struct {
		Code    lenientText     `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	}
	if json.Unmarshal(in.Body, &e) == nil {
		a.Code, a.Message, a.Data = string(e.Code), e.Message, e.Data
	}
	return a
}

// signer returns the app's key, or the wrong one for forged messages.
func (d *platform) signer(forged bool) *signing.Key {
	if forged {
		return d.wrongKey
	}
	return d.key
}
