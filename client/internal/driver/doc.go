// Package driver holds what the drivers of all platforms share.
//
// # Endpoints
//
// An endpoint declares one method of a platform that a driver calls. It stands
// beside the types of the method's parameters and answer and holds everything
// that has to be known of the method, so that its name is written in one place:
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
// Calls and errors refer to the method by its variable, so that a misspelt
// method does not compile:
//
//	answer, err := productList.Call(ctx, d.shop, productListParams{...})
//	...
//	return productList.Unexpected("product "+id, record, err)
//
// Each driver has a function endpoint, one line around [Declare], in
// methods.go. The same file lists the methods that the driver does not call but
// applications may. A [Record] in an answer keeps its bytes and is decoded
// later. [Reading] is the same method with another answer type. A test of each
// driver compares all declared types with the platform's schema.
//
// # Enumerations
//
// An [Enum] translates the platform's values into neutral ones and back.
//
// # Errors
//
// [Method] and [NotJSON] make the errors for replies that cannot be read and
// for entries of a batch that were refused. None shows a secret or a receiver.
package driver
