package kuaishou_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The example shops.
const (
	shop1 = "1000000001"
	shop2 = "1000000002"
)

// wire calls Kuaishou's platform of a sandbox.
type wire struct{ *wiretest.Wire }

func serve(t *testing.T, opts ...sandbox.Option) wire {
	t.Helper()
	return wire{wiretest.New(t, mall.Kuaishou, opts...)}
}

// emptyShop makes a sandbox whose one shop has no orders.
func emptyShop(t *testing.T) wire {
	t.Helper()
	return wire{wiretest.Empty(t, mall.Kuaishou, shop1)}
}

// request is a call before it is sent; tests change it as they like.
type request struct {
	verb string
	path string
	form url.Values
}

// answer is an answer as received.
type answer struct {
	raw []byte

	Result    int             `json:"result"`
	Msg       string          `json:"msg"`
	ErrorMsg  string          `json:"error_msg"`
	Error     string          `json:"error"`
	RequestID string          `json:"requestId"`
	Data      json.RawMessage `json:"data"`
}

// outcome returns result and error_msg of an answer.
func (a answer) outcome() string {
	return strings.TrimSpace(strconv.Itoa(a.Result) + " " + a.ErrorMsg)
}

// data decodes the data of a success.
func (a answer) data(t *testing.T, v any) {
	t.Helper()
	require.Equal(t, 1, a.Result, "%s", a.raw)
	require.NoError(t, json.Unmarshal(a.Data, v), "%s", a.raw)
}

// sign follows the platform's description.
func sign(secret string, form url.Values) string {
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

// build makes a correct request. The parameters of a POST are a form.
func (w wire) build(verb, method, token string, param any) *request {
	w.T.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(w.T, e.Encode(param))
	r := &request{verb: verb, path: "/" + strings.ReplaceAll(method, ".", "/"), form: url.Values{}}
	for name, value := range map[string]string{
		"appkey": w.App.AppKey, "method": method, "version": "1", "param": strings.TrimSpace(b.String()), "access_token": token,
		"timestamp": strconv.FormatInt(w.Box.Now().UnixMilli(), 10), "signMethod": "HMAC_SHA256",
	} {
		r.form.Set(name, value)
	}
	w.resign(r)
	return r
}

// resign signs the request as it stands.
func (w wire) resign(r *request) { r.form.Set("sign", sign(w.App.SignSecret, r.form)) }

// send sends the request as it stands: a form by POST, else in the query.
func (w wire) send(r *request) answer {
	w.T.Helper()
	text := w.App.Gateway + r.path
	body := r.form.Encode()
	if r.verb != http.MethodPost {
		text, body = text+"?"+body, ""
	}
	req, err := http.NewRequestWithContext(w.T.Context(), r.verb, text, strings.NewReader(body))
	require.NoError(w.T, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	return w.do(req)
}

func (w wire) do(req *http.Request) (a answer) {
	w.T.Helper()
	resp, err := w.HTTP.Do(req)
	require.NoError(w.T, err)
	defer resp.Body.Close()
	require.Equal(w.T, http.StatusOK, resp.StatusCode, "errors come with HTTP 200")
	var b bytes.Buffer
	_, err = b.ReadFrom(resp.Body)
	require.NoError(w.T, err)
	a.raw = b.Bytes()
	require.NoError(w.T, json.Unmarshal(a.raw, &a), "%s", a.raw)
	return a
}

// get and post make a correct call of shop 1 with its token of the moment.
func (w wire) get(method string, param any) answer {
	w.T.Helper()
	return w.send(w.build(http.MethodGet, method, w.Shop(shop1).AccessToken, param))
}

func (w wire) post(method string, param any) answer {
	w.T.Helper()
	return w.send(w.build(http.MethodPost, method, w.Shop(shop1).AccessToken, param))
}

// oauth calls a token method.
func (w wire) oauth(verb, path string, form map[string]string) answer {
	w.T.Helper()
	r := &request{verb: verb, path: path, form: url.Values{}}
	for name, value := range form {
		r.form.Set(name, value)
	}
	return w.send(r)
}

// order is what the tests read of an order.
type order struct {
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

func (o order) id() string { return strconv.FormatInt(o.Base.OID, 10) }

// page is the data of open.order.cursor.list.
type page struct {
	Size   int     `json:"pageSize"`
	Cursor string  `json:"cursor"`
	List   []order `json:"orderList"`
}

func (p page) ids() []string {
	ids := []string{}
	for _, o := range p.List {
		ids = append(ids, o.id())
	}
	return ids
}

// query calls open.order.cursor.list for shop 1, with param applied to a plain
// query.
func (w wire) query(param map[string]any) answer {
	w.T.Helper()
	now := w.Box.Now().UnixMilli()
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

func (w wire) search(param map[string]any) (p page) {
	w.T.Helper()
	w.query(param).data(w.T, &p)
	return p
}

// walk follows the cursor to its end.
func (w wire) walk(param map[string]any, between func(page int)) (pages []page) {
	w.T.Helper()
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
		require.Less(w.T, len(pages), 200, "the cursor does not end")
		q["cursor"] = p.Cursor
		if between != nil {
			between(len(pages))
		}
	}
}

// detail calls open.order.detail for shop 1.
func (w wire) detail(id string) (o order) {
	w.T.Helper()
	w.get("open.order.detail", map[string]any{"oid": json.Number(id)}).data(w.T, &o)
	return o
}

// add makes an order of shop 1.
func (w wire) add(fields any) string {
	w.T.Helper()
	id, err := w.Box.On(mall.Kuaishou).AddOrder(shop1, fields)
	require.NoError(w.T, err)
	return id
}
