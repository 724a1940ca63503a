package kuaishou

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
	"github.com/mallwire/mall/signing"
)

// The credentials of the sandbox's one app. Invented, in the platform's form:
// one secret signs in, another signs calls, and a key encrypts pushes.
const (
	appKey     = "ks600000000000000001"
	appSecret  = "example-kuaishou-app-secret-0001"
	signSecret = "example-kuaishou-sign-secret-0001"
	messageKey = "AAECAwQFBgcICQoLDA0ODw=="
	wrongKey   = "Dw4NDAsKCQgHBgUEAwIBAA==" // encrypts forged messages
)

// codeOK is the only result that means success.
const codeOK = 1

// platform is Kuaishou's side of the wire.
type platform struct {
	world         stage.World
	rules         Rules
	key           *signing.Key
	cipher, wrong *signing.KuaishouCipher
	methods       map[string]method
	appTokens     map[string]time.Time   // expiry of the app's own tokens
	vault         map[string]plaintext   // plaintexts by ciphertext
	shelves       map[*stage.Shop]*shelf // products by shop
	cards         map[string]*specCard   // the newest card of each order, until its SKU is changed
	cardNo        int64                  // number of cards made so far
	orderNo       int64                  // number of order ids made so far
	privacy       privacyState
	cases         refundCases
	dropship      *dropshipState
	logistics     logisticsState
}

// method is how one method of the API is answered.
type method struct {
	verb string // the documented one; the other works too
	open bool   // unsigned and without system parameters: a token method
	app  bool   // takes the app's own token too (GUESS: methods without merchant data); then c.Shop is nil
	pack string // the permission pack that the merchant must have granted; empty: none
	run  func(c *stage.Call) stage.Result
}

// New returns the platform, without shops or orders.
func New(w stage.World) stage.Platform { return newPlatform(w) }

func newPlatform(w stage.World) *platform {
	key, err := signing.NewKey(signSecret)
	if err != nil {
		panic("sandbox: " + err.Error()) // only an empty secret is refused
	}
	k := &platform{
		world: w, rules: defaultRules(), key: key, cipher: newCipher(messageKey), wrong: newCipher(wrongKey),
		methods:   map[string]method{},
		appTokens: map[string]time.Time{}, vault: map[string]plaintext{}, shelves: map[*stage.Shop]*shelf{},
		dropship: newDropship(), logistics: newLogistics(),
	}
	// Which pack a method is in is guessed from the names; for drop-ship it is
	// unknown.
	k.serve("", k.tokenMethods(), k.accountMethods(), k.dropshipMethods())
	k.serve("merchant_order", k.orderMethods(), k.privacyMethods(), k.addressMethods(), k.specMethods())
	k.serve("merchant_refund", k.refundMethods())
	k.serve("merchant_item", k.itemMethods())
	k.serve("merchant_logistics", k.logisticsMethods())
	return k
}

// serve adds methods of a permission pack.
func (k *platform) serve(pack string, groups ...map[string]method) {
	for _, methods := range groups {
		for name, m := range methods {
			m.pack = pack
			k.methods[name] = m
		}
	}
}

func newCipher(messageKey string) *signing.KuaishouCipher {
	c, err := signing.NewKuaishouCipher(messageKey)
	if err != nil {
		panic("sandbox: " + err.Error()) // the keys above are valid
	}
	return c
}

func (k *platform) Name() mall.Platform { return mall.Kuaishou }

func (k *platform) App() stage.App {
	return stage.App{Key: appKey, Secret: appSecret, SignSecret: signSecret, MessageKey: messageKey}
}

func (k *platform) Rules() any {
	copied := k.rules.clone()
	return &copied
}

func (k *platform) SetRules(rules any) error {
	return stage.KeepRules(&k.rules, rules, Rules.check, Rules.clone)
}

// Identify reads method, shop and parameters. The path names the method, with
// slashes for dots, case-sensitively. Parameters come from the query and a form
// in the body together: callers use either or both.
func (k *platform) Identify(c *stage.Call) {
	c.Method = strings.ReplaceAll(c.Path, "/", ".")
	c.Form = formOf(c)
	c.Sign, c.Token, c.Params = c.Form.Get("sign"), c.Form.Get("access_token"), c.Form.Get("param")
	if m, ok := k.methods[c.Method]; ok && m.verb != c.Verb {
		c.Note = "sent by " + c.Verb + "; documented is " + m.verb
	}
	if !strings.HasPrefix(strings.ToLower(c.Method), "oauth") {
		c.Shop, _ = k.world.ByAccessToken(c.Token)
		return
	}
	c.Token = ""
	c.LogParams = loggedParams(c.Form) // also for misspelt token methods
	k.identifyToken(c)
}

// formOf returns the parameters. A body that is no form has none: the
// platform's own demo repeats its query there as JSON.
func formOf(c *stage.Call) url.Values {
	form := maps.Clone(c.Query)
	if kind, _, _ := strings.Cut(c.Header.Get("Content-Type"),
		";"); strings.TrimSpace(strings.ToLower(kind)) != "application/x-www-form-urlencoded" {
		return form
	}
	body, _ := url.ParseQuery(string(c.Body)) // what can be read is used
	for name, values := range body {
		form[name] = append(form[name], values...)
	}
	return form
}

// Answer checks the call in the order of the platform's gateway and carries it
// out.
func (k *platform) Answer(c *stage.Call) stage.Result {
	m, ok := k.methods[c.Method]
	if !ok {
		return k.invalid("接口" + c.Method + "不存在")
	}
	if m.open {
		return m.run(c)
	}
	if r, ok := k.checkGate(c); !ok {
		return r
	}
	if r, ok := k.checkToken(c, m); !ok {
		return r
	}
	var object map[string]json.RawMessage
	if err := stage.Decode([]byte(c.Params), &object); err != nil || object == nil {
		return k.invalid("param不是合法的JSON对象")
	}
	if !k.world.Allow(c) {
		return k.Throttled(c)
	}
	if r, ok := k.world.SpendQuota(c); !ok {
		return r
	}
	return m.run(c)
}

// parse decodes param into v, a pointer to a struct. This platform is strict:
// an id given as text is refused.
func (k *platform) parse(c *stage.Call, v any) (stage.Result, bool) {
	if err := json.Unmarshal([]byte(c.Params), v); err != nil {
		return k.invalid("参数类型错误"), false
	}
	return stage.Result{}, true
}

// parseOne decodes one member of param into v. Without that member it leaves v
// unchanged.
func (k *platform) parseOne(c *stage.Call, name string, v any) (stage.Result, bool) {
	var p map[string]json.RawMessage
	if r, ok := k.parse(c, &p); !ok {
		return r, false
	}
	if p[name] == nil {
		return stage.Result{}, true
	}
	if err := json.Unmarshal(p[name], v); err != nil {
		return k.invalid("参数类型错误"), false
	}
	return stage.Result{}, true
}

// refuse returns a refusal with the platform's number and text.
func refuse(code int, msg string) stage.Result { return stage.Result{Code: code, Msg: msg} }

// invalid refuses the parameters of a call. The number is not documented.
func (k *platform) invalid(msg string) stage.Result {
	return refuse(k.rules.ParameterCode, "参数错误："+msg)
}

// rejected refuses a call for a business reason. The number is the platform's
// general one; only the text tells reasons apart.
func (k *platform) rejected(msg string) stage.Result { return refuse(k.rules.RejectedCode, msg) }

func (k *platform) Success(data json.RawMessage) stage.Result {
	return stage.Result{Code: codeOK, Data: data}
}

// succeed answers with data, which must have a JSON form.
func (k *platform) succeed(data any) stage.Result { return k.Success(stage.Encode(data)) }

// succeedTop answers methods whose payload stands beside result, not in data.
// The payload must be a JSON object.
func (k *platform) succeedTop(payload any) stage.Result {
	return stage.Result{Code: codeOK, Top: stage.Encode(payload)}
}

func (k *platform) Throttled(c *stage.Call) stage.Result {
	return refuse(k.rules.ThrottledCode,
		fmt.Sprintf("Exceed qps limit, KEY [apiId:%s;appkey:%s], MAX_QPS [%.1f]", c.Method, appKey,
			k.world.CallRate(c)))
}

// Exhausted refuses with one of the two texts of the platform's FAQ.
func (k *platform) Exhausted(c *stage.Call, ofApp bool) stage.Result {
	if ofApp {
		return refuse(k.rules.QuotaCode, fmt.Sprintf("Exceed quota limit, KEY [appkey:%s]", appKey))
	}
	shopID := ""
	if c.Shop != nil {
		shopID = c.Shop.ID
	}
	return refuse(k.rules.QuotaCode, fmt.Sprintf("[1017] exceed quota limit,[apiId:%s;primaryUserId:%s]", c.Method,
		shopID))
}

// Failure returns the refusal that an armed fault asks for; without code and
// texts it is "server error", which is documented for the token methods only.
func (k *platform) Failure(armed stage.Result) stage.Result {
	if armed.Silent() {
		return stage.Result{Code: k.rules.BusyCode, Msg: "server_error"}
	}
	armed.Code = cmp.Or(armed.Code, k.rules.BusyCode)
	return armed
}

// Encode writes the envelope by hand, so that a page of orders is copied once
// and not decoded again. Token methods have no envelope.
func (k *platform) Encode(c *stage.Call, r stage.Result) []byte {
	var b bytes.Buffer
	b.Grow(len(r.Data) + len(r.Top) + 256)
	fmt.Fprintf(&b, `{"result":%d`, r.Code)
	switch {
	case !k.methods[c.Method].open:
		msg, failed := "success", ""
		if r.Code != codeOK {
			msg, failed = "", r.Msg
		}
		fmt.Fprintf(&b, `,"msg":%s,"error_msg":%s,"code":"","requestId":%s,"sub_msg":%s,"sub_code":%s`,
			stage.Encode(msg), stage.Encode(failed), stage.Encode(c.LogID), stage.Encode(r.SubMsg), stage.Encode(r.Sub))
	case r.Code != codeOK:
		fmt.Fprintf(&b, `,"error":%s,"error_msg":%s`, stage.Encode(r.Sub), stage.Encode(r.Msg))
	}
	if r.Data != nil && !r.NoData {
		b.WriteString(`,"data":`)
		b.Write(r.Data)
	}
	if members, ok := bytes.CutPrefix(bytes.TrimSpace(r.Top), []byte{'{'}); ok && len(members) > 1 {
		b.WriteByte(',')
		b.Write(members)
		return b.Bytes() // with the brace of top
	}
	b.WriteByte('}')
	return b.Bytes()
}

// FirstShop looks like a merchant's number, which is what shop ids are on the
// platform.
func (k *platform) FirstShop() int64 { return 1_000_000_001 }
