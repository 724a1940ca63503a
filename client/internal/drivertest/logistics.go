package drivertest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/logistics/logisticstest"
	"github.com/mallwire/mall/order"
)

// Pickup is one of the places that the sandbox's accounts may send from.
func Pickup() logistics.Sender {
	return logistics.Sender{Name: "示例发件人", Phone: "19900000009", Address: logistics.Address{
		Province: order.Region{Name: "江苏省"}, City: order.Region{Name: "苏州市"}, District: order.Region{Name: "吴中区"},
		Street: order.Region{Name: "示例街道"}, Detail: "示例路1号",
	}}
}

// Impatient are options of a world whose app gives calls up that the time-outs of
// [KnownLogistics] delay, and caps replies at a mebibyte.
func Impatient() []client.Option {
	return []client.Option{client.WithTimeout(400 * time.Millisecond), client.WithMaxReply(1 << 20)}
}

// KnownLogistics tells the suite of logistics how to make an order with so many
// lines, of two pieces each, how to change the address of one, and how to lose
// the answers of these methods. What carriers there are it leaves open.
func KnownLogistics(
	t *testing.T, w *World, add func(lines int) string, move func(id string), methods ...string,
) logisticstest.Known {
	t.Helper()
	var made atomic.Int64
	return logisticstest.Known{
		Order:      func(_ context.Context, lines int) (string, error) { return add(lines), nil },
		TrackingNo: func() string { return fmt.Sprintf("SF%013d", made.Add(1)) },
		Sender:     Pickup(),
		Lose:       losses(w.Box, methods),
		MoveBuyer:  func(_ context.Context, id string) error { move(id); return nil },
	}
}
