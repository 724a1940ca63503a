package webhook

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/signing"
)

// KuaishouPush takes the pushes of Kuaishou shop (消息服务). AppKey, MessageKeys
// and Orders are required.
//
// The platform does not sign its pushes. A body that can be decrypted with the
// message key and names this app is all there is to go by. The encryption is CBC
// with an IV that never changes, so whoever saw a body can send it again at any
// time and can, with patience, alter it into another that can be decrypted. So
// nothing in a push is believed: the app is told what Orders reads, see
// [OrderReader], and a forged push costs one call of the API. An event that is not
// in the table names nothing that could be read. It goes to Handlers.Other with the
// push in Raw, and nothing shows that it is true.
//
// The platform waits 3 s for the answer, which is due a second earlier, and
// repeats what failed after 5, 10, 20, 30 and 60 minutes. The heartbeat, which it
// sends when the URL is saved and regularly afterwards, is answered with success,
// and no function is called. Source: the official page "消息服务说明", copied in
// AndersonBY/kwaixiaodian-python-sdk:docs/开发指南和规则协议/开发文档.
type KuaishouPush struct {
	AppKey string
	// MessageKeys are message keys as the console shows them, in base64: neither
	// the app secret nor the sign secret. Several while the key is being changed.
	MessageKeys []mall.Secret
	// Orders returns the reader of a shop's orders. The shop id is the merchant's
	// uid (userId). Nil for a shop that the app does not serve: its pushes are
	// answered with success, and the observer is told [ErrUnconfirmed].
	//
	//	func(shopID string) webhook.OrderReader { return app.Shop(shopID).Orders }
	Orders func(shopID string) OrderReader
	// Events adds the kinds of events whose names are not public, such as that of a
	// spec change, and replaces those in the table. With [KindOrderChanged] the
	// order is read and given to OrderChanged. Allowed are the kinds of orders,
	// addresses and refunds, "remark.changed", "logistics.changed" and
	// [KindOther].
	Events map[string]Kind
}

func (p KuaishouPush) start() (endpoint, error) {
	ciphers, err := secretsOf("KuaishouPush", p.AppKey, "MessageKeys", p.MessageKeys, signing.NewKuaishouCipher)
	errs := []error{err}
	if p.Orders == nil {
		errs = append(errs, errors.New("KuaishouPush.Orders is nil: what unsigned pushes are about has to be read"))
	}
	s := &ksPush{appKey: p.AppKey, ciphers: ciphers, orders: p.Orders, kinds: maps.Clone(ksKinds)}
	for event, kind := range p.Events {
		if !readable(kind) {
			errs = append(errs, fmt.Errorf("KuaishouPush.Events: %q cannot be the kind of event %q", kind, event))
		}
	}
	maps.Copy(s.kinds, p.Events)
	return s, errors.Join(errs...)
}

type ksPush struct {
	appKey  string
	ciphers []*signing.KuaishouCipher
	orders  func(shopID string) OrderReader
	kinds   map[string]Kind
}

func (*ksPush) platform() mall.Platform { return mall.Kuaishou }

func (*ksPush) limit() time.Duration { return 2 * time.Second }

// verify returns the plain text. A heartbeat names no app, but it must be encrypted
// like the others.
func (p *ksPush) verify(r *http.Request, body []byte, _ time.Time) ([]byte, Kind, error) {
	if r.Method != http.MethodPost {
		return nil, "", malformed("a push is a POST")
	}
	err := forged("the body cannot be decrypted with a message key of this app")
	for _, c := range p.ciphers {
		plain, cerr := c.AppendDecrypt(nil, body)
		if cerr != nil {
			continue
		}
		m, merr := ksMessageOf(plain, json.Unmarshal)
		switch {
		case merr != nil || m.Event == "" && !m.Test:
			err = forged("the decrypted body is not an event")
		case m.AppKey != p.appKey && !m.heartbeat():
			err = forged("appKey does not name this app")
		default:
			return plain, "", nil
		}
	}
	return nil, "", err
}

// acknowledges reports false for the heartbeat, which is short and is not queued.
func (p *ksPush) acknowledges(content []byte) bool {
	if len(content) > 256 {
		return true
	}
	m, err := ksMessageOf(content, json.Unmarshal)
	return err != nil || !m.heartbeat()
}

func (p *ksPush) open(content []byte, _ Kind, c mall.Codec) ([]task, error) {
	m, err := ksMessageOf(content, c.Unmarshal)
	if err != nil || m.heartbeat() {
		return nil, err
	}
	return []task{p.task(&m, content, c)}, nil
}

func (*ksPush) success() []byte { return ksPushDone }

// failure answers with a result other than 1, since no code of a failure is public.
func (*ksPush) failure(err error) []byte {
	if errors.Is(err, ErrRejected) {
		return ksPushRejected
	}
	return ksPushFailed
}

var (
	ksPushDone     = []byte(`{"result":1}`)
	ksPushRejected = []byte(`{"result":0,"error_msg":"rejected"}`)
	ksPushFailed   = []byte(`{"result":0,"error_msg":"try again"}`)
)
