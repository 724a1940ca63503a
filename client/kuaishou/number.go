package kuaishou

import (
	"cmp"
	"reflect"
	"strings"

	"github.com/mallwire/mall/internal/settle"
)

// number is an id that the platform takes as a JSON number; all digits are
// kept. Tag optional ones omitzero.
type number string

// valid reports whether n is a number. The empty text is not: sent as 0, it
// would ask for something that nobody meant.
func (n number) valid() bool {
	return n != "" && len(n) <= 19 && strings.Trim(string(n), "0123456789") == "" && (len(n) == 1 || n[0] != '0')
}

// MarshalJSON refuses an id that is not a number.
func (n number) MarshalJSON() ([]byte, error) {
	if !n.valid() {
		return nil, n.refuse("an id")
	}
	return []byte(n), nil
}

func (n number) refuse(what string) error {
	return settle.Invalid("%s %.40q is not a number of up to 19 digits", what, string(n))
}

// numberNames says in an error what a field that holds a number is, by the
// field's name on the wire.
var numberNames = map[string]string{
	"oid": "order id", "orderId": "order id", "mainOrderId": "order id", "refundId": "case id",
	"itemId": "product id", "kwaiItemId": "product id",
	"skuId": "SKU id", "oldSkuId": "old SKU id", "newSkuId": "new SKU id",
	"logisticsId": "parcel id", "addressId": "address id", "returnAddressId": "return address id",
	"expressCode": "carrier code", "reasonCode": "reason code",
	"provinceCode": "province code", "cityCode": "city code", "districtCode": "district code", "townCode": "town code",
}

// wrongNumber returns an error that names the invalid id which made encoding
// fail, or nil if something else did.
func wrongNumber(v reflect.Value, name string) error {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return wrongNumber(v.Elem(), name)
	case reflect.Slice:
		for i := range v.Len() {
			if err := wrongNumber(v.Index(i), name); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			tag, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if strings.Contains(options, "omit") && v.Field(i).IsZero() {
				continue
			}
			if err := wrongNumber(v.Field(i), tag); err != nil {
				return err
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[number]() && !number(v.String()).valid() {
			return number(v.String()).refuse(cmp.Or(numberNames[name], name, "an id"))
		}
	}
	return nil
}
