package kuaishou

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

func (k *platform) addressMethods() map[string]method {
	return map[string]method{
		"open.order.address.update":        {verb: http.MethodPost, run: k.addressUpdate},
		"open.order.address.audit.approve": {verb: http.MethodGet, run: func(c *stage.Call) stage.Result { return k.addressAudit(c, auditApproved) }},
		"open.order.address.audit.reject":  {verb: http.MethodGet, run: func(c *stage.Call) stage.Result { return k.addressAudit(c, auditRejected) }},
	}
}

// movable is the part of an order that decides whether its address may change.
type movable struct {
	Base struct {
		Status  stage.Lax `json:"status"`
		PayTime stage.Lax `json:"payTime"`
	} `json:"orderBaseInfo"`
	Address struct {
		Name    string `json:"encryptedConsignee"`
		Mobile  string `json:"encryptedMobile"`
		Address string `json:"encryptedAddress"`
		region
	} `json:"orderAddress"`
	Delivery struct {
		Shipped stage.Lax `json:"deliveryNum"`
	} `json:"orderDeliveryInfo"`
	Steps *json.RawMessage `json:"orderStepInfo"`
	Audit *struct {
		After struct {
			region
			Address string `json:"encryptedAddress"`
		} `json:"addressAfterUpdate"`
		Status  stage.Lax `json:"auditStatus"`
		Timeout stage.Lax `json:"timeoutOfAudit"`
	} `json:"addressUpdateAuditInfo"`
}

// movable decodes an order and reports whether its address may change: it waits
// to be shipped, shows its receiver and is no deposit presale.
func (k *platform) movable(r *stage.Record) (m movable, ok bool) {
	if json.Unmarshal(r.Wire, &m) != nil {
		return m, false
	}
	return m, m.Base.Status == statusPaid && m.Delivery.Shipped == 0 && m.Steps == nil && m.Address.Name != ""
}

// receiver returns the order's present receiver.
func (k *platform) receiver(m movable) receiver {
	return receiver{k.vault[m.Address.Name].text, k.vault[m.Address.Mobile].text, k.vault[m.Address.Address].text,
		m.Address.region}
}

// addressUpdate gives an order another receiver, in plain text. Setting the
// present receiver again changes nothing and succeeds; the latter is
// unconfirmed.
func (k *platform) addressUpdate(c *stage.Call) stage.Result {
	var p struct {
		ID      int64  `json:"orderId"`
		Name    string `json:"consignee"`
		Mobile  string `json:"mobile"`
		Detail  string `json:"address"`
		Partial bool   `json:"isPartialUpdate"`
		region
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	r, refusal, ok := k.orderOf(c, p.ID)
	if !ok {
		return refusal
	}
	m, ok := k.movable(r)
	if !ok {
		return k.rejected(k.rules.WrongStateMsg)
	}
	regions := p.Province != "" && p.City != "" && p.District != ""
	some := p.Province != "" || p.City != "" || p.District != "" || p.Town != ""
	switch {
	case some && !(regions && p.Detail != ""):
		return k.invalid("修改地区须同时传省市区和详细地址")
	case !p.Partial && (p.Name == "" || p.Mobile == "" || p.Detail == "" || !regions):
		return k.invalid("全量更新须传收件人、手机号和完整地址")
	case p.Mobile != "" && (len(p.Mobile) != 11 || !stage.Digits(p.Mobile, 11)):
		return k.invalid("手机号" + p.Mobile)
	case utf8.RuneCountInString(p.Detail) > 100 || utf8.RuneCountInString(p.Name) > 30:
		return k.invalid("收件人或地址过长")
	}
	was := k.receiver(m)
	to := was
	for _, part := range []struct {
		to    *string
		value string
	}{{&to.name, p.Name}, {&to.mobile, p.Mobile}, {&to.detail, p.Detail}} {
		if part.value != "" {
			*part.to = part.value
		}
	}
	if regions {
		to.region = p.region
	}
	if to == was {
		return k.Success(nil)
	}
	return k.change(r, k.readdressed(r, to, nil))
}

// readdressed returns the fields of an order that change with its receiver, and
// its audit, if there is one.
func (k *platform) readdressed(r *stage.Record, to receiver, audit stage.Object) stage.Object {
	address, openID := k.address(to, r.ID)
	fields, err := stage.ToObject(map[string]any{"orderAddress": address,
		"orderDeliveryInfo": map[string]any{"openAddressId": openID}})
	if err != nil {
		panic("sandbox: " + err.Error()) // the struct has a JSON form
	}
	if audit != nil {
		fields["addressUpdateAuditInfo"] = audit
	}
	return fields
}

// addressAudit approves or rejects a buyer's change of address (改地址). One that
// does not wait for the merchant is refused, with the text for any wrong state.
func (k *platform) addressAudit(c *stage.Call, verdict int) stage.Result {
	r, refusal, ok := k.namedOrder(c, "oid")
	if !ok {
		return refusal
	}
	m, ok := k.movable(r)
	if !ok || m.Audit == nil || m.Audit.Status != auditWaiting || c.Now.UnixMilli() > int64(m.Audit.Timeout) {
		return k.rejected(k.rules.WrongStateMsg)
	}
	audit := stage.Object{"auditStatus": int64(verdict), "auditTime": c.Now.UnixMilli()}
	if verdict == auditRejected {
		return k.change(r, stage.Object{"addressUpdateAuditInfo": audit})
	}
	to := k.receiver(m)
	to.region, to.detail = m.Audit.After.region, k.vault[m.Audit.After.Address].text
	return k.change(r, k.readdressed(r, to, audit))
}

// AskAddress asks for another address as a buyer would. Soon after payment the
// platform decides, and here it agrees at once; later the merchant decides.
// Changes that the merchant decides have no name and phone.
func (k *platform) AskAddress(orderID string, to stage.Receiver) (bool, error) {
	r, err := k.world.Order(orderID)
	if err != nil {
		return false, err
	}
	m, ok := k.movable(r)
	if !ok {
		return false, fmt.Errorf(
			"sandbox: order %s cannot get another receiver: it is shipped, unpaid, on hold or a presale", r.ID)
	}
	if m.Audit != nil && m.Audit.Status == auditWaiting {
		return false, fmt.Errorf("sandbox: order %s has a change of address under review", r.ID)
	}
	was := k.receiver(m)
	next := was
	for _, part := range []struct {
		to    *string
		value string
	}{
		{&next.name, to.Name}, {&next.mobile, to.Phone}, {&next.detail, to.Detail}, {&next.region.Province, to.Province},
		{&next.region.City, to.City}, {&next.region.District, to.District}, {&next.region.Town, to.Street},
	} {
		if part.value != "" {
			*part.to = part.value
		}
	}
	now := k.world.Now()
	early := now.Sub(time.UnixMilli(int64(m.Base.PayTime))) < time.Duration(k.rules.PlatformAuditHours)*time.Hour
	switch {
	case next == was:
		return false, fmt.Errorf("sandbox: that is the receiver of order %s already", r.ID)
	case early:
		return false, k.ChangeOrder(r, k.readdressed(r, next, nil))
	case to.Name != "" || to.Phone != "":
		return false, fmt.Errorf(
			"sandbox: a buyer of Kuaishou can now ask for another address only, not for another name or phone")
	}
	from, _ := k.address(was, r.ID)
	id := stage.Number(r.ID, 0)
	audit, err := stage.ToObject(map[string]any{"addressUpdateAuditInfo": k.audit(from, next, id, now.UnixMilli())})
	if err != nil {
		return false, err
	}
	return true, k.ChangeOrder(r, audit)
}
