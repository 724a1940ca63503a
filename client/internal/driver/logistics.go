package driver

import (
	"errors"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/logistics"
	"github.com/mallwire/mall/order"
)

// InDoubt makes a lost answer of a method that may be repeated what it is for
// whoever decides by it: unknown. The client calls it "unavailable", because
// there it only matters that another attempt would do no harm.
func InDoubt(err error) error {
	e, ok := errors.AsType[*mall.Error](err)
	if !ok || e.Kind != mall.ErrUnavailable && e.Kind != mall.ErrReply && e.Kind != mall.ErrCancelled && (e.Kind != "" || e.Code != "") {
		return err
	}
	lost := *e
	lost.Kind = mall.ErrUnknownOutcome
	return &lost
}

// AddressVersion is logistics.AddressVersion, without the ciphers where they are
// said to differ from one reading of an order to the next.
func AddressVersion(r order.Receiver, unstableCiphers bool) string {
	if unstableCiphers {
		for _, p := range []*order.Protected{&r.Name, &r.Phone, &r.Address} {
			p.Cipher, p.Plain = "", ""
		}
	}
	return logistics.AddressVersion(r)
}
