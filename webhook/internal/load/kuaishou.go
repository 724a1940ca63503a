package load

import (
	"fmt"
	"net/http"

	"github.com/mallwire/mall/webhook/webhooktest"
)

// Kuaishou pushes an event about the order of info, each time at another moment.
func Kuaishou(platform webhooktest.Kuaishou, e webhooktest.KuaishouEvent, info map[string]any) Sender {
	return Sender{
		Push: func(url string, serial int) (*http.Request, error) {
			info["updateTime"] = 1790000000000 + serial
			e.ID, e.Info = fmt.Sprintf("900_1001_%d", serial), info
			return platform.Push(url, e)
		},
		Answer: `{"result":1}`,
	}
}
