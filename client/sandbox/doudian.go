package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// The one app that Doudian knows here. Invented, and of the platform's form.
const (
	ddAppKey    = "7100000000000000001"
	ddAppSecret = "example-doudian-app-secret-0001"
)

// ddOK is the code of success.
const ddOK = 10000

// doudian is Doudian's side of the wire.
type doudian struct {
	world   World
	assumed DoudianRules
	key     *signing.Key
	methods map[string]ddMethod
	vault   map[string]ddPlain // what stands behind each ciphertext
	orderNo int64              // orders numbered so far

	logistics ddLogistics
	shelves   map[*shop]*ddShelf // what each shop sells
	cases     ddCases
	moves     ddMoves
	wrongKey  *signing.Key // what forged messages are signed with
	requestNo int64        // requests of customer service numbered so far
	dropship  *ddDropship
}

// ddMethod is one method of the platform.
type ddMethod struct {
	open bool // needs no access token
	run  func(c *call) result
}

func newDoudian(w World) *doudian {
	key, err := signing.NewKey(ddAppSecret)
	if err != nil {
		panic("sandbox: " + err.Error()) // only an empty secret is refused
	}
	wrong, err := signing.NewKey("not-" + ddAppSecret)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	d := &doudian{
		world: w, assumed: defaultDoudianRules(), key: key, wrongKey: wrong,
		vault: map[string]ddPlain{}, shelves: map[*shop]*ddShelf{}, logistics: newLogistics(), dropship: newDropship(),
	}
	d.methods = map[string]ddMethod{
		"token.create":           {open: true, run: d.tokenCreate},
		"token.refresh":          {open: true, run: d.tokenRefresh},
		"order.searchList":       {run: d.orderSearchList},
		"order.orderDetail":      {run: d.orderDetail},
		"order.addOrderRemark":   {run: d.orderAddRemark},
		"order.merge":            {run: d.orderMerge},
		"order.orderCancel":      {run: d.orderCancel},
		"order.batchDecrypt":     {run: d.orderBatchDecrypt},
		"order.batchSensitive":   {run: d.orderBatchSensitive},
		"order.batchEncrypt":     {run: d.orderBatchEncrypt},
		"order.BatchSearchIndex": {run: d.orderBatchSearchIndex},
	}
	maps.Copy(d.methods, d.logisticsMethods())
	maps.Copy(d.methods, d.sellerMethods())
	maps.Copy(d.methods, d.afterSaleMethods())
	maps.Copy(d.methods, d.addressMethods())
	maps.Copy(d.methods, d.dropshipMethods())
	return d
}

func (d *doudian) name() mall.Platform { return mall.Doudian }

func (d *doudian) app() app {
	return app{Key: ddAppKey, Secret: ddAppSecret}
}

// rules are what is assumed now.
func (d *doudian) rules() *DoudianRules { return &d.assumed }

func (d *doudian) rulesCopy() any {
	copied := d.assumed.clone()
	return &copied
}

func (d *doudian) setRules(rules any) error {
	next := rules.(*DoudianRules)
	if err := next.check(); err != nil {
		return err
	}
	d.assumed = next.clone()
	return nil
}

// identify reads what the call is. The path names the method; letter case
// matters. Parameters are the body or, where that is empty, the query's.
func (d *doudian) identify(c *call) {
	c.method = strings.ReplaceAll(c.path, "/", ".")
	c.sign, c.token = c.query.Get("sign"), c.query.Get("access_token")
	c.params = string(c.body)
	if len(c.body) == 0 && d.rules().ParamsInQuery {
		c.params = c.query.Get("param_json")
	}
	if strings.HasPrefix(strings.ToLower(c.method), "token.") {
		c.logParams = redactParams(c.params) // also of a method misspelt
	}
	switch c.method {
	case "token.create":
		d.identifyCreate(c)
	case "token.refresh":
		d.identifyRefresh(c)
	default:
		c.shop, _ = d.world.ByAccessToken(c.token)
	}
}

// answer judges the call as the platform's gateway does and carries it out.
func (d *doudian) answer(c *call) result {
	m, ok := d.methods[c.method]
	if !ok {
		return refuse(70000, "isp.api-service-off", "API "+c.method+" 不存在或已下线")
	}
	if r, ok := d.checkGate(c); !ok {
		return r
	}
	if !m.open {
		if r, ok := d.checkToken(c); !ok {
			return r
		}
	}
	var object map[string]json.RawMessage
	if err := decodeExact([]byte(c.params), &object); err != nil || object == nil {
		return refuse(40003, "isv.parameter-format-invalid", "param_json不是合法的JSON对象")
	}
	if !d.world.Allow(c) {
		return d.throttled(c)
	}
	return m.run(c)
}

// parse reads the parameters into v, a pointer to a struct of lenient fields.
func parse(c *call, v any) (result, bool) {
	if err := json.Unmarshal([]byte(c.params), v); err != nil {
		return refuse(40003, "isv.parameter-format-invalid", "参数类型错误"), false
	}
	return result{}, true
}

// ddMessages are the platform's words for its codes.
var ddMessages = map[int]string{
	ddOK:  "success",
	20000: "系统错误",
	30001: "操作权限不足",
	40001: "缺少必选参数",
	40002: "缺少必选参数",
	40003: "非法的参数",
	40004: "非法的参数",
	50001: "平台处理失败",
	50002: "业务处理失败",
	60000: "触发限流，请稍后重试",
	70000: "接口已下线",
	80000: "风控拦截",
	90000: "未知错误",
}

// refuse is a refusal with the platform's code.
func refuse(code int, sub, subMsg string) result {
	return result{code: code, sub: sub, msg: ddMessages[code], subMsg: subMsg}
}

func (d *doudian) success(data json.RawMessage) result {
	return result{code: ddOK, msg: ddMessages[ddOK], data: data}
}

// succeed is success with a value of ours, which always encodes.
func (d *doudian) succeed(data any) result { return d.success(encode(data)) }

func (d *doudian) throttled(*call) result {
	return refuse(60000, "isv.traffic-limited", "请求太频繁，请稍后重试")
}

func (d *doudian) failure(armed result) result {
	if armed.silent() {
		return refuse(20000, "isp.service-error:20005", "系统繁忙，请稍后重试")
	}
	r := refuse(or(armed.code, 20000), armed.sub, armed.subMsg)
	if armed.msg != "" {
		r.msg = armed.msg
	}
	return r
}

// encode writes the envelope by hand, so that a page of orders is copied once
// and not parsed again. The new members are always there, the old ones unless
// the caller declined them.
func (d *doudian) encode(c *call, r result) []byte {
	old := c.header.Get("x-open-no-old-err-code") != "1"
	var b bytes.Buffer
	b.Grow(len(r.data) + 256)
	b.WriteByte('{')
	if !old || r.code == ddOK || !d.rules().OldErrorsOnly {
		fmt.Fprintf(&b, `"code":%d,"msg":%s,"sub_code":%s,"sub_msg":%s,`, r.code, encode(r.msg), encode(r.sub), encode(r.subMsg))
	}
	if old {
		message := r.subMsg
		if r.code == ddOK {
			message = r.msg
		}
		fmt.Fprintf(&b, `"err_no":%d,"message":%s,`, ddOldCode(r), encode(message))
	}
	fmt.Fprintf(&b, `"log_id":%s`, encode(c.logID))
	if !r.noData {
		b.WriteString(`,"data":`)
		if len(r.data) == 0 {
			b.WriteString("null")
		}
		b.Write(r.data)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// ddOldCodes are the codes of before, by new sub code. Note the clash: 30002
// was "token expired", and is now "address not in the white list".
var ddOldCodes = map[string]int{
	"isv.app-permissions-insufficient": 2,
	"isv.signature-missing":            3,
	"isv.signature-invalid":            11,
	"isv.parameter-format-invalid":     6,
	"isv.traffic-limited":              9,
	"isv.access-token-expired":         30002,
	"isv.access-token-no-existed":      30005,
	"dop.authorization-no-existed":     30003,
	"dop.authorization-closed":         30006,
}

// ddOldCode says a result in the old codes.
func ddOldCode(r result) int {
	if r.code == ddOK {
		return 0
	}
	if n, ok := ddOldCodes[r.sub]; ok {
		return n
	}
	switch r.code {
	case 40001, 40002:
		return 3
	case 40003, 40004:
		return 4
	case 30001:
		return 30001
	}
	return 7 // server fault
}

func (d *doudian) firstShop() int64 { return 10_000_001 }

// Lives of Doudian's tokens.
const (
	ddAccessLife  = 7 * 24 * time.Hour
	ddRefreshLife = 14 * 24 * time.Hour
	ddOverlap     = time.Hour // the last hour, and how long the old pair lives on
	ddCodeLife    = 10 * time.Minute
)

func (d *doudian) codeLife() time.Duration { return ddCodeLife }

func (d *doudian) replaceTokens(sh *shop) {
	d.issue(sh, d.world.Now(), d.world.Now())
}
