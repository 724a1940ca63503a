package doudian

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Service says how Doudian sends a request of customer service to the app. All
// of it is a GUESS: that the services exist is public
// (www.douchacha.com/article/details/3iskmepr.html), their wire form is not.
type Service struct {
	// Path is appended to the SPI URL; empty appends nothing.
	Path string `json:"path"`
	// Method is the query parameter "method", by which an app may distinguish
	// the services. It is not signed. Empty sends none.
	Method string `json:"method"`
	// Fields maps each value to its name in the parameters, with dots for
	// nested objects; an empty name leaves the value out. The keys are those of
	// a new sandbox.
	Fields map[string]string `json:"fields"`
	// Accepted, Code and Reason are the paths of the verdict in the answer,
	// with dots. The app accepts if the value at Accepted is true, 1 or their
	// text. An empty Accepted takes code 0 of the envelope as acceptance.
	Accepted string `json:"accepted"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}

// The names of the parameters. GUESSES.
var (
	specChangeFields = []string{
		"shop_id", "shop_order_id", "sku_order_id", "product_id", "before_sku_id", "after_sku_id", "after_sku_code",
		"after_spec", "num", "operator", "operate_time", "request_id", "reason",
	}
	interceptFields = []string{
		"shop_id", "shop_order_id", "sku_order_id", "operator", "operate_time", "request_id", "reason",
	}
)

func guessed(path string, fields []string) Service {
	g := Service{Path: path, Fields: map[string]string{}, Accepted: "data.success", Code: "data.reason_code",
		Reason: "data.reason"}
	for _, name := range fields {
		g.Fields[name] = name
	}
	return g
}

func (g Service) check(name string, fields []string) error {
	for key, path := range g.Fields {
		if !slices.Contains(fields, key) {
			return fmt.Errorf("sandbox: %s has no field %.40q; there are %q", name, key, fields)
		}
		if path != "" && slices.Contains(strings.Split(path, "."), "") {
			return fmt.Errorf("sandbox: %s: %.40q is not a path: between dots there must be names", name, path)
		}
	}
	return nil
}

// eligibility is the part of an order that decides whether customer service may
// ask.
type eligibility struct {
	Status    stage.Lax         `json:"order_status"`
	OrderType stage.Lax         `json:"order_type"`
	Biz       stage.Lax         `json:"biz"`
	Lines     []eligibilityLine `json:"sku_order_list"`
}

type eligibilityLine struct {
	ID         lenientText `json:"order_id"`
	Status     stage.Lax   `json:"order_status"`
	OrderType  stage.Lax   `json:"order_type"`
	Biz        stage.Lax   `json:"biz"`
	GoodsType  stage.Lax   `json:"goods_type"`
	Inspection stage.Lax   `json:"quality_inspection_status"`
	ProductID  lenientText `json:"product_id_str"`
	SKUID      stage.Lax   `json:"sku_id"`
	Count      stage.Lax   `json:"item_num"`
}

// Ask turns a request of customer service into the parameters of an SPI call.
func (d *platform) Ask(service string, r stage.Request) (stage.Asked, error) {
	rec, err := d.world.Order(r.OrderID)
	if err != nil {
		return stage.Asked{}, err
	}
	if r.ShopID != "" && r.ShopID != rec.Shop.ID {
		return stage.Asked{}, stage.Errorf(stage.ErrUnknownID, "order %s of shop %.40q", rec.ID, r.ShopID)
	}
	var o eligibility
	_ = json.Unmarshal(rec.Wire, &o) // as far as possible: a test may have made the order unreadable
	a := stage.Asked{OrderID: rec.ID, ShopID: rec.Shop.ID}
	a.Op = stage.Operation{Operator: r.Operator, RequestID: r.RequestID}
	if a.Op.Operator == "" {
		a.Op.Operator = "示例客服"
	}
	if a.Op.RequestID == "" {
		d.requestNo++
		a.Op.RequestID = fmt.Sprintf("sandbox-%06d", d.requestNo)
	}
	line, err := o.line(service, r.LineID)
	if err != nil {
		return stage.Asked{}, err
	}
	values := map[string]any{
		"shop_id": stage.Number(rec.Shop.ID, 0), "shop_order_id": rec.ID, "sku_order_id": string(line.ID),
		"operator": a.Op.Operator, "operate_time": d.world.Now().Unix(), "request_id": a.Op.RequestID, "reason": r.Reason,
	}
	a.Op.LineID = string(line.ID)
	refusal, shape := d.refuseIntercept(o), d.rules.Intercept
	if service == stage.ServiceSpecChange {
		if r.SKUID == "" && r.Code == "" || r.SKUID != "" && !stage.Digits(r.SKUID, 19) {
			return stage.Asked{}, fmt.Errorf("sandbox: a spec change needs sku_id, a number, or code")
		}
		a.Op.From, a.Op.To = strconv.FormatInt(int64(line.SKUID), 10), r.SKUID
		if r.SKUID == "" {
			a.Op.To = r.Code
		}
		values["product_id"], values["before_sku_id"] = string(line.ProductID), a.Op.From
		values["after_sku_id"], values["after_sku_code"] = r.SKUID, r.Code
		if values["num"] = r.Quantity; r.Quantity == 0 {
			values["num"] = int64(line.Count)
		}
		if r.Specs != nil {
			values["after_spec"] = r.Specs
		}
		refusal, shape = d.refuseSpecChange(o, line, r), d.rules.SpecChange
	}
	if refusal != "" && !r.Force {
		return stage.Asked{}, stage.Errorf(stage.ErrRefused, "order %s: %s", rec.ID, refusal)
	}
	a.Path, a.Method, a.Params, a.Verdict = shape.Path, shape.Method, shape.params(values), shape.verdict
	return a, nil
}

// line returns the line that the request is about. An intercept without a line
// is about the whole order.
func (o eligibility) line(service string, id string) (eligibilityLine, error) {
	if id == "" {
		switch {
		case service == stage.ServiceIntercept:
			return eligibilityLine{}, nil
		case len(o.Lines) == 1:
			return o.Lines[0], nil
		}
		return eligibilityLine{}, fmt.Errorf("sandbox: line_id is missing: the order has %d lines", len(o.Lines))
	}
	for _, l := range o.Lines {
		if string(l.ID) == id {
			return l, nil
		}
	}
	return eligibilityLine{}, stage.Errorf(stage.ErrUnknownID, "line %.40q", id)
}

// refuseSpecChange says why customer service cannot ask for a spec change
// (改规格), or "". The rules are those of
// www.douchacha.com/article/details/3iskmepr.html: waiting for payment or
// preparing; not virtual, cross-border, duty-free or BIC.
func (d *platform) refuseSpecChange(o eligibility, l eligibilityLine, r stage.Request) string {
	open := []stage.Lax{statusUnpaid, statusPrepare}
	biz := func(list ...stage.Lax) bool { return slices.Contains(list, o.Biz) || slices.Contains(list, l.Biz) }
	kind := func(list ...stage.Lax) bool {
		return slices.Contains(list, o.OrderType) || slices.Contains(list, l.OrderType)
	}
	switch {
	case !slices.Contains(open, o.Status) || !slices.Contains(open, l.Status):
		return fmt.Sprintf("status %d, line %d: only orders waiting for payment or preparing may be changed",
			o.Status, l.Status)
	case kind(2, 4, 5) || biz(5, 11, 24) || l.GoodsType == 1:
		return "virtual goods"
	case biz(21, 22, 23):
		return "cross-border goods"
	case biz(28, 29):
		return "duty-free goods"
	case int(l.Inspection) >= d.rules.InspectedFrom:
		return "quality-inspected (BIC) goods"
	case r.SKUID != "" && r.SKUID == strconv.FormatInt(int64(l.SKUID), 10):
		return "the line already has that SKU"
	}
	return ""
}

// refuseIntercept says why customer service cannot ask for an intercept (拦截发货),
// or "". In which statuses it may ask is assumed.
func (d *platform) refuseIntercept(o eligibility) string {
	if !slices.Contains(d.rules.InterceptStatuses, int64(o.Status)) {
		return fmt.Sprintf("status %d: there is nothing to intercept", o.Status)
	}
	return ""
}

// params builds the parameters from the values that are present.
func (g Service) params(values map[string]any) []byte {
	params := stage.Object{}
	for key, path := range g.Fields {
		if v := values[key]; path != "" && v != nil && v != "" {
			putAt(params, strings.Split(path, "."), v)
		}
	}
	return stage.Encode(params)
}

func putAt(object stage.Object, path []string, v any) {
	if len(path) == 1 {
		object[path[0]] = v
		return
	}
	inner, ok := object[path[0]].(stage.Object)
	if !ok {
		inner = stage.Object{}
		object[path[0]] = inner
	}
	putAt(inner, path[1:], v)
}

// verdict reads the app's decision. An answer without a value at Accepted is a
// refusal.
func (g Service) verdict(a stage.SPIReply) (verdict, code, reason string) {
	if a.Code == "" || a.Status != 200 {
		return stage.VerdictUnanswered, "", a.Err
	}
	if a.Code != "0" {
		return stage.VerdictRefused, a.Code, a.Message
	}
	answer := stage.Object{"code": a.Code, "message": a.Message}
	var data any
	if stage.Decode(a.Data, &data) == nil {
		answer["data"] = data
	}
	if g.Accepted == "" || slices.Contains([]string{"true", "1"}, textAt(answer, g.Accepted)) {
		return stage.VerdictAccepted, "", ""
	}
	return stage.VerdictRefused, textAt(answer, g.Code), textAt(answer, g.Reason)
}

// textAt returns the value at a path as text, or "".
func textAt(object stage.Object, path string) string {
	var v any = object
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := v.(stage.Object)
		v = inner[name]
	}
	if flag, ok := v.(bool); ok {
		return strconv.FormatBool(flag)
	}
	return stage.Text(v)
}
