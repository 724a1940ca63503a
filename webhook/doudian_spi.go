package webhook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
	"github.com/mallwire/mall/signing"
)

// DoudianSPI takes two of Doudian's SPI calls: those that ask for a spec change
// (商品规格更新) and for an intercept (拦截发货), which keeps goods from leaving. Other
// calls are refused. AppKey and Secrets are required.
//
// A call carries two signatures, of which one is enough, and param_json may be
// signed with < > & escaped or not: see package signing. The platform has not
// published the names, fields and answers of the two calls. What stands here are
// guesses, to be corrected in [DoudianSpecChange] and [DoudianIntercept].
type DoudianSPI struct {
	AppKey  string
	Secrets []mall.Secret // several while the secret is being changed
	// Tolerance is how far the signed time may be from ours, before or after it.
	// Zero means 10 minutes. What the platform itself allows is not known.
	Tolerance time.Duration
	// Wait is how long the platform waits for the answer, which is due a second
	// earlier. Zero means 4 seconds. The platform's figure is not known.
	Wait time.Duration
	// SpecChange and Intercept say what the calls about a spec change (改规格) and
	// about keeping goods from leaving (拦截发货) look like. Nil means the guess
	// that [DoudianSPI.WithDefaults] fills in.
	SpecChange *DoudianSpecChange
	Intercept  *DoudianIntercept
}

// WithDefaults returns p with a value for every setting that p leaves open, so
// that one part of a guess can be corrected and the rest be kept:
//
//	spi = spi.WithDefaults()
//	spi.SpecChange.ToSKU = "new_sku_id"
//
// What p points to is not changed.
func (p DoudianSPI) WithDefaults() DoudianSPI {
	p.Tolerance = cmp.Or(p.Tolerance, 10*time.Minute)
	p.Wait = cmp.Or(p.Wait, 4*time.Second)
	p.SpecChange = orClone(p.SpecChange, ddSpecChange)
	p.Intercept = orClone(p.Intercept, ddIntercept)
	return p
}

// orClone returns a copy of what v points to; what guess returns where v is nil.
func orClone[T any](v *T, guess func() *T) *T {
	if v == nil {
		return guess()
	}
	return new(*v)
}

func (p DoudianSPI) start() (endpoint, error) {
	keys, err := ddKeys("DoudianSPI", p.AppKey, p.Secrets)
	p = p.WithDefaults()
	if p.Tolerance < 0 {
		err = errors.Join(err, fmt.Errorf("DoudianSPI.Tolerance is %v: must not be negative", p.Tolerance))
	}
	if p.Wait <= ddMargin {
		err = errors.Join(err, fmt.Errorf("DoudianSPI.Wait is %v: must be more than %v", p.Wait, ddMargin))
	}
	s := &ddSPI{
		appKey: p.AppKey, keys: keys, tolerance: p.Tolerance, wait: p.Wait,
		spec: *p.SpecChange, intercept: *p.Intercept,
	}
	return s, errors.Join(err, p.SpecChange.check(), p.Intercept.check())
}

// ddMargin is how long an answer may take to reach the platform.
const ddMargin = time.Second

type ddSPI struct {
	appKey          string
	keys            []*signing.Key
	tolerance, wait time.Duration
	spec            DoudianSpecChange
	intercept       DoudianIntercept
}

func (*ddSPI) platform() mall.Platform { return mall.Doudian }

func (s *ddSPI) limit() time.Duration { return s.wait - ddMargin }

// errOtherCall stands below the error for a genuine call that is not one of
// those that this verifier reads.
var errOtherCall = errors.New("webhook: another call")

func (s *ddSPI) verify(r *http.Request, body []byte, now time.Time) ([]byte, Kind, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // err quotes the query
		return nil, "", malformed("the query cannot be read")
	}
	for _, values := range query {
		if len(values) > 1 {
			return nil, "", malformed("a parameter of the query is there twice")
		}
	}
	params := body
	switch r.Method {
	case http.MethodPost:
	case http.MethodGet:
		params = []byte(query.Get("param_json"))
	default:
		return nil, "", malformed("an SPI call is a GET or a POST")
	}
	if query.Get("app_key") != s.appKey {
		return nil, "", forged("app_key does not name this app")
	}
	call := signing.DoudianSPI{
		AppKey: s.appKey, ParamJSON: params, Timestamp: query.Get("timestamp"),
		SignMethod: signing.SignMethod(query.Get("sign_method")),
	}
	if err := call.Check(query.Get("sign"), query.Get("sign_v2"), s.keys...); err != nil {
		return nil, "", ddForged(err)
	}
	if at, ok := readMoment(call.Timestamp); !ok || at.Sub(now).Abs() > s.tolerance {
		return nil, "", forged("the signed time is not within %v of ours", s.tolerance)
	}
	switch {
	case s.intercept.is(r.URL.Path, query.Get("method")):
		return params, kindIntercept, nil
	case s.spec.Method == "" || s.spec.Method == query.Get("method"):
		return params, kindSpecChange, nil
	}
	return nil, "", &mall.Error{
		Kind: mall.ErrNotSupported, Message: "the call is neither a spec change nor an intercept", Err: errOtherCall,
	}
}

func (*ddSPI) acknowledges([]byte) bool { return false }

func (s *ddSPI) open(content []byte, call Kind, c mall.Codec) ([]task, error) {
	if call == "" {
		return nil, rejected(mall.ErrInvalid, "an SPI call cannot be answered later")
	}
	// With its keys in order, so that one request spelt in two ways is one request.
	canonical, err := signing.CanonicalJSON(nil, content)
	if err != nil || !utf8.Valid(content) {
		return nil, malformed("param_json is not JSON in UTF-8")
	}
	params, err := ddParamsOf(canonical)
	if err != nil {
		return nil, err
	}
	r, answer, err := s.question(call, params)
	if err != nil {
		return nil, err
	}
	r.Raw = canonical
	return []task{{
		event:   Event{Platform: mall.Doudian, ShopID: r.ShopID, Kind: call, ID: r.ID, At: r.Requested, Raw: canonical},
		key:     ddQuestionKey(call, r, canonical),
		payload: r,
		verdict: func(v change.Verdict) ([]byte, error) { return c.Marshal(answer(v)) },
	}}, nil
}

// question reads what a call asks, and returns how its answer is written.
func (s *ddSPI) question(call Kind, params ddParams) (change.Request, func(change.Verdict) any, error) {
	r, err := s.spec.read(params)
	switch {
	case call == kindSpecChange:
		return r, s.spec.Answer, err
	case err == nil:
		// What tells the two calls apart is not signed, so somebody could send a
		// spec change that he recorded as an intercept.
		return r, nil, malformed("a spec change where an intercept should be")
	}
	r, err = s.intercept.read(params)
	return r, s.intercept.Answer, err
}

// ddQuestionKey tells requests apart. One that is repeated may tell of another
// moment, but asks for the same. Where a request has no id, all of it counts.
func ddQuestionKey(call Kind, r change.Request, canonical []byte) string {
	content := canonical
	if r.ID != "" {
		asked := []string{string(call), r.ID, r.OrderID, r.LineID}
		if call == kindSpecChange {
			asked = append(asked, r.FromSKU.ID, r.ToSKU.ID, r.ToSKU.Code, strconv.FormatInt(r.Quantity, 10))
		}
		content, _ = json.Marshal(asked) // texts always encode
	}
	sum := sha256.Sum256(content)
	return strings.Join([]string{"doudian", string(call), r.ShopID, "sha256:" + hex.EncodeToString(sum[:])}, "/")
}

// success is never sent, since every call asks something.
func (*ddSPI) success() []byte { return []byte(`{"code":0,"message":"success","data":{}}`) }

// failure says that nothing was decided. Sources of the codes: the tables of the
// instant-retail SPIs in ldxtechteam/doudiansdk:spi, and
// renhonghai/doudian-sdk:src/Constants/ResponseConstant.php.
func (*ddSPI) failure(err error) []byte {
	e, _ := errors.AsType[*mall.Error](err)
	switch {
	case errors.Is(err, ErrRejected) && e.Kind == mall.ErrSignature:
		return []byte(`{"code":100001,"message":"rejected","data":null}`)
	case errors.Is(err, ErrRejected):
		return []byte(`{"code":400002,"message":"rejected","data":null}`)
	case errors.Is(err, errOtherCall):
		return []byte(`{"code":200001,"message":"not served here","data":null}`)
	}
	return []byte(`{"code":500001,"message":"nothing was decided, try again","data":null}`)
}
