package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// ErrRefused: the platform itself would not allow it.
var ErrRefused = stage.ErrRefused

// spiKept is how many SPI calls are kept.
const spiKept = 10_000

// SPIOptions vary how the platform calls the app. The zero value is the
// platform's default. Options that do not apply to a platform are ignored.
type SPIOptions struct {
	Get        bool   `json:"get,omitempty"`          // parameters in the query, no body
	SignMethod string `json:"sign_method,omitempty"`  // the platform's name for it; empty: its default
	EscapeHTML bool   `json:"escape_html,omitempty"`  // sign the form in which < > & are escaped
	OnlySign   bool   `json:"only_sign,omitempty"`    // leave out the second signature
	OnlySignV2 bool   `json:"only_sign_v2,omitempty"` // leave out the first signature
	Forge      bool   `json:"forge,omitempty"`        // sign with a wrong secret
	AgeSeconds int    `json:"age_seconds,omitempty"`  // how old the timestamp is
}

// asker returns the platform if it makes SPI calls.
func (d Side) asker() (stage.Asker, error) {
	if err := d.known(); err != nil {
		return nil, err
	}
	a, ok := d.platform.(stage.Asker)
	if !ok {
		return nil, stage.Errorf(stage.ErrRefused, "%s makes no SPI calls", d.name)
	}
	return a, nil
}

// SPICall is a call that the platform made to the app.
type SPICall struct {
	ID       int64           `json:"id"` // counts from 1 over all platforms
	Platform mall.Platform   `json:"platform"`
	Params   json.RawMessage `json:"params"`
	Answers  []SPIAnswer     `json:"answers"` // one for each request, oldest first

	// Only of requests by customer service. Verdict, Code and Reason are those
	// of the last answer.
	Service   string `json:"service,omitempty"`
	ShopID    string `json:"shop_id,omitempty"`
	OrderID   string `json:"order_id,omitempty"`
	LineID    string `json:"line_id,omitempty"`
	RequestID string `json:"request_id,omitempty"`
	Verdict   string `json:"verdict,omitempty"`
	Code      string `json:"code,omitempty"`
	Reason    string `json:"reason,omitempty"`
}

// SPIAnswer is the app's answer to one request.
type SPIAnswer struct {
	Time    time.Time       `json:"time"`
	Status  int             `json:"status,omitempty"` // of HTTP; 0: there was no answer
	Code    string          `json:"code,omitempty"`   // of the envelope; empty: it could not be read
	Message string          `json:"message,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
	Error   string          `json:"error,omitempty"` // why there was no answer
}

// spiLog holds the SPI calls and the operation logs of orders. Sandbox.mu
// guards it.
type spiLog struct {
	calls      []*spiCall // oldest first
	lastID     int64
	open       map[lineKey]int // requests about a line that wait for their answers
	operations map[orderKey][]Operation
}

func newSPILog() spiLog {
	return spiLog{open: map[lineKey]int{}, operations: map[orderKey][]Operation{}}
}

// spiCall is an SPICall with what is needed to repeat it.
type spiCall struct {
	SPICall
	options SPIOptions
	asked   *stage.Asked // nil: not a request by customer service
}

// CallSPI calls the app at its SPI URL as the platform would. params is any
// value whose JSON form is an object, or nil for no parameters at all. The
// answer, or why there was none, is in the SPICall. The error is
// [ErrUnknownPlatform], [ErrRefused] if the platform makes no such calls,
// [ErrNoCallback], or about params.
func (d Side) CallSPI(ctx context.Context, params any, o SPIOptions) (SPICall, error) {
	p, err := d.asker()
	if err != nil {
		return SPICall{}, err
	}
	object, err := stage.ToObject(params)
	if err != nil {
		return SPICall{}, fmt.Errorf("sandbox: SPI parameters: %w", err)
	}
	c := &spiCall{SPICall: SPICall{Platform: d.name}, options: o}
	if object != nil {
		c.Params = stage.Encode(object)
	}
	return d.sandbox.callSPI(ctx, p, c)
}

// RepeatSPI sends an earlier call again, as platforms do if they cannot read
// the answer: with the same parameters and the same request id, but a new
// timestamp and signature. Errors: [ErrUnknownID], [ErrNoCallback].
func (s *Sandbox) RepeatSPI(ctx context.Context, id int64) (SPICall, error) {
	s.mu.Lock()
	i, ok := slices.BinarySearchFunc(s.spi.calls, id, func(c *spiCall, id int64) int { return cmp.Compare(c.ID, id) })
	if !ok {
		s.mu.Unlock()
		return SPICall{}, stage.Errorf(stage.ErrUnknownID, "SPI call %d", id)
	}
	c := s.spi.calls[i]
	s.mu.Unlock()
	p, err := s.On(c.Platform).asker()
	if err != nil {
		return SPICall{}, err
	}
	return s.callSPI(ctx, p, c)
}

// SPICalls returns the last 10,000 calls, oldest first.
func (s *Sandbox) SPICalls() []SPICall {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]SPICall, 0, len(s.spi.calls))
	for _, c := range s.spi.calls {
		all = append(all, c.view())
	}
	return all
}

func (c *spiCall) view() SPICall {
	v := c.SPICall
	v.Params, v.Answers = bytes.Clone(v.Params), slices.Clone(v.Answers)
	return v
}

// callSPI sends a new or repeated call and records the answer.
func (s *Sandbox) callSPI(ctx context.Context, p stage.Asker, c *spiCall) (SPICall, error) {
	s.mu.Lock()
	url := s.callbacks[c.Platform].SPI
	if url == "" {
		s.mu.Unlock()
		return SPICall{}, stage.Errorf(ErrNoCallback, "no SPI URL for %s", c.Platform)
	}
	if c.ID == 0 {
		s.spi.lastID++
		c.ID = s.spi.lastID
		if len(s.spi.calls) >= spiKept {
			s.spi.calls = s.spi.calls[1:]
		}
		s.spi.calls = append(s.spi.calls, c)
	}
	q := stage.SPICall{Params: c.Params, Options: stage.SPIOptions(c.options)}
	if c.asked != nil {
		q.Path, q.Method = c.asked.Path, c.asked.Method
	}
	out := p.SPIRequest(url, q)
	s.mu.Unlock()

	send := s.newSender()
	defer send.close()
	in := send.do(ctx, out)
	var a stage.SPIReply
	if in.Err != nil {
		a.Err = in.Err.Error()
	} else {
		a = p.ReadSPI(in)
	}
	a.Status = in.Status
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Answers = append(c.Answers, SPIAnswer{Time: s.now(), Status: a.Status, Code: a.Code, Message: a.Message,
		Data: a.Data, Error: a.Err})
	if c.asked != nil {
		c.Verdict, c.Code, c.Reason = c.asked.Verdict(a)
		s.logOperation(c)
	}
	return c.view(), nil
}
