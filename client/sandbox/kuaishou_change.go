package sandbox

import (
	"encoding/json"
	"fmt"
)

// changeOrder lays fields over an order, as AddOrder does over a template. A
// status that is given takes along what the platform would change with it,
// unless that is given too: the time of paying, shipping or receiving, the
// pieces shipped, and the gifts, but that these are shipped apart.
func (k *kuaishou) changeOrder(r *record, fields jsonObject) error {
	base, _ := fields["orderBaseInfo"].(jsonObject)
	if oid, ok := base["oid"]; ok && text(oid) != r.id {
		return fmt.Errorf("sandbox: orderBaseInfo.oid cannot be changed")
	}
	old, err := toObject(json.RawMessage(r.wire))
	if err != nil {
		return err
	}
	next := ksLay(old, fields)
	now := k.world.Now().UnixMilli()
	if of, ok := next["orderBaseInfo"].(jsonObject); ok {
		if _, given := base["updateTime"]; !given {
			of["updateTime"] = now
		}
		if status, given := base["status"]; given {
			ksEnter(next, of, fields, int(number(status, 0)), now)
		}
	}
	record, err := ksRecord(r.shop, encode(next))
	if err != nil {
		return err
	}
	k.world.ReplaceOrder(r, record)
	return nil
}

// ksEnter sets what comes with a status, except what the caller gave and what
// has happened already.
func ksEnter(order, base, fields jsonObject, status int, now int64) {
	given, _ := fields["orderBaseInfo"].(jsonObject)
	once := func(name string, v int64) {
		if _, ok := given[name]; !ok && number(base[name], 0) == 0 {
			base[name] = v
		}
	}
	if status >= ksPaid && status < ksFailed {
		once("payTime", now)
		once("promiseTimeStampOfDelivery", now+2*ksDay)
		if holds, _ := base["disableDeliveryReasonCode"].([]any); len(holds) == 0 {
			once("validPromiseShipmentTimeStamp", now+2*ksDay)
		}
	}
	if status >= ksShipped && status < ksFailed {
		once("sendTime", now)
		ksDeliver(order, fields)
	}
	if status == ksReceived || status == ksDone {
		once("recvTime", now)
	}
	if _, ok := fields["subOrderInfo"]; ok || status == ksShipped {
		return
	}
	gifts, _ := order["subOrderInfo"].([]any)
	for i, v := range gifts {
		if gift, ok := v.(jsonObject); ok {
			gifts[i] = overlay(gift, jsonObject{"subOrderBaseInfo": jsonObject{"status": int64(status), "updateTime": now}})
		}
	}
}

// ksDeliver counts all pieces as shipped where none were, and nobody says how
// many.
func ksDeliver(order, fields jsonObject) {
	delivery, ok := order["orderDeliveryInfo"].(jsonObject)
	if _, given := fields["orderDeliveryInfo"]; given || !ok || number(delivery["deliveryNum"], 0) > 0 {
		return
	}
	item, _ := order["orderItemInfo"].(jsonObject)
	parcels, _ := order["orderLogisticsInfo"].([]any)
	order["orderDeliveryInfo"] = overlay(delivery, jsonObject{
		"deliveryNum": number(item["num"], 1), "packageNum": int64(max(len(parcels), 1)),
		"totalPackageNum": int64(max(len(parcels), 1)), "deliveryStatus": int64(ksDeliveredAll),
	})
}
