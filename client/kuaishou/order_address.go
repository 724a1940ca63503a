package kuaishou

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// AnswerAddress calls open.order.address.audit.approve or reject, which answer
// the push kwaishop_order_addressUpdateAudit; they take no reason. It reads the
// order first and sends an answer only while the request waits for one; the
// order also shows what became of an earlier request. How a late answer is
// refused is not documented, so the order is read again after a refusal.
func (d orders) AnswerAddress(ctx context.Context, orderID string, v change.Verdict) error {
	answer, wanted := auditReject, auditRejected
	if v.Accept {
		answer, wanted = auditApprove, auditApproved
	}
	state, err := d.audit(ctx, orderID)
	if err != nil {
		return err
	}
	if err := audited(answer.Method, state, wanted); err != nil {
		return err
	}
	_, err = answer.Call(ctx, d.shop, auditParams{number(orderID)})
	if !errors.Is(err, mall.ErrRejected) && !errors.Is(err, mall.ErrConflict) {
		return err
	}
	if state, lookErr := d.audit(ctx, orderID); lookErr == nil {
		if decided := audited(answer.Method, state, wanted); decided != nil {
			return decided
		}
	}
	return err
}

// Values of auditStatus, the state of a buyer's request for another address; 0
// also where there is no request.
const (
	auditWaiting  = 10
	auditApproved = 20
	auditRejected = 30
)

// audit reads the state of a buyer's request for another address.
func (d orders) audit(ctx context.Context, orderID string) (wire.Int, error) {
	answer, err := orderAudit.Call(ctx, d.shop, detailParams{number(orderID)})
	return answer.Audit.V.Status, d.missing(err)
}

// audited returns why a request in the given state cannot be answered as
// wanted, or nil while it waits for an answer.
func audited(m driver.Method, state wire.Int, wanted int) error {
	switch {
	case state == auditWaiting:
		return nil
	case state == 0:
		return m.Refuse(mall.ErrNotFound, "the buyer has not asked for another address")
	case state == wire.Int(wanted):
		return m.Refuse(mall.ErrAlreadyDone, "the buyer's request was given this answer before")
	}
	return m.Refuse(mall.ErrConflict, "the buyer's request was given the other answer, or is over: auditStatus %s", state)
}

// ChangeAddress calls open.order.address.update. It takes plain texts, and only
// orders that wait to be shipped and are not deposit presales. Unless all
// fields are given, only those that change are sent. The driver itself detects
// that the receiver is in force already: it compares the regions, and looks for
// the search index of each text in the cipher that the order shows.
func (d orders) ChangeAddress(ctx context.Context, orderID string, to order.Receiver) error {
	o, err := d.Get(ctx, orderID)
	if err != nil {
		return err
	}
	p := addressParams{ID: number(orderID)}
	changed := false
	var texts []order.Text // with the ciphers that show them, if nothing changes
	for _, f := range []struct {
		kind    order.TextKind
		to, now order.Protected
		param   *string
	}{
		{order.TextName, to.Name, o.Receiver.Name, &p.Name},
		{order.TextPhone, to.Phone, o.Receiver.Phone, &p.Phone},
		{order.TextAddress, to.Address, o.Receiver.Address, &p.Address},
	} {
		switch {
		case f.to.Plain != "":
			*f.param = f.to.Plain.Reveal()
			texts = append(texts, order.Text{Kind: f.kind, Protected: order.Protected{Cipher: f.now.Cipher, Plain: f.to.Plain}})
		case f.to.Cipher != "" && f.to.Cipher != f.now.Cipher:
			return addressUpdate.Refuse(mall.ErrInvalid, "the platform takes the %s as plain text only", f.kind)
		}
	}
	if changed = moved(to, o.Receiver); changed && p.Address == "" {
		return addressUpdate.Refuse(mall.ErrInvalid, "another region needs the street address too, as plain text")
	}
	if p.Address != "" {
		regions := regionsOf(to)
		p.addressRegions = &regions
	}
	if changed, err = d.differs(ctx, changed, texts); err != nil {
		return err
	}
	if !changed {
		return addressUpdate.Refuse(mall.ErrAlreadyDone, "the order has this receiver already")
	}
	if o.Has(order.TraitDeposit) {
		return addressUpdate.Refuse(mall.ErrRejected, "the platform does not change the address of a deposit presale")
	}
	p.Partial = p.Name == "" || p.Phone == "" || p.addressRegions == nil
	_, err = addressUpdate.Call(ctx, d.shop, p)
	return d.missing(err)
}

// moved reports whether a receiver's region differs from the one that the order
// shows. Fields left empty do not count.
func moved(to, now order.Receiver) bool {
	for _, r := range [][2]order.Region{
		{to.Province, now.Province}, {to.City, now.City}, {to.District, now.District}, {to.Street, now.Street},
	} {
		if r[0].Name != "" && r[0].Name != r[1].Name || r[0].Code != "" && r[0].Code != r[1].Code {
			return true
		}
	}
	return false
}

// differs reports whether one of the texts is not the one behind its cipher.
func (d orders) differs(ctx context.Context, already bool, texts []order.Text) (bool, error) {
	if already || len(texts) == 0 {
		return already, nil
	}
	results, err := d.SearchIndex(ctx, texts)
	if err != nil {
		return false, err
	}
	for _, r := range results {
		if r.Item.Index == "" || !strings.Contains(r.Item.Cipher, r.Item.Index) {
			return true, nil
		}
	}
	return false, nil
}

// endpoints and wire types

var (
	orderAudit    = driver.Reading[auditAnswer](orderDetail)
	auditApprove  = endpoint[auditParams, none]("open.order.address.audit.approve", get|write)
	auditReject   = endpoint[auditParams, none]("open.order.address.audit.reject", get|write)
	addressUpdate = endpoint[addressParams, none]("open.order.address.update", write)
)

type auditParams struct {
	ID number `json:"oid"`
}

type auditAnswer struct {
	Audit wire.Object[struct {
		Status wire.Int `json:"auditStatus"`
	}] `json:"addressUpdateAuditInfo"`
}

type addressParams struct {
	ID      number `json:"orderId"`
	Name    string `json:"consignee,omitempty"`
	Phone   string `json:"mobile,omitempty"`
	Address string `json:"address,omitempty"`
	Partial bool   `json:"isPartialUpdate"`
	*addressRegions
}

// addressRegions are sent together, as codes of four levels.
type addressRegions struct {
	ProvinceCode number `json:"provinceCode,omitempty"`
	Province     string `json:"province"`
	CityCode     number `json:"cityCode,omitempty"`
	City         string `json:"city"`
	DistrictCode number `json:"districtCode,omitempty"`
	District     string `json:"district"`
	TownCode     number `json:"townCode,omitempty"`
	Town         string `json:"town,omitempty"`
}

func regionsOf(r order.Receiver) addressRegions {
	return addressRegions{
		ProvinceCode: number(r.Province.Code), Province: r.Province.Name, CityCode: number(r.City.Code), City: r.City.Name,
		DistrictCode: number(r.District.Code), District: r.District.Name,
		TownCode: number(r.Street.Code), Town: r.Street.Name,
	}
}

func (p addressParams) texts() []string { return []string{p.Name, p.Phone, p.Address} }
