package toy

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestSign: the vector was computed with openssl,
//
//	printf 'order.get\n1700000000\ntoken\n{"id":"1"}' | openssl dgst -sha256 -hmac secret
func TestSign(t *testing.T) {
	assert.Equal(t, "34e3697081cb9cc0352dbcd6c67dde79491ccb8732a0d99df70936f4680932b8", Sign("secret", "order.get", "1700000000", "token", `{"id":"1"}`))
}
