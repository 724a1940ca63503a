package wiretest

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
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// The example shops of Doudian.
const (
	Shop1 = "10000001"
	Shop2 = "10000002"
)

// Doudian calls Doudian's platform of a sandbox.
type Doudian struct{ *Wire }

// ServeDoudian makes a sandbox with the examples of that platform.
func ServeDoudian(t *testing.T, opts ...sandbox.Option) Doudian {
	t.Helper()
	return Doudian{New(t, mall.Doudian, opts...)}
}

// EmptyDoudian makes a sandbox whose one shop has no orders.
func EmptyDoudian(t *testing.T, opts ...sandbox.Option) Doudian {
	t.Helper()
	return Doudian{Empty(t, mall.Doudian, Shop1, opts...)}
}

// Request is a call before it is sent; tests change it as they like.
type Request struct {
	Verb   string
	Path   string
	Query  url.Values
	Header http.Header
	Body   string
}

// Answer is an answer as received.
type Answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Err    error // of the transport or of reading the body

	Code    int             `json:"code"`
	Msg     string          `json:"msg"`
	SubCode string          `json:"sub_code"`
	SubMsg  string          `json:"sub_msg"`
	ErrNo   *int            `json:"err_no"`
	Message *string         `json:"message"`
	LogID   string          `json:"log_id"`
	Data    json.RawMessage `json:"data"`
}

// Outcome returns code and sub code of a failure.
func (a Answer) Outcome() string { return strings.TrimSpace(strconv.Itoa(a.Code) + " " + a.SubCode) }

// Decode decodes the data of a success.
func (a Answer) Decode(t *testing.T, v any) {
	t.Helper()
	require.NoError(t, a.Err)
	require.Equal(t, "10000", a.Outcome(), "sub_msg %s", a.SubMsg)
	require.NoError(t, json.Unmarshal(a.Data, v))
}

// Sign follows the platform's description: the secret stands on both sides of
// the text, and is the key.
func Sign(secret, method, appKey, body, timestamp, name string) string {
	text := secret + "app_key" + appKey + "method" + name + "param_json" + body + "timestamp" + timestamp + "v2" + secret
	if method == "md5" {
		sum := md5.Sum([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// Build makes a correct request.
func (w Doudian) Build(method, token string, params any) *Request {
	w.T.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(w.T, e.Encode(params))
	r := &Request{
		Verb: http.MethodPost, Path: "/" + strings.ReplaceAll(method, ".", "/"),
		Body: strings.TrimSpace(b.String()), Header: http.Header{}, Query: url.Values{},
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("x-open-no-old-err-code", "1")
	r.Query.Set("app_key", w.App.AppKey)
	r.Query.Set("method", method)
	r.Query.Set("timestamp", strconv.FormatInt(w.Box.Now().Unix(), 10))
	r.Query.Set("v", "2")
	r.Query.Set("sign_method", "hmac-sha256")
	if token != "" {
		r.Query.Set("access_token", token)
	}
	w.Resign(r)
	return r
}

// Resign signs the request as it stands.
func (w Doudian) Resign(r *Request) {
	body := r.Body
	if body == "" {
		body = r.Query.Get("param_json")
	}
	r.Query.Set("sign", Sign(w.App.AppSecret, r.Query.Get("sign_method"), w.App.AppKey, body,
		r.Query.Get("timestamp"), r.Query.Get("method")))
}

// Send sends the request as it stands.
func (w Doudian) Send(r *Request) Answer { return w.SendWithin(w.T.Context(), r) }

// SendWithin is Send with a context.
func (w Doudian) SendWithin(ctx context.Context, r *Request) Answer {
	req, err := http.NewRequestWithContext(ctx, r.Verb, w.App.Gateway+r.Path+"?"+r.Query.Encode(),
		strings.NewReader(r.Body))
	if err != nil {
		return Answer{Err: err}
	}
	req.Header = r.Header
	resp, err := w.HTTP.Do(req)
	if err != nil {
		return Answer{Err: err}
	}
	defer resp.Body.Close()
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Raw, a.Err = io.ReadAll(resp.Body); a.Err == nil {
		_ = json.Unmarshal(a.Raw, &a) // what is not JSON stays in raw
	}
	return a
}

// Call makes a correct call of shop 1 with its token of the moment.
func (w Doudian) Call(method string, params any) Answer {
	w.T.Helper()
	return w.Send(w.Build(method, w.Shop(Shop1).AccessToken, params))
}

// Order is what the tests read of an order.
type Order struct {
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

// Page is the data of order.searchList.
type Page struct {
	Page  int64   `json:"page"`
	Size  int64   `json:"size"`
	Total int64   `json:"total"`
	List  []Order `json:"shop_order_list"`
}

// IDs are those of the orders.
func (p Page) IDs() []string {
	ids := []string{}
	for _, o := range p.List {
		ids = append(ids, o.OrderID)
	}
	return ids
}

// Search calls order.searchList for shop 1, with params applied to a plain
// query.
func (w Doudian) Search(params map[string]any) (p Page) {
	w.T.Helper()
	w.Query(params).Decode(w.T, &p)
	return p
}

// Query is Search whose answer may be a refusal.
func (w Doudian) Query(params map[string]any) Answer {
	w.T.Helper()
	q := map[string]any{"page": 0, "size": 100, "create_time_start": Noon.AddDate(0, 0, -30).Unix()}
	for k, v := range params {
		q[k] = v
		if v == nil {
			delete(q, k)
		}
	}
	return w.Call("order.searchList", q)
}

// Detail calls order.orderDetail for shop 1.
func (w Doudian) Detail(id string) (o Order) {
	w.T.Helper()
	var d struct {
		Order Order `json:"shop_order_detail"`
	}
	w.Call("order.orderDetail", map[string]any{"shop_order_id": id}).Decode(w.T, &d)
	return d.Order
}

// Add makes an order of shop 1.
func (w Doudian) Add(fields any) string {
	w.T.Helper()
	id, err := w.Box.On(mall.Doudian).AddOrder(Shop1, fields)
	require.NoError(w.T, err)
	return id
}

// OrderID reads the id of an order in wire form.
func OrderID(t *testing.T, wire json.RawMessage) string {
	t.Helper()
	var o Order
	require.NoError(t, json.Unmarshal(wire, &o))
	return o.OrderID
}
