package kuaishou

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	firstOrder = 2_500_000_000_000_000
	idStep     = 100 // leaves ids for the gifts of an order
)

func formatID(n int64) string { return strconv.FormatInt(n, 10) }

// facts is the decoded part of an order that lists filter by and messages
// carry.
type facts struct {
	Base struct {
		OID        stage.Lax `json:"oid"`
		Status     stage.Lax `json:"status"`
		Created    stage.Lax `json:"createTime"`
		Updated    stage.Lax `json:"updateTime"`
		CPSType    stage.Lax `json:"cpsType"`
		TotalFee   stage.Lax `json:"totalFee"`
		ExpressFee stage.Lax `json:"expressFee"`
		BuyerID    string    `json:"buyerOpenId"`
	} `json:"orderBaseInfo"`
	Item struct {
		SKUID    stage.Lax `json:"skuId"`
		Num      stage.Lax `json:"num"`
		Price    stage.Lax `json:"price"`
		Original stage.Lax `json:"originalPrice"`
		Discount stage.Lax `json:"discountFee"`
	} `json:"orderItemInfo"`
	Note struct {
		List []struct {
			Created  stage.Lax `json:"createTime"`
			Note     string    `json:"note"`
			Flag     string    `json:"flagTagCode"`
			Operator string    `json:"operatorName"`
		} `json:"orderNoteInfo"`
	} `json:"orderNote"`
	Address json.RawMessage `json:"orderAddress"`
	Audit   struct {
		Status  stage.Lax `json:"auditStatus"`
		Timeout stage.Lax `json:"timeoutOfAudit"`
		Time    stage.Lax `json:"auditTime"`
	} `json:"addressUpdateAuditInfo"`

	listed []byte // the order in the form of the list, made on first use
}

func factsOf(r *stage.Record) *facts { return r.Index.(*facts) }

// newRecord decodes a wire order. It ignores members of a wrong type, since a
// test may want an order that cannot be read.
func newRecord(sh *stage.Shop, wire []byte) (*stage.Record, error) {
	f := &facts{}
	_ = json.Unmarshal(wire, f)
	id := formatID(int64(f.Base.OID))
	if f.Base.OID <= 0 || len(id) > 18 {
		return nil, fmt.Errorf("sandbox: orderBaseInfo.oid %.40s is not a number of up to 18 digits", id)
	}
	return &stage.Record{Shop: sh, ID: id, Created: int64(f.Base.Created), Updated: int64(f.Base.Updated), Wire: wire,
		Index: f}, nil
}

// readOrder decodes an order as far as possible: a test may have made it
// unreadable on purpose.
func readOrder(r *stage.Record) (o order) {
	_ = json.Unmarshal(r.Wire, &o)
	return o
}

// nextOrderID returns an id that no order has.
func (k *platform) nextOrderID() int64 {
	for {
		k.orderNo++
		id := firstOrder + k.orderNo*idStep
		if _, err := k.world.Order(formatID(id)); err != nil {
			return id
		}
	}
}

func (k *platform) NewOrder(sh *stage.Shop, fields stage.Object, status, minutesAgo int) (*stage.Record, error) {
	if status != 0 && !slices.Contains(statuses, status) {
		return nil, fmt.Errorf("sandbox: Kuaishou has no order status %d; there are %v", status, statuses)
	}
	base, _ := fields["orderBaseInfo"].(stage.Object)
	b := templateInput{status: int(stage.Number(base["status"], int64(cmp.Or(status, statusPaid))))}
	b.created = stage.Number(base["createTime"], k.world.Now().UnixMilli()-int64(minutesAgo)*60*second-spanOf(b.status))
	if b.id = stage.Number(base["oid"], 0); b.id == 0 {
		b.id = k.nextOrderID()
	}
	sh.OrdersMade++
	b.receiver, b.variety = sh.OrdersMade, sh.OrdersMade
	o := k.template(sh, b)
	wire := stage.Encode(&o)
	if len(fields) > 0 {
		object, err := stage.ToObject(json.RawMessage(wire))
		if err != nil {
			return nil, err
		}
		wire = stage.Encode(layOver(object, fields))
	}
	r, err := newRecord(sh, wire)
	if err != nil {
		return nil, err
	}
	return r, k.world.AddOrder(r)
}

// layOver applies the caller's fields to an order, gift by gift. The total is
// recomputed unless it is given.
func layOver(object, fields stage.Object) stage.Object {
	next := stage.Merge(object, fields)
	if patches, ok := fields["subOrderInfo"].([]any); ok {
		old, _ := object["subOrderInfo"].([]any)
		next["subOrderInfo"] = layGifts(old, patches)
	}
	item, _ := fields["orderItemInfo"].(stage.Object)
	base, _ := fields["orderBaseInfo"].(stage.Object)
	if _, given := base["totalFee"]; given || item["price"] == nil && item["num"] == nil {
		return next
	}
	if line, ok := next["orderItemInfo"].(stage.Object); ok {
		if of, ok := next["orderBaseInfo"].(stage.Object); ok {
			of["totalFee"] = stage.Number(line["price"], 0) * stage.Number(line["num"], 1)
		}
	}
	return next
}

// layGifts applies each patch to the gift with the same oid; other patches are
// new gifts.
func layGifts(old, patches []any) []any {
	oid := func(v any) string {
		gift, _ := v.(stage.Object)
		base, _ := gift["subOrderBaseInfo"].(stage.Object)
		return stage.Text(base["oid"])
	}
	next := slices.Clone(old)
	for _, v := range patches {
		patch, ok := v.(stage.Object)
		i := slices.IndexFunc(next, func(o any) bool { return oid(o) == oid(v) && oid(v) != "" })
		if !ok || i < 0 {
			next = append(next, v)
			continue
		}
		gift, _ := next[i].(stage.Object)
		next[i] = stage.Merge(gift, patch)
	}
	return next
}
