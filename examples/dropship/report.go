package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/examples/internal/cli"
	"github.com/mallwire/mall/order"
)

// entry is one thing that was seen or done.
type entry struct {
	Step    string          `json:"step"`
	ID      string          `json:"id,omitempty"` // of the assignment
	Order   string          `json:"order_id,omitempty"`
	Factory string          `json:"factory,omitempty"`
	Text    string          `json:"text,omitempty"`
	OK      bool            `json:"ok,omitempty"`
	Reason  dropship.Reason `json:"reason,omitempty"`
	Result  string          `json:"result"`
	Error   string          `json:"error,omitempty"`
}

// report prints tables with titles, or one JSON object per entry.
type report struct {
	w      io.Writer
	asJSON bool
	table  *cli.Table
}

func newReport(w io.Writer, asJSON bool) *report { return &report{w: w, asJSON: asJSON} }

// title ends a table and begins the next.
func (r *report) title(format string, args ...any) {
	r.flush()
	if !r.asJSON {
		fmt.Fprintf(r.w, "■ "+format+"\n", args...)
	}
}

func (r *report) add(e entry) {
	if r.asJSON {
		_ = json.NewEncoder(r.w).Encode(e) // a reader who left ends the program by its next write
		return
	}
	if r.table == nil {
		r.table = &cli.Table{Header: []string{"步骤", "代发单", "订单号", "商品", "结果"}, Widest: 40}
	}
	if e.Step == "supplier" {
		e.ID = e.Factory
	}
	r.table.Add(stepNames[e.Step], e.ID, e.Order, e.Text, e.Result)
}

func (r *report) flush() {
	if r.table != nil {
		r.table.Print(r.w)
		fmt.Fprintln(r.w)
		r.table = nil
	}
}

// What people call things.
var (
	stepNames = map[string]string{
		"supplier": "厂家", "order": "代发单", "assign": "分配", "pulled": "拉单", "waybill": "取号", "return": "回传", "return_again": "再回传",
		"buyer_refund": "退款", "merchant_ships": "自发", "cancel": "取消",
	}
	roleNames = map[dropship.Role]string{
		"": "未选择", dropship.RoleMerchant: "商家", dropship.RoleFactory: "厂家",
	}
	relationNames = map[dropship.RelationState]string{
		dropship.RelationPending: "待审核", dropship.RelationBound: "已绑定", dropship.RelationRefused: "已拒绝",
		dropship.RelationUnbindPending: "解绑待审核", dropship.RelationUnbound: "已解绑",
	}
	reasonNames = map[dropship.Reason]string{
		dropship.ReasonRefundOpen: "买家退款中", dropship.ReasonShipped: "已用别的单号发货",
		dropship.ReasonOtherSide: "商家已自行发货，或交易已结束",
		dropship.ReasonCancelled: "商家已取消分配，请作废面单", dropship.ReasonClosed: "交易已关闭", dropship.ReasonNotToShip: "暂不可发货",
		dropship.ReasonOtherFactory: "已分配给别的厂家", dropship.ReasonPieces: "件数不等于待发件数", dropship.ReasonSender: "没有默认发货地址",
		dropship.ReasonWrongRole: "身份不符",
	}
)

func reasonText(r dropship.Reason) string {
	if text, ok := reasonNames[r]; ok {
		return text
	}
	return string(r)
}

func relationText(r dropship.Relation) string {
	if text, ok := relationNames[r.State]; ok {
		return text
	}
	return "未知 " + r.PlatformState
}

// turnText says who may ship.
func turnText(who dropship.Role, ok bool, why dropship.Reason) string {
	if ok {
		return "可由" + roleNames[who] + "发货"
	}
	if why == dropship.ReasonShipped {
		return "已发货"
	}
	return "不可发货：" + reasonText(why)
}

func linesText(a dropship.Assignment) string {
	parts := make([]string, len(a.Lines))
	for i, l := range a.Lines {
		parts[i] = strings.TrimSpace(l.SKU.Name+" "+l.SKU.Text()) + fmt.Sprintf("×%d", l.Quantity)
	}
	return strings.Join(parts, "；")
}

// regionText is all that a factory learns of the receiver.
func regionText(r order.Receiver) string {
	return "发往 " + r.Province.Name + r.City.Name + r.District.Name
}
