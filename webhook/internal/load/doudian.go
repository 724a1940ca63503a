package load

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/mallwire/mall/webhook/webhooktest"
)

// Doudian pushes a batch of messages, each time with message ids of their own.
func Doudian(platform webhooktest.Doudian, body []byte) (Sender, error) {
	var messages []map[string]json.RawMessage
	if err := json.Unmarshal(body, &messages); err != nil {
		return Sender{}, err
	}
	return Sender{
		Push: func(url string, serial int) (*http.Request, error) {
			for k, m := range messages {
				m["msg_id"] = json.RawMessage(fmt.Sprintf(`"%d-%d"`, serial, k))
			}
			text, err := json.Marshal(messages)
			if err != nil {
				return nil, err
			}
			return platform.PushBody(url, text)
		},
		Answer: `{"code":0,"msg":"success"}`,
	}, nil
}
