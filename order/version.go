package order

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall/internal/settle"
	"github.com/mallwire/mall/sku"
)

// Version tells two states of one order apart and which is the newer one: the
// instant of the last change first, then a fingerprint of the content, because
// a platform's clock may be too coarse for two changes. Compare versions of the
// same order only. The zero Version is that of no state. Versions can be
// compared with == and used as keys.
//
// The fingerprint may be another one in a later release. An order that was
// handled before is then taken for a new state once.
type Version struct {
	sec     int64 // unix seconds of the last change; with nsec zero where the platform gave none
	nsec    int32
	content uint64
}

// Version returns the version of the state that o shows. What may differ from
// one reply to the next does not count: ciphers, addresses of pictures and Raw.
// Nor does Effective, which the platform did not send.
func (o Order) Version() Version {
	var v Version
	if !o.Updated.IsZero() {
		v.sec, v.nsec = o.Updated.Unix(), int32(o.Updated.Nanosecond())
	}
	h := fnv.New64a()
	plain := stable(o)
	if text, err := json.Marshal(plain); err == nil {
		_, _ = h.Write(text)
	} else {
		fmt.Fprintf(h, "%+v", plain) // a year that JSON cannot carry
	}
	if v.content = h.Sum64(); v == (Version{}) {
		v.content = 1
	}
	return v
}

// stable is o without what differs between two replies about one state.
func stable(o Order) Order {
	utc := func(times ...*time.Time) {
		for _, t := range times {
			*t = t.UTC().Round(0)
		}
	}
	utc(&o.Created, &o.Updated, &o.Paid, &o.ShipBy, &o.Shipped, &o.Finished)
	o.Raw = nil
	for _, p := range []*Protected{&o.Receiver.Name, &o.Receiver.Phone, &o.Receiver.Address} {
		p.Cipher, p.Plain = "", ""
	}
	o.Lines = append([]Line{}, o.Lines...)
	for i := range o.Lines {
		l := &o.Lines[i]
		l.SKU.Picture, l.Previous.Picture, l.Effective = "", "", sku.Ref{}
		utc(&l.ShipBy, &l.Shipped)
	}
	o.Parcels = slices.Clone(o.Parcels)
	for i := range o.Parcels {
		utc(&o.Parcels[i].Shipped)
	}
	return o
}

// Newer reports whether v is to be handled by someone who has handled w: it is
// of a later instant, or of the same one with other content. Two states of one
// instant cannot be ordered, so each of them is newer than the other: handling
// a state twice does less harm than leaving it out. [Service.Get] tells which
// of them is the present one. A state without an instant is treated so as well.
func (v Version) Newer(w Version) bool { return v.after(w) || v.unordered(w) }

// after reports that v surely is the later one.
func (v Version) after(w Version) bool {
	if v.timeless() || w.timeless() {
		return w == Version{} && v != w
	}
	return v.sec > w.sec || v.sec == w.sec && v.nsec > w.nsec
}

// unordered reports that v and w differ and nothing tells which came first.
func (v Version) unordered(w Version) bool {
	if v == w || v == (Version{}) || w == (Version{}) {
		return false
	}
	return v.timeless() || w.timeless() || v.sec == w.sec && v.nsec == w.nsec
}

func (v Version) timeless() bool { return v.sec == 0 && v.nsec == 0 }

// IsZero reports whether v is the version of no state.
func (v Version) IsZero() bool { return v == Version{} }

// String returns the text form: unix seconds of the last change, its fraction
// if there is one, a hyphen and the fingerprint, such as
// "1772424000-af63dc4c8601ec8c". The texts of two versions sort by instant. The
// zero Version is the empty text.
func (v Version) String() string {
	switch {
	case v.IsZero():
		return ""
	case v.nsec != 0:
		return fmt.Sprintf("%d.%09d-%016x", v.sec, v.nsec, v.content)
	}
	return fmt.Sprintf("%d-%016x", v.sec, v.content)
}

// MarshalText writes the text form, for JSON and for stores.
func (v Version) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the text form and nothing else: any other text is
// mall.ErrInvalid, and leaves v as it is.
func (v *Version) UnmarshalText(text []byte) error {
	var read Version
	at := bytes.LastIndexByte(text, '-') // the seconds may be negative
	if at > 0 {
		sec, fraction, _ := strings.Cut(string(text[:at]), ".")
		read.sec, _ = strconv.ParseInt(sec, 10, 64)
		nsec, _ := strconv.ParseInt(fraction, 10, 32)
		read.nsec = int32(nsec)
		read.content, _ = strconv.ParseUint(string(text[at+1:]), 16, 64)
	}
	if read.String() != string(text) { // strict: one version has one text
		return settle.Failure("", "read version", settle.Invalid("this is not a version of an order"))
	}
	*v = read
	return nil
}
