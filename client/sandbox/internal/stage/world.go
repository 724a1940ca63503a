package stage

import "time"

// World is what a platform may use of the sandbox. It shows the platform only
// its own shops, tokens, codes and orders. The sandbox's lock is held during
// all calls.
type World interface {
	// Now is the sandbox's time.
	Now() time.Time

	// Shops returns the shops in the order in which they were made.
	Shops() []*Shop
	// Shop returns the shop with that id, or [ErrUnknownID].
	Shop(id string) (*Shop, error)
	// AddShop makes a shop that has authorised the app. An empty id takes a free one.
	AddShop(id, name string) *Shop

	// ByAccessToken returns the shop and pair that an access token belongs to,
	// even if it no longer works, or nil for an unknown one.
	ByAccessToken(token string) (*Shop, *Grant)
	// ByRefreshToken does the same for a refresh token.
	ByRefreshToken(token string) (*Shop, *Grant)
	// Code returns an authorisation code, even if it no longer works, or nil
	// for an unknown one.
	Code(text string) *Code

	// Order returns the order with that id, or [ErrUnknownID].
	Order(id string) (*Record, error)
	// AddOrder adds a new order. It returns [ErrTaken] if the id is in use.
	AddOrder(r *Record) error
	// ReplaceOrder replaces an order by next, which has the same id.
	ReplaceOrder(old, next *Record)

	// Allow counts the call and reports whether it is within its rate limit.
	Allow(c *Call) bool
	// CallRate returns the rate limit of the call, in calls per second.
	CallRate(c *Call) float64
	// SpendQuota counts the call against the day's quotas. If one is used up,
	// it returns the platform's refusal (see [Quoted]) and false.
	SpendQuota(c *Call) (Result, bool)
	// CountDecrypted adds n to the texts that the shop had decrypted today. It
	// adds nothing and returns false if that would exceed the shop's allowance.
	CountDecrypted(sh *Shop, n int) bool

	// Push sends a message about the shop; data is a JSON object.
	Push(sh *Shop, tag string, data []byte)
	// LogOperation adds an entry to the operation log of an order.
	LogOperation(orderID string, op Operation)
}
