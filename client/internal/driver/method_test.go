package driver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/client/internal/driver"
)

func TestPath(t *testing.T) {
	for method, want := range map[string]string{
		"order.searchList":              "/order/searchList",
		"open.refund.submit.returnInfo": "/open/refund/submit/returnInfo",
		"oauth2.access_token":           "/oauth2/access_token",
		"a":                             "/a",
		"":                              "",
		".a":                            "",
		"a..b":                          "",
		"a/b":                           "",
		"a?b=c":                         "",
		"a#b":                           "",
		"a b":                           "",
		"a\nb":                          "",
		"a%2fb":                         "",
		"订单":                            "",
		"a@example.com":                 "",
		"\xff":                          "",
	} {
		got, err := driver.Path(method)
		assert.Equal(t, want, got, "%q", method)
		assert.Equal(t, want == "", err != nil, "%q", method)
	}
}
