package driver

import (
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// InDoubt turns a lost answer of a repeatable method into
// mall.ErrUnknownOutcome, for callers that decide by the outcome. The client
// reports such a loss as mall.ErrUnavailable, because for a repeatable method
// it only matters that trying again does no harm.
func InDoubt(err error) error {
	e, ok := errors.AsType[*mall.Error](err)
	if !ok || e.Kind != mall.ErrUnavailable && e.Kind != mall.ErrReply && e.Kind != mall.ErrCancelled &&
		(e.Kind != "" || e.Code != "") {
		return err
	}
	lost := *e
	lost.Kind = mall.ErrUnknownOutcome
	return &lost
}

// AddressVersion is logistics.AddressVersion. It leaves the ciphers out if they
// differ from one reading of an order to the next.
func AddressVersion(r order.Receiver, unstableCiphers bool) string {
	if unstableCiphers {
		for _, p := range []*order.Protected{&r.Name, &r.Phone, &r.Address} {
			p.Cipher, p.Plain = "", ""
		}
	}
	return logistics.AddressVersion(r)
}
