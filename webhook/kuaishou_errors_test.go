package webhook_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/webhook"
	"github.com/mallwire/mall/webhook/webhooktest"
)

// TestKuaishouPushRefuses: settings without which a push cannot be checked or read.
func TestKuaishouPushRefuses(t *testing.T) {
	t.Parallel()
	secrets, keys, orders := []mall.Secret{secret}, []mall.Secret{ksKey}, newDesk().of
	refuses(t, map[string]webhook.Verifier{
		"encrypted, no app key": webhook.KuaishouPush{MessageKeys: keys, Orders: orders},
		"no message key":        webhook.KuaishouPush{AppKey: ksApp, Orders: orders},
		"empty message key":     webhook.KuaishouPush{AppKey: ksApp, Orders: orders, MessageKeys: []mall.Secret{ksKey, ""}},
		"no message key at all": webhook.KuaishouPush{AppKey: ksApp, Orders: orders, MessageKeys: secrets},
		"nothing to read with":  webhook.KuaishouPush{AppKey: ksApp, MessageKeys: keys},
		"kind not to be read":   webhook.KuaishouPush{AppKey: ksApp, MessageKeys: keys, Orders: orders, Events: map[string]webhook.Kind{"x": "stock.changed"}},
	})
}

// TestKuaishouErrorsOfTheApp: a function of the app fails with any kind, and the
// push comes again.
func TestKuaishouErrorsOfTheApp(t *testing.T) {
	t.Parallel()
	for _, kind := range kindsOfTheApp {
		cause := &mall.Error{Op: "get order", Platform: mall.Kuaishou, Method: "open.order.detail", Kind: kind, RequestID: "r-1"}
		a := &app{fail: func(context.Context) error { return cause }}
		assert.Equal(t, ksTryAgain, pushKuaishou(t, newKuaishou(t, a, newDesk()), ksEvent("paySuccess", "1")), kind)
		assert.Len(t, a.calls(), 1, kind)
		assert.Equal(t, cause, a.last().Err, "as the app returned it")
		assert.False(t, a.last().Repeated)
	}
}

// TestKuaishouRequestErrors: requests that cannot be made.
func TestKuaishouRequestErrors(t *testing.T) {
	t.Parallel()
	_, key := webhooktest.Kuaishou{AppKey: ksApp, MessageKey: "canary"}.Heartbeat(ksURL)
	_, info := kuaishou.Push(ksURL, webhooktest.KuaishouEvent{Info: make(chan int)})
	cannotBeMade(t, map[string]error{"key": key, "info": info})
}
