// Package long says in which form tests are to run. Some prove their promise by
// a story of hours and tens of thousands of orders; every day a short form of it
// does, and CI tells the full one once.
package long

import (
	"os"
)

// Variable is the environment variable that asks for the full form when it is
// "1".
const Variable = "MALL_LONG"

// Or returns full where the full form is asked for, else everyday.
func Or[T any](full, everyday T) T {
	if os.Getenv(Variable) == "1" {
		return full
	}
	return everyday
}
