// Package driver is what the drivers of all platforms do the same way.
//
// # Endpoints
//
// A method of a platform that a driver calls is one declaration, beside the
// types of what it takes and what it answers. The declaration carries all that
// has to be known of the method; there is no other place that repeats its name:
//
//	// endpoints and wire types
//
//	var (
//		productList   = endpoint[productListParams, productListAnswer]("product.listV2", repeatable)
//		productDetail = endpoint[productParams, driver.Record[wireProduct]]("product.detail", repeatable)
//		editPrice     = endpoint[priceParams, none]("sku.editPrice", repeatable) // sets
//		syncStock     = endpoint[stockParams, none]("sku.syncStock", write)
//	)
//
// It is called, and named in errors, by its variable, so that a misspelt method
// does not compile:
//
//	answer, err := productList.Call(ctx, d.shop, productListParams{...})
//	...
//	return productList.Unexpected("product "+id, record, err)
//
// The function endpoint is the driver's own, one line around [Declare], in
// methods.go. There also stand the methods that the driver does not call but
// applications may. A [Record] in an answer is kept as it came and read later;
// [Reading] is the same method with another answer type. A test of each driver
// compares all declared types with the platform's schema.
//
// # Enumerations
//
// An [Enum] is a table from the platform's values to neutral ones that also
// leads back.
//
// # Errors
//
// The rest tells why a reply cannot be read, or why an entry of a batch was
// refused, without showing a secret or a receiver; and checks addresses of
// gateways.
package driver
