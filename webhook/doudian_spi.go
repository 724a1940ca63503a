package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
	"github.com/mallwire/mall/sku"
)

// DoudianSPI takes Doudian's SPI calls, of which the one about spec changes
// (商品规格更新) is understood. AppKey and Secrets are required.
//
// Either of the two signatures of a call is enough, and param_json may be
// signed with < > & escaped or not: see package signing. The name, fields and
// answer of the spec change are not public; they are a guess that
// [DoudianSpecChange] lets you correct.
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
	// SpecChange says what the call looks like; nil means
	// [DefaultDoudianSpecChange].
	SpecChange *DoudianSpecChange
}

func (p DoudianSPI) start() (endpoint, error) {
	keys, err := ddKeys("DoudianSPI", p.AppKey, p.Secrets)
	spec := DefaultDoudianSpecChange()
	if p.SpecChange != nil {
		spec = *p.SpecChange
	}
	s := &ddSPI{appKey: p.AppKey, keys: keys, tolerance: p.Tolerance, wait: p.Wait, spec: spec}
	if s.tolerance == 0 {
		s.tolerance = 10 * time.Minute
	}
	if s.wait == 0 {
		s.wait = 4 * time.Second
	}
	if s.tolerance < 0 {
		err = errors.Join(err, fmt.Errorf("webhook: DoudianSPI.Tolerance is %v: must not be negative", p.Tolerance))
	}
	if s.wait <= ddMargin {
		err = errors.Join(err, fmt.Errorf("webhook: DoudianSPI.Wait is %v: must be more than %v", p.Wait, ddMargin))
	}
	return s, errors.Join(err, spec.check())
}

// ddMargin is what an answer needs to get there in time.
const ddMargin = time.Second

type ddSPI struct {
	appKey          string
	keys            []*signing.Key
	tolerance, wait time.Duration
	spec            DoudianSpecChange
}

func (*ddSPI) platform() mall.Platform { return mall.Doudian }

func (s *ddSPI) limit() time.Duration { return s.wait - ddMargin }

// errOtherCall is a genuine call that is not the one served here.
var errOtherCall = errors.New("webhook: this SPI is not served here")

func (s *ddSPI) verify(r *http.Request, body []byte, now time.Time) ([]byte, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil { // the cause quotes the query
		return nil, malformed("the query cannot be read")
	}
	for _, values := range query {
		if len(values) > 1 {
			return nil, malformed("a parameter of the query is there twice")
		}
	}
	params := body
	switch r.Method {
	case http.MethodPost:
	case http.MethodGet:
		params = []byte(query.Get("param_json"))
	default:
		return nil, malformed("an SPI call is a GET or a POST")
	}
	if query.Get("app_key") != s.appKey {
		return nil, fmt.Errorf("%w: app_key is not ours", ErrSignature)
	}
	call := signing.DoudianSPI{AppKey: s.appKey, ParamJSON: params, Timestamp: query.Get("timestamp"), SignMethod: query.Get("sign_method")}
	if err := signing.CheckDoudianSPI(call, query.Get("sign"), query.Get("sign_v2"), s.keys...); err != nil {
		return nil, ddRefused(err)
	}
	if at, ok := readMoment(call.Timestamp); !ok || at.Sub(now).Abs() > s.tolerance {
		return nil, ErrStale
	}
	if s.spec.Method != "" && query.Get("method") != s.spec.Method {
		return nil, errOtherCall
	}
	return params, nil
}

func (*ddSPI) acknowledges([]byte) bool { return false }

func (s *ddSPI) open(content []byte, c Codec) ([]task, error) {
	// Keys in order: the same request in another spelling is the same request.
	canonical, err := signing.CanonicalJSON(nil, content)
	if err != nil || !utf8.Valid(content) {
		return nil, malformed("param_json is not JSON in UTF-8")
	}
	request, err := s.spec.read(canonical)
	if err != nil {
		return nil, err
	}
	// A repeated request may tell of another moment, but asks for the same.
	asked := canonical
	if request.ID != "" {
		asked, err = json.Marshal([]string{
			request.ID, request.OrderID, request.LineID, request.From.ID, request.To.ID, request.To.Code, fmt.Sprint(request.Quantity),
		})
		if err != nil {
			return nil, malformed("param_json cannot be written down")
		}
	}
	sum := sha256.Sum256(asked)
	return []task{{
		event: Event{
			Platform: mall.Doudian, ShopID: request.ShopID, Kind: KindSpecChange, ID: request.ID, Tag: s.spec.Method,
			At: request.Requested, Raw: []byte(canonical),
		},
		key:     strings.Join([]string{"doudian", "spec", request.ShopID, "sha256:" + hex.EncodeToString(sum[:])}, "/"),
		payload: request,
		verdict: func(v sku.Verdict) ([]byte, error) { return c.Marshal(s.spec.Answer(v)) },
	}}, nil
}

// success is for a call that asks nothing, of which there is none.
func (*ddSPI) success() []byte { return []byte(`{"code":0,"message":"success","data":{}}`) }

// failure is not a decision. Sources of the codes: the tables of the
// instant-retail SPIs in ldxtechteam/doudiansdk:spi, and
// renhonghai/doudian-sdk:src/Constants/ResponseConstant.php.
func (*ddSPI) failure(err error) []byte {
	switch {
	case errors.Is(err, ErrSignature), errors.Is(err, ErrStale):
		return []byte(`{"code":100001,"message":"rejected","data":null}`)
	case errors.Is(err, ErrMalformed), errors.Is(err, ErrTooLarge):
		return []byte(`{"code":400002,"message":"rejected","data":null}`)
	case errors.Is(err, errOtherCall):
		return []byte(`{"code":200001,"message":"not served here","data":null}`)
	}
	return []byte(`{"code":500001,"message":"nothing was decided, try again","data":null}`)
}
