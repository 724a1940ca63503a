package webhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/mallwire/mall"
)

// Delivery is a push that was verified and not decoded yet: see [Options].Queue. It
// may hold personal data, so printing it shows the platform and its size only. As
// JSON it is complete.
type Delivery struct {
	Platform mall.Platform `json:"platform"`
	Body     []byte        `json:"body"`
	Received time.Time     `json:"received"`
}

// String returns the platform and the size.
func (d Delivery) String() string { return fmt.Sprintf("%s [%d bytes]", d.Platform, len(d.Body)) }

// Format writes the platform and the size for every verb.
func (d Delivery) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, d.String()) }

// LogValue returns the platform and the size.
func (d Delivery) LogValue() slog.Value { return slog.StringValue(d.String()) }

// Handle decodes a delivery that [Options].Queue was given, and calls the functions
// of [Handlers] with its events in this goroutine. It does not verify the delivery
// again. [Handler.Close] waits for Handle and ends the contexts of the functions.
//
// After an error, call Handle again with the same delivery: events that were
// handled are not handled twice. Do not repeat it after [ErrRejected], since the
// delivery cannot be read.
func (h *Handler) Handle(ctx context.Context, d Delivery) error {
	if d.Platform != h.end.platform() {
		return h.failed(opHandle, rejected(mall.ErrInvalid, "the delivery is one of platform %.20q", d.Platform))
	}
	if !h.begin() {
		return h.shut
	}
	defer h.finish()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.ctx, cancel)()
	began := time.Now()
	tasks, err := h.end.open(d.Body, "", h.opts.Codec)
	if err != nil {
		return h.reject(began, err)
	}
	_, err = h.handle(ctx, began, tasks, func() bool { return false })
	return err
}
