package kuaishou

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
