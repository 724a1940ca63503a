package doudian

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// The credentials of the sandbox's one app. Invented, in the platform's form.
const (
	appKey    = "7100000000000000001"
	appSecret = "example-doudian-app-secret-0001"
)

const codeOK = 10000

// platform is Doudian's side of the wire.
type platform struct {
	world   stage.World
	rules   Rules
	key     *signing.Key
	methods map[string]method
	vault   map[string]plaintext // plaintexts by ciphertext
	orderNo int64                // number of order ids made so far

	logistics logisticsState
	shelves   map[*stage.Shop]*shelf // products by shop
	cases     refundCases
	moves     moves
	wrongKey  *signing.Key // signs forged messages
	requestNo int64        // number of customer service requests made so far
	dropship  *dropshipState
}

// method is how one method of the API is answered.
type method struct {
	open bool // needs no access token
	run  func(c *stage.Call) stage.Result
}

// New returns the platform, without shops or orders.
func New(w stage.World) stage.Platform { return newPlatform(w) }

func newPlatform(w stage.World) *platform {
	key, err := signing.NewKey(appSecret)
	if err != nil {
		panic("sandbox: " + err.Error()) // only an empty secret is refused
	}
	wrong, err := signing.NewKey("not-" + appSecret)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	d := &platform{
		world: w, rules: defaultRules(), key: key, wrongKey: wrong,
		vault: map[string]plaintext{}, shelves: map[*stage.Shop]*shelf{}, logistics: newLogistics(),
		dropship: newDropship(),
	}
	d.methods = map[string]method{
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

func (d *platform) Name() mall.Platform { return mall.Doudian }

func (d *platform) App() stage.App {
	return stage.App{Key: appKey, Secret: appSecret}
}

func (d *platform) Rules() any {
	copied := d.rules.clone()
	return &copied
}

func (d *platform) SetRules(rules any) error {
	return stage.KeepRules(&d.rules, rules, Rules.check, Rules.clone)
}

// Identify reads method, shop and parameters. The path names the method,
// case-sensitively. The parameters are the body or, if that is empty,
// param_json of the query.
func (d *platform) Identify(c *stage.Call) {
	c.Method = strings.ReplaceAll(c.Path, "/", ".")
	c.Sign, c.Token = c.Query.Get("sign"), c.Query.Get("access_token")
	c.Params = string(c.Body)
	if len(c.Body) == 0 && d.rules.ParamsInQuery {
		c.Params = c.Query.Get("param_json")
	}
	if strings.HasPrefix(strings.ToLower(c.Method), "token.") {
		c.LogParams = stage.RedactParams(c.Params) // also for misspelt token methods
	}
	switch c.Method {
	case "token.create":
		d.identifyCreate(c)
	case "token.refresh":
		d.identifyRefresh(c)
	default:
		c.Shop, _ = d.world.ByAccessToken(c.Token)
	}
}

// Answer checks the call in the order of the platform's gateway and carries it
// out.
func (d *platform) Answer(c *stage.Call) stage.Result {
	m, ok := d.methods[c.Method]
	if !ok {
		return refuse(70000, "isp.api-service-off", "API "+c.Method+" 不存在或已下线")
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
	if err := stage.Decode([]byte(c.Params), &object); err != nil || object == nil {
		return refuse(40003, "isv.parameter-format-invalid", "param_json不是合法的JSON对象")
	}
	if !d.world.Allow(c) {
		return d.Throttled(c)
	}
	return m.run(c)
}

// parse decodes the parameters into v, a pointer to a struct of lenient fields.
func parse(c *stage.Call, v any) (stage.Result, bool) {
	if err := json.Unmarshal([]byte(c.Params), v); err != nil {
		return refuse(40003, "isv.parameter-format-invalid", "参数类型错误"), false
	}
	return stage.Result{}, true
}

// messages are the platform's texts for its codes.
var messages = map[int]string{
	codeOK: "success",
	20000:  "系统错误",
	30001:  "操作权限不足",
	40001:  "缺少必选参数",
	40002:  "缺少必选参数",
	40003:  "非法的参数",
	40004:  "非法的参数",
	50001:  "平台处理失败",
	50002:  "业务处理失败",
	60000:  "触发限流，请稍后重试",
	70000:  "接口已下线",
	80000:  "风控拦截",
	90000:  "未知错误",
}

// refuse returns a refusal with the platform's code.
func refuse(code int, sub, subMsg string) stage.Result {
	return stage.Result{Code: code, Sub: sub, Msg: messages[code], SubMsg: subMsg}
}

func (d *platform) Success(data json.RawMessage) stage.Result {
	return stage.Result{Code: codeOK, Msg: messages[codeOK], Data: data}
}

// succeed answers with data, which must have a JSON form.
func (d *platform) succeed(data any) stage.Result { return d.Success(stage.Encode(data)) }

func (d *platform) Throttled(*stage.Call) stage.Result {
	return refuse(60000, "isv.traffic-limited", "请求太频繁，请稍后重试")
}

func (d *platform) Failure(armed stage.Result) stage.Result {
	if armed.Silent() {
		return refuse(20000, "isp.service-error:20005", "系统繁忙，请稍后重试")
	}
	r := refuse(cmp.Or(armed.Code, 20000), armed.Sub, armed.SubMsg)
	if armed.Msg != "" {
		r.Msg = armed.Msg
	}
	return r
}

// Encode writes the envelope by hand, so that a page of orders is copied once
// and not decoded again. It always has the new members, and the old ones unless
// the caller's header declines them.
func (d *platform) Encode(c *stage.Call, r stage.Result) []byte {
	old := c.Header.Get("x-open-no-old-err-code") != "1"
	var b bytes.Buffer
	b.Grow(len(r.Data) + 256)
	b.WriteByte('{')
	if !old || r.Code == codeOK || !d.rules.OldErrorsOnly {
		fmt.Fprintf(&b, `"code":%d,"msg":%s,"sub_code":%s,"sub_msg":%s,`, r.Code, stage.Encode(r.Msg),
			stage.Encode(r.Sub), stage.Encode(r.SubMsg))
	}
	if old {
		message := r.SubMsg
		if r.Code == codeOK {
			message = r.Msg
		}
		fmt.Fprintf(&b, `"err_no":%d,"message":%s,`, oldCode(r), stage.Encode(message))
	}
	fmt.Fprintf(&b, `"log_id":%s`, stage.Encode(c.LogID))
	if !r.NoData {
		b.WriteString(`,"data":`)
		if len(r.Data) == 0 {
			b.WriteString("null")
		}
		b.Write(r.Data)
	}
	b.WriteByte('}')
	return b.Bytes()
}

// oldCodes are the old codes, by new sub code. Mind the clash: the old 30002 is
// "token expired", the new one "address not in the white list".
var oldCodes = map[string]int{
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

// oldCode returns the result's code in the old numbering.
func oldCode(r stage.Result) int {
	if r.Code == codeOK {
		return 0
	}
	if n, ok := oldCodes[r.Sub]; ok {
		return n
	}
	switch r.Code {
	case 40001, 40002:
		return 3
	case 40003, 40004:
		return 4
	case 30001:
		return 30001
	}
	return 7 // server fault
}

func (d *platform) FirstShop() int64 { return 10_000_001 }

// How long tokens and codes are valid.
const (
	accessLife  = 7 * 24 * time.Hour
	refreshLife = 14 * 24 * time.Hour
	overlap     = time.Hour // a renewal in the last hour makes a new pair and keeps the old one for as long again
	codeLife    = 10 * time.Minute
)

func (d *platform) CodeLife() time.Duration { return codeLife }

func (d *platform) ReplaceTokens(sh *stage.Shop) {
	d.issue(sh, d.world.Now(), d.world.Now())
}
