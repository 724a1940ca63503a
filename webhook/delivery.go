package webhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/mallwire/mall"
)

// Delivery is a push that was verified and not read yet: see [Options].Queue. It
// may hold personal data, so it prints its size only; JSON keeps all of it.
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

// Handle decodes a delivery from the app's queue and calls the functions of
// [Handlers] with its events, on this goroutine. After an error call it again
// with the same delivery: what was handled is not handed over twice. A delivery
// is taken to be what [Options].Queue was given: it is not verified
// again. [Handler.Close] waits for Handle and ends its context.
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
