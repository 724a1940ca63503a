package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// maxControlBody caps a body of the control interface.
const maxControlBody = 32 << 20

// problem is the body of every failure of the control interface.
type problem struct {
	Error string `json:"error"`
}

// endpoint is one operation of the control interface.
type endpoint struct {
	Method string `json:"method"`
	Path   string `json:"path"`
	About  string `json:"about"`
	run    func(r *http.Request) (status int, body any, err error)
}

// endpoints is the table that routes control requests, and the answer to GET
// /control/.
func (s *Sandbox) endpoints() []endpoint {
	return slices.Concat([]endpoint{
		{"GET", "/control/shops", "all shops, with their tokens and renewal counts", s.getShops},
		{"POST", "/control/shops", `add a shop: {"platform":"PLATFORM","shop_id":"","name":""}; an empty id chooses one`, s.postShop},
		{"POST", "/control/codes", `issue an authorisation code, good once and not for long: {"platform":"PLATFORM","shop_id":"SHOP"}`, s.postCode},
		{"POST", "/control/tokens", `change a shop's tokens: {"platform":"PLATFORM","shop_id":"SHOP","action":"expire"}; actions: expire, expire_refresh, replace, revoke, close, restore`, s.postToken},
		{"POST", "/control/scopes", `set the permission packs of a shop: {"platform":"PLATFORM","shop_id":"SHOP","scopes":["…"]}`, s.postScopes},
		{"GET", "/control/orders", "orders of a shop, oldest first: ?platform=PLATFORM&shop_id=SHOP, or one: ?platform=PLATFORM&order_id=…", s.getOrders},
		{"POST", "/control/orders", `add orders: {"platform":"PLATFORM","shop_id":"SHOP","order":{…}} or {…,"count":20,"status":…}`, s.postOrders},
		{"POST", "/control/orders/update", `change an order: {"platform":"PLATFORM","order_id":"…","order":{…}}`, s.postUpdate},
		{"PATCH", "/control/orders/update", "the same", s.postUpdate},
	}, s.buyerEndpoints(), s.productEndpoints(), []endpoint{
		{"POST", "/control/routes", `let a carrier report something: {"platform":"PLATFORM","tracking_no":"…","state":"…","text":"已揽收","place":"示例网点"}`, s.postRoute},
		{"POST", "/control/dropship", `bind and unbind merchants and factories: {"platform":"PLATFORM","shop_id":"SHOP","factory_id":"…","action":"accept"}`, s.postDropship},
	}, s.pushEndpoints(), []endpoint{
		{"GET", "/control/clock", "the sandbox's time", s.getClock},
		{"POST", "/control/clock", `move the clock: {"advance_seconds":3600} or {"now":"2025-01-01T12:00:00+08:00"}`, s.postClock},
		{"GET", "/control/faults", "faults still armed", s.getFaults},
		{"POST", "/control/faults", `arm a fault: {"method":"…","kind":"status","status":500,"times":2}`, s.postFault},
		{"DELETE", "/control/faults", "disarm all faults", s.deleteFaults},
		{"GET", "/control/received", "calls received, oldest first: ?platform=…&shop_id=…&method=…&after_seq=…", s.getReceived},
		{"DELETE", "/control/received", "forget the calls received", s.deleteReceived},
		{"POST", "/control/limits", `limit a shop: {"platform":"PLATFORM","shop_id":"SHOP","method":"…","calls_per_second":2} or {…,"decrypts_per_day":10}, {…,"calls_per_day":1000}`, s.postLimit},
		{"GET", "/control/rules", "behaviours that no document confirms", s.getRules},
		{"POST", "/control/rules", `change some of them: {"PLATFORM":{…}}`, s.postRules},
	})
}

// serveControl answers a control request. Failures are JSON too.
func (s *Sandbox) serveControl(w http.ResponseWriter, r *http.Request, rest string) {
	path := strings.TrimRight("/control/"+rest, "/")
	all := s.endpoints()
	if path == "/control" && r.Method == http.MethodGet {
		writeJSON(w, http.StatusOK, map[string]any{"endpoints": s.fillIn(all)})
		return
	}
	var allowed []string
	for _, e := range all {
		if e.Path != path {
			continue
		}
		if e.Method == r.Method {
			status, body, err := e.run(r)
			if err != nil {
				status, body = statusOf(err), problem{err.Error()}
			}
			writeJSON(w, status, body)
			return
		}
		allowed = append(allowed, e.Method)
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeJSON(w, http.StatusMethodNotAllowed, problem{"use " + strings.Join(allowed, " or ")})
		return
	}
	writeJSON(w, http.StatusNotFound, problem{"no such endpoint; GET /control/ lists them"})
}

// fillIn puts the first platform and shop into the examples.
func (s *Sandbox) fillIn(all []endpoint) []endpoint {
	platform, shop := "…", "…"
	if len(s.platforms) > 0 {
		platform = string(s.platforms[0].Name())
	}
	if shops := s.Shops(); len(shops) > 0 {
		platform, shop = string(shops[0].Platform), shops[0].ShopID
	}
	names := strings.NewReplacer("PLATFORM", platform, "SHOP", shop)
	for i := range all {
		all[i].About = names.Replace(all[i].About)
	}
	return all
}

// statusOf returns the HTTP status of an error.
func statusOf(err error) int {
	switch {
	case errors.Is(err, ErrUnknownPlatform), errors.Is(err, ErrUnknownID):
		return http.StatusNotFound
	case errors.Is(err, ErrTaken), errors.Is(err, ErrRefused), errors.Is(err, ErrNoCallback):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// readBody decodes one JSON object into v. A member that v does not have is an
// error: a misspelt one would otherwise be ignored.
func readBody(r *http.Request, v any) error {
	return readStrict(http.MaxBytesReader(nil, r.Body, maxControlBody), v)
}

func readStrict(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("the body is not what this endpoint takes: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}

// writeJSON writes an answer of the control interface.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(stage.Encode(v), '\n')) // a caller that has gone needs no answer
}
