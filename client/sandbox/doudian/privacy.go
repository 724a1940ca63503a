package doudian

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

const piiItems = 50 // texts in one call

// ciphers holds the parameters of batchDecrypt and batchSensitive.
type ciphers struct {
	Items []struct {
		AuthID lenientText `json:"auth_id"`
		Cipher string      `json:"cipher_text"`
	} `json:"cipher_infos"`
}

// decrypted is an entry of the answer to batchDecrypt.
type decrypted struct {
	AuthID  string   `json:"auth_id"`
	Cipher  string   `json:"cipher_text"`
	Text    string   `json:"decrypt_text"`
	ErrNo   int      `json:"err_no"`
	ErrMsg  string   `json:"err_msg"`
	Kind    textKind `json:"data_type"`
	Virtual bool     `json:"is_virtual_tel"`
	Expires int64    `json:"expire_time"`
	PhoneA  string   `json:"phone_no_a"`
	PhoneB  string   `json:"phone_no_b"`
}

// masked is an entry of the answer to batchSensitive and batchEncrypt.
type masked struct {
	AuthID string `json:"auth_id"`
	Cipher string `json:"cipher_text"`
	Text   string `json:"decrypt_text"`
	ErrNo  int    `json:"err_no"`
	ErrMsg string `json:"err_msg"`
}

// batchErr is the error of a whole batch; its zero value is none.
type batchErr struct {
	Code int    `json:"err_code"`
	Msg  string `json:"err_msg"`
}

const cannotOpen = "示例：密文无法解密"

// parseCiphers decodes the parameters and checks their number.
func parseCiphers(c *stage.Call) (ciphers, stage.Result, bool) {
	var p ciphers
	if r, ok := parse(c, &p); !ok {
		return p, r, false
	}
	if len(p.Items) == 0 {
		return p, refuse(40004, "isv.parameter-invalid:100000", "参数错误: 输入的密文列表为空"), false
	}
	if len(p.Items) > piiItems {
		return p, refuse(40004, "isv.parameter-invalid:100000", "参数错误: 输入的密文列表过长，上限为:50"), false
	}
	return p, stage.Result{}, true
}

// open returns the plaintext of a cipher, if that belongs to the order and the
// order to the calling shop.
func (d *platform) open(c *stage.Call, orderID, cipher string) (plaintext, bool) {
	plain, ok := d.vault[cipher]
	if !ok || plain.orderID != orderID {
		return plaintext{}, false
	}
	r, err := d.world.Order(orderID)
	return plain, err == nil && r.Shop == c.Shop
}

// orderBatchDecrypt answers plain texts, and counts them against the shop's
// allowance of the day.
func (d *platform) orderBatchDecrypt(c *stage.Call) stage.Result {
	p, r, ok := parseCiphers(c)
	if !ok {
		return r
	}
	infos, good := make([]decrypted, 0, len(p.Items)), 0
	for _, item := range p.Items {
		info := decrypted{AuthID: string(item.AuthID), Cipher: item.Cipher}
		if plain, ok := d.open(c, info.AuthID, info.Cipher); ok {
			good++
			d.reveal(c, &info, plain)
		} else {
			info.ErrNo, info.ErrMsg = d.rules.DecryptItemError, cannotOpen
		}
		infos = append(infos, info)
	}
	if !d.world.CountDecrypted(c.Shop, good) {
		// How the platform refuses when the allowance is used up is
		// unconfirmed: see [Rules].
		return refuse(d.rules.DecryptQuotaCode, d.rules.DecryptQuotaSubCode, "存在安全风险")
	}
	data := stage.Encode(map[string]any{"decrypt_infos": infos, "custom_err": batchErr{}})
	switch good {
	case len(infos):
		return d.Success(data)
	case 0:
		r = refuse(50002, d.rules.DecryptAllFailedSubCode, "业务处理失败,详情请看sub_msg")
	default:
		r = refuse(50002, "isv.business-failed:300008", "300008:解密接口存在部分失败")
	}
	r.Data = data
	return r
}

// reveal fills in the plain text. With [Rules].VirtualPhones a phone becomes a
// virtual number.
func (d *platform) reveal(c *stage.Call, info *decrypted, plain plaintext) {
	info.Kind, info.Text = plain.kind, plain.text
	if plain.kind != kindPhone {
		return
	}
	if !d.rules.VirtualPhones {
		info.Kind = kindOwnPhone
		return
	}
	info.Virtual = true
	info.PhoneA, info.PhoneB = "19900009999", plain.text[len(plain.text)-4:]
	info.Text = info.PhoneA + "-" + info.PhoneB
	info.Expires = c.Now.AddDate(0, 0, d.rules.VirtualPhoneDays).Unix()
}

// orderBatchSensitive answers masked texts. The answer to a batch with failures
// is not documented, so each entry has its own error.
func (d *platform) orderBatchSensitive(c *stage.Call) stage.Result {
	p, r, ok := parseCiphers(c)
	if !ok {
		return r
	}
	infos := make([]masked, 0, len(p.Items))
	for _, item := range p.Items {
		info := masked{AuthID: string(item.AuthID), Cipher: item.Cipher}
		if plain, ok := d.open(c, info.AuthID, info.Cipher); ok {
			info.Text = maskText(plain.kind, plain.text)
		} else {
			info.ErrNo, info.ErrMsg = d.rules.DecryptItemError, cannotOpen
		}
		infos = append(infos, info)
	}
	return d.succeed(map[string]any{"decrypt_infos": infos, "custom_err": batchErr{}})
}

// orderBatchSearchIndex answers search indexes of plain texts. Each ciphertext
// contains the index of its text, so that it can be searched for.
func (d *platform) orderBatchSearchIndex(c *stage.Call) stage.Result {
	var p struct {
		Items []struct {
			Plain string     `json:"plain_text"`
			Kind  lenientInt `json:"encrypt_type"`
		} `json:"plain_text_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.Items) == 0 || len(p.Items) > piiItems {
		return refuse(40004, "isv.parameter-invalid:100000", "参数错误: 输入的明文列表过长，上限为:50")
	}
	type indexed struct {
		Plain string `json:"plain"`
		Index string `json:"search_index"`
	}
	list := make([]indexed, 0, len(p.Items))
	for _, item := range p.Items {
		kind := textKind(item.Kind)
		switch {
		case kind < kindAddress || kind > kindPhone:
			return refuse(40004, "isv.parameter-invalid:100000", fmt.Sprintf("参数错误: encrypt_type %d", kind))
		case kind == kindPhone && utf8.RuneCountInString(strings.TrimSpace(item.Plain)) > 11:
			return refuse(40004, "isv.parameter-invalid:300002", "业务错误: 手机号长度过长")
		}
		list = append(list, indexed{item.Plain, searchIndex(kind, item.Plain)})
	}
	return d.succeed(map[string]any{"plain_to_encrypt_index_list": list, "custom_err": batchErr{}})
}

// orderBatchEncrypt answers ciphertexts that belong to an order. Whether
// decrypt_text is plain or masked is not documented; it is masked here.
func (d *platform) orderBatchEncrypt(c *stage.Call) stage.Result {
	var p struct {
		Items []struct {
			Plain  string      `json:"plain_text"`
			AuthID lenientText `json:"auth_id"`
			Index  *bool       `json:"is_support_index"`
			Kind   lenientInt  `json:"sensitive_type"`
		} `json:"batch_encrypt_list"`
	}
	if r, ok := parse(c, &p); !ok {
		return r
	}
	if len(p.Items) == 0 || len(p.Items) > piiItems {
		return refuse(40004, "isv.parameter-invalid:100000", "参数错误: 输入的明文列表过长，上限为:50")
	}
	infos := make([]masked, 0, len(p.Items))
	for _, item := range p.Items {
		kind := textKind(item.Kind)
		if item.Plain == "" || item.Index == nil || kind < kindAddress || kind > kindPhone {
			return refuse(40004, "isv.parameter-invalid:100000", fmt.Sprintf("参数错误: sensitive_type %d", kind))
		}
		info := masked{AuthID: string(item.AuthID), ErrNo: d.rules.DecryptItemError, ErrMsg: "示例：明文无法加密"}
		if r, err := d.world.Order(info.AuthID); err == nil && r.Shop == c.Shop {
			info.Cipher, info.Text = d.seal(kind, item.Plain, info.AuthID), maskText(kind, item.Plain)
			info.ErrNo, info.ErrMsg = 0, ""
		}
		infos = append(infos, info)
	}
	return d.succeed(map[string]any{"encrypt_infos": infos, "custom_err": batchErr{}})
}
