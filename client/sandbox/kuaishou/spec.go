package kuaishou

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// SpecRules are assumptions about spec changes (改规格). An article of 2023 tells
// merchants: customer service sends the buyer a card, which is answered within
// two hours, runs out, or becomes void when the order changes; one card at a
// time; nothing cheaper once the order is paid; no deposit presales. The method
// open.seller.order.sku.update is documented: it needs the buyer's consent, and
// then the merchant can change.
type SpecRules struct {
	// CardSeconds is how long the buyer has to answer: 7200.
	CardSeconds int `json:"card_seconds"`
	// AgreementChanges makes the buyer's consent change the order by itself.
	// Unconfirmed: false, the method does so.
	AgreementChanges bool `json:"agreement_changes"`
	// UpdateAsks makes the method send a card if the buyer has not agreed to
	// one; the buyer's consent then changes the order. Unconfirmed: false, it
	// is refused.
	UpdateAsks bool `json:"update_asks"`
	// NoConsentMsg refuses the method before the buyer agreed. Invented:
	// 买家未同意修改规格.
	NoConsentMsg string `json:"no_consent_msg"`
}

func defaultSpecRules() SpecRules {
	return SpecRules{CardSeconds: 7200, NoConsentMsg: "买家未同意修改规格"}
}

func (r SpecRules) check() error {
	if r.CardSeconds < 1 {
		return fmt.Errorf("sandbox: card_seconds is %d; it must be 1 or more", r.CardSeconds)
	}
	return nil
}

// specCard asks the buyer of an order for another SKU.
type specCard struct {
	op      stage.Operation // its latest log entry
	to      orderSKU
	sent    time.Time
	changes bool // the buyer's consent changes the order
}

// Why no card may be sent, or no SKU changed. The text about the price is the
// platform's own; the others say what the article says.
const (
	cardPending  = "买家处理中，无法再次修改规格"
	cardState    = "订单已不支持修改规格"
	cardPresale  = "定金预售订单不支持改规格"
	cardCheaper  = "此规格低于订单商品价格，无法修改"
	cardSameSKU  = "新规格与原规格相同"
	cardNotGoods = "规格不存在"
)

func (k *platform) specMethods() map[string]method {
	return map[string]method{
		"open.seller.order.sku.update": {verb: http.MethodPost, run: k.orderSKUUpdate},
	}
}

// orderSKUUpdate changes the SKU of an order as the buyer agreed to.
func (k *platform) orderSKUUpdate(c *stage.Call) stage.Result {
	var p struct {
		OrderID int64 `json:"orderId"`
		ItemID  int64 `json:"itemId"`
		Old     int64 `json:"oldSkuId"`
		New     int64 `json:"newSkuId"`
	}
	if r, ok := k.parse(c, &p); !ok {
		return r
	}
	if p.ItemID <= 0 || p.Old <= 0 || p.New <= 0 {
		return k.invalid("itemId, oldSkuId, newSkuId")
	}
	r, refusal, ok := k.orderOf(c, p.OrderID)
	if !ok {
		return refusal
	}
	k.AgeCards(r)
	o := readSpec(r.Wire)
	if o.Item.ItemID != p.ItemID || o.Item.SKUID != p.Old {
		return k.rejected(cardNotGoods)
	}
	to, why := k.specTarget(r, o, p.New)
	if why == "" {
		why = k.specState(o)
	}
	if why != "" {
		return k.rejected(why)
	}
	card := k.cards[r.ID]
	switch {
	case card != nil && card.op.Verdict == stage.VerdictAccepted && card.op.From == formatID(p.Old) &&
		card.to.SKUID == p.New:
		if err := k.exchange(r, o, card); err != nil {
			return k.Failure(stage.Result{})
		}
		return k.Success(nil)
	case !k.rules.Spec.UpdateAsks:
		return k.rejected(k.rules.Spec.NoConsentMsg)
	}
	if why := k.refuseCard(r, o, to); why != "" {
		return k.rejected(why)
	}
	k.putCard(r, to.orderSKU, true, stage.Operation{From: formatID(p.Old), To: formatID(p.New), Operator: "api",
		RequestID: c.LogID})
	return k.Success(nil)
}

// SendCard sends the buyer of an order a card, as customer service would.
func (k *platform) SendCard(q stage.Request) (stage.Asked, error) {
	r, err := k.world.Order(q.OrderID)
	if err != nil {
		return stage.Asked{}, err
	}
	switch {
	case q.ShopID != "" && q.ShopID != r.Shop.ID:
		return stage.Asked{}, stage.Errorf(stage.ErrUnknownID, "order %s of shop %.40q", r.ID, q.ShopID)
	case q.LineID != "" && q.LineID != r.ID:
		return stage.Asked{}, stage.Errorf(stage.ErrUnknownID,
			"line %.40q: here an order has one line with its own id, and gifts cannot be changed", q.LineID)
	case q.SKUID == "" || !stage.Digits(q.SKUID, 18):
		return stage.Asked{}, fmt.Errorf("sandbox: a spec change needs sku_id, a number")
	}
	k.AgeCards(r)
	o := readSpec(r.Wire)
	to, why := k.specTarget(r, o, stage.Number(q.SKUID, 0))
	if why != cardNotGoods && why != cardSameSKU {
		why = k.refuseCard(r, o, to)
	}
	if why != "" && (!q.Force || to.SKUID == 0) {
		return stage.Asked{}, stage.Errorf(stage.ErrRefused, "order %s: %s", r.ID, why)
	}
	op := stage.Operation{From: formatID(o.Item.SKUID), To: q.SKUID, Operator: q.Operator, RequestID: q.RequestID}
	if op.Operator == "" {
		op.Operator = "示例客服"
	}
	if op.RequestID == "" {
		k.cardNo++
		op.RequestID = fmt.Sprintf("card-%06d", k.cardNo)
	}
	k.putCard(r, to.orderSKU, k.rules.Spec.AgreementChanges, op)
	op.LineID, op.Verdict = r.ID, stage.VerdictPending
	return stage.Asked{OrderID: r.ID, ShopID: r.Shop.ID, Op: op}, nil
}

func (k *platform) putCard(r *stage.Record, to orderSKU, changes bool, op stage.Operation) {
	op.LineID = r.ID
	card := &specCard{op: op, to: to, sent: k.world.Now(), changes: changes}
	if k.cards == nil {
		k.cards = map[string]*specCard{}
	}
	k.cards[r.ID] = card
	k.moveCard(card, r, stage.VerdictPending)
}

// moveCard gives a card another state and logs it.
func (k *platform) moveCard(card *specCard, r *stage.Record, v string) {
	card.op.Time, card.op.Service, card.op.Verdict = k.world.Now(), stage.ServiceSpecChange, v
	k.world.LogOperation(r.ID, card.op)
}

func (k *platform) AnswerCard(r *stage.Record, agree bool) (stage.Operation, error) {
	k.AgeCards(r)
	card := k.cards[r.ID]
	if card == nil || card.op.Verdict != stage.VerdictPending {
		return stage.Operation{}, stage.Errorf(stage.ErrRefused, "order %s has no card that waits for an answer",
			r.ID)
	}
	if !agree {
		k.moveCard(card, r, stage.VerdictRefused)
		return card.op, nil
	}
	k.moveCard(card, r, stage.VerdictAccepted)
	op := card.op
	if card.changes {
		return op, k.exchange(r, readSpec(r.Wire), card)
	}
	return op, nil
}

func (k *platform) AgeCards(r *stage.Record) {
	card := k.cards[r.ID]
	if card == nil || card.op.Verdict != stage.VerdictPending {
		return
	}
	if until := card.sent.Add(time.Duration(k.rules.Spec.CardSeconds) * time.Second); !k.world.Now().Before(until) {
		k.moveCard(card, r, stage.VerdictTimedOut)
	}
}

// voidCard ends a card whose order has changed since it was sent.
func (k *platform) voidCard(before, next *stage.Record) {
	k.AgeCards(before)
	card := k.cards[next.ID]
	if card == nil || card.op.Verdict != stage.VerdictPending {
		return
	}
	was, is := readSpec(before.Wire), readSpec(next.Wire)
	if was.Base.Status != is.Base.Status || was.Item.SKUID != is.Item.SKUID || !bytes.Equal(was.Refunds, is.Refunds) {
		k.moveCard(card, next, stage.VerdictVoid)
	}
}

// exchange gives the order the SKU of a card and records the one before.
func (k *platform) exchange(r *stage.Record, o specOrder, card *specCard) error {
	delete(k.cards, r.ID) // a card works once
	fields, err := stage.ToObject(map[string]any{"orderItemInfo": map[string]any{
		"skuId": card.to.SKUID, "relSkuId": card.to.RelSKUID, "skuDesc": card.to.Desc, "skuNick": card.to.Nick, "itemPrevInfo": o.Item.orderSKU,
	}})
	if err != nil {
		return err
	}
	return k.ChangeOrder(r, fields)
}

// specOrder is the part of an order that spec changes need.
type specOrder struct {
	Base struct {
		Status     int   `json:"status"`
		Activities []int `json:"allActivityType"`
	} `json:"orderBaseInfo"`
	Item struct {
		orderSKU
		ItemID int64 `json:"itemId"`
		Price  int64 `json:"price"`
	} `json:"orderItemInfo"`
	Refunds json.RawMessage `json:"orderRefundList"`
}

func readSpec(wire []byte) (o specOrder) {
	_ = json.Unmarshal(wire, &o) // as far as possible: a test may have made the order unreadable
	return o
}

// specTarget returns the wanted SKU of the order's item, or the reason why
// there is none.
func (k *platform) specTarget(r *stage.Record, o specOrder, id int64) (to wanted, why string) {
	if id == o.Item.SKUID {
		return to, cardSameSKU
	}
	_, v := k.sku(r.Shop, o.Item.ItemID, id)
	if v == nil || v.Valid != 1 {
		return to, cardNotGoods
	}
	return wanted{orderSKU{SKUID: v.SKUID, RelSKUID: v.RelSKUID, Desc: v.desc(), Nick: v.Nick}, v.Price}, ""
}

// desc returns the SKU's spec in the form that orders have.
func (v *itemSKU) desc() string {
	var pairs []string
	for _, p := range v.Properties {
		pairs = append(pairs, p.Name+":"+p.Value)
	}
	if pairs == nil {
		return v.Specification
	}
	return strings.Join(pairs, ";")
}

// specState says why the order's SKU cannot be changed at all, or "".
func (k *platform) specState(o specOrder) string {
	var refunds []refund
	_ = json.Unmarshal(o.Refunds, &refunds)
	switch {
	case o.Base.Status != statusUnpaid && o.Base.Status != statusPaid:
		return cardState
	// 70 is a case that was closed. Exchanges count like other cases.
	case slices.ContainsFunc(refunds, func(r refund) bool { return r.Status != 70 }):
		return cardState
	case slices.Contains(o.Base.Activities, 6):
		return cardPresale
	}
	return ""
}

// refuseCard says why no card may be sent, or "".
func (k *platform) refuseCard(r *stage.Record, o specOrder, to wanted) string {
	card := k.cards[r.ID]
	switch why := k.specState(o); {
	case why != "":
		return why
	case card != nil && card.op.Verdict == stage.VerdictPending:
		return cardPending
	case o.Base.Status == statusPaid && to.price < o.Item.Price:
		return cardCheaper
	}
	return ""
}

// wanted is a SKU that an order may be changed to.
type wanted struct {
	orderSKU
	price int64
}
