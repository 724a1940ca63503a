package signing

import (
	"fmt"
	"maps"
	"net/url"
	"strings"
)

// TOP and Qimen SPI: the platform calls the application. The parameters are
//
//	the headers that the header top-sign-list names, percent-decoded
//	the pairs of the query string, percent-decoded
//	the fields of a form body, but only where the query has no such name
//
// and a later one takes the place of an earlier one of the same name. All of them
// are signed, sorted by key. Empty values are signed too, other than in a call. A
// body that is not a form is appended. The digest is MD5 with the secret at both
// ends, in upper-case hex; letter case counts. The signature is the parameter sign
// of the query. Source: opendingtalk/alibaba-dingtalk-service-sdk:
// src/main/java/com/taobao/api/internal/spi/SpiUtils.java (official Java SDK).
//
// The platform signs the bytes in the charset of Content-Type. They are not
// converted here, so any charset works.

var spiParams = listRule{signature: "sign"}

// TOPSPI is an SPI call of TOP or Qimen. [ParseTOPSPI] makes it.
type TOPSPI struct {
	Params []Param // of headers, query and form; each name once, in no order
	Body   []byte  // nil when the body is a form
	Given  string  // the signature in the query, to be given to [Check]
}

// ParseTOPSPI collects what is signed in an SPI call. header returns the value of
// a header, or "", as http.Header.Get does; nil means that there are no headers.
// rawQuery is the query string as received, still encoded, and body all bytes of
// the body. The error is [ErrMalformed] for a content type other than a form,
// JSON, XML and plain text, and for wrong percent-encoding.
//
// The secret to check with is that of the app which the parameter target_app_key
// names, or app_key where there is no target_app_key.
func ParseTOPSPI(header func(name string) string, rawQuery, contentType string, body []byte) (TOPSPI, error) {
	params := make(map[string]string)
	if header != nil {
		if err := addHeaders(params, header); err != nil {
			return TOPSPI{}, err
		}
	}
	query := make(map[string]string)
	for pair := range strings.SplitSeq(rawQuery, "&") {
		// The official verifier splits at every "=", and skips a pair that then has
		// more than two parts. Those at the end do not count.
		pair = strings.TrimRight(pair, "=")
		key, value, _ := strings.Cut(pair, "=")
		if pair == "" || strings.Contains(value, "=") {
			continue
		}
		if err := addPair(query, key, value); err != nil {
			return TOPSPI{}, err
		}
	}
	maps.Copy(params, query)
	media, _, _ := strings.Cut(contentType, ";")
	switch strings.ToLower(strings.TrimSpace(media)) {
	case "application/x-www-form-urlencoded":
		form := make(map[string]string)
		for pair := range strings.SplitSeq(string(body), "&") {
			key, value, _ := strings.Cut(pair, "=")
			if pair == "" {
				continue
			}
			if err := addPair(form, key, value); err != nil {
				return TOPSPI{}, err
			}
		}
		for k, v := range form {
			if blank(v) {
				v = "" // as the official verifier does
			}
			if _, ok := query[k]; !ok {
				params[k] = v
			}
		}
		body = nil
	case "application/json", "text/xml", "application/xml", "text/plain":
	default:
		// A GET has neither type nor body.
		if contentType != "" || len(body) > 0 {
			return TOPSPI{}, fmt.Errorf("%w: content type of an SPI call", ErrMalformed)
		}
	}
	m := TOPSPI{Body: body, Given: query["sign"], Params: make([]Param, 0, len(params))}
	for k, v := range params {
		m.Params = append(m.Params, Param{k, v})
	}
	return m, nil
}

// addHeaders adds the headers that are signed. Blanks around a name in the list
// belong to the name.
func addHeaders(params map[string]string, header func(string) string) error {
	list := header("top-sign-list")
	if list == "" {
		return nil
	}
	for name := range strings.SplitSeq(list, ",") {
		if err := set(params, name, header(name)); err != nil {
			return err
		}
	}
	return nil
}

// addPair adds a pair of a query or form.
func addPair(params map[string]string, key, value string) error {
	name, err := url.QueryUnescape(key)
	if err != nil {
		return fmt.Errorf("%w: percent-encoding", ErrMalformed)
	}
	return set(params, name, value)
}

func set(params map[string]string, name, value string) error {
	text, err := url.QueryUnescape(value)
	if err != nil {
		// The error of net/url quotes the value.
		return fmt.Errorf("%w: percent-encoding", ErrMalformed)
	}
	params[name] = text
	return nil
}

func (TOPSPI) rule() rule { return topMD5 }

func (m TOPSPI) appendText(dst []byte) ([]byte, error) {
	dst = spiParams.append(dst, m.Params)
	return append(dst, m.Body...), nil
}

func (m TOPSPI) steps() []string {
	return bodyStep(append([]string{"keep empty values: an SPI call signs them"}, spiParams.steps(m.Params)...), m.Body)
}
