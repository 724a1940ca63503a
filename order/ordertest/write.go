package ordertest

import (
	"context"
	"errors"
	"fmt"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/suite"
	"github.com/mallwire/mall/order"
)

// setRemark checks that a remark can be read back, and that repeating it through
// the service does no harm.
func setRemark(ctx context.Context, s *subject) error {
	err := s.service.SetRemark(ctx, "", order.Remark{})
	if err := power[order.Writer](s, err); err != nil {
		return err
	}
	id := s.known.Remark
	if id == "" {
		return suite.Skip("Known.Remark is empty")
	}
	first := order.Remark{Text: "ordertest 一", Flag: order.FlagRed}
	second := order.Remark{Text: "ordertest 二", Flag: order.FlagRed}
	for _, r := range []order.Remark{first, first, second} {
		if err := s.note(s.service.SetRemark(ctx, id, r)); err != nil {
			return fmt.Errorf("set remark: %w", err)
		}
		o, err := s.get(ctx, id)
		if err != nil {
			return err
		}
		if o.Remark != r {
			return fmt.Errorf("the remark reads %+v after %+v was set", o.Remark, r)
		}
	}
	err = s.driver.(order.Writer).SetRemark(ctx, s.known.Unknown, order.Remark{Text: "ordertest"})
	if s.note(err) == nil {
		return errors.New("a remark on an order that does not exist is accepted")
	}
	return nil
}

// closing checks that an unpaid order is closed once, and that no other is.
func closing(ctx context.Context, s *subject) error {
	err := s.service.Close(ctx, "", "")
	if err := power[order.Writer](s, err); err != nil {
		return err
	}
	if s.known.Close == "" {
		return suite.Skip("Known.Close is empty")
	}
	if err := s.note(s.service.Close(ctx, s.known.Close, "")); err != nil {
		return fmt.Errorf("close order %s: %w", s.known.Close, err)
	}
	o, err := s.get(ctx, s.known.Close)
	if err != nil {
		return err
	}
	if o.Status != order.StatusClosed {
		return fmt.Errorf("order %s is %q after it was closed", o.ID, o.Status)
	}
	if err := s.note(s.service.Close(ctx, o.ID, "")); !errors.Is(err, mall.ErrAlreadyDone) {
		return fmt.Errorf("closed again: got %v, want mall.ErrAlreadyDone", err)
	}
	if err := s.note(s.service.Close(ctx, s.known.Unknown, "")); err == nil {
		return errors.New("an order that does not exist is closed")
	}
	d := s.driver.(order.Writer)
	for _, id := range s.known.Orders {
		o, err := s.get(ctx, id)
		if err != nil || o.Status == order.StatusUnpaid || o.Status == order.StatusClosed || o.Status == "" {
			continue
		}
		if err := s.note(s.service.Close(ctx, id, "")); !errors.Is(err, mall.ErrConflict) {
			return fmt.Errorf("order %s is paid; closing it: got %v, want mall.ErrConflict", id, err)
		}
		if err := s.note(d.Close(ctx, id, "")); err == nil {
			return fmt.Errorf("the driver closes order %s, which is paid", id)
		}
		break
	}
	return nil
}
