package signing

// 1688. The text of a call is its path without host, /openapi/ and leading slash,
// and then its parameters: key and value of each are joined, and the JOINED texts
// are sorted by bytes and put one after the other, as the official SDK does.
// (Sorting by key would differ where one key is the beginning of another, such as
// page and pageSize.) The digest is HMAC-SHA1 in upper-case hex.
// Sources: makcent/1688sdk (official PHP SDK),
// sellerartifact/1688-open-sdk:test/utils.test.ts,
// is4ngle/alibaba-open-sdk:tests/Unit/Sign/AopSignerTest.php.
//
// A push is a form whose field message is signed by the same rule with no path:
// wzhsh90/go1688:models/message/push.go. The websocket channel signs with MD5:
// is4ngle/alibaba-open-sdk:tests/Unit/Sign/HeartbeatSignerTest.php.

const aopSignature = "_aop_signature"

var ali1688Params = listRule{signature: aopSignature, joined: true}

// Ali1688Call is a call of 1688's API.
type Ali1688Call struct {
	// Path is "param2/{version}/{namespace}/{api}/{appKey}". Empty for the
	// old authorisation page, which signs parameters only.
	Path string
	// Params are the parameters that are sent, an empty value included. Their
	// order does not matter; _aop_signature is left out.
	Params []Param
}

// AppendSign is like [DoudianCall.AppendSign].
func (c Ali1688Call) AppendSign(dst []byte, k *Key) []byte { return appendSign(dst, c, k) }

func (Ali1688Call) rule() rule { return rule{digest: digestHMACSHA1, enc: upperHex} }

func (c Ali1688Call) appendText(dst []byte) ([]byte, error) {
	return ali1688Params.append(append(dst, c.Path...), c.Params), nil
}

func (c Ali1688Call) steps() []string {
	first := "no path is signed"
	if c.Path != "" {
		first = "begin with the path " + shown(c.Path)
	}
	return append([]string{first}, ali1688Params.steps(c.Params)...)
}

// Ali1688Push is a message push of 1688. Its signature is the form field
// _aop_signature and is compared without letter case.
type Ali1688Push struct {
	// Form is the decoded form. The field message is signed, byte for byte. Where
	// there is none, all fields are: one public client describes that form, and it
	// is unconfirmed on the wire.
	Form []Param
}

// Given returns the signature that the push carries, to be given to [Check].
func (m Ali1688Push) Given() string { return valueOf(m.Form, aopSignature) }

func (m Ali1688Push) call() Ali1688Call {
	for i := range m.Form {
		if m.Form[i].Key == "message" {
			return Ali1688Call{Params: m.Form[i : i+1]}
		}
	}
	return Ali1688Call{Params: m.Form}
}

func (m Ali1688Push) rule() rule {
	r := m.call().rule()
	r.anyCase = true
	return r
}

func (m Ali1688Push) appendText(dst []byte) ([]byte, error) { return m.call().appendText(dst) }

func (m Ali1688Push) steps() []string { return m.call().steps() }

// TunaFrame is a frame of 1688's websocket channel. CONNECT and HEARTBEAT have
// no content.
type TunaFrame struct {
	AppKey  string
	Content string
	PubTime string // Unix milliseconds
}

func (TunaFrame) rule() rule { return rule{digest: digestMD5, enc: upperHex, before: true} }

func (m TunaFrame) appendText(dst []byte) ([]byte, error) {
	dst = append(dst, m.AppKey...)
	dst = append(dst, m.Content...)
	return append(dst, m.PubTime...), nil
}

func (m TunaFrame) steps() []string {
	return []string{
		"take the app key " + shown(m.AppKey),
		"append the content " + shown(m.Content),
		"append pubTime " + shown(m.PubTime),
	}
}
