package driver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

// NotJSON returns the error for a reply that no platform sends: the page of a
// proxy or a firewall, or a reply that broke off.
func NotJSON(r client.Reply) error {
	f := &mall.Error{Kind: mall.ErrUnavailable, Message: fmt.Sprintf(
		"the reply is not JSON, or broken off (HTTP status %d, %.40s, %d bytes)",
		r.Status, r.Header.Get("Content-Type"), len(r.Body),
	)}
	switch {
	case r.Status == http.StatusTooManyRequests:
		f.Kind = mall.ErrRateLimited
		if seconds, err := strconv.Atoi(r.Header.Get("Retry-After")); err == nil && seconds > 0 {
			f.RetryAfter = Seconds(int64(seconds), 24*time.Hour)
		}
	case r.Status >= 400 && r.Status < 500:
		f.Kind, f.Message = mall.ErrReply, f.Message+": check the gateway's address"
	}
	return f
}

// Seconds returns n seconds, or most if that is less: a duration cannot hold
// every number that a server may send.
func Seconds(n int64, most time.Duration) time.Duration {
	if n > int64(most/time.Second) {
		return most
	}
	return time.Duration(n) * time.Second
}

// Mismatch says which field does not fit and the JSON type of its value, but
// never the value.
func Mismatch(err error) string {
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(e.Value, " ")
		return fmt.Sprintf("%s holds a %s that does not fit", e.Field, kind)
	}
	return err.Error()
}
