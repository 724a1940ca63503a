package sandbox_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

const (
	ksShop1 = "1000000001"
	ksShop2 = "1000000002"
)

// ksWire calls Kuaishou's part of a served sandbox as a program without our
// library would.
type ksWire struct{ *wire }

func serveKS(t *testing.T, opts ...sandbox.Option) ksWire {
	t.Helper()
	s := sandbox.New(append([]sandbox.Option{sandbox.WithClock(still)}, opts...)...)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return ksWire{&wire{
		t: t, s: s, base: srv.URL, app: s.Manifest(srv.URL).Platforms[mall.Kuaishou],
		http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}}
}

// ksEmptyShop serves a sandbox whose one shop has no orders.
func ksEmptyShop(t *testing.T) ksWire {
	t.Helper()
	w := serveKS(t, sandbox.WithoutExamples())
	_, err := w.s.On(mall.Kuaishou).AddShop(ksShop1, "")
	require.NoError(t, err)
	return w
}

// ksRequest is a call before it is sent; tests spoil it where they like.
type ksRequest struct {
	verb string
	path string
	form url.Values
}

// ksAnswer is an answer as received.
type ksAnswer struct {
	raw []byte

	Result    int             `json:"result"`
	Msg       string          `json:"msg"`
	ErrorMsg  string          `json:"error_msg"`
	Error     string          `json:"error"`
	RequestID string          `json:"requestId"`
	Data      json.RawMessage `json:"data"`
}

// outcome is what a failure is known by.
func (a ksAnswer) outcome() string {
	return strings.TrimSpace(strconv.Itoa(a.Result) + " " + a.ErrorMsg)
}

// data decodes the data of a success.
func (a ksAnswer) data(t *testing.T, v any) {
	t.Helper()
	require.Equal(t, 1, a.Result, "%s", a.raw)
	require.NoError(t, json.Unmarshal(a.Data, v), "%s", a.raw)
}

// ksSign is the platform's rule, from its description.
func ksSign(secret string, form url.Values) string {
	var pairs []string
	for _, name := range []string{"access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"} {
		if form.Has(name) {
			pairs = append(pairs, name+"="+form.Get(name))
		}
	}
	slices.Sort(pairs)
	text := strings.Join(pairs, "&") + "&signSecret=" + secret
	if form.Get("signMethod") == "MD5" {
		sum := md5.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// build makes a correct request. What is sent by POST is a form.
func (w ksWire) build(verb, method, token string, param any) *ksRequest {
	w.t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(w.t, e.Encode(param))
	r := &ksRequest{verb: verb, path: "/" + strings.ReplaceAll(method, ".", "/"), form: url.Values{}}
	for name, value := range map[string]string{
		"appkey": w.app.AppKey, "method": method, "version": "1", "param": strings.TrimSpace(b.String()), "access_token": token,
		"timestamp": strconv.FormatInt(w.s.Now().UnixMilli(), 10), "signMethod": "HMAC_SHA256",
	} {
		r.form.Set(name, value)
	}
	w.resign(r)
	return r
}

// resign signs the request as it stands.
func (w ksWire) resign(r *ksRequest) { r.form.Set("sign", ksSign(w.app.SignSecret, r.form)) }

// send sends the request as it stands: a form by POST, else in the query.
func (w ksWire) send(r *ksRequest) ksAnswer {
	w.t.Helper()
	text := w.app.Gateway + r.path
	body := r.form.Encode()
	if r.verb != http.MethodPost {
		text, body = text+"?"+body, ""
	}
	req, err := http.NewRequestWithContext(w.t.Context(), r.verb, text, strings.NewReader(body))
	require.NoError(w.t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	return w.do(req)
}

func (w ksWire) do(req *http.Request) (a ksAnswer) {
	w.t.Helper()
	resp, err := w.http.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	require.Equal(w.t, http.StatusOK, resp.StatusCode, "errors come with HTTP 200")
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	require.NoError(w.t, err)
	a.raw = b.Bytes()
	require.NoError(w.t, json.Unmarshal(a.raw, &a), "%s", a.raw)
	return a
}

// get and post make a correct call of shop 1 with its token of the moment.
func (w ksWire) get(method string, param any) ksAnswer {
	w.t.Helper()
	return w.send(w.build(http.MethodGet, method, w.shop(ksShop1).AccessToken, param))
}

func (w ksWire) post(method string, param any) ksAnswer {
	w.t.Helper()
	return w.send(w.build(http.MethodPost, method, w.shop(ksShop1).AccessToken, param))
}

// oauth calls a token method.
func (w ksWire) oauth(verb, path string, form map[string]string) ksAnswer {
	w.t.Helper()
	r := &ksRequest{verb: verb, path: path, form: url.Values{}}
	for name, value := range form {
		r.form.Set(name, value)
	}
	return w.send(r)
}

// ksOrder is what the tests read of an order.
type ksOrder struct {
	Base struct {
		OID        int64  `json:"oid"`
		Status     int    `json:"status"`
		Created    int64  `json:"createTime"`
		Updated    int64  `json:"updateTime"`
		Paid       int64  `json:"payTime"`
		Sent       int64  `json:"sendTime"`
		Received   int64  `json:"recvTime"`
		TotalFee   int64  `json:"totalFee"`
		Promise    int64  `json:"validPromiseShipmentTimeStamp"`
		Holds      []int  `json:"disableDeliveryReasonCode"`
		RiskCode   int    `json:"riskCode"`
		CPS        int    `json:"cpsType"`
		Activities []int  `json:"allActivityType"`
		Remark     string `json:"remark"`
		NewBuyer   *bool  `json:"shopNewBuyer"`
	} `json:"orderBaseInfo"`
	Item struct {
		SKUID int64 `json:"skuId"`
		Num   int64 `json:"num"`
		Price int64 `json:"price"`
		Prev  *struct {
			SKUID int64 `json:"skuId"`
		} `json:"itemPrevInfo"`
	} `json:"orderItemInfo"`
	Logistics []struct {
		ExpressNo string `json:"expressNo"`
	} `json:"orderLogisticsInfo"`
	Note struct {
		List []struct {
			Created int64  `json:"createTime"`
			Note    string `json:"note"`
			Flag    string `json:"flagTagCode"`
		} `json:"orderNoteInfo"`
	} `json:"orderNote"`
	Address struct {
		Name    *string `json:"encryptedConsignee"`
		Mobile  *string `json:"encryptedMobile"`
		Address *string `json:"encryptedAddress"`
		Mask    *string `json:"desensitiseMobile"`
		City    string  `json:"city"`
	} `json:"orderAddress"`
	Delivery struct {
		Num       int64  `json:"deliveryNum"`
		Status    int    `json:"deliveryStatus"`
		AddressID string `json:"openAddressId"`
	} `json:"orderDeliveryInfo"`
	Gifts []struct {
		Base struct {
			OID    int64 `json:"oid"`
			Status int   `json:"status"`
		} `json:"subOrderBaseInfo"`
		Type int `json:"subOrderType"`
	} `json:"subOrderInfo"`
	Steps *struct {
		Status struct {
			Joined int `json:"orderPayStatus"`
		} `json:"orderPaymentStatus"`
		List []struct {
			Status int `json:"payStepStatus"`
		} `json:"orderPaymentSteps"`
	} `json:"orderStepInfo"`
	Audit *struct {
		Status int `json:"auditStatus"`
	} `json:"addressUpdateAuditInfo"`
	Refunds []struct {
		ID  int64  `json:"refundId"`
		Way *int64 `json:"handlingWay"`
	} `json:"orderRefundList"`
	NewRefunds []struct {
		ID  int64  `json:"refundId"`
		Way *int64 `json:"handlingWay"`
	} `json:"orderDetailRefundList"`
}

func (o ksOrder) id() string { return strconv.FormatInt(o.Base.OID, 10) }

// ksPage is the data of open.order.cursor.list.
type ksPage struct {
	Size   int       `json:"pageSize"`
	Cursor string    `json:"cursor"`
	List   []ksOrder `json:"orderList"`
}

func (p ksPage) ids() []string {
	ids := []string{}
	for _, o := range p.List {
		ids = append(ids, o.id())
	}
	return ids
}

// query calls open.order.cursor.list for shop 1, laying param over a plain query.
func (w ksWire) query(param map[string]any) ksAnswer {
	w.t.Helper()
	now := w.s.Now().UnixMilli()
	q := map[string]any{
		"orderViewStatus": 1, "pageSize": 50, "cursor": "", "beginTime": now - 7*86400_000, "endTime": now,
	}
	for k, v := range param {
		q[k] = v
		if v == nil {
			delete(q, k)
		}
	}
	return w.get("open.order.cursor.list", q)
}

func (w ksWire) search(param map[string]any) (p ksPage) {
	w.t.Helper()
	w.query(param).data(w.t, &p)
	return p
}

// walk follows the cursor to its end.
func (w ksWire) walk(param map[string]any, between func(page int)) (pages []ksPage) {
	w.t.Helper()
	q := map[string]any{}
	for k, v := range param {
		q[k] = v
	}
	for {
		p := w.search(q)
		pages = append(pages, p)
		if p.Cursor == "nomore" {
			return pages
		}
		require.Less(w.t, len(pages), 200, "the cursor does not end")
		q["cursor"] = p.Cursor
		if between != nil {
			between(len(pages))
		}
	}
}

// detail calls open.order.detail for shop 1.
func (w ksWire) detail(id string) (o ksOrder) {
	w.t.Helper()
	w.get("open.order.detail", map[string]any{"oid": json.Number(id)}).data(w.t, &o)
	return o
}

// add makes an order of shop 1.
func (w ksWire) add(fields any) string {
	w.t.Helper()
	id, err := w.s.On(mall.Kuaishou).AddOrder(ksShop1, fields)
	require.NoError(w.t, err)
	return id
}
