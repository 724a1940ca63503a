// Package ordertest checks a driver of package order against what
// [order.Driver] promises. Every driver of this module passes it; one written
// elsewhere can be held to the same:
//
//	func TestConformance(t *testing.T) {
//		ordertest.Run(t, driver, ordertest.Known{
//			Orders: []string{"1001", "1002", "1003"},
//			From:   yesterday,
//		})
//	}
//
// The driver must be live: over the platform's test environment, the sandbox
// of this module or a fake of your own. Run with -race.
package ordertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// Known says what the platform under test holds. Its orders must not change
// while the suite runs, except by the suite.
type Known struct {
	// Orders are ids of orders that were created and last changed between From
	// and To; at least one. With three or more, in two statuses or more, paging
	// and filters are tried in earnest. Other orders may lie in the range too.
	Orders []string
	From   time.Time
	To     time.Time // zero: now

	// ShopID is the shop that the orders say they belong to; empty: any.
	ShopID string
	// Unknown is an id of the right form that no order has; empty:
	// "1000000000000000001".
	Unknown string
	// Remark is the id of an order whose remark may be changed. An order that is
	// not among Orders is best, as the change may move it out of the range. Empty:
	// remarks are not tried.
	Remark string
	// Close is the id of an order that is not paid and may be closed. It must not
	// be among Orders. The suite changes nothing beyond Remark and this one.
	// Empty: closing is not tried.
	Close string
	// Merge are ids of two orders or more to ask about merging; empty: merging is
	// not tried.
	Merge []string
	// Cases are ids of after-sale cases that were opened and last changed between
	// From and To; empty: lists of cases are not tried.
	Cases []string
	// Texts are what to encrypt and to make search indexes of, each with its Kind
	// and Plain; empty: invented ones.
	Texts []order.Text
	// Decryptions is how many texts may be decrypted, which a real platform
	// counts; zero: decryption is not tried.
	Decryptions int
	// Secrets are texts of the receivers and of the app that no error may
	// contain. Those that the driver itself shows are added. Texts shorter than
	// six bytes are not looked for: request ids hold such digits by chance.
	Secrets []string
	// Clock is that of the platform; nil: the machine's.
	Clock mall.Clock

	// Lacks names the subtests that cannot be tried: the driver has no such power,
	// or Known gives no material for it. One that is skipped without being named
	// fails, and so does one that is named and can be tried: what a driver can do
	// does not change unseen.
	Lacks []string
	// Only names the subtests to run; empty: all. It is for a second run that
	// differs in what few of them depend on. Lacks names subtests among them.
	Only []string
}

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d order.Driver, known Known) {
	t.Helper()
	s, err := newSubject(d, known)
	if err != nil {
		t.Fatal(err)
	}
	only, err := suite.Only(checks, known.Only)
	if err != nil {
		t.Fatal(err)
	}
	suite.Run(t, only, s, known.Lacks)
}

// checks are the promises. The last one looks at what the others met.
var checks = []suite.Check[*subject]{
	{Name: "Limits", Run: limits},
	{Name: "Get", Run: get},
	{Name: "GetUnknown", Run: getUnknown},
	{Name: "ReturnedOrdersBelongToTheCaller", Run: ownership},
	{Name: "ListByUpdate", Run: func(ctx context.Context, s *subject) error { return list(ctx, s, mall.ByUpdate) }},
	{Name: "ListByCreation", Run: func(ctx context.Context, s *subject) error { return list(ctx, s, mall.ByCreation) }},
	{Name: "PagesByUpdate", Run: func(ctx context.Context, s *subject) error { return pages(ctx, s, mall.ByUpdate) }},
	{Name: "PagesByCreation", Run: func(ctx context.Context, s *subject) error { return pages(ctx, s, mall.ByCreation) }},
	{Name: "PageSizes", Run: pageSizes},
	{Name: "Seams", Run: seams},
	{Name: "EmptyRange", Run: emptyRange},
	{Name: "Status", Run: status},
	{Name: "Cancelled", Run: cancelled},
	{Name: "Decrypt", Run: decrypt},
	{Name: "Mask", Run: mask},
	{Name: "Encrypt", Run: encrypt},
	{Name: "SearchIndex", Run: searchIndex},
	{Name: "Mergeable", Run: mergeable},
	{Name: "Cases", Run: cases},
	{Name: "CasePages", Run: casePages},
	{Name: "CaseUnknown", Run: caseUnknown},
	{Name: "RejectReasons", Run: rejectReasons},
	{Name: "Decide", Run: writePower[order.CaseDriver](func(ctx context.Context, s *order.Service) error {
		return s.Decide(ctx, order.Case{}, order.Decision{})
	})},
	{Name: "Intercept", Run: writePower[order.Interceptor](func(ctx context.Context, s *order.Service) error {
		_, err := s.Intercept(ctx, "")
		return err
	})},
	{Name: "RemarkCase", Run: writePower[order.CaseRemarker](func(ctx context.Context, s *order.Service) error {
		return s.RemarkCase(ctx, "", "")
	})},
	{Name: "Concurrency", Run: concurrency},
	{Name: "SetRemark", Run: setRemark}, // late: it may move the order to the end of the list
	{Name: "Close", Run: closing},
	{Name: "ErrorsTellNothing", Run: errorsTellNothing},
}

// subject is what one run is about.
type subject struct {
	driver  order.Driver
	service *order.Service
	known   Known

	mu      sync.Mutex
	failed  []error  // errors of the driver
	secrets []string // texts that must be in none of them
}

func newSubject(d order.Driver, known Known) (*subject, error) {
	if len(known.Orders) == 0 || known.From.IsZero() {
		return nil, errors.New("ordertest: Known needs Orders and From")
	}
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	if len(known.Texts) == 0 {
		name := order.Text{Kind: order.TextName, Protected: order.Protected{Plain: "李示例"}}
		phone := order.Text{Kind: order.TextPhone, Protected: order.Protected{Plain: "13800000000"}}
		known.Texts = []order.Text{name, phone, name}
	}
	s := &subject{driver: d, known: known, secrets: known.Secrets}
	for _, text := range known.Texts {
		s.secrets = append(s.secrets[:len(s.secrets):len(s.secrets)], text.Plain.Reveal())
	}
	s.service = order.NewService(d, known.ShopID, order.Options{
		Clock: known.Clock, Budget: order.NewMemoryBudget(known.Decryptions, known.Clock),
	})
	return s, nil
}

// note keeps an error of the driver for the last check and returns it.
func (s *subject) note(err error) error {
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = append(s.failed, err)
	}
	return err
}

// learn keeps what a receiver may be recognised by.
func (s *subject) learn(r order.Receiver) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range []order.Protected{r.Name, r.Phone, r.Address} {
		s.secrets = append(s.secrets, p.Cipher, p.Plain.Reveal())
		if len(strings.Trim(p.Mask, "*＊")) > len(p.Mask)/2 {
			s.secrets = append(s.secrets, p.Mask)
		}
	}
}

// get reads an order through the service.
func (s *subject) get(ctx context.Context, id string) (order.Order, error) {
	o, err := s.service.Get(ctx, id)
	if s.note(err) != nil {
		return o, fmt.Errorf("get order %s: %w", id, err)
	}
	s.learn(o.Receiver)
	return o, nil
}

// query is the range of the known orders.
func (s *subject) query(by mall.By) order.Query {
	return order.Query{By: by, From: s.known.From, To: s.known.To}
}

// all walks q through the service. An order that is yielded twice is an error.
func (s *subject) all(ctx context.Context, q order.Query) (map[string]order.Order, error) {
	seen := map[string]order.Order{}
	for o, err := range s.service.All(ctx, q) {
		if s.note(err) != nil {
			return seen, fmt.Errorf("list orders: %w", err)
		}
		if _, ok := seen[o.ID]; ok {
			return seen, fmt.Errorf("order %s is listed twice in one walk, though nothing changed", o.ID)
		}
		seen[o.ID] = o
		s.learn(o.Receiver)
	}
	return seen, nil
}

// missing reports which known orders are not among those seen.
func (s *subject) missing(seen map[string]order.Order) error {
	var errs []error
	for _, id := range s.known.Orders {
		if _, ok := seen[id]; !ok {
			errs = append(errs, fmt.Errorf("order %s is not listed", id))
		}
	}
	return errors.Join(errs...)
}

// telling is how long a text must be to be recognised: two Chinese letters.
const telling = 6

// errorsTellNothing looks for personal data in every error that was met.
func errorsTellNothing(_ context.Context, s *subject) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failed) == 0 {
		return suite.Skip("no error was met")
	}
	for _, err := range s.failed {
		for _, form := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
			for _, secret := range s.secrets {
				if len(secret) >= telling && strings.Contains(form, secret) {
					return errors.New("an error of the driver quotes a receiver, a cipher or a secret") // and this one must not
				}
			}
		}
	}
	return nil
}
