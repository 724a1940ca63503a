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

// DoudianSPI takes Doudian's SPI calls, of which those about spec changes
// (商品规格更新) and about keeping goods from leaving (拦截发货) are understood.
// AppKey and Secrets are required.
//
// Either of the two signatures of a call is enough, and param_json may be
// signed with < > & escaped or not: see package signing. The names, fields and
// answers of the two calls are not public; they are guesses that
// [DoudianSpecChange] and [DoudianIntercept] let you correct.
type DoudianSPI struct {
	AppKey  string
	Secrets []mall.Secret // several while the secret is being changed
	// Tolerance is how far the signed time may be from ours, in both
	// directions; zero means 10 minutes. What the platform itself allows is not
	// known.
	Tolerance time.Duration
	// Wait is how long the platform waits for the answer, which is due a
	// second earlier; zero means 4 seconds. The real figure is not known.
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
		appKey: p.AppKey, keys: keys, tolerance: p.Tolerance, wait: p.Wait, spec: *p.SpecChange, intercept: *p.Intercept,
	}
	return s, errors.Join(err, p.SpecChange.check(), p.Intercept.check())
}

// ddMargin is what an answer needs to get there in time.
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
	if err != nil { // the cause quotes the query
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
	call := signing.DoudianSPI{AppKey: s.appKey, ParamJSON: params, Timestamp: query.Get("timestamp"), SignMethod: signing.SignMethod(query.Get("sign_method"))}
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
	return nil, "", &mall.Error{Kind: mall.ErrNotSupported, Message: "the call is neither a spec change nor an intercept", Err: errOtherCall}
}

func (*ddSPI) acknowledges([]byte) bool { return false }

func (s *ddSPI) open(content []byte, call Kind, c mall.Codec) ([]task, error) {
	if call == "" {
		return nil, rejected(mall.ErrInvalid, "an SPI call cannot be answered later")
	}
	// Keys in order: the same request in another spelling is the same request.
	canonical, err := signing.CanonicalJSON(nil, content)
	if err != nil || !utf8.Valid(content) {
		return nil, malformed("param_json is not JSON in UTF-8")
	}
	params, err := ddParamsOf(canonical)
	if err != nil {
		return nil, err
	}
	t := task{event: Event{Platform: mall.Doudian, Kind: call, Raw: canonical}}
	asked := []string{string(call)}
	r, err := s.spec.read(params)
	answer := s.spec.Answer
	switch {
	case call == kindIntercept && err == nil:
		// What tells the calls apart is not signed, so a recorded spec change
		// could be sent here.
		return nil, malformed("a spec change where an intercept should be")
	case call == kindIntercept:
		i, err := s.intercept.read(params)
		if err != nil {
			return nil, err
		}
		i.Raw = canonical
		t.payload, answer = i, s.intercept.Answer
		t.event.ShopID, t.event.ID, t.event.At = i.ShopID, i.ID, i.Requested
		asked = append(asked, i.ID, i.OrderID, i.LineID)
	case err != nil:
		return nil, err
	default:
		r.Raw = canonical
		t.payload = r
		t.event.ShopID, t.event.ID, t.event.At = r.ShopID, r.ID, r.Requested
		asked = append(asked, r.ID, r.OrderID, r.LineID, r.FromSKU.ID, r.ToSKU.ID, r.ToSKU.Code, strconv.FormatInt(r.Quantity, 10))
	}
	t.verdict = func(v change.Verdict) ([]byte, error) { return c.Marshal(answer(v)) }
	// A request that is repeated may tell of another moment, but asks for the
	// same. Without an id of its own, all of it has to be the same.
	content = canonical
	if t.event.ID != "" {
		if content, err = json.Marshal(asked); err != nil {
			return nil, malformed("param_json cannot be written down")
		}
	}
	sum := sha256.Sum256(content)
	t.key = strings.Join([]string{"doudian", string(call), t.event.ShopID, "sha256:" + hex.EncodeToString(sum[:])}, "/")
	return []task{t}, nil
}

// success is for a call that asks nothing, of which there is none.
func (*ddSPI) success() []byte { return []byte(`{"code":0,"message":"success","data":{}}`) }

// failure is not a decision. Sources of the codes: the tables of the
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
