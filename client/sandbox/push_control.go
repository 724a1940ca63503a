package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// pushEndpoints is the part of the control interface about pushes, SPI calls
// and customer service.
func (s *Sandbox) pushEndpoints() []endpoint {
	return []endpoint{
		{"POST", "/control/service/spec-change", `customer service asks for another SKU: {"platform":"PLATFORM","order_id":"…","line_id":"…","sku_id":"…","code":"…"}; more in ServiceRequest`, s.service(Side.RequestSpecChange)},
		{"POST", "/control/service/spec-answer", `the buyer answers the card of a spec change: {"platform":"PLATFORM","order_id":"…","agree":true}`, s.postAnswer},
		{"POST", "/control/service/intercept", `customer service asks not to ship: {"platform":"PLATFORM","order_id":"…","reason":"…"}`, s.service(Side.RequestIntercept)},
		{"GET", "/control/operations", "the operation log of an order: ?platform=PLATFORM&order_id=…", s.getOperations},
		{"GET", "/control/callbacks", "the app's URLs, by platform", s.getCallbacks},
		{"POST", "/control/callbacks", `register them: {"platform":"PLATFORM","push":URL,"spi":URL}; what is not named stays; a push URL is probed`, s.postCallbacks},
		{"GET", "/control/pushes", "messages to the app, sent and waiting: ?platform=…&shop_id=…&tag=…&state=…&after_seq=…", s.getPushes},
		{"POST", "/control/pushes", `put out a message: {"platform":"PLATFORM","shop_id":"SHOP","tag":"…","data":{}}`, s.postPush},
		{"DELETE", "/control/pushes", "forget the messages; what waits is not sent", s.deletePushes},
		{"POST", "/control/pushes/deliver", "send the messages that are due", s.postDeliver},
		{"GET", "/control/spi", "SPI calls made, oldest first: ?platform=…&order_id=…&after_id=…", s.getSPI},
		{"POST", "/control/spi", `call the app: {"platform":"PLATFORM","params":{}}, with get, sign_method, escape_html, only_sign, only_sign_v2, forge, age_seconds`, s.postSPI},
		{"POST", "/control/spi/repeat", `send a call again: {"id":1}`, s.postRepeat},
	}
}

func (s *Sandbox) getCallbacks(*http.Request) (int, any, error) {
	all := map[mall.Platform]Callbacks{}
	for _, p := range s.platforms {
		c, err := s.On(p.Name()).Callbacks()
		if err != nil {
			return 0, nil, err
		}
		all[p.Name()] = c
	}
	return http.StatusOK, map[string]any{"callbacks": all}, nil
}

func (s *Sandbox) postCallbacks(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		Push     *string       `json:"push"`
		SPI      *string       `json:"spi"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	if err := s.On(b.Platform).saveCallbacks(r.Context(), b.Push, b.SPI); err != nil {
		return 0, nil, err
	}
	return s.getCallbacks(r)
}

func (s *Sandbox) getPushes(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	after, err := number64(q.Get("after_seq"), "after_seq")
	if err != nil {
		return 0, nil, err
	}
	match := func(name, value string) bool { return !q.Has(name) || q.Get(name) == value }
	list := []Push{}
	for _, p := range s.Pushes() {
		if p.Seq > after && match("platform", string(p.Platform)) && match("shop_id", p.ShopID) &&
			match("tag", p.Tag) && match("state", string(p.State)) {
			list = append(list, p)
		}
	}
	return http.StatusOK, map[string]any{"pushes": list}, nil
}

func (s *Sandbox) deletePushes(*http.Request) (int, any, error) {
	return http.StatusOK, map[string]any{"removed": s.ClearPushes()}, nil
}

func (s *Sandbox) postPush(r *http.Request) (int, any, error) {
	var b struct {
		shopRef
		Tag  string          `json:"tag"`
		Data json.RawMessage `json:"data"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	seq, err := s.On(b.Platform).AddPush(b.ShopID, b.Tag, b.Data)
	return http.StatusCreated, map[string]any{"seq": seq}, err
}

func (s *Sandbox) postDeliver(r *http.Request) (int, any, error) {
	return http.StatusOK, s.Deliver(r.Context()), nil
}

func (s *Sandbox) getSPI(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	after, err := number64(q.Get("after_id"), "after_id")
	if err != nil {
		return 0, nil, err
	}
	match := func(name, value string) bool { return !q.Has(name) || q.Get(name) == value }
	list := []SPICall{}
	for _, c := range s.SPICalls() {
		if c.ID > after && match("platform", string(c.Platform)) && match("order_id", c.OrderID) {
			list = append(list, c)
		}
	}
	return http.StatusOK, map[string]any{"calls": list}, nil
}

func (s *Sandbox) postSPI(r *http.Request) (int, any, error) {
	var b struct {
		Platform mall.Platform `json:"platform"`
		Params   stage.Object  `json:"params"`
		SPIOptions
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	c, err := s.On(b.Platform).CallSPI(r.Context(), b.Params, b.SPIOptions)
	return http.StatusOK, c, err
}

func (s *Sandbox) postRepeat(r *http.Request) (int, any, error) {
	var b struct {
		ID int64 `json:"id"`
	}
	if err := readBody(r, &b); err != nil {
		return 0, nil, err
	}
	c, err := s.RepeatSPI(r.Context(), b.ID)
	return http.StatusOK, c, err
}

// service returns the endpoint of a request by customer service.
func (s *Sandbox) service(ask func(Side, context.Context, ServiceRequest) (SPICall, error)) func(*http.Request) (int,
	any, error) {
	return func(r *http.Request) (int, any, error) {
		var b struct {
			Platform mall.Platform `json:"platform"`
			ServiceRequest
		}
		if err := readBody(r, &b); err != nil {
			return 0, nil, err
		}
		c, err := ask(s.On(b.Platform), r.Context(), b.ServiceRequest)
		return http.StatusOK, c, err
	}
}

func (s *Sandbox) getOperations(r *http.Request) (int, any, error) {
	q := r.URL.Query()
	all, err := s.On(mall.Platform(q.Get("platform"))).Operations(q.Get("order_id"))
	return http.StatusOK, map[string]any{"operations": all}, err
}

// number64 reads a number of a query; an empty one is zero.
func number64(text, name string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is %.20q; it must be a number", name, text)
	}
	return n, nil
}
