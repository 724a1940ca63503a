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
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mallwire/mall"
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
	// Close is the id of an order that is not paid and may be closed; the suite
	// changes nothing beyond these two and Spec. It must not be among Orders. Empty: closing
	// is not tried.
	Close string
	// Merge are ids of two orders or more to ask about merging; empty: merging is
	// not tried.
	Merge []string
	// Spec is a change of SKU to carry out; nil: none is tried.
	Spec *Spec
	// Cases are ids of after-sale cases that were opened and last changed between
	// From and To; empty: lists of cases are not tried.
	Cases []string
	// Texts are what to make search indexes of; empty: invented ones.
	Texts []order.PlainText
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
}

// Run checks d, one subtest for each promise.
func Run(t *testing.T, d order.Driver, known Known) {
	t.Helper()
	s, err := newSuite(d, known)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			switch err := s.run(t.Context(), c); {
			case errors.Is(err, errSkip):
				t.Skip(err)
			case err != nil:
				t.Error(err)
			}
		})
	}
}

// run tries a promise. What is skipped without being named in Lacks, or named
// and not skipped, is a failure.
func (s *suite) run(ctx context.Context, c check) error {
	err := c.run(ctx, s)
	switch lacks := slices.Contains(s.known.Lacks, c.name); {
	case errors.Is(err, errSkip) && !lacks:
		return fmt.Errorf("skipped, and Known.Lacks does not say so: %s", err)
	case err == nil && lacks:
		return errors.New("Known.Lacks says that it cannot be tried, but it can")
	}
	return err
}

// check is one promise. It returns all that is wrong.
type check struct {
	name string
	run  func(context.Context, *suite) error
}

// checks are the promises. The last one looks at what the others met.
var checks = []check{
	{"Limits", limits},
	{"Get", get},
	{"GetUnknown", getUnknown},
	{"ReturnedOrdersBelongToTheCaller", ownership},
	{"ListByUpdate", func(ctx context.Context, s *suite) error { return list(ctx, s, order.ByUpdate) }},
	{"ListByCreation", func(ctx context.Context, s *suite) error { return list(ctx, s, order.ByCreation) }},
	{"PagesByUpdate", func(ctx context.Context, s *suite) error { return pages(ctx, s, order.ByUpdate) }},
	{"PagesByCreation", func(ctx context.Context, s *suite) error { return pages(ctx, s, order.ByCreation) }},
	{"PageSizes", pageSizes},
	{"Seams", seams},
	{"EmptyRange", emptyRange},
	{"Status", status},
	{"Cancelled", cancelled},
	{"Decrypt", decrypt},
	{"Mask", mask},
	{"Encrypt", encrypt},
	{"SearchIndex", searchIndex},
	{"Mergeable", mergeable},
	{"Cases", cases},
	{"CasePages", casePages},
	{"CaseUnknown", caseUnknown},
	{"RejectReasons", rejectReasons},
	{"Decide", writePower[order.Decider]((*order.Service).CanDecide, func(ctx context.Context, s *order.Service) error {
		return s.Decide(ctx, order.Case{}, order.Decision{})
	})},
	{"Intercept", writePower[order.Interceptor]((*order.Service).CanIntercept, func(ctx context.Context, s *order.Service) error {
		_, err := s.Intercept(ctx, "")
		return err
	})},
	{"RemarkCase", writePower[order.CaseRemarker]((*order.Service).CanRemarkCase, func(ctx context.Context, s *order.Service) error {
		return s.RemarkCase(ctx, "", "")
	})},
	{"ConfirmAddress", writePower[order.AddressConfirmer]((*order.Service).CanConfirmAddress, func(ctx context.Context, s *order.Service) error {
		return s.ConfirmAddress(ctx, "", order.AddressVerdict{})
	})},
	{"ChangeAddress", writePower[order.AddressChanger]((*order.Service).CanChangeAddress, func(ctx context.Context, s *order.Service) error {
		return s.ChangeAddress(ctx, "", order.Receiver{})
	})},
	{"SetAddressPolicy", writePower[order.AddressPolicySetter]((*order.Service).CanSetAddressPolicy, func(ctx context.Context, s *order.Service) error {
		return s.SetAddressPolicy(ctx, order.AddressPolicy{})
	})},
	{"AddressPolicy", addressPolicy},
	{"Concurrency", concurrency},
	{"SetRemark", setRemark}, // late: it may move the order to the end of the list
	{"Close", closing},
	{"SpecChange", specChange},
	{"ErrorsTellNothing", errorsTellNothing},
}

// errSkip marks a promise that cannot be tried.
var errSkip = errors.New("not tried")

func skip(why string) error { return fmt.Errorf("%w: %s", errSkip, why) }

// suite is one run.
type suite struct {
	driver  order.Driver
	service *order.Service
	known   Known

	mu      sync.Mutex
	failed  []error  // errors of the driver
	secrets []string // texts that must be in none of them
}

func newSuite(d order.Driver, known Known) (*suite, error) {
	if len(known.Orders) == 0 || known.From.IsZero() {
		return nil, errors.New("ordertest: Known needs Orders and From")
	}
	if known.Unknown == "" {
		known.Unknown = "1000000000000000001"
	}
	if len(known.Texts) == 0 {
		known.Texts = []order.PlainText{
			{Kind: order.TextName, Text: "李示例"}, {Kind: order.TextPhone, Text: "13800000000"}, {Kind: order.TextName, Text: "李示例"},
		}
	}
	for _, name := range known.Lacks {
		if !slices.ContainsFunc(checks, func(c check) bool { return c.name == name }) {
			return nil, fmt.Errorf("ordertest: Known.Lacks names %q, and there is no such subtest", name)
		}
	}
	s := &suite{driver: d, known: known, secrets: known.Secrets}
	for _, text := range known.Texts {
		s.secrets = append(s.secrets[:len(s.secrets):len(s.secrets)], text.Text.Reveal())
	}
	s.service = order.NewService(d, known.ShopID, order.Options{
		Clock: known.Clock, Budget: order.DailyBudget(known.Decryptions, known.Clock),
	})
	return s, nil
}

// note keeps an error of the driver for the last check and returns it.
func (s *suite) note(err error) error {
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.failed = append(s.failed, err)
	}
	return err
}

// learn keeps what a receiver may be recognised by.
func (s *suite) learn(r order.Receiver) {
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
func (s *suite) get(ctx context.Context, id string) (order.Order, error) {
	o, err := s.service.Get(ctx, id)
	if s.note(err) != nil {
		return o, fmt.Errorf("get order %s: %w", id, err)
	}
	s.learn(o.Receiver)
	return o, nil
}

// query is the range of the known orders.
func (s *suite) query(by order.By) order.Query {
	return order.Query{By: by, From: s.known.From, To: s.known.To}
}

// all walks q through the service. An order that is yielded twice is an error.
func (s *suite) all(ctx context.Context, q order.Query) (map[string]order.Order, error) {
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
func (s *suite) missing(seen map[string]order.Order) error {
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
func errorsTellNothing(_ context.Context, s *suite) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failed) == 0 {
		return skip("no error was met")
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
