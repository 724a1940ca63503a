// Package toy plays the platform of client/internal/toy. It has its own code
// for the wire and shares only the signature.
package toy

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/toy"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const appKey, appSecret = "toy-app", "toy-secret"

// Codes of the platform.
const (
	ok = iota
	invalid
	badToken
	revoked
	badSignature
	tooFast
	notFound
	busy
)

// platform implements stage.Platform. It pushes nothing and has no rules.
type platform struct{ world stage.World }

// New makes the platform.
func New(w stage.World) stage.Platform { return &platform{w} }

func (*platform) Name() mall.Platform { return toy.Platform }
func (*platform) App() stage.App      { return stage.App{Key: appKey, Secret: appSecret} }
func (*platform) FirstShop() int64    { return 30000001 }

func (p *platform) Identify(c *stage.Call) {
	c.Method, c.Params = strings.ReplaceAll(c.Path, "/", "."), string(c.Body)
	c.Token, c.Sign = c.Header.Get("Toy-Token"), c.Header.Get("Toy-Sign")
	c.Shop, _ = p.world.ByAccessToken(c.Token)
}

func (p *platform) Answer(c *stage.Call) stage.Result {
	at := c.Header.Get("Toy-Time")
	seconds, _ := strconv.ParseInt(at, 10, 64)
	_, grant := p.world.ByAccessToken(c.Token)
	switch {
	case c.Sign != toy.Sign(appSecret, c.Method, at, c.Token, string(c.Body)):
		return stage.Result{Code: badSignature, Msg: "wrong signature"}
	case c.Now.Sub(time.Unix(seconds, 0)).Abs() > 10*time.Minute:
		return stage.Result{Code: badSignature, Msg: "wrong time"}
	case grant.JudgeAccess(c.Now) != stage.StandingGood:
		return stage.Result{Code: badToken, Msg: "wrong token"}
	case c.Shop.Authority != stage.AuthorityGiven:
		return stage.Result{Code: revoked, Msg: "authorisation withdrawn"}
	case !p.world.Allow(c):
		return p.Throttled(c)
	}
	switch c.Method {
	case "order.list":
		return p.list(c)
	case "order.get":
		return p.get(c)
	}
	return stage.Result{Code: invalid, Msg: "no such method"}
}

func (p *platform) list(c *stage.Call) stage.Result {
	var q struct {
		Page, Size int
		From, To   int64
		Created    bool
	}
	if err := json.Unmarshal(c.Body, &q); err != nil || q.Size < 1 || q.Size > 20 || q.Page < 0 {
		return stage.Result{Code: invalid, Msg: "wrong parameters"}
	}
	rows := stage.Within(c.Shop.Book.ByUpdated, func(r *stage.Record) int64 { return r.Updated }, q.From, q.To)
	if q.Created {
		rows = stage.Within(c.Shop.Book.ByCreated, func(r *stage.Record) int64 { return r.Created }, q.From, q.To)
	}
	orders := []json.RawMessage{}
	for _, r := range stage.PageOf(rows, q.Page, q.Size) {
		orders = append(orders, r.Wire)
	}
	return p.Success(stage.Encode(map[string]any{"total": len(rows), "orders": orders}))
}

func (p *platform) get(c *stage.Call) stage.Result {
	var q struct{ ID string }
	if err := json.Unmarshal(c.Body, &q); err != nil {
		return stage.Result{Code: invalid, Msg: "wrong parameters"}
	}
	if r, err := p.world.Order(q.ID); err == nil && r.Shop == c.Shop {
		return p.Success(r.Wire)
	}
	return stage.Result{Code: notFound, Msg: "no such order"}
}

func (*platform) Success(data json.RawMessage) stage.Result {
	return stage.Result{Code: ok, Data: data}
}

func (*platform) Throttled(*stage.Call) stage.Result {
	return stage.Result{Code: tooFast, Msg: "too fast"}
}

func (*platform) Failure(armed stage.Result) stage.Result {
	if armed.Silent() {
		return stage.Result{Code: busy, Msg: "busy"}
	}
	return armed
}

func (*platform) Encode(c *stage.Call, r stage.Result) []byte {
	return stage.Encode(map[string]any{"code": r.Code, "message": r.Msg, "request": c.LogID, "data": r.Data})
}

func (*platform) CodeLife() time.Duration { return time.Minute }

func (p *platform) ReplaceTokens(sh *stage.Shop) {
	sh.Current.Retire(p.world.Now())
	forever := p.world.Now().AddDate(10, 0, 0)
	sh.Issue(forever, forever)
}

// record makes the record of an order from its wire form.
func record(sh *stage.Shop, o stage.Object) *stage.Record {
	return &stage.Record{
		Shop: sh, ID: stage.Text(o["id"]), Wire: stage.Encode(o),
		Created: stage.Number(o["created"], 0), Updated: stage.Number(o["updated"], 0),
	}
}

func (p *platform) NewOrder(sh *stage.Shop, fields stage.Object, status, minutesAgo int) (*stage.Record, error) {
	words := []string{"paid", "unpaid", "paid", "sent", "done"} // the first is the template's
	if status < 0 || status >= len(words) {
		return nil, fmt.Errorf("sandbox: there is no status %d", status)
	}
	sh.OrdersMade++
	at := p.world.Now().Add(-time.Duration(minutesAgo) * time.Minute).Unix()
	o := stage.Object{
		"id": fmt.Sprintf("%s%06d", sh.ID, sh.OrdersMade), "status": words[status], "created": at, "updated": at,
		"items": []any{map[string]any{"sku": "t1", "name": "示例积木", "count": 1, "price": 5900}},
	}
	r := record(sh, stage.Merge(o, fields))
	return r, p.world.AddOrder(r)
}

func (p *platform) ChangeOrder(r *stage.Record, fields stage.Object) error {
	var o stage.Object
	if err := stage.Decode(r.Wire, &o); err != nil {
		return err
	}
	o["updated"] = p.world.Now().Unix()
	p.world.ReplaceOrder(r, record(r.Shop, stage.Merge(o, fields)))
	return nil
}

// Changed does nothing: the platform pushes nothing.

func (*platform) Changed(_, _ *stage.Record) {}
func (*platform) MessageID(int64) string     { return "" }
func (*platform) PushPlan() stage.PushPlan   { return stage.PushPlan{} }

func (*platform) PushRequest(string, []stage.Message, bool) stage.Outgoing { return stage.Outgoing{} }

func (*platform) Probe(url string) stage.Outgoing {
	return stage.Outgoing{Method: http.MethodGet, URL: url}
}
func (*platform) PushTaken(stage.Incoming) bool { return true }
func (*platform) Rules() any                    { return &struct{}{} }
func (*platform) SetRules(any) error            { return nil }

// Seed makes two shops with orders.
func (p *platform) Seed() {
	for _, name := range []string{"示例玩具店", "示例玩具店二"} {
		sh := p.world.AddShop("", name)
		for i := range 12 {
			if _, err := p.NewOrder(sh, nil, 1+i%4, 30+60*i); err != nil {
				panic(err) // every id is a new one
			}
		}
	}
}
