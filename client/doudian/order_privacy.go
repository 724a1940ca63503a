package doudian

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/client/internal/wire"
	"github.com/mallwire/mall/order"
)

// Decrypt calls order.batchDecrypt. The platform opens texts only for apps that
// run in its cloud (抖店云) and have the right.
func (d orders) Decrypt(ctx context.Context, sealed []order.Sealed) ([]order.Opened, error) {
	return d.open(ctx, batchDecrypt, sealed)
}

// Mask calls order.batchSensitive.
func (d orders) Mask(ctx context.Context, sealed []order.Sealed) ([]order.Opened, error) {
	return d.open(ctx, batchMask, sealed)
}

func (d orders) open(ctx context.Context, e driver.Endpoint[cipherParams, cipherAnswer], sealed []order.Sealed) ([]order.Opened, error) {
	var p cipherParams
	for _, s := range sealed {
		p.Ciphers = append(p.Ciphers, cipherInfo{AuthID: plainID(s.OrderID), Text: s.Cipher})
	}
	answer, err := e.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	if err := answer.Failure.V.error(e.Method); err != nil && len(answer.Infos) == 0 {
		return nil, err
	}
	byCipher := make(map[cipherInfo]cipherOpened, len(answer.Infos))
	for _, info := range answer.Infos {
		byCipher[cipherInfo{info.AuthID, info.Cipher}] = info
	}
	opened := make([]order.Opened, len(sealed))
	for i, s := range sealed {
		info, ok := byCipher[p.Ciphers[i]]
		if !ok {
			info.ErrNo, info.missing = -1, true
		}
		opened[i] = info.opened(e.Method, s)
	}
	return opened, nil
}

// Encrypt calls order.batchEncrypt, for ciphers that search finds. Its answers
// carry the texts in a form that is not documented, so that they are told apart
// by their order and their place.
func (d orders) Encrypt(ctx context.Context, texts []order.Unsealed) ([]order.Encrypted, error) {
	var p encryptParams
	for _, t := range texts {
		kind, ok := textKinds.Wire(t.Kind)
		if !ok {
			return nil, batchEncrypt.Refuse(mall.ErrInvalid, "unknown kind of text %q", t.Kind)
		}
		p.Texts = append(p.Texts, encryptInfo{Text: t.Text.Reveal(), AuthID: plainID(t.OrderID), Searchable: true, Kind: kind})
	}
	answer, err := batchEncrypt.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	infos := answer.Encrypted
	if err := answer.Failure.V.error(batchEncrypt.Method); err != nil && len(infos) == 0 {
		return nil, err
	}
	if len(infos) != len(texts) {
		return nil, batchEncrypt.Refuse(mall.ErrReply, "%d ciphers for %d texts", len(infos), len(texts))
	}
	encrypted := make([]order.Encrypted, len(texts))
	for i, info := range infos {
		encrypted[i] = order.Encrypted{Unsealed: texts[i], Cipher: info.Cipher}
		switch {
		case info.AuthID != p.Texts[i].AuthID:
			return nil, batchEncrypt.Refuse(mall.ErrReply, "the ciphers are not in the order of the texts")
		case info.ErrNo != 0:
			// err_msg is left out: it may quote the text.
			encrypted[i].Cipher, encrypted[i].Err = "", &mall.Error{Platform: mall.Doudian, Method: batchEncrypt.Name, Kind: mall.ErrRejected,
				Code: info.ErrNo.String(), Message: "the platform did not encrypt this text"}
		case info.Cipher == "":
			encrypted[i].Err = batchEncrypt.Refuse(mall.ErrReply, "the platform did not answer for this text")
		}
	}
	return encrypted, nil
}

// SearchIndex calls order.BatchSearchIndex.
func (d orders) SearchIndex(ctx context.Context, texts []order.PlainText) ([]string, error) {
	var p indexParams
	for _, t := range texts {
		kind, ok := textKinds.Wire(t.Kind)
		if !ok {
			return nil, searchIndex.Refuse(mall.ErrInvalid, "unknown kind of text %q", t.Kind)
		}
		p.Texts = append(p.Texts, plainText{Text: t.Text.Reveal(), Type: kind})
	}
	answer, err := searchIndex.Call(ctx, d.shop, p)
	if err != nil {
		return nil, err
	}
	if err := answer.Failure.V.error(searchIndex.Method); err != nil {
		return nil, err
	}
	if len(answer.Indexes) != len(p.Texts) {
		return nil, searchIndex.Refuse(mall.ErrReply, "%d indexes for %d texts", len(answer.Indexes), len(p.Texts))
	}
	indexes := make([]string, len(p.Texts))
	for i, a := range answer.Indexes {
		if a.Plain != p.Texts[i].Text {
			return nil, searchIndex.Refuse(mall.ErrReply, "the indexes are not in the order of the texts")
		}
		indexes[i] = a.Index
	}
	return indexes, nil
}

// textKinds are encrypt_type.
var textKinds = driver.NewEnum(map[wire.Int]order.TextKind{1: order.TextAddress, 2: order.TextName, 3: order.TextPhone})

// endpoints and wire types

var (
	batchDecrypt = endpoint[cipherParams, cipherAnswer]("order.batchDecrypt", repeatable)
	batchMask    = endpoint[cipherParams, cipherAnswer]("order.batchSensitive", repeatable)
	batchEncrypt = endpoint[encryptParams, cipherAnswer]("order.batchEncrypt", repeatable)
	searchIndex  = endpoint[indexParams, indexAnswer]("order.BatchSearchIndex", repeatable)
)

type cipherParams struct {
	Ciphers []cipherInfo `json:"cipher_infos"`
}

func (p cipherParams) texts() (texts []string) {
	for _, c := range p.Ciphers {
		texts = append(texts, c.Text)
	}
	return texts
}

type cipherInfo struct {
	AuthID string `json:"auth_id"` // the order that the text belongs to
	Text   string `json:"cipher_text"`
}

type cipherAnswer struct {
	Infos     wire.List[cipherOpened]    `json:"decrypt_infos"`
	Encrypted wire.List[cipherOpened]    `json:"encrypt_infos"`
	Failure   wire.Object[customFailure] `json:"custom_err"`
}

type encryptParams struct {
	Texts []encryptInfo `json:"batch_encrypt_list"`
}

func (p encryptParams) texts() (texts []string) {
	for _, t := range p.Texts {
		texts = append(texts, t.Text)
	}
	return texts
}

type encryptInfo struct {
	Text       string   `json:"plain_text"`
	AuthID     string   `json:"auth_id"` // the order that the text is for
	Searchable bool     `json:"is_support_index"`
	Kind       wire.Int `json:"sensitive_type"`
}

type cipherOpened struct {
	AuthID    string       `json:"auth_id"`
	Cipher    string       `json:"cipher_text"`
	Plain     string       `json:"decrypt_text"`
	ErrNo     wire.Int     `json:"err_no"`
	Virtual   wire.Bool    `json:"is_virtual_tel"`
	Expires   wire.Seconds `json:"expire_time"`
	Number    string       `json:"phone_no_a"`
	Extension string       `json:"phone_no_b"`
	missing   bool
}

func (c cipherOpened) opened(m driver.Method, s order.Sealed) order.Opened {
	o := order.Opened{Sealed: s}
	if c.ErrNo != 0 {
		// err_msg is left out: it may quote the text.
		o.Err = &mall.Error{Platform: mall.Doudian, Method: m.Name, Kind: mall.ErrRejected, Code: c.ErrNo.String(),
			Message: "the platform did not open this text"}
		if c.missing {
			o.Err = m.Refuse(mall.ErrReply, "the platform did not answer for this text")
		}
		return o
	}
	o.Plain = mall.Secret(c.Plain)
	if c.Virtual {
		o.Virtual, o.Plain, o.Extension, o.Expires = true, mall.Secret(c.Number), mall.Secret(c.Extension), c.Expires.Time
	}
	return o
}

// customFailure is a second place for errors, beside the envelope's.
type customFailure struct {
	Code    wire.Int `json:"err_code"`
	Message string   `json:"err_msg"`
}

func (f customFailure) error(m driver.Method) error {
	if f.Code == 0 {
		return nil
	}
	return &mall.Error{Platform: mall.Doudian, Method: m.Name, Kind: mall.ErrRejected,
		Code: f.Code.String(), Message: "the platform refused the batch (custom_err)"}
}

type indexParams struct {
	Texts []plainText `json:"plain_text_list"`
}

func (p indexParams) texts() (texts []string) {
	for _, t := range p.Texts {
		texts = append(texts, t.Text)
	}
	return texts
}

type plainText struct {
	Type wire.Int `json:"encrypt_type"`
	Text string   `json:"plain_text"`
}

type indexAnswer struct {
	Indexes wire.List[struct {
		Plain string `json:"plain"`
		Index string `json:"search_index"`
	}] `json:"plain_to_encrypt_index_list"`
	Failure wire.Object[customFailure] `json:"custom_err"`
}
