package signing

import (
	"bytes"
	"errors"
)

// Doudian SPI: the platform calls the application. The text is
//
//	secret "app_key"… "param_json"… "timestamp"… secret
//
// without method and v. It is digested by HMAC-SHA256 when sign_method is
// hmac-sha256 and by MD5 otherwise, and the call is genuine when the result
// equals sign or sign_v2. param_json is decoded and encoded again with its keys in
// order, and < > & may be escaped then or not: the official Go SDK tries both
// forms, and so does Check. Source:
// zsmhub/doudian-sdk:core/doudian_op_spi_client.go and utils/sign_util.go.
//
// The SDKs differ on two points, and Check takes either: an empty param_json is
// signed as nothing (Java) or as {} (Go), and sign_method 2 means HMAC-SHA256 in
// westng/doudian-sdk:src/Utils/SignUtil.php and MD5 in Go.

// DoudianSPI is an SPI call of Doudian.
type DoudianSPI struct {
	AppKey    string // that of this app; a call for another app does not match
	ParamJSON []byte // as received: the body, or the query's param_json
	Timestamp string // as received, in any format
	// SignMethod is the parameter sign_method as received.
	SignMethod SignMethod
	// EscapeHTML makes < > & in param_json \u003c \u003e \u0026 before it is
	// signed. [Check] tries both forms.
	EscapeHTML bool

	asHMAC    bool // sign_method 2 means HMAC-SHA256
	asNothing bool // an empty param_json is signed as nothing, not as {}
}

// Check checks the two signatures that an SPI call carries, the parameters sign
// and sign_v2. One that matches is enough, and either may be absent (empty).
// Apart from that it is like the function [Check].
func (m DoudianSPI) Check(sign, signV2 string, keys ...*Key) error {
	err := Check(m, sign, keys...)
	if errors.Is(err, ErrMismatch) {
		err = Check(m, signV2, keys...)
	}
	return err
}

func (m DoudianSPI) rule() rule {
	r := rule{digest: digestMD5, enc: lowerHex, before: true, after: true}
	if m.SignMethod == HMACSHA256 || m.asHMAC {
		r.digest = digestHMACSHA256
	}
	return r
}

func (m DoudianSPI) appendText(dst []byte) ([]byte, error) {
	dst = append(dst, "app_key"...)
	dst = append(dst, m.AppKey...)
	dst = append(dst, "param_json"...)
	dst, err := m.appendParams(dst)
	if err != nil {
		return nil, err
	}
	dst = append(dst, "timestamp"...)
	return append(dst, m.Timestamp...), nil
}

func (m DoudianSPI) appendParams(dst []byte) ([]byte, error) {
	switch {
	case m.empty() && m.asNothing:
		return dst, nil
	case m.empty():
		return append(dst, "{}"...), nil
	default:
		return canonical(dst, m.ParamJSON, m.EscapeHTML)
	}
}

func (m DoudianSPI) empty() bool { return len(bytes.TrimSpace(m.ParamJSON)) == 0 }

// Forms returns the forms of the call that the platform may have signed, m
// first. [Check] takes the signature of any of them.
func (m DoudianSPI) Forms() []DoudianSPI {
	forms := []DoudianSPI{m}
	if m.empty() {
		other := m
		other.asNothing = !m.asNothing
		forms = append(forms, other)
	} else if bytes.ContainsAny(m.ParamJSON, `<>&\`) {
		// A backslash may begin the escape of one of the three.
		other := m
		other.EscapeHTML = !m.EscapeHTML
		forms = append(forms, other)
	}
	if m.SignMethod == "2" {
		for _, other := range forms {
			other.asHMAC = !m.asHMAC
			forms = append(forms, other)
		}
	}
	return forms
}

func (m DoudianSPI) steps() []string {
	form := "with < > & raw (Check also tries them escaped)"
	if m.EscapeHTML {
		form = "with < > & escaped (Check also tries them raw)"
	}
	params, err := m.appendParams(nil)
	if err != nil {
		return nil // appendText returns the error
	}
	return []string{
		"take app_key = " + shown(m.AppKey),
		"write param_json again, keys in byte order at every depth, no white space, " + form,
		"take param_json = " + shown(string(params)),
		"take timestamp = " + shown(m.Timestamp),
		"leave out sign, sign_v2, sign_method: the platform does not sign them",
		"join name and value of each in this order with nothing between",
	}
}
