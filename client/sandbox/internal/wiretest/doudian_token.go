package wiretest

import "encoding/json"

// Pair is the data of both token methods.
type Pair struct {
	Access    string          `json:"access_token"`
	Refresh   string          `json:"refresh_token"`
	ExpiresIn int64           `json:"expires_in"`
	ShopID    json.RawMessage `json:"shop_id"`
	ShopName  string          `json:"shop_name"`
}

// RefreshCall calls token.refresh.
func (w Doudian) RefreshCall(token string) Answer {
	return w.Send(w.Build("token.refresh", "", map[string]any{"grant_type": "refresh_token", "refresh_token": token}))
}

// Refresh renews a pair.
func (w Doudian) Refresh(token string) (p Pair) {
	w.T.Helper()
	w.RefreshCall(token).Decode(w.T, &p)
	return p
}

// Create calls token.create.
func (w Doudian) Create(params map[string]any) Answer {
	return w.Send(w.Build("token.create", "", params))
}

// Standing returns how a call with that access token ends.
func (w Doudian) Standing(access string) string {
	return w.Send(w.Build("order.orderDetail", access, map[string]any{"shop_order_id": "1"})).Outcome()
}

// How calls with tokens end.
const (
	Works    = "40004 isv.parameter-invalid:20014" // the token was good: it got as far as the order
	Expired  = "40003 isv.access-token-expired"
	Replaced = "40003 isv.access-token-no-existed"
	NoShop   = "50001 dop.token-generate-failed:no-authorization"
	BadToken = "50001 dop.token-generate-failed:token-invalid"
)
