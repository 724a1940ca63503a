package stage

import "time"

// World is what a platform may use of the sandbox. Its shops, tokens, codes and
// orders are those of the platform alone. The sandbox's lock is held during all
// calls.
type World interface {
	// Now is the sandbox's time.
	Now() time.Time

	// Shops are in the order in which they were made.
	Shops() []*Shop
	// Shop returns the shop of that id, or an error that is [ErrUnknownID].
	Shop(id string) (*Shop, error)
	// AddShop makes a shop that has authorised the app. An empty id takes a free one.
	AddShop(id, name string) *Shop

	// ByAccessToken returns the shop and the pair of an access token, also of one
	// that works no more; nil where there is none.
	ByAccessToken(token string) (*Shop, *Grant)
	// ByRefreshToken does the same for a refresh token.
	ByRefreshToken(token string) (*Shop, *Grant)
	// Code returns an authorisation code, also one that works no more, or nil.
	Code(text string) *Code

	// Order returns the order of that id, or an error that is [ErrUnknownID].
	Order(id string) (*Record, error)
	// AddOrder puts a new order where it can be found. The error is [ErrTaken].
	AddOrder(r *Record) error
	// ReplaceOrder puts next in the place of an order of the same id.
	ReplaceOrder(old, next *Record)

	// Allow counts the call and reports whether it is within its limit.
	Allow(c *Call) bool
	// CallRate is the limit that the call is under, in calls per second.
	CallRate(c *Call) float64
	// SpendQuota counts the call against the day's quotas. Where one is used up it
	// returns the refusal of the platform, which is [Quoted], and false.
	SpendQuota(c *Call) (Result, bool)
	// CountDecrypted adds n to the texts that the shop had decrypted on this day,
	// unless that would exceed its allowance.
	CountDecrypted(sh *Shop, n int) bool

	// Push puts out a message about the shop; data is a JSON object.
	Push(sh *Shop, tag string, data []byte)
	// LogOperation adds to the operation log of an order.
	LogOperation(orderID string, op Operation)
}
