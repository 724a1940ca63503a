package kuaishou

import (
	"net/http"
	"slices"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	piiItems    = 100 // texts in one call
	entryOK     = 1
	decryptDays = 14 // after the order succeeded
)

// privacyState is the state of personal texts, besides the plaintexts of
// ciphertexts.
type privacyState struct {
	opened  map[string]bool // orders counted against the allowance
	instant map[string]instant
}

// instant is the plaintext of a ciphertext that is valid for a limited time.
type instant struct {
	text  string
	until time.Time
}

func (k *platform) privacyMethods() map[string]method {
	return map[string]method{
		"open.order.decrypt.batch":            {verb: http.MethodPost, run: k.orderDecryptBatch},
		"open.order.desensitise.batch":        {verb: http.MethodPost, run: k.orderDesensitiseBatch},
		"open.order.encrypt.batch":            {verb: http.MethodPost, run: k.orderEncryptBatch},
		"open.order.search.index.batch":       {verb: http.MethodPost, run: k.orderSearchIndexBatch},
		"open.security.instant.decrypt.batch": {verb: http.MethodPost, run: k.instantDecryptBatch},
	}
}

// cipherText is a ciphertext with its order, whose number is text here.
type cipherText struct {
	Cipher  string `json:"encryptedData"`
	OrderID string `json:"bizId"`
}

// outcome is the result of one entry.
type outcome struct {
	Code int    `json:"errorCode"`
	Msg  string `json:"errorMsg"`
}

func entryDone() outcome { return outcome{entryOK, "SUCCESS"} }

func (k *platform) refusedEntry(msg string) outcome {
	return outcome{k.rules.EntryRefusedCode, msg}
}

// entries decodes the list of a batch. It refuses an empty list and one that is
// too long.
func entries[T any](k *platform, c *stage.Call, name string) (list []T, r stage.Result, ok bool) {
	if r, ok := k.parseOne(c, name, &list); !ok {
		return nil, r, false
	}
	if len(list) < 1 || len(list) > piiItems {
		return nil, k.invalid("批量条数应为1到100"), false
	}
	return list, stage.Result{}, true
}

// open returns the plaintext of a cipher and its order, if the cipher belongs
// to that order and the order to the calling shop.
func (k *platform) open(c *stage.Call, t cipherText) (plaintext, *stage.Record, bool) {
	plain, ok := k.vault[t.Cipher]
	if !ok || plain.orderID != t.OrderID {
		return plaintext{}, nil, false
	}
	r, err := k.world.Order(t.OrderID)
	return plain, r, err == nil && r.Shop == c.Shop
}

// orderDecryptBatch answers plain texts. An order counts once against the
// merchant's allowance of the day, and not at all while an after-sale case is
// open.
func (k *platform) orderDecryptBatch(c *stage.Call) stage.Result {
	list, r, ok := entries[cipherText](k, c, "batchDecryptList")
	if !ok {
		return r
	}
	type decrypted struct {
		Text string `json:"decryptedData"`
		cipherText
		outcome
	}
	rows := make([]decrypted, 0, len(list))
	for _, t := range list {
		entry := decrypted{cipherText: t}
		plain, r, ok := k.open(c, t)
		switch {
		case !ok:
			entry.outcome = k.refusedEntry("示例：密文无法解密")
		case k.longDone(r):
			entry.outcome = k.refusedEntry("示例：交易成功超过14天")
		case !k.spend(c, r):
			entry.outcome = k.refusedEntry("示例：解密额度已用完")
		default:
			entry.Text, entry.outcome = plain.text, entryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchDecryptResultList": rows})
}

// longDone reports whether an order succeeded too long ago to be decrypted.
func (k *platform) longDone(r *stage.Record) bool {
	f := factsOf(r)
	return f.Base.Status == statusDone && k.world.Now().UnixMilli()-r.Updated > decryptDays*day
}

// spend counts an order against the allowance, unless it was counted before or
// has an open case.
func (k *platform) spend(c *stage.Call, r *stage.Record) bool {
	if k.privacy.opened[r.ID] || slices.ContainsFunc(readShipOrder(r).Refunds, refundFact.open) {
		return true
	}
	if !k.world.CountDecrypted(c.Shop, 1) {
		return false
	}
	if k.privacy.opened == nil {
		k.privacy.opened = map[string]bool{}
	}
	k.privacy.opened[r.ID] = true
	return true
}

func (k *platform) orderDesensitiseBatch(c *stage.Call) stage.Result {
	list, r, ok := entries[cipherText](k, c, "batchDesensitiseList")
	if !ok {
		return r
	}
	type masked struct {
		Text nullable `json:"desensitisedData"`
		cipherText
		outcome
	}
	rows := make([]masked, 0, len(list))
	for _, t := range list {
		entry := masked{cipherText: t, outcome: k.refusedEntry("示例：密文无法脱敏")}
		if plain, _, ok := k.open(c, t); ok {
			entry.Text, entry.outcome = maskText(plain.kind, plain.text), entryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchDesensitiseResultList": rows})
}

// orderEncryptBatch answers ciphertexts that belong to an order.
func (k *platform) orderEncryptBatch(c *stage.Call) stage.Result {
	type plainText struct {
		Text    string `json:"decryptedData"`
		OrderID string `json:"bizId"`
	}
	type asked struct {
		plainText
		Kind textKind `json:"type"`
	}
	list, r, ok := entries[asked](k, c, "batchEncryptList")
	if !ok {
		return r
	}
	type encrypted struct {
		plainText
		Cipher nullable `json:"encryptedData"`
		outcome
	}
	rows := make([]encrypted, 0, len(list))
	for _, t := range list {
		entry := encrypted{plainText: t.plainText, outcome: k.refusedEntry("示例：明文无法加密")}
		r, err := k.world.Order(t.OrderID)
		if err == nil && r.Shop == c.Shop && t.Text != "" && t.Kind.known() {
			entry.Cipher, entry.outcome = k.seal(t.Kind, t.Text, t.OrderID), entryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchEncryptResultList": rows})
}

func (t textKind) known() bool { return t >= kindAddress && t <= kindPhone }

// orderSearchIndexBatch answers search indexes, which the ciphertexts of the
// same texts contain.
func (k *platform) orderSearchIndexBatch(c *stage.Call) stage.Result {
	type asked struct {
		Text string   `json:"plainText"`
		Kind textKind `json:"type"`
	}
	list, r, ok := entries[asked](k, c, "indexParamList")
	if !ok {
		return r
	}
	type indexed struct {
		Text  string `json:"plainText"`
		Index string `json:"searchIndex"`
		outcome
	}
	rows := make([]indexed, 0, len(list))
	for _, t := range list {
		entry := indexed{Text: t.Text, outcome: k.refusedEntry("示例：明文无法建立索引")}
		if t.Text != "" && t.Kind.known() {
			entry.Index, entry.outcome = searchIndex(t.Kind, t.Text), entryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"indexResultList": rows})
}

// sealInstant makes a ciphertext that is valid until a given time, as other
// services of the platform hand out. Orders contain none.
func (k *platform) sealInstant(text string, until time.Time) string {
	if k.privacy.instant == nil {
		k.privacy.instant = map[string]instant{}
	}
	cipher := "instant/" + searchIndex(0, text+until.String())
	k.privacy.instant[cipher] = instant{text, until}
	return cipher
}

func (k *platform) instantDecryptBatch(c *stage.Call) stage.Result {
	type asked struct {
		Cipher string `json:"encryptedData"`
	}
	list, r, ok := entries[asked](k, c, "decryptDataList")
	if !ok {
		return r
	}
	type decrypted struct {
		Text   string `json:"decryptedData"`
		Cipher string `json:"encryptedData"`
		outcome
	}
	rows := make([]decrypted, 0, len(list))
	for _, t := range list {
		entry := decrypted{Cipher: t.Cipher, outcome: k.refusedEntry("示例：密文无效或已过期")}
		if plain, ok := k.privacy.instant[t.Cipher]; ok && c.Now.Before(plain.until) {
			entry.Text, entry.outcome = plain.text, entryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeed(rows)
}
