package drivertest

import (
	"bytes"
	"io"
	"net/http"
)

// Reply is a transport that answers every call with one body.
func Reply(status int, body []byte) http.RoundTripper { return reply{status, body} }

type reply struct {
	status int
	body   []byte
}

func (r reply) RoundTrip(q *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: r.status, Header: http.Header{"Content-Type": {"application/json"}}, Request: q,
		ContentLength: int64(len(r.body)), Body: io.NopCloser(bytes.NewReader(r.body)),
	}, nil
}
