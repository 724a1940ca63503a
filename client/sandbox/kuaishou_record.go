package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

const (
	ksFirstOrder = 2_500_000_000_000_000
	ksIDStep     = 100 // leaves numbers for the gifts of an order
)

// ksID is a number as text.
func ksID(n int64) string { return strconv.FormatInt(n, 10) }

// ksFacts is what orders are looked up by, and what messages tell of them.
type ksFacts struct {
	Base struct {
		OID        fact   `json:"oid"`
		Status     fact   `json:"status"`
		Created    fact   `json:"createTime"`
		Updated    fact   `json:"updateTime"`
		CPSType    fact   `json:"cpsType"`
		TotalFee   fact   `json:"totalFee"`
		ExpressFee fact   `json:"expressFee"`
		BuyerID    string `json:"buyerOpenId"`
	} `json:"orderBaseInfo"`
	Item struct {
		SKUID    fact `json:"skuId"`
		Num      fact `json:"num"`
		Price    fact `json:"price"`
		Original fact `json:"originalPrice"`
		Discount fact `json:"discountFee"`
	} `json:"orderItemInfo"`
	Note struct {
		List []struct {
			Created  fact   `json:"createTime"`
			Note     string `json:"note"`
			Flag     string `json:"flagTagCode"`
			Operator string `json:"operatorName"`
		} `json:"orderNoteInfo"`
	} `json:"orderNote"`
	Address json.RawMessage `json:"orderAddress"`
	Audit   struct {
		Status  fact `json:"auditStatus"`
		Timeout fact `json:"timeoutOfAudit"`
		Time    fact `json:"auditTime"`
	} `json:"addressUpdateAuditInfo"`

	listed []byte // the order as the list shows it, once it was asked for
}

// ksFactsOf returns what ksRecord found.
func ksFactsOf(r *record) *ksFacts { return r.facts.(*ksFacts) }

// ksRecord reads a wire order. Members of a wrong type are passed over: a test
// may want an order that cannot be read.
func ksRecord(sh *shop, wire []byte) (*record, error) {
	f := &ksFacts{}
	_ = json.Unmarshal(wire, f)
	id := ksID(int64(f.Base.OID))
	if f.Base.OID <= 0 || len(id) > 18 {
		return nil, fmt.Errorf("sandbox: orderBaseInfo.oid %.40s is not a number of up to 18 digits", id)
	}
	return &record{shop: sh, id: id, created: int64(f.Base.Created), updated: int64(f.Base.Updated), wire: wire, facts: f}, nil
}

// ksReadOrder reads an order as well as can be: one made unreadable on purpose is
// what it is.
func ksReadOrder(r *record) (o ksOrder) {
	_ = json.Unmarshal(r.wire, &o)
	return o
}

// nextOrderID returns an id that no order has.
func (k *kuaishou) nextOrderID() int64 {
	for {
		k.orderNo++
		id := ksFirstOrder + k.orderNo*ksIDStep
		if _, err := k.world.Order(ksID(id)); err != nil {
			return id
		}
	}
}

func (k *kuaishou) newOrder(sh *shop, fields jsonObject, status, minutesAgo int) (*record, error) {
	if status != 0 && !slices.Contains(ksStatuses, status) {
		return nil, fmt.Errorf("sandbox: Kuaishou has no order status %d; there are %v", status, ksStatuses)
	}
	base, _ := fields["orderBaseInfo"].(jsonObject)
	b := ksBlank{status: int(number(base["status"], int64(or(status, ksPaid))))}
	b.created = number(base["createTime"], k.world.Now().UnixMilli()-int64(minutesAgo)*60*ksSecond-ksSpan(b.status))
	if b.id = number(base["oid"], 0); b.id == 0 {
		b.id = k.nextOrderID()
	}
	sh.ordersMade++
	b.receiver, b.variety = sh.ordersMade, sh.ordersMade
	o := k.template(sh, b)
	wire := encode(&o)
	if len(fields) > 0 {
		object, err := toObject(json.RawMessage(wire))
		if err != nil {
			return nil, err
		}
		wire = encode(ksLay(object, fields))
	}
	r, err := ksRecord(sh, wire)
	if err != nil {
		return nil, err
	}
	return r, k.world.AddOrder(r)
}

// ksLay lays the caller's fields over an order: gifts one by one, with a total
// that follows unless it is given.
func ksLay(object, fields jsonObject) jsonObject {
	next := overlay(object, fields)
	if patches, ok := fields["subOrderInfo"].([]any); ok {
		old, _ := object["subOrderInfo"].([]any)
		next["subOrderInfo"] = ksLayGifts(old, patches)
	}
	item, _ := fields["orderItemInfo"].(jsonObject)
	base, _ := fields["orderBaseInfo"].(jsonObject)
	if _, given := base["totalFee"]; given || item["price"] == nil && item["num"] == nil {
		return next
	}
	if line, ok := next["orderItemInfo"].(jsonObject); ok {
		if of, ok := next["orderBaseInfo"].(jsonObject); ok {
			of["totalFee"] = number(line["price"], 0) * number(line["num"], 1)
		}
	}
	return next
}

// ksLayGifts lays each patch over the gift of the same oid; others are new.
func ksLayGifts(old, patches []any) []any {
	oid := func(v any) string {
		gift, _ := v.(jsonObject)
		base, _ := gift["subOrderBaseInfo"].(jsonObject)
		return text(base["oid"])
	}
	next := slices.Clone(old)
	for _, v := range patches {
		patch, ok := v.(jsonObject)
		i := slices.IndexFunc(next, func(o any) bool { return oid(o) == oid(v) && oid(v) != "" })
		if !ok || i < 0 {
			next = append(next, v)
			continue
		}
		gift, _ := next[i].(jsonObject)
		next[i] = overlay(gift, patch)
	}
	return next
}
