package sandbox_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is where the clock of most tests stands.
var noon = time.Date(2025, 1, 6, 12, 0, 0, 0, mall.Beijing)

func still() time.Time { return noon }

const (
	shop1 = "10000001"
	shop2 = "10000002"
)

// wire calls a served sandbox as a program without our library would: it
// builds, signs and sends every request by itself.
type wire struct {
	t    *testing.T
	s    *sandbox.Sandbox
	base string
	app  sandbox.Account
	http *http.Client
}

func serve(t *testing.T, opts ...sandbox.Option) *wire {
	t.Helper()
	s := sandbox.New(append([]sandbox.Option{sandbox.WithClock(still)}, opts...)...)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return &wire{
		t: t, s: s, base: srv.URL, app: s.Manifest(srv.URL).Platforms[mall.Doudian],
		http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
}

// shop returns what the sandbox knows of a shop now.
func (w *wire) shop(id string) sandbox.Shop {
	for _, sh := range w.s.Shops() {
		if sh.ShopID == id {
			return sh
		}
	}
	w.t.Fatalf("no shop %s", id)
	return sandbox.Shop{}
}

// request is a call before it is sent; tests spoil it where they like.
type request struct {
	verb   string
	path   string
	query  url.Values
	header http.Header
	body   string
}

// answer is an answer as received.
type answer struct {
	status int
	header http.Header
	raw    []byte
	err    error // of the transport or of reading the body

	Code    int             `json:"code"`
	Msg     string          `json:"msg"`
	SubCode string          `json:"sub_code"`
	SubMsg  string          `json:"sub_msg"`
	ErrNo   *int            `json:"err_no"`
	Message *string         `json:"message"`
	LogID   string          `json:"log_id"`
	Data    json.RawMessage `json:"data"`
}

// outcome is what a failure is known by.
func (a answer) outcome() string { return strings.TrimSpace(strconv.Itoa(a.Code) + " " + a.SubCode) }

// data decodes the data of a success.
func (a answer) data(t *testing.T, v any) {
	t.Helper()
	require.NoError(t, a.err)
	require.Equal(t, "10000", a.outcome(), "sub_msg %s", a.SubMsg)
	require.NoError(t, json.Unmarshal(a.Data, v))
}

// sign is the platform's rule, from its description: the secret on both sides
// of the text, and as the key.
func sign(secret, method, appKey, body, timestamp, name string) string {
	text := secret + "app_key" + appKey + "method" + name + "param_json" + body + "timestamp" + timestamp + "v2" + secret
	if method == "md5" {
		sum := md5.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// build makes a correct request.
func (w *wire) build(method, token string, params any) *request {
	w.t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(w.t, e.Encode(params))
	r := &request{
		verb: http.MethodPost, path: "/" + strings.ReplaceAll(method, ".", "/"),
		body: strings.TrimSpace(b.String()), header: http.Header{}, query: url.Values{},
	}
	r.header.Set("Content-Type", "application/json")
	r.header.Set("x-open-no-old-err-code", "1")
	r.query.Set("app_key", w.app.AppKey)
	r.query.Set("method", method)
	r.query.Set("timestamp", strconv.FormatInt(w.s.Now().Unix(), 10))
	r.query.Set("v", "2")
	r.query.Set("sign_method", "hmac-sha256")
	if token != "" {
		r.query.Set("access_token", token)
	}
	w.resign(r)
	return r
}

// resign signs the request as it stands.
func (w *wire) resign(r *request) {
	body := r.body
	if body == "" {
		body = r.query.Get("param_json")
	}
	r.query.Set("sign", sign(w.app.AppSecret, r.query.Get("sign_method"), w.app.AppKey, body, r.query.Get("timestamp"), r.query.Get("method")))
}

// send sends the request as it stands.
func (w *wire) send(r *request) answer { return w.sendWithin(w.t.Context(), r) }

func (w *wire) sendWithin(ctx context.Context, r *request) answer {
	req, err := http.NewRequestWithContext(ctx, r.verb, w.app.Gateway+r.path+"?"+r.query.Encode(), strings.NewReader(r.body))
	if err != nil {
		return answer{err: err}
	}
	req.Header = r.header
	resp, err := w.http.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a := answer{status: resp.StatusCode, header: resp.Header}
	if a.raw, a.err = io.ReadAll(resp.Body); a.err == nil {
		_ = json.Unmarshal(a.raw, &a) // what is not JSON stays in raw
	}
	return a
}

// call makes a correct call of shop 1 with its token of the moment.
func (w *wire) call(method string, params any) answer {
	w.t.Helper()
	return w.send(w.build(method, w.shop(shop1).AccessToken, params))
}

// order is what the tests read of an order.
type order struct {
	OrderID    string `json:"order_id"`
	ShopID     int64  `json:"shop_id"`
	Status     int64  `json:"order_status"`
	StatusDesc string `json:"order_status_desc"`
	MainStatus int64  `json:"main_status"`
	OrderType  int64  `json:"order_type"`
	Biz        int64  `json:"biz"`
	Created    int64  `json:"create_time"`
	Updated    int64  `json:"update_time"`
	Paid       int64  `json:"pay_time"`
	ShipTime   int64  `json:"ship_time"`
	Amount     int64  `json:"order_amount"`
	PayAmount  int64  `json:"pay_amount"`
	Buyer      string `json:"buyer_words"`
	Remark     string `json:"seller_words"`
	Stars      int64  `json:"seller_remark_stars"`
	AddressID  string `json:"open_address_id"`
	Tel        string `json:"encrypt_post_tel"`
	Name       string `json:"encrypt_post_receiver"`
	MaskTel    string `json:"mask_post_tel"`
	MaskName   string `json:"mask_post_receiver"`
	Addr       struct {
		Detail string `json:"encrypt_detail"`
	} `json:"post_addr"`
	Phases []struct {
		PaySuccess bool  `json:"pay_success"`
		PayAmount  int64 `json:"phase_pay_amount"`
	} `json:"order_phase_list"`
	Parcels []struct {
		TrackingNo string `json:"tracking_no"`
		Products   []struct {
			LineID string `json:"sku_order_id"`
		} `json:"product_info"`
	} `json:"logistics_info"`
	Lines []struct {
		OrderID   string   `json:"order_id"`
		ParentID  string   `json:"parent_order_id"`
		Status    int64    `json:"order_status"`
		Updated   int64    `json:"update_time"`
		ItemNum   int64    `json:"item_num"`
		PayAmount int64    `json:"pay_amount"`
		Code      string   `json:"code"`
		GoodsType int64    `json:"goods_type"`
		TradeType int64    `json:"trade_type"`
		Given     string   `json:"given_product_type"`
		Masters   []string `json:"master_sku_order_id_list"`
		AfterSale struct {
			Status       int64 `json:"after_sale_status"`
			RefundStatus int64 `json:"refund_status"`
		} `json:"after_sale_info"`
	} `json:"sku_order_list"`
	Identity *struct {
		No string `json:"encrypt_id_card_no"`
	} `json:"user_id_info"`
}

// page is the data of order.searchList.
type page struct {
	Page  int64   `json:"page"`
	Size  int64   `json:"size"`
	Total int64   `json:"total"`
	List  []order `json:"shop_order_list"`
}

func (p page) ids() []string {
	ids := []string{}
	for _, o := range p.List {
		ids = append(ids, o.OrderID)
	}
	return ids
}

// search calls order.searchList for shop 1, laying params over a plain query.
func (w *wire) search(params map[string]any) (p page) {
	w.t.Helper()
	w.query(params).data(w.t, &p)
	return p
}

func (w *wire) query(params map[string]any) answer {
	w.t.Helper()
	q := map[string]any{"page": 0, "size": 100, "create_time_start": noon.AddDate(0, 0, -30).Unix()}
	for k, v := range params {
		q[k] = v
		if v == nil {
			delete(q, k)
		}
	}
	return w.call("order.searchList", q)
}

// detail calls order.orderDetail for shop 1.
func (w *wire) detail(id string) (o order) {
	w.t.Helper()
	var d struct {
		Order order `json:"shop_order_detail"`
	}
	w.call("order.orderDetail", map[string]any{"shop_order_id": id}).data(w.t, &d)
	return d.Order
}

// add makes an order of shop 1.
func (w *wire) add(fields any) string {
	w.t.Helper()
	id, err := w.s.On(mall.Doudian).AddOrder(shop1, fields)
	require.NoError(w.t, err)
	return id
}

// emptyShop serves a sandbox whose one shop has no orders.
func emptyShop(t *testing.T, opts ...sandbox.Option) *wire {
	t.Helper()
	w := serve(t, append(opts, sandbox.WithoutExamples())...)
	_, err := w.s.On(mall.Doudian).AddShop(shop1, "")
	require.NoError(t, err)
	return w
}

// control calls the control interface and decodes the answer into v, if any.
func (w *wire) control(verb, path, body string, v any) (status int) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), verb, w.base+"/control"+path, strings.NewReader(body))
	require.NoError(w.t, err)
	resp, err := w.http.Do(req)
	require.NoError(w.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(w.t, err)
	assert.Equal(w.t, "application/json; charset=utf-8", resp.Header.Get("Content-Type"))
	require.True(w.t, json.Valid(raw), "not JSON: %s", raw)
	if v != nil {
		require.NoError(w.t, json.Unmarshal(raw, v), "%s", raw)
	}
	return resp.StatusCode
}

// newContext returns a context of the test and what ends it.
func newContext(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// news are the messages that wait, oldest first, but for the news of trades (100
// to 110), which other tests are about.
func (w *wire) news() (list []sandbox.Push) {
	for _, p := range w.s.Pushes() {
		if p.Tag > "110" || p.Tag == "105" {
			list = append(list, p)
		}
	}
	return list
}

// rulesOf returns the rules in force.
func rulesOf[R any](t *testing.T, s *sandbox.Sandbox) (rules R) {
	t.Helper()
	require.NoError(t, sandbox.Change(s, func(r *R) { rules = *r }))
	return rules
}
