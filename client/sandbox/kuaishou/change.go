package kuaishou

import (
	"encoding/json"
	"fmt"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ChangeOrder applies fields to an order. A new status also changes what the
// platform would change with it, unless fields gives that too: the time of
// payment, shipping or receipt, the pieces shipped, and the gifts, except that
// gifts are shipped separately.
func (k *platform) ChangeOrder(r *stage.Record, fields stage.Object) error {
	base, _ := fields["orderBaseInfo"].(stage.Object)
	if oid, ok := base["oid"]; ok && stage.Text(oid) != r.ID {
		return fmt.Errorf("sandbox: orderBaseInfo.oid cannot be changed")
	}
	old, err := stage.ToObject(json.RawMessage(r.Wire))
	if err != nil {
		return err
	}
	next := layOver(old, fields)
	now := k.world.Now().UnixMilli()
	if of, ok := next["orderBaseInfo"].(stage.Object); ok {
		if _, given := base["updateTime"]; !given {
			of["updateTime"] = now
		}
		if status, given := base["status"]; given {
			enterStatus(next, of, fields, int(stage.Number(status, 0)), now)
		}
	}
	record, err := newRecord(r.Shop, stage.Encode(next))
	if err != nil {
		return err
	}
	k.world.ReplaceOrder(r, record)
	return nil
}

// enterStatus sets what belongs to a status, except what the caller gave and
// what has already happened.
func enterStatus(order, base, fields stage.Object, status int, now int64) {
	given, _ := fields["orderBaseInfo"].(stage.Object)
	once := func(name string, v int64) {
		if _, ok := given[name]; !ok && stage.Number(base[name], 0) == 0 {
			base[name] = v
		}
	}
	if status >= statusPaid && status < statusFailed {
		once("payTime", now)
		once("promiseTimeStampOfDelivery", now+2*day)
		if holds, _ := base["disableDeliveryReasonCode"].([]any); len(holds) == 0 {
			once("validPromiseShipmentTimeStamp", now+2*day)
		}
	}
	if status >= statusShipped && status < statusFailed {
		once("sendTime", now)
		deliverAll(order, fields)
	}
	if status == statusReceived || status == statusDone {
		once("recvTime", now)
	}
	if _, ok := fields["subOrderInfo"]; ok || status == statusShipped {
		return
	}
	gifts, _ := order["subOrderInfo"].([]any)
	for i, v := range gifts {
		if gift, ok := v.(stage.Object); ok {
			gifts[i] = stage.Merge(gift, stage.Object{"subOrderBaseInfo": stage.Object{"status": int64(status),
				"updateTime": now}})
		}
	}
}

// deliverAll marks all pieces as shipped, unless some were or the caller gives
// their number.
func deliverAll(order, fields stage.Object) {
	delivery, ok := order["orderDeliveryInfo"].(stage.Object)
	if _, given := fields["orderDeliveryInfo"]; given || !ok || stage.Number(delivery["deliveryNum"], 0) > 0 {
		return
	}
	item, _ := order["orderItemInfo"].(stage.Object)
	parcels, _ := order["orderLogisticsInfo"].([]any)
	order["orderDeliveryInfo"] = stage.Merge(delivery, stage.Object{
		"deliveryNum": stage.Number(item["num"], 1), "packageNum": int64(max(len(parcels), 1)),
		"totalPackageNum": int64(max(len(parcels), 1)), "deliveryStatus": int64(deliveredAll),
	})
}
