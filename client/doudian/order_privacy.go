package doudian

import (
	"context"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
)

// Decrypt calls order.batchDecrypt. The platform decrypts only for apps that
// run in its cloud (抖店云) and have the right to it.
func (d orders) Decrypt(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	return d.open(ctx, batchDecrypt, texts, cipherOpened.plain)
}

// Mask calls order.batchSensitive.
func (d orders) Mask(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	return d.open(ctx, batchMask, texts, cipherOpened.masked)
}

// open asks for the plain or masked form of ciphers, which fill puts into the
// text.
func (d orders) open(
	ctx context.Context, e driver.Endpoint[cipherParams, cipherAnswer],
	texts []order.Text, fill func(cipherOpened, *order.Text),
) ([]mall.Result[order.Text], error) {
	var p cipherParams
	for _, t := range texts {
		p.Ciphers = append(p.Ciphers, cipherInfo{AuthID: plainID(t.OrderID), Text: t.Cipher})
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
	results := make([]mall.Result[order.Text], len(texts))
	for i, t := range texts {
		results[i].Item = t
		switch info, ok := byCipher[p.Ciphers[i]]; {
		case !ok:
			results[i].Err = e.Refuse(mall.ErrReply, "the platform did not answer for this text")
		case info.ErrNo != 0:
			// err_msg may quote the text, so it is left out.
			results[i].Err = textRefused(e.Method, info.ErrNo, "the platform did not decrypt or mask this text")
		default:
			fill(info, &results[i].Item)
		}
	}
	return results, nil
}

// Encrypt calls order.batchEncrypt and asks for ciphers that search can find.
// An answer shows its text in an undocumented form, so answers are matched to
// texts by position and order id.
func (d orders) Encrypt(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	var p encryptParams
	for _, t := range texts {
		kind, ok := textKinds.Wire(t.Kind)
		if !ok {
			return nil, batchEncrypt.Refuse(mall.ErrInvalid, "%q is not a kind of text that can be encrypted", t.Kind)
		}
		info := encryptInfo{Text: t.Plain.Reveal(), AuthID: plainID(t.OrderID), Searchable: true, Kind: kind}
		p.Texts = append(p.Texts, info)
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
	results := make([]mall.Result[order.Text], len(texts))
	for i, info := range infos {
		results[i].Item = texts[i]
		switch {
		case info.AuthID != p.Texts[i].AuthID:
			return nil, batchEncrypt.Refuse(mall.ErrReply, "the ciphers are not in the order of the texts")
		case info.ErrNo != 0:
			// err_msg may quote the text, so it is left out.
			results[i].Err = textRefused(batchEncrypt.Method, info.ErrNo, "the platform did not encrypt this text")
		case info.Cipher == "":
			results[i].Err = batchEncrypt.Refuse(mall.ErrReply, "the platform did not answer for this text")
		default:
			results[i].Item.Cipher = info.Cipher
		}
	}
	return results, nil
}

// SearchIndex calls order.BatchSearchIndex.
func (d orders) SearchIndex(ctx context.Context, texts []order.Text) ([]mall.Result[order.Text], error) {
	var p indexParams
	for _, t := range texts {
		kind, ok := textKinds.Wire(t.Kind)
		if !ok {
			return nil, searchIndex.Refuse(mall.ErrInvalid, "%q is not a kind of text that can be encrypted", t.Kind)
		}
		p.Texts = append(p.Texts, plainText{Text: t.Plain.Reveal(), Type: kind})
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
	results := make([]mall.Result[order.Text], len(texts))
	for i, a := range answer.Indexes {
		if a.Plain != p.Texts[i].Text {
			return nil, searchIndex.Refuse(mall.ErrReply, "the indexes are not in the order of the texts")
		}
		results[i].Item = texts[i]
		results[i].Item.Index = a.Index
	}
	return results, nil
}

// textKinds maps encrypt_type and sensitive_type.
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
}

// plain puts the decrypted text into t.
func (c cipherOpened) plain(t *order.Text) {
	t.Plain = mall.Secret(c.Plain)
	if c.Virtual {
		t.Virtual, t.Plain, t.Extension, t.Expires = true, mall.Secret(c.Number), mall.Secret(c.Extension), c.Expires.Time
	}
}

// masked puts the masked text into t. In the answer it has the same name,
// decrypt_text.
func (c cipherOpened) masked(t *order.Text) { t.Mask = c.Plain }

// textRefused returns the error for one text that was refused.
func textRefused(m driver.Method, code wire.Int, message string) error {
	return &mall.Error{
		Platform: mall.Doudian, Method: m.Name, Kind: mall.ErrRejected, Code: code.String(), Message: message,
	}
}

// customFailure is a second failure that a reply may hold, beside that of the
// envelope.
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
