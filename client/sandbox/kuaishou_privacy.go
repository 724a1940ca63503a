package sandbox

import (
	"net/http"
	"slices"
	"time"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const (
	ksPIIItems    = 100 // texts in one call
	ksEntryOK     = 1
	ksDecryptDays = 14 // after the trade succeeded
)

// ksPrivacy is what the platform remembers about personal texts, besides what
// stands behind its ciphers.
type ksPrivacy struct {
	opened  map[string]bool // orders that were counted against an allowance
	instant map[string]ksInstant
}

// ksInstant is what stands behind a ciphertext that is good for a while.
type ksInstant struct {
	text  string
	until time.Time
}

func (k *kuaishou) privacyMethods() map[string]ksMethod {
	return map[string]ksMethod{
		"open.order.decrypt.batch":            {verb: http.MethodPost, run: k.orderDecryptBatch},
		"open.order.desensitise.batch":        {verb: http.MethodPost, run: k.orderDesensitiseBatch},
		"open.order.encrypt.batch":            {verb: http.MethodPost, run: k.orderEncryptBatch},
		"open.order.search.index.batch":       {verb: http.MethodPost, run: k.orderSearchIndexBatch},
		"open.security.instant.decrypt.batch": {verb: http.MethodPost, run: k.instantDecryptBatch},
	}
}

// ksCipherText is a ciphertext with its order, whose number is text here.
type ksCipherText struct {
	Cipher  string `json:"encryptedData"`
	OrderID string `json:"bizId"`
}

// ksOutcome is how an entry ended.
type ksOutcome struct {
	Code int    `json:"errorCode"`
	Msg  string `json:"errorMsg"`
}

func ksEntryDone() ksOutcome { return ksOutcome{ksEntryOK, "SUCCESS"} }

func (k *kuaishou) refusedEntry(msg string) ksOutcome {
	return ksOutcome{k.rules.EntryRefusedCode, msg}
}

// ksEntries reads the list of a batch, and refuses one that is empty or longer
// than the platform takes.
func ksEntries[T any](k *kuaishou, c *stage.Call, name string) (list []T, r stage.Result, ok bool) {
	if r, ok := k.parseOne(c, name, &list); !ok {
		return nil, r, false
	}
	if len(list) < 1 || len(list) > ksPIIItems {
		return nil, k.invalid("批量条数应为1到100"), false
	}
	return list, stage.Result{}, true
}

// open returns what stands behind a ciphertext, if it is of that order and of
// the calling shop.
func (k *kuaishou) open(c *stage.Call, t ksCipherText) (ksPlain, *stage.Record, bool) {
	plain, ok := k.vault[t.Cipher]
	if !ok || plain.orderID != t.OrderID {
		return ksPlain{}, nil, false
	}
	r, err := k.world.Order(t.OrderID)
	return plain, r, err == nil && r.Shop == c.Shop
}

// orderDecryptBatch answers plain texts. An order counts once against the
// merchant's allowance of the day, and not while an after-sale case is open.
func (k *kuaishou) orderDecryptBatch(c *stage.Call) stage.Result {
	list, r, ok := ksEntries[ksCipherText](k, c, "batchDecryptList")
	if !ok {
		return r
	}
	type decrypted struct {
		Text string `json:"decryptedData"`
		ksCipherText
		ksOutcome
	}
	rows := make([]decrypted, 0, len(list))
	for _, t := range list {
		entry := decrypted{ksCipherText: t}
		plain, r, ok := k.open(c, t)
		switch {
		case !ok:
			entry.ksOutcome = k.refusedEntry("示例：密文无法解密")
		case k.longDone(r):
			entry.ksOutcome = k.refusedEntry("示例：交易成功超过14天")
		case !k.spend(c, r):
			entry.ksOutcome = k.refusedEntry("示例：解密额度已用完")
		default:
			entry.Text, entry.ksOutcome = plain.text, ksEntryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchDecryptResultList": rows})
}

// longDone reports an order that succeeded too long ago.
func (k *kuaishou) longDone(r *stage.Record) bool {
	f := ksFactsOf(r)
	return f.Base.Status == ksDone && k.world.Now().UnixMilli()-r.Updated > ksDecryptDays*ksDay
}

// spend counts an order that was not opened before and has no case open.
func (k *kuaishou) spend(c *stage.Call, r *stage.Record) bool {
	if k.privacy.opened[r.ID] || slices.ContainsFunc(ksReadShipOrder(r).Refunds, ksRefundFact.runs) {
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

func (k *kuaishou) orderDesensitiseBatch(c *stage.Call) stage.Result {
	list, r, ok := ksEntries[ksCipherText](k, c, "batchDesensitiseList")
	if !ok {
		return r
	}
	type masked struct {
		Text ksNullable `json:"desensitisedData"`
		ksCipherText
		ksOutcome
	}
	rows := make([]masked, 0, len(list))
	for _, t := range list {
		entry := masked{ksCipherText: t, ksOutcome: k.refusedEntry("示例：密文无法脱敏")}
		if plain, _, ok := k.open(c, t); ok {
			entry.Text, entry.ksOutcome = ksMask(plain.kind, plain.text), ksEntryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchDesensitiseResultList": rows})
}

// orderEncryptBatch answers ciphertexts that belong to an order.
func (k *kuaishou) orderEncryptBatch(c *stage.Call) stage.Result {
	type plainText struct {
		Text    string `json:"decryptedData"`
		OrderID string `json:"bizId"`
	}
	type asked struct {
		plainText
		Kind ksKind `json:"type"`
	}
	list, r, ok := ksEntries[asked](k, c, "batchEncryptList")
	if !ok {
		return r
	}
	type encrypted struct {
		plainText
		Cipher ksNullable `json:"encryptedData"`
		ksOutcome
	}
	rows := make([]encrypted, 0, len(list))
	for _, t := range list {
		entry := encrypted{plainText: t.plainText, ksOutcome: k.refusedEntry("示例：明文无法加密")}
		r, err := k.world.Order(t.OrderID)
		if err == nil && r.Shop == c.Shop && t.Text != "" && t.Kind.known() {
			entry.Cipher, entry.ksOutcome = k.seal(t.Kind, t.Text, t.OrderID), ksEntryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"batchEncryptResultList": rows})
}

func (t ksKind) known() bool { return t >= ksKindAddress && t <= ksKindPhone }

// orderSearchIndexBatch answers the indexes that stand inside the ciphertexts
// of the same texts.
func (k *kuaishou) orderSearchIndexBatch(c *stage.Call) stage.Result {
	type asked struct {
		Text string `json:"plainText"`
		Kind ksKind `json:"type"`
	}
	list, r, ok := ksEntries[asked](k, c, "indexParamList")
	if !ok {
		return r
	}
	type indexed struct {
		Text  string `json:"plainText"`
		Index string `json:"searchIndex"`
		ksOutcome
	}
	rows := make([]indexed, 0, len(list))
	for _, t := range list {
		entry := indexed{Text: t.Text, ksOutcome: k.refusedEntry("示例：明文无法建立索引")}
		if t.Text != "" && t.Kind.known() {
			entry.Index, entry.ksOutcome = ksIndex(t.Kind, t.Text), ksEntryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeedTop(map[string]any{"indexResultList": rows})
}

// sealInstant makes a ciphertext that is good for a while only, as other
// services of the platform hand out; orders show none.
func (k *kuaishou) sealInstant(text string, until time.Time) string {
	if k.privacy.instant == nil {
		k.privacy.instant = map[string]ksInstant{}
	}
	cipher := "instant/" + ksIndex(0, text+until.String())
	k.privacy.instant[cipher] = ksInstant{text, until}
	return cipher
}

func (k *kuaishou) instantDecryptBatch(c *stage.Call) stage.Result {
	type asked struct {
		Cipher string `json:"encryptedData"`
	}
	list, r, ok := ksEntries[asked](k, c, "decryptDataList")
	if !ok {
		return r
	}
	type decrypted struct {
		Text   string `json:"decryptedData"`
		Cipher string `json:"encryptedData"`
		ksOutcome
	}
	rows := make([]decrypted, 0, len(list))
	for _, t := range list {
		entry := decrypted{Cipher: t.Cipher, ksOutcome: k.refusedEntry("示例：密文无效或已过期")}
		if plain, ok := k.privacy.instant[t.Cipher]; ok && c.Now.Before(plain.until) {
			entry.Text, entry.ksOutcome = plain.text, ksEntryDone()
		}
		rows = append(rows, entry)
	}
	return k.succeed(rows)
}
