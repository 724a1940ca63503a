// Package webhooktest makes the requests that a platform would send, for tests
// of an app's own webhook: [Doudian] signs them, [Kuaishou] encrypts them.
//
//	platform := webhooktest.Doudian{AppKey: "7000000000000000001", Secret: "test-secret"}
//	r, err := platform.Push("http://127.0.0.1:8080/push", webhooktest.Message{
//		Tag: "101", ID: "m-1", Data: map[string]any{"p_id": 6920000000000000001, "shop_id": 10000001},
//	})
//	...
//	handler.ServeHTTP(recorder, r) // or http.DefaultClient.Do(r)
//
// Every error is a [*mall.Error] of mall.ErrInvalid: a request cannot be made
// without a secret, from data that cannot be encoded, or to a URL that cannot be
// read.
package webhooktest
