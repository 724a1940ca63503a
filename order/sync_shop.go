package order

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/internal/walk"
)

// syncShop is how far the sync of one shop has come. What is not marked is
// touched by the shop's turn alone.
type syncShop struct {
	key    ShopKey
	orders *Service

	loaded bool
	window window
	tries  int // failures in a row at the same page
	quiet  int // windows in a row that were one page

	// Guarded by Syncer.mu.
	until    time.Time // the checkpoint; zero until it is known
	hints    hints
	nextPoll time.Time
	due      time.Time
	seq      int64
	at       int // in the queue; -1: not in it
	failures int // turns in a row
	failure  error
}

// window is the stretch of time being read.
type window struct {
	open   bool
	q      Query
	cursor string
	pages  int
	last   bool // it ends where the platform's list ends now
}

const (
	// hintsATurn is how many hints are followed in one turn, before a page.
	hintsATurn = 8
	// triesAPage is how often a page is asked for before its window is begun anew.
	triesAPage = 3
	// mostQuiet bounds how often the length of a window doubles.
	mostQuiet = 6
	// backoffFirst doubles up to backoffMost while a shop fails.
	backoffFirst = time.Second
	backoffMost  = 5 * time.Minute
	// ahead is how far a checkpoint may lie after now: clocks are set back a little.
	ahead = time.Minute
)

// backoff is the pause after so many failures, or what the platform asked for.
func backoff(failures int, err error) time.Duration {
	pause := min(backoffFirst<<min(failures-1, 20), backoffMost)
	if e, ok := errors.AsType[*mall.Error](err); ok {
		pause = max(pause, e.RetryAfter)
	}
	return pause
}

// work is one turn: a few hints, then a page if it is time to poll. It reports
// whether the shop is up to date.
func (s *Syncer) work(ctx context.Context, sh *syncShop) (upToDate bool, err error) {
	for range hintsATurn {
		s.mu.Lock()
		id, ok := sh.hints.next()
		s.mu.Unlock()
		if !ok {
			break
		}
		if err := s.follow(ctx, sh, id); err != nil {
			return false, err
		}
	}
	s.mu.Lock()
	early := time.Now().Before(sh.nextPoll)
	s.mu.Unlock()
	if early {
		return false, nil // the poll keeps its time
	}
	if !sh.window.open {
		ready, err := s.begin(ctx, sh)
		if err != nil || !ready {
			return err == nil, err
		}
	}
	return s.page(ctx, sh)
}

// follow reads an order that a hint names.
func (s *Syncer) follow(ctx context.Context, sh *syncShop, id string) error {
	o, err := sh.orders.Get(ctx, id)
	switch {
	case err == nil:
		return s.hand(ctx, sh, o, true)
	case errors.Is(err, mall.ErrNotFound), errors.Is(err, mall.ErrInvalid),
		errors.Is(err, mall.ErrPermission), errors.Is(err, mall.ErrReply):
		// The hint is to blame, not the shop.
		s.opts.OnError(sh.key, err)
		return nil
	}
	return err
}

// begin opens the window that follows the checkpoint. False means that the
// platform lists nothing behind it yet.
func (s *Syncer) begin(ctx context.Context, sh *syncShop) (bool, error) {
	if !sh.loaded {
		until, err := s.opts.Checkpoints.Load(ctx, sh.key)
		if err != nil {
			return false, settle.Failure(sh.key.Platform, opLoad, err)
		}
		s.moveTo(sh, until)
		sh.loaded = true
	}
	limits, now, until := sh.orders.Limits(), sh.orders.opts.Clock.Now(), sh.until
	step := walk.Step(limits.ListLimits)
	if until.After(now.Add(ahead)) {
		// The clock was wrong when it was stored, or is now. Going on would lose
		// what changed in between, or read nothing until then.
		return false, settle.Invalid("the checkpoint %s lies in the future: correct the clock or set the checkpoint back",
			until.In(mall.Beijing).Format(time.DateTime))
	}
	from := s.opts.Since
	if !until.IsZero() {
		from = until.Add(-s.behind(step))
	}
	var gap *GapError
	if limits.History > 0 && !from.IsZero() && from.Before(now.Add(-limits.History)) {
		gap, from = &GapError{From: from}, time.Time{}
	}
	q, err := sh.orders.Resolve(Query{From: from})
	if err != nil {
		return false, err
	}
	if gap != nil {
		gap.To = q.From
		s.opts.OnError(sh.key, &mall.Error{
			Op: "follow shop", Platform: sh.key.Platform, Kind: mall.ErrNotFound, Message: gap.Error(), Err: gap,
		})
	}
	start := q.From
	if until.After(start) {
		start = until
	}
	if !q.From.Before(q.To) || !q.To.After(until) {
		return false, nil
	}
	last := true
	length := max(s.opts.Window, 2*step) << sh.quiet
	if end := start.Add(length).Truncate(step); q.To.After(end) {
		q.To, last = end, false
	}
	sh.window, sh.tries = window{open: true, q: q, last: last}, 0
	return true, nil
}

// page reads the next page of the window and hands its orders over. At the end
// of the window it moves the checkpoint, and reports whether that is where the
// platform's list ends.
func (s *Syncer) page(ctx context.Context, sh *syncShop) (upToDate bool, err error) {
	w := &sh.window
	defer func() {
		// The page is read again at the same place, in which the walk keeps its
		// promise after any pause. A place that stays bad is given up.
		if err == nil {
			sh.tries = 0
		} else if sh.tries++; sh.tries >= triesAPage {
			w.open = false
		}
	}()
	page, probed, err := sh.orders.page(ctx, w.q, w.cursor)
	bad, hasBad := errors.AsType[*BadRecordsError](err)
	if err != nil && !hasBad {
		return false, err
	}
	if probed {
		page.Items, hasBad = nil, false // they come again, when the ledger may have forgotten them
	}
	for _, o := range page.Items {
		if err := s.hand(ctx, sh, o, false); err != nil {
			return false, err
		}
	}
	if hasBad {
		if err := s.reportBad(ctx, sh, bad); err != nil {
			return false, err
		}
	}
	w.pages++
	if page.Next != "" {
		w.cursor = page.Next
		return false, nil
	}
	if err := s.opts.Checkpoints.Save(ctx, sh.key, w.q.To); err != nil {
		return false, settle.Failure(sh.key.Platform, opSave, err)
	}
	s.moveTo(sh, w.q.To)
	s.count(func(c *counts) { c.Windows++ })
	w.open = false
	if sh.quiet++; w.pages > 1 {
		sh.quiet = 0
	}
	sh.quiet = min(sh.quiet, mostQuiet)
	return w.last, nil
}

// moveTo notes the checkpoint where the progress is computed.
func (s *Syncer) moveTo(sh *syncShop, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh.until = until
}

// hand gives an order to the handler unless it has it, or something newer.
// present says that the order was read by its id.
func (s *Syncer) hand(ctx context.Context, sh *syncShop, o Order, present bool) error {
	if err := settle.Ended(ctx); err != nil {
		return err
	}
	v := o.Version()
	last, err := s.opts.Ledger.Last(ctx, sh.key, o.ID)
	if err != nil {
		return settle.Failure(sh.key.Platform, "read ledger", err)
	}
	if v.unordered(last) && !present {
		// Lists show an order some time after it changed, so this may be what it
		// was before. The order itself is what it is.
		switch now, err := sh.orders.Get(ctx, o.ID); {
		case err == nil:
			o, v = now, now.Version()
		case errors.Is(err, mall.ErrNotFound), errors.Is(err, mall.ErrReply):
		default:
			return err
		}
	}
	if !v.Newer(last) {
		return nil
	}
	if err := s.handle(ctx, o, v); err != nil {
		return settle.Failure(sh.key.Platform, "handle order", fmt.Errorf("order %s: %w", o.ID, err))
	}
	if err := s.opts.Ledger.Put(ctx, sh.key, o.ID, v); err != nil {
		return settle.Failure(sh.key.Platform, "write ledger", err)
	}
	s.count(func(c *counts) { c.Orders++ })
	return nil
}

// reportBad passes records that could not be read to OnBadRecord.
func (s *Syncer) reportBad(ctx context.Context, sh *syncShop, bad *BadRecordsError) error {
	if s.opts.OnBadRecord == nil {
		return bad
	}
	for _, r := range bad.Records {
		if err := s.opts.OnBadRecord(ctx, sh.key, r); err != nil {
			return settle.Failure(sh.key.Platform, "handle bad record", fmt.Errorf("record %q: %w", r.ID, err))
		}
		s.count(func(c *counts) { c.BadRecords++ })
	}
	return nil
}
