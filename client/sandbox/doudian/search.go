package doudian

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	searchDays  = 90
	searchSize  = 100
	searchReach = 50_000 // page*size at most
)

// search holds the parameters of order.searchList. Parameters that the sandbox
// does not implement are refused, not ignored.
type search struct {
	Product     lenientText     `json:"product"`
	BType       *lenientInt     `json:"b_type"`
	AfterSale   string          `json:"after_sale_status_desc"`
	TrackingNo  string          `json:"tracking_no"`
	PresellType *lenientInt     `json:"presell_type"`
	OrderType   *lenientInt     `json:"order_type"`
	CreateStart lenientInt      `json:"create_time_start"`
	CreateEnd   lenientInt      `json:"create_time_end"`
	Abnormal    lenientInt      `json:"abnormal_order"`
	TradeType   *lenientInt     `json:"trade_type"`
	Combine     json.RawMessage `json:"combine_status"`
	UpdateStart lenientInt      `json:"update_time_start"`
	UpdateEnd   lenientInt      `json:"update_time_end"`
	Size        lenientInt      `json:"size"`
	Page        lenientInt      `json:"page"`
	OrderBy     string          `json:"order_by"`
	OrderAsc    lenientBool     `json:"order_asc"`
	Fulfil      string          `json:"fulfil_status"`

	statuses []int64 // from combine_status; empty: all
}

// badSearch returns a refusal with one of the method's own numbers.
func badSearch(n int, subMsg string) stage.Result {
	return refuse(40004, "isv.parameter-invalid:"+strconv.Itoa(n), subMsg)
}

func (d *platform) orderSearchList(c *stage.Call) stage.Result {
	var q search
	if r, ok := parse(c, &q); !ok {
		return r
	}
	oldest := c.Now.AddDate(0, 0, -searchDays).Unix()
	switch {
	case q.Page < 0:
		return badSearch(10035, "查询订单列表页数不能小于0")
	case q.Size <= 0:
		// The number for a missing size is not documented.
		return refuse(40003, "isv.parameter-invalid", "size参数错误")
	case q.Size > searchSize:
		return badSearch(20008, "单次查询订单数超过限制")
	case q.Page > searchReach || q.Page*q.Size > searchReach:
		return badSearch(20013, "订单查询最多支持查询5万")
	case q.CreateStart == 0 && q.UpdateStart == 0:
		return badSearch(20011, "订单查询开始时间不能为空")
	case q.CreateStart != 0 && int64(q.CreateStart) < oldest:
		return badSearch(20022, "订单查询只支持查询最近90天内的数据")
	case !slices.Contains([]string{"", "create_time", "update_time"}, q.OrderBy):
		return refuse(40003, "isv.parameter-invalid", "order_by参数错误")
	case q.Abnormal != 0 || q.Fulfil != "":
		return refuse(40003, "isv.parameter-invalid", "沙箱不支持abnormal_order和fulfil_status参数")
	case !slices.Contains(afterSaleFilters, q.AfterSale):
		return refuse(40003, "isv.parameter-invalid", "after_sale_status_desc参数错误")
	}
	if r, ok := q.readStatuses(); !ok {
		return r
	}
	if q.CreateStart == 0 {
		q.CreateStart = lenientInt(oldest) // even if only update times are given
	}
	page, total := q.page(&c.Shop.Book, d.rules.WindowEndExclusive)
	return d.Success(encodePage(q, page, total))
}

// readStatuses reads combine_status, which may have one element. A page sample
// shows an object instead of the documented array.
func (q *search) readStatuses() (stage.Result, bool) {
	type element struct {
		Order lenientText `json:"order_status"`
	}
	var list []element
	if len(q.Combine) > 0 && q.Combine[0] == '{' {
		list = make([]element, 1)
		if json.Unmarshal(q.Combine, &list[0]) != nil {
			return refuse(40003, "isv.parameter-format-invalid", "combine_status格式错误"), false
		}
	} else if len(q.Combine) > 0 && json.Unmarshal(q.Combine, &list) != nil {
		return refuse(40003, "isv.parameter-format-invalid", "combine_status格式错误"), false
	}
	if len(list) > 1 {
		return badSearch(20012, "订单查询状态条件超过限制，只支持1个元素"), false
	}
	if len(list) == 0 || list[0].Order == "" {
		return stage.Result{}, true
	}
	for part := range strings.SplitSeq(string(list[0].Order), ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			return refuse(40003, "isv.parameter-invalid", "order_status参数错误"), false
		}
		q.statuses = append(q.statuses, n)
	}
	return stage.Result{}, true
}

// page returns one page of the shop's orders and the total. Orders of the same
// second are sorted by id.
func (q search) page(b *stage.Book, endExclusive bool) (page []*stage.Record, total int) {
	created := [2]int64{int64(q.CreateStart), windowEnd(q.CreateEnd, endExclusive)}
	updated := [2]int64{int64(q.UpdateStart), windowEnd(q.UpdateEnd, endExclusive)}
	list := stage.Within(b.ByCreated, func(r *stage.Record) int64 { return r.Created }, created[0], created[1])
	if q.OrderBy == "update_time" {
		list = stage.Within(b.ByUpdated, func(r *stage.Record) int64 { return r.Updated }, updated[0], updated[1])
	}
	first := int(q.Page * q.Size)
	for i := range list {
		r := list[i]
		if !q.OrderAsc {
			r = list[len(list)-1-i]
		}
		if r.Created < created[0] || r.Created > created[1] || r.Updated < updated[0] || r.Updated > updated[1] ||
			!q.matches(factsOf(r)) {
			continue
		}
		if total >= first && len(page) < int(q.Size) {
			page = append(page, r)
		}
		total++
	}
	return page, total
}

// windowEnd returns the last second of a window; without an end it is
// unlimited.
func windowEnd(end lenientInt, exclusive bool) int64 {
	switch {
	case end == 0:
		return math.MaxInt64
	case exclusive:
		return int64(end) - 1
	}
	return int64(end)
}

// matches applies the filters other than time.
func (q search) matches(f *facts) bool {
	if len(q.statuses) > 0 && !slices.Contains(q.statuses, int64(f.Status)) {
		return false
	}
	if q.OrderType != nil && int64(*q.OrderType) != int64(f.OrderType) || q.BType != nil &&
		int64(*q.BType) != int64(f.BType) {
		return false
	}
	if q.TrackingNo != "" {
		found := false
		for _, p := range f.Parcels {
			found = found || p.TrackingNo == q.TrackingNo
		}
		if !found {
			return false
		}
	}
	if q.Product == "" && q.TradeType == nil && q.PresellType == nil && q.AfterSale == "" {
		return true
	}
	return q.matchesLine(f)
}

// matchesLine applies the filters that must hold for one and the same line.
func (q search) matchesLine(f *facts) bool {
	for i := range f.Lines {
		l := &f.Lines[i]
		presell := int64(l.PreSaleType)
		if l.TradeType == 2 || l.TradeType == 3 {
			presell = int64(l.TradeType) // 2 deposit presale, 3 deposit sourcing: the request's own numbers
		}
		switch {
		case q.Product != "" && string(q.Product) != l.ProductID && !strings.Contains(l.ProductName, string(q.Product)):
		case q.TradeType != nil && int64(*q.TradeType) != int64(l.TradeType):
		case q.PresellType != nil && int64(*q.PresellType) != presell:
		case q.AfterSale != "" && !inAfterSale(q.AfterSale, int64(l.AfterSale.Status),
			int64(l.AfterSale.RefundStatus), int64(l.AfterSale.Type)):
		default:
			return true
		}
	}
	return false
}

// afterSaleFilters are the values of after_sale_status_desc.
var afterSaleFilters = []string{
	"", "all", "in_aftersale", "refund", "refund_success", "refund_fail", "exchange_success", "aftersale_close",
}

// inAfterSale reports whether a line passes the filter. Which statuses each
// value covers is not documented; these are the literal readings.
func inAfterSale(filter string, status, refund, kind int64) bool {
	switch filter {
	case "in_aftersale":
		return slices.Contains([]int64{6, 7, 8, 11, 13, 14, 27, 29}, status)
	case "refund":
		return refund == 1 || refund == 2
	case "refund_success":
		return refund == 3
	case "refund_fail":
		return refund == 4
	case "exchange_success":
		return kind == 3 && status == 12
	case "aftersale_close":
		return status == 28
	}
	return status != 0 // all
}

// encodePage joins the orders of a page without decoding them.
func encodePage(q search, page []*stage.Record, total int) []byte {
	size := 128
	for _, r := range page {
		size += len(r.Wire) + 1
	}
	b := bytes.NewBuffer(make([]byte, 0, size))
	fmt.Fprintf(b, `{"page":%d,"size":%d,"total":%d,"shop_order_list":[`, q.Page, q.Size, total)
	for i, r := range page {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.Wire)
	}
	b.WriteString("]}")
	return b.Bytes()
}
