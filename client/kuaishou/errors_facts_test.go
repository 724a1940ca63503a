package kuaishou

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

// TestTwentyEight is the number that sources disagree about: a token that
// expired, or the signature. A new token heals the first and nothing the second.
func TestTwentyEight(t *testing.T) {
	for text, want := range map[string]mall.Kind{
		"access token expired":           mall.ErrAuth,
		"The token has EXPIRED":          mall.ErrAuth,
		"TOKEN过期":                        mall.ErrAuth,
		"sign error":                     mall.ErrSignature,
		"":                               mall.ErrSignature,
		"验签失败, expired":                  mall.ErrSignature,
		"refreshToken.discarded":         mall.ErrReauthorize,
		"AUTHORIZATION_REVOKED, expired": mall.ErrReauthorize,
	} {
		kind, _ := classify("28", text)
		assert.Equal(t, want, kind, text)
	}
	kind, _ := classify("21", "the coupon has expired")
	assert.Equal(t, mall.ErrRejected, kind, "of no other number")
}

// TestWhereTheTextStands: what the message of an error shows, the error is
// classed by, under whichever name the platform sent it.
func TestWhereTheTextStands(t *testing.T) {
	for _, name := range []string{"error_msg", "errorMsg", "sub_msg", "msg"} {
		_, err := decode[one](t, "open.order.detail", `{"result":4711,"`+name+`":"TOKEN过期"}`, 200)
		require.ErrorIs(t, err, mall.ErrAuth, name)
	}
	_, err := decode[one](t, "open.order.detail", `{"result":21,"msg":"success","error_msg":"当前库存不足，请减少预留数量"}`, 200)
	require.ErrorIs(t, err, mall.ErrRejected)
}
