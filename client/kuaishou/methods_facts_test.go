package kuaishou

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestVerbsOfCalls: these are open to apps by client.Call alone, and an unlisted
// method would go by POST. Three of them write by GET.
func TestVerbsOfCalls(t *testing.T) {
	p := &protocol{}
	for method, repeatable := range map[string]bool{
		"open.address.seller.create": false, "open.address.seller.update": false, "open.address.seller.delete": false,
		"open.order.deliver.merge.check": true,
	} {
		assert.Equal(t, http.MethodGet, p.verbOf(method), method)
		assert.Equal(t, repeatable, factsOf(method).Repeatable, method)
	}
}
