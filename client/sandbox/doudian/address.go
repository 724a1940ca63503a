package doudian

import (
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// moves are the changes of address (改地址) that buyers asked for.
type moves struct {
	byOrder  map[string]*move
	reviewed map[*stage.Shop]bool // whether changes wait for a review; set by AddressAppliedSwitch
}

// move is the latest change of address that a buyer asked for on an order.
type move struct {
	to    receiver
	state moveState
	code  int64 // of the refusal
}

type moveState int

const (
	moveAsked moveState = iota
	moveApproved
	moveRefused
	moveCancelled
)

// moveReasons are the values of is_approved that refuse a change.
var moveReasons = map[int64]string{
	1001: "订单已进入拣货环节", 1002: "订单已进入配货环节", 1003: "订单已进入仓库环节", 1004: "订单已进入出库环节", 1005: "订单已进入发货环节",
}

func (d *platform) addressMethods() map[string]method {
	return map[string]method{
		"order.addressConfirm":       {run: d.addressConfirm},
		"order.addressModify":        {run: d.addressModify},
		"order.AddressAppliedSwitch": {run: d.addressSwitch},
		"order.addresSwitchConfig":   {run: d.addressSwitchConfig},
	}
}

// addressSwitch turns the review on or off. Both review types are answered
// through order.addressConfirm here.
func (d *platform) addressSwitch(c *stage.Call) stage.Result {
	var p struct {
		Allowed *lenientInt `json:"is_allowed"`
		Review  lenientInt  `json:"review_type"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.Allowed == nil || *p.Allowed < 0 || *p.Allowed > 1 || p.Review < 0 || p.Review > 1 {
		return refuse(40003, "isv.parameter-invalid", "is_allowed或review_type参数错误")
	}
	if d.moves.reviewed == nil {
		d.moves.reviewed = map[*stage.Shop]bool{}
	}
	d.moves.reviewed[c.Shop] = *p.Allowed == 1
	return d.Success(nil)
}

// addressSwitchConfig answers 0 for off, and 2 for on and switched on by this
// app. The sandbox has no other app.
func (d *platform) addressSwitchConfig(c *stage.Call) stage.Result {
	status := 0
	if d.moves.reviewed[c.Shop] {
		status = 2
	}
	return d.succeed(map[string]any{"authorized_status": status})
}

func (d *platform) addressConfirm(c *stage.Call) stage.Result {
	var p struct {
		ID       lenientText `json:"order_id"`
		Approved *lenientInt `json:"is_approved"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if p.Approved == nil || *p.Approved != 0 && moveReasons[int64(*p.Approved)] == "" ||
		!stage.Digits(string(p.ID), 19) {
		return refuse(40003, "isv.parameter-invalid", "参数错误")
	}
	r, err := d.world.Order(string(p.ID))
	if err == nil && r.Shop != c.Shop {
		return refuse(50002, "isv.business-failed:50036", "审核失败，当前app id无权审核用户的修改地址请求")
	}
	if !d.moves.reviewed[c.Shop] {
		return refuse(40004, "isv.parameter-invalid:50038", "审核开关未打开")
	}
	move := d.moves.byOrder[string(p.ID)]
	if err != nil || move == nil {
		return refuse(40004, "isv.parameter-invalid:50039", "该订单不存在修改地址审核记录")
	}
	switch move.state {
	case moveApproved:
		return refuse(50002, "isv.business-failed:50040", "该任务已经被通过")
	case moveRefused:
		return refuse(50002, "isv.business-failed:50041", "该任务已经被驳回:"+moveReasons[move.code])
	case moveCancelled:
		return refuse(50002, "isv.business-failed:50042", "该任务已经被取消:发起售后自动取消审核任务")
	}
	if *p.Approved != 0 {
		move.state, move.code = moveRefused, int64(*p.Approved)
		return d.Success(nil)
	}
	if err := d.readdress(r, move.to); err != nil {
		return refuse(50002, "isv.business-failed:20003", "系统异常，请重试")
	}
	move.state = moveApproved
	return d.Success(nil)
}

// cancelMove ends the review of an address, as the platform does when an
// after-sale case begins.
func (d *platform) cancelMove(orderID string) {
	if move := d.moves.byOrder[orderID]; move != nil && move.state == moveAsked {
		move.state = moveCancelled
	}
}

// addressModify gives an order another receiver. Texts may be ciphers of the
// same order; whether the platform accepts those here is unconfirmed. Shipped
// orders are refused with the number for partly shipped ones, the nearest
// documented.
func (d *platform) addressModify(c *stage.Call) stage.Result {
	var p struct {
		ID   lenientText `json:"order_id"`
		Addr *struct {
			Province, City, Town, Street area
			Detail                       string  `json:"address_detail"`
			Landmark                     *string `json:"land_mark"`
		} `json:"post_addr"`
		Name string `json:"post_receiver"`
		Tel  string `json:"post_tel"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	r, err := d.world.Order(string(p.ID))
	if err != nil {
		return refuse(40004, "isv.parameter-invalid:20003", "订单不存在")
	}
	if r.Shop != c.Shop {
		return refuse(50002, "isv.business-failed:50004", "订单不属于当前用户")
	}
	var o order
	if json.Unmarshal(r.Wire, &o) != nil {
		return refuse(50002, "isv.business-failed:700007", "查询订单详情错误")
	}
	was := d.receiverOf(o)
	to := was
	if p.Addr != nil {
		if p.Addr.Province.Name == "" || p.Addr.City.Name == "" || p.Addr.Town.Name == "" || p.Addr.Detail == "" ||
			p.Addr.Landmark == nil {
			return refuse(40003, "isv.parameter-invalid", "post_addr参数不完整")
		}
		to.province, to.city, to.town, to.street = p.Addr.Province, p.Addr.City, p.Addr.Town, p.Addr.Street
		to.detail = d.plainOf(p.Addr.Detail, r.ID)
	}
	if p.Name != "" {
		to.name = d.plainOf(p.Name, r.ID)
	}
	if p.Tel != "" {
		to.tel = d.plainOf(p.Tel, r.ID)
	}
	switch {
	case len(to.tel) != 11 || !stage.Digits(to.tel, 11):
		return refuse(40004, "isv.parameter-invalid:20002", "手机号格式错误，请修改后重试")
	case utf8.RuneCountInString(to.detail) > 60:
		return refuse(50002, "isv.business-failed:80002", "80002:详细地址长度格式不符合要求，请限制在1-60个汉字内")
	case !slices.Contains([]int{statusUnpaid, statusReview, statusPrepare}, o.OrderStatus):
		return refuse(50002, "isv.business-failed:80001", "部分发货不能修改收货地址")
	case o.OrderStatus != statusUnpaid && slices.Contains([]int{21, 22, 23}, o.Biz):
		return refuse(50002, "isv.business-failed:80101", "订单含有跨境商品且用户已支付，不支持修改地址。")
	case to == was:
		return refuse(40004, "isv.parameter-invalid:80004", "未更改任何数据，请检查后重新提交")
	}
	if err := d.readdress(r, to); err != nil {
		return refuse(50002, "isv.business-failed:8888", "8888:call ChangeAddress failed")
	}
	return d.Success(nil)
}

// plainOf returns the plaintext of a cipher of the order; other texts are
// returned as they are.
func (d *platform) plainOf(text, orderID string) string {
	if plain, ok := d.vault[text]; ok && plain.orderID == orderID {
		return plain.text
	}
	return text
}

// receiverOf returns the order's present receiver.
func (d *platform) receiverOf(o order) receiver {
	return receiver{
		name: d.vault[o.EncryptReceiver].text, tel: d.vault[o.EncryptTel].text,
		detail:   d.vault[o.PostAddr.EncryptDetail].text,
		province: o.PostAddr.Province, city: o.PostAddr.City, town: o.PostAddr.Town, street: o.PostAddr.Street,
	}
}

// readdress gives an order and its lines another receiver, and pushes the
// change.
func (d *platform) readdress(r *stage.Record, to receiver) error {
	var o, was order
	if err := json.Unmarshal(r.Wire, &was); err != nil {
		return err
	}
	o.OrderID = r.ID
	d.address(&o, to)
	lines, ids := []any{}, []int64{}
	for _, l := range was.Lines {
		lines = append(lines, map[string]any{
			"order_id": l.OrderID, "encrypt_post_tel": o.EncryptTel, "encrypt_post_receiver": o.EncryptReceiver, "post_addr": o.PostAddr,
		})
		ids = append(ids, stage.Number(l.OrderID, 0))
	}
	change, err := stage.ToObject(map[string]any{
		"encrypt_post_tel": o.EncryptTel, "encrypt_post_receiver": o.EncryptReceiver, "post_addr": o.PostAddr,
		"mask_post_tel": o.MaskTel, "mask_post_receiver": o.MaskReceiver, "mask_post_addr": o.MaskAddr,
		"open_address_id": o.OpenAddressID, "sku_order_list": lines,
	})
	if err != nil {
		return err
	}
	if err := d.ChangeOrder(r, change); err != nil {
		return err
	}
	d.pushAddress(r.Shop, "105", map[string]any{
		"p_id": stage.Number(r.ID, 0), "s_ids": ids, "order_status": was.OrderStatus, "order_type": was.OrderType,
		"receiver_msg": d.receiverMessage(to, r.ID), "update_time": d.world.Now().Unix(),
	})
	return nil
}

// receiverMessage returns a receiver as pushes show it: the address is JSON
// text inside JSON.
func (d *platform) receiverMessage(to receiver, orderID string) any {
	return map[string]any{
		"addr": string(stage.Encode(map[string]any{
			"province": to.province, "city": to.city, "town": to.town, "street": to.street,
			"detail": "", "encrypt_detail": d.seal(kindAddress, to.detail, orderID),
		})),
		"name": "", "encrypt_name": d.seal(kindName, to.name, orderID),
		"tel": "", "encrypt_tel": d.seal(kindPhone, to.tel, orderID),
	}
}

func (d *platform) pushAddress(sh *stage.Shop, tag string, data map[string]any) {
	data["shop_id"] = stage.Number(sh.ID, 0)
	d.push(sh, tag, data)
}

// AskAddress asks for another receiver as a buyer would. Without a review the
// change takes effect at once.
func (d *platform) AskAddress(orderID string, to stage.Receiver) (bool, error) {
	r, err := d.world.Order(orderID)
	if err != nil {
		return false, err
	}
	var o order
	if err := json.Unmarshal(r.Wire, &o); err != nil {
		return false, fmt.Errorf("sandbox: order %s cannot be read: %w", r.ID, err)
	}
	if !slices.Contains([]int{statusUnpaid, statusReview, statusPrepare}, o.OrderStatus) {
		return false, fmt.Errorf("sandbox: order %s is %s: too late for another address", r.ID, o.OrderStatusDesc)
	}
	if move := d.moves.byOrder[r.ID]; move != nil && move.state == moveAsked {
		return false, fmt.Errorf("sandbox: order %s has a change of address under review", r.ID)
	}
	was := d.receiverOf(o)
	next := was
	for _, part := range []struct {
		to    *string
		value string
	}{
		{&next.name, to.Name}, {&next.tel, to.Phone}, {&next.detail, to.Detail}, {&next.province.Name, to.Province},
		{&next.city.Name, to.City}, {&next.town.Name, to.District}, {&next.street.Name, to.Street},
	} {
		if part.value != "" {
			*part.to = part.value
		}
	}
	if next == was {
		return false, fmt.Errorf("sandbox: that is the receiver of order %s already", r.ID)
	}
	if !d.moves.reviewed[r.Shop] {
		return false, d.readdress(r, next)
	}
	if d.moves.byOrder == nil {
		d.moves.byOrder = map[string]*move{}
	}
	d.moves.byOrder[r.ID] = &move{to: next}
	d.pushAddress(r.Shop, "111", map[string]any{
		"p_id": stage.Number(r.ID, 0), "apply_time": d.world.Now().Unix(),
		"post_receiver_msg": d.receiverMessage(was, r.ID), "receiver_msg": d.receiverMessage(next, r.ID),
	})
	return true, nil
}
