package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// DoudianService is how Doudian puts a request of customer service to the app.
// All of it is a GUESS: that the services exist is public
// (www.douchacha.com/article/details/3iskmepr.html), their wire form is not.
type DoudianService struct {
	// Path is appended to the SPI URL; empty appends nothing.
	Path string `json:"path"`
	// Method is the query parameter of that name, by which an app may tell the
	// services apart. It is not signed. Empty sends none.
	Method string `json:"method"`
	// Fields gives each piece of information its name in the parameters, with
	// dots for objects inside objects; an empty name leaves it out. The keys
	// are those of [DefaultRules].
	Fields map[string]string `json:"fields"`
	// Where the verdict is in the answer, with dots. Accepted is true, 1 or
	// their text when the app agrees; an empty Accepted takes the code 0 of
	// the envelope for agreement.
	Accepted string `json:"accepted"`
	Code     string `json:"code"`
	Reason   string `json:"reason"`
}

// The GUESSes.
var (
	ddSpecChangeFields = []string{
		"shop_id", "shop_order_id", "sku_order_id", "product_id", "before_sku_id", "after_sku_id", "after_sku_code",
		"after_spec", "num", "operator", "operate_time", "request_id", "reason",
	}
	ddInterceptFields = []string{
		"shop_id", "shop_order_id", "sku_order_id", "operator", "operate_time", "request_id", "reason",
	}
)

func ddGuess(path string, fields []string) DoudianService {
	g := DoudianService{Path: path, Fields: map[string]string{}, Accepted: "data.success", Code: "data.reason_code", Reason: "data.reason"}
	for _, name := range fields {
		g.Fields[name] = name
	}
	return g
}

func (g DoudianService) check(name string, fields []string) error {
	for key, path := range g.Fields {
		if !slices.Contains(fields, key) {
			return fmt.Errorf("sandbox: %s has no field %.40q; there are %q", name, key, fields)
		}
		if path != "" && slices.Contains(strings.Split(path, "."), "") {
			return fmt.Errorf("sandbox: %s: %.40q is not a path", name, path)
		}
	}
	return nil
}

// ddAbout is what eligibility is judged by.
type ddAbout struct {
	Status    fact          `json:"order_status"`
	OrderType fact          `json:"order_type"`
	Biz       fact          `json:"biz"`
	Lines     []ddAboutLine `json:"sku_order_list"`
}

type ddAboutLine struct {
	ID         ddText `json:"order_id"`
	Status     fact   `json:"order_status"`
	OrderType  fact   `json:"order_type"`
	Biz        fact   `json:"biz"`
	GoodsType  fact   `json:"goods_type"`
	Inspection fact   `json:"quality_inspection_status"`
	ProductID  ddText `json:"product_id_str"`
	SKUID      fact   `json:"sku_id"`
	Count      fact   `json:"item_num"`
}

// ask puts a request of customer service into the platform's form.
func (d *doudian) ask(service string, r wish) (asked, error) {
	rec, err := d.world.Order(r.OrderID)
	if err != nil {
		return asked{}, err
	}
	if r.ShopID != "" && r.ShopID != rec.shop.id {
		return asked{}, errorf(ErrUnknownID, "order %s of shop %.40q", rec.id, r.ShopID)
	}
	var o ddAbout
	_ = json.Unmarshal(rec.wire, &o) // of an order made unreadable, what can be read
	a := asked{orderID: rec.id, shopID: rec.shop.id}
	a.op = operation{Operator: r.Operator, RequestID: r.RequestID}
	if a.op.Operator == "" {
		a.op.Operator = "示例客服"
	}
	if a.op.RequestID == "" {
		d.requestNo++
		a.op.RequestID = fmt.Sprintf("sandbox-%06d", d.requestNo)
	}
	line, err := o.line(service, r.LineID)
	if err != nil {
		return asked{}, err
	}
	values := map[string]any{
		"shop_id": number(rec.shop.id, 0), "shop_order_id": rec.id, "sku_order_id": string(line.ID),
		"operator": a.op.Operator, "operate_time": d.world.Now().Unix(), "request_id": a.op.RequestID, "reason": r.Reason,
	}
	a.op.LineID = string(line.ID)
	refusal, shape := d.refuseIntercept(o), d.rules().Intercept
	if service == serviceSpecChange {
		if r.SKUID == "" && r.Code == "" || r.SKUID != "" && !digits(r.SKUID, 19) {
			return asked{}, fmt.Errorf("sandbox: a spec change needs sku_id, a number, or code")
		}
		a.op.From, a.op.To = strconv.FormatInt(int64(line.SKUID), 10), r.SKUID
		if r.SKUID == "" {
			a.op.To = r.Code
		}
		values["product_id"], values["before_sku_id"] = string(line.ProductID), a.op.From
		values["after_sku_id"], values["after_sku_code"] = r.SKUID, r.Code
		if values["num"] = r.Quantity; r.Quantity == 0 {
			values["num"] = int64(line.Count)
		}
		if r.Specs != nil {
			values["after_spec"] = r.Specs
		}
		refusal, shape = d.refuseSpecChange(o, line, r), d.rules().SpecChange
	}
	if refusal != "" && !r.Force {
		return asked{}, errorf(ErrRefused, "order %s: %s", rec.id, refusal)
	}
	a.path, a.method, a.params, a.verdict = shape.Path, shape.Method, shape.params(values), shape.verdict
	return a, nil
}

// line finds the line that the request is about. An intercept may be about all.
func (o ddAbout) line(service string, id string) (ddAboutLine, error) {
	if id == "" {
		switch {
		case service == serviceIntercept:
			return ddAboutLine{}, nil
		case len(o.Lines) == 1:
			return o.Lines[0], nil
		}
		return ddAboutLine{}, fmt.Errorf("sandbox: line_id is missing: the order has %d lines", len(o.Lines))
	}
	for _, l := range o.Lines {
		if string(l.ID) == id {
			return l, nil
		}
	}
	return ddAboutLine{}, errorf(ErrUnknownID, "line %.40q", id)
}

// refuseSpecChange says why customer service has no button for it. The rules
// are those of www.douchacha.com/article/details/3iskmepr.html: waiting for
// payment or preparing; not virtual, cross-border, duty-free or BIC.
func (d *doudian) refuseSpecChange(o ddAbout, l ddAboutLine, r wish) string {
	open := []fact{ddUnpaid, ddPrepare}
	biz := func(list ...fact) bool { return slices.Contains(list, o.Biz) || slices.Contains(list, l.Biz) }
	kind := func(list ...fact) bool {
		return slices.Contains(list, o.OrderType) || slices.Contains(list, l.OrderType)
	}
	switch {
	case !slices.Contains(open, o.Status) || !slices.Contains(open, l.Status):
		return fmt.Sprintf("status %d, line %d: only orders waiting for payment or preparing may be changed", o.Status, l.Status)
	case kind(2, 4, 5) || biz(5, 11, 24) || l.GoodsType == 1:
		return "virtual goods"
	case biz(21, 22, 23):
		return "cross-border goods"
	case biz(28, 29):
		return "duty-free goods"
	case int(l.Inspection) >= d.rules().InspectedFrom:
		return "quality-inspected (BIC) goods"
	case r.SKUID != "" && r.SKUID == strconv.FormatInt(int64(l.SKUID), 10):
		return "the line has that SKU"
	}
	return ""
}

// refuseIntercept: when customer service may ask is assumed.
func (d *doudian) refuseIntercept(o ddAbout) string {
	if !slices.Contains(d.rules().InterceptStatuses, int64(o.Status)) {
		return fmt.Sprintf("status %d: there is nothing to intercept", o.Status)
	}
	return ""
}

// params puts each value that is there in its place.
func (g DoudianService) params(values map[string]any) []byte {
	params := jsonObject{}
	for key, path := range g.Fields {
		if v := values[key]; path != "" && v != nil && v != "" {
			ddPut(params, strings.Split(path, "."), v)
		}
	}
	return encode(params)
}

func ddPut(object jsonObject, path []string, v any) {
	if len(path) == 1 {
		object[path[0]] = v
		return
	}
	inner, ok := object[path[0]].(jsonObject)
	if !ok {
		inner = jsonObject{}
		object[path[0]] = inner
	}
	ddPut(inner, path[1:], v)
}

// verdict reads the app's answer. An answer that holds no verdict where it
// should refuses.
func (g DoudianService) verdict(a spiReply) (verdict, code, reason string) {
	if a.code == "" || a.status != 200 {
		return verdictUnanswered, "", a.err
	}
	if a.code != "0" {
		return verdictRefused, a.code, a.message
	}
	answer := jsonObject{"code": a.code, "message": a.message}
	var data any
	if decodeExact(a.data, &data) == nil {
		answer["data"] = data
	}
	if g.Accepted == "" || slices.Contains([]string{"true", "1"}, ddAt(answer, g.Accepted)) {
		return verdictAccepted, "", ""
	}
	return verdictRefused, ddAt(answer, g.Code), ddAt(answer, g.Reason)
}

// ddAt is the text of what stands at a path; empty where nothing does.
func ddAt(object jsonObject, path string) string {
	var v any = object
	for name := range strings.SplitSeq(path, ".") {
		inner, _ := v.(jsonObject)
		v = inner[name]
	}
	if flag, ok := v.(bool); ok {
		return strconv.FormatBool(flag)
	}
	return text(v)
}
