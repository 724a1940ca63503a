package kuaishou

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

// Decrypt calls open.order.decrypt.batch, which counts against the merchant's
// daily quota. An order counts once, however often it is decrypted, and not at
// all while it is in after-sale. The platform refuses orders that were
// completed more than 14 days ago, and small merchants (L0). A text that was
// refused must not be sent again.
func (d orders) Decrypt(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	answer, err := batchDecrypt.Call(ctx, d.shop, decryptParams{cipherItems(texts)})
	if err != nil {
		return nil, err
	}
	return opened(batchDecrypt.Method, texts, answer.Results, func(t *order.Text, r cipherResult) bool {
		t.Plain = mall.Secret(r.Plain)
		return r.Plain != ""
	}), nil
}

// Mask calls open.order.desensitise.batch.
func (d orders) Mask(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	answer, err := batchMask.Call(ctx, d.shop, maskParams{cipherItems(texts)})
	if err != nil {
		return nil, err
	}
	return opened(batchMask.Method, texts, answer.Results, func(t *order.Text, r cipherResult) bool {
		t.Mask = r.Masked
		return r.Masked != ""
	}), nil
}

func cipherItems(texts []order.Text) []cipherItem {
	items := make([]cipherItem, len(texts))
	for i, t := range texts {
		items[i] = cipherItem{Cipher: t.Cipher, OrderID: t.OrderID}
	}
	return items
}

// opened puts the answers into the order of the texts. fill stores the wanted
// form in the text and reports whether the answer had it.
func opened(
	m driver.Method, texts []order.Text, results []cipherResult, fill func(*order.Text, cipherResult) bool,
) []mall.Result[order.Text] {
	byCipher := make(map[cipherItem]cipherResult, len(results))
	for _, r := range results {
		byCipher[cipherItem{Cipher: r.Cipher, OrderID: string(r.OrderID)}] = r
	}
	list := make([]mall.Result[order.Text], len(texts))
	for i, t := range texts {
		list[i].Item = t
		switch r, ok := byCipher[cipherItem{Cipher: t.Cipher, OrderID: t.OrderID}]; {
		case !ok:
			list[i].Err = entryUnanswered(m)
		case r.Code != success:
			list[i].Err = entryRefused(m, r.Code)
		case !fill(&list[i].Item, r):
			list[i].Err = entryUnanswered(m)
		}
	}
	return list
}

// entryRefused returns the error for one text that was refused. errorMsg may
// quote the text, so it is left out.
func entryRefused(m driver.Method, code wire.Int) error {
	return &mall.Error{
		Platform: m.Platform, Method: m.Name, Kind: mall.ErrRejected, Code: code.String(),
		Message: "the platform refused this text",
	}
}

func entryUnanswered(m driver.Method) error {
	return m.Refuse(mall.ErrReply, "the platform did not answer for this text")
}

// Encrypt calls open.order.encrypt.batch.
func (d orders) Encrypt(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	var p encryptParams
	for _, t := range texts {
		kind, err := textKind(batchEncrypt.Method, t.Kind)
		if err != nil {
			return nil, err
		}
		p.Items = append(p.Items, plainItem{Text: t.Plain.Reveal(), OrderID: t.OrderID, Type: kind})
	}
	answer, err := batchEncrypt.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	if len(answer.Results) != len(texts) {
		return nil, batchEncrypt.Refuse(mall.ErrReply, "%d ciphers for %d texts", len(answer.Results), len(texts))
	}
	list := make([]mall.Result[order.Text], len(texts))
	for i, r := range answer.Results {
		list[i].Item = texts[i]
		switch {
		case string(r.OrderID) != texts[i].OrderID || r.Text != "" && r.Text != p.Items[i].Text:
			return nil, batchEncrypt.Refuse(mall.ErrReply, "the ciphers are not in the order of the texts")
		case r.Code != success:
			list[i].Err = entryRefused(batchEncrypt.Method, r.Code)
		case r.Cipher == "":
			list[i].Err = entryUnanswered(batchEncrypt.Method)
		default:
			list[i].Item.Cipher = r.Cipher
		}
	}
	return list, nil
}

// SearchIndex calls open.order.search.index.batch. The cipher of a text
// contains its index.
func (d orders) SearchIndex(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	var p indexParams
	for _, t := range texts {
		kind, err := textKind(searchIndex.Method, t.Kind)
		if err != nil {
			return nil, err
		}
		p.Items = append(p.Items, indexItem{Text: t.Plain.Reveal(), Type: kind})
	}
	answer, err := searchIndex.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	if len(answer.Results) != len(texts) {
		return nil, searchIndex.Refuse(mall.ErrReply, "%d indexes for %d texts", len(answer.Results), len(texts))
	}
	list := make([]mall.Result[order.Text], len(texts))
	for i, r := range answer.Results {
		switch {
		case r.Text != p.Items[i].Text:
			return nil, searchIndex.Refuse(mall.ErrReply, "the indexes are not in the order of the texts")
		case r.Code != success:
			return nil, entryRefused(searchIndex.Method, r.Code)
		}
		list[i].Item = texts[i]
		list[i].Item.Index = r.Index
	}
	return list, nil
}

// textKinds maps the field type.
var textKinds = driver.NewEnum(map[wire.Int]order.TextKind{1: order.TextAddress, 2: order.TextName, 3: order.TextPhone})

func textKind(m driver.Method, kind order.TextKind) (wire.Int, error) {
	n, ok := textKinds.Wire(kind)
	if !ok {
		return 0, m.Refuse(mall.ErrInvalid, "%q is not a kind of text that can be encrypted", kind)
	}
	return n, nil
}

var (
	batchDecrypt = endpoint[decryptParams, decryptAnswer]("open.order.decrypt.batch", repeatable|beside)
	batchMask    = endpoint[maskParams, maskAnswer]("open.order.desensitise.batch", repeatable|beside)
	batchEncrypt = endpoint[encryptParams, encryptAnswer]("open.order.encrypt.batch", repeatable|beside)
	searchIndex  = endpoint[indexParams, indexAnswer]("open.order.search.index.batch", repeatable|beside)
)

// wire types. The results are beside result, not in data. Order ids are text
// here.

type decryptParams struct {
	Items []cipherItem `json:"batchDecryptList"`
}

type maskParams struct {
	Items []cipherItem `json:"batchDesensitiseList"`
}

func (p decryptParams) texts() []string { return ciphersOf(p.Items) }

func (p maskParams) texts() []string { return ciphersOf(p.Items) }

func ciphersOf(items []cipherItem) (texts []string) {
	for _, i := range items {
		texts = append(texts, i.Cipher)
	}
	return texts
}

type cipherItem struct {
	Cipher  string `json:"encryptedData"`
	OrderID string `json:"bizId"`
}

type decryptAnswer struct {
	Results wire.List[cipherResult] `json:"batchDecryptResultList"`
}

type maskAnswer struct {
	Results wire.List[cipherResult] `json:"batchDesensitiseResultList"`
}

type cipherResult struct {
	Plain   string    `json:"decryptedData"`
	Masked  string    `json:"desensitisedData"`
	Cipher  string    `json:"encryptedData"`
	OrderID wire.Text `json:"bizId"`
	Code    wire.Int  `json:"errorCode"` // 1 is success
}

type encryptParams struct {
	Items []plainItem `json:"batchEncryptList"`
}

func (p encryptParams) texts() (texts []string) {
	for _, i := range p.Items {
		texts = append(texts, i.Text)
	}
	return texts
}

type plainItem struct {
	Text    string   `json:"decryptedData"`
	OrderID string   `json:"bizId"`
	Type    wire.Int `json:"type"`
}

type encryptAnswer struct {
	Results wire.List[struct {
		Text    string    `json:"decryptedData"`
		Cipher  string    `json:"encryptedData"`
		OrderID wire.Text `json:"bizId"`
		Code    wire.Int  `json:"errorCode"`
	}] `json:"batchEncryptResultList"`
}

type indexParams struct {
	Items []indexItem `json:"indexParamList"`
}

func (p indexParams) texts() (texts []string) {
	for _, i := range p.Items {
		texts = append(texts, i.Text)
	}
	return texts
}

type indexItem struct {
	Text string   `json:"plainText"`
	Type wire.Int `json:"type"`
}

type indexAnswer struct {
	Results wire.List[struct {
		Text  string   `json:"plainText"`
		Index string   `json:"searchIndex"`
		Code  wire.Int `json:"errorCode"`
	}] `json:"indexResultList"`
}
