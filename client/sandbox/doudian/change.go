package doudian

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ChangeOrder applies fields to an order. A new status also changes what the
// platform would change with it, unless fields gives that too: the description,
// the main status, the time of payment, shipping or finishing, and the lines
// that had the order's old status.
func (d *platform) ChangeOrder(r *stage.Record, fields stage.Object) error {
	if id, ok := fields["order_id"]; ok && stage.Text(id) != r.ID {
		return fmt.Errorf("sandbox: order_id cannot be changed")
	}
	old, err := stage.ToObject(json.RawMessage(r.Wire))
	if err != nil {
		return err
	}
	top := maps.Clone(fields)
	patches, hasLines := top["sku_order_list"].([]any)
	if hasLines {
		delete(top, "sku_order_list") // merged line by line below
	}
	next := stage.Merge(old, top)
	now := d.world.Now().Unix()
	if _, ok := fields["update_time"]; !ok {
		next["update_time"] = now
	}
	if lines, ok := next["sku_order_list"].([]any); ok {
		if err := changeLines(lines, patches, next["update_time"]); err != nil {
			return err
		}
		if status, ok := fields["order_status"]; ok {
			followStatus(lines, patches, stage.Number(old["order_status"], 0), stage.Number(status, 0), now)
		}
	} else if hasLines {
		next["sku_order_list"] = patches // mends an order made unreadable on purpose
	}
	if status, ok := fields["order_status"]; ok {
		enterStatus(next, fields, stage.Number(status, 0), now)
	}
	record, err := newRecord(r.Shop, stage.Encode(next))
	if err != nil {
		return err
	}
	d.world.ReplaceOrder(r, record)
	d.distributedChanged(record)
	return nil
}

// changeLines applies each patch to the line with the same order_id.
func changeLines(lines, patches []any, updated any) error {
	byID := map[string]int{}
	for i, v := range lines {
		if line, ok := v.(stage.Object); ok {
			byID[stage.Text(line["order_id"])] = i
			line["update_time"] = updated
		}
	}
	for _, v := range patches {
		patch, _ := v.(stage.Object)
		i, ok := byID[stage.Text(patch["order_id"])]
		if !ok {
			return fmt.Errorf("sandbox: the order has no line with order_id %.40q", stage.Text(patch["order_id"]))
		}
		line := stage.Merge(lines[i].(stage.Object), patch)
		priceLine(line, patch)
		lines[i] = line
	}
	return nil
}

// followStatus gives the order's new status to the lines that had its old one.
func followStatus(lines, patches []any, from, to, now int64) {
	given := map[string]stage.Object{}
	for _, v := range patches {
		if patch, ok := v.(stage.Object); ok {
			given[stage.Text(patch["order_id"])] = patch
		}
	}
	for _, v := range lines {
		line, ok := v.(stage.Object)
		if !ok || stage.Number(line["order_status"], 0) != from {
			continue
		}
		patch := given[stage.Text(line["order_id"])]
		if _, ok := patch["order_status"]; !ok {
			line["order_status"] = to
			enterStatus(line, patch, to, now)
		}
	}
}

// enterStatus sets what belongs to a status on an order or a line, except what
// the caller gave.
func enterStatus(object, given stage.Object, status, now int64) {
	set := func(k string, v any) {
		if _, ok := given[k]; !ok {
			object[k] = v
		}
	}
	set("main_status", status)
	if _, order := object["seller_words"]; order {
		set("order_status_desc", statusDesc[int(status)])
	}
	var happened string
	switch status {
	case statusReview, statusPrepare:
		happened = "pay_time"
	case statusShipped:
		happened = "ship_time"
	case statusFinished:
		happened = "finish_time"
	}
	if happened != "" && stage.Number(object[happened], 0) == 0 {
		set(happened, now)
	}
}
