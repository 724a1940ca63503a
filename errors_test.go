package mall_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  *mall.Error
		want string
	}{
		{"all", &mall.Error{Platform: mall.Doudian, Method: "order.searchList", Kind: mall.ErrRateLimited, Code: "50002", SubCode: "isv.limited",
			Message: "too fast", RequestID: "r-1", RetryAfter: time.Second, Raw: "body", Err: errors.New("cause")},
			"doudian order.searchList: rate limited: code 50002 isv.limited: too fast (request r-1)"},
		{"with what was tried", &mall.Error{Op: "list orders", Platform: mall.Doudian, Method: "order.searchList", Kind: mall.ErrQuota},
			"list orders: doudian order.searchList: quota used up"},
		{"tried without a platform", &mall.Error{Op: "open app", Kind: mall.ErrInvalid, Message: "no key"}, "open app: invalid argument: no key"},
		{"tried without a method", &mall.Error{Op: "open app", Platform: mall.Taobao, Message: "no key"}, "open app: taobao: no key"},
		{"without a platform", &mall.Error{Method: "m", Code: "7"}, "m: code 7"},
		{"unknown code", &mall.Error{Platform: mall.Taobao, Method: "m", Code: "15"}, "taobao m: code 15"},
		{"no reply", &mall.Error{Platform: mall.Taobao, Method: "m", Kind: mall.ErrUnavailable, Message: "timeout"}, "taobao m: platform unavailable: timeout"},
		{"before the platform is known", &mall.Error{Kind: mall.ErrInvalid, Message: "no id"}, "invalid argument: no id"},
		{"message alone", &mall.Error{Message: "no id"}, "no id"},
		{"code alone", &mall.Error{Code: "7"}, "code 7"},
		{"request alone", &mall.Error{RequestID: "r"}, "(request r)"},
		{"nothing", &mall.Error{}, ""},
	} {
		assert.Equal(t, c.want, c.err.Error(), c.name)
	}
}

func TestErrorMatchesKindAndCause(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("sync: %w", &mall.Error{Kind: mall.ErrUnavailable, Err: context.DeadlineExceeded})
	assert.ErrorIs(t, err, mall.ErrUnavailable)
	assert.ErrorIs(t, err, context.DeadlineExceeded)
	assert.NotErrorIs(t, err, mall.ErrRateLimited)

	got, ok := errors.AsType[*mall.Error](err)
	assert.True(t, ok)
	assert.Equal(t, mall.ErrUnavailable, got.Kind)

	unknown := &mall.Error{Code: "15"}
	assert.Empty(t, unknown.Unwrap(), "an unknown code matches nothing")
	assert.NotErrorIs(t, unknown, mall.Kind(""))
}

func TestKindsAreToldApart(t *testing.T) {
	t.Parallel()
	kinds := []mall.Kind{
		mall.ErrAuth, mall.ErrReauthorize, mall.ErrPermission, mall.ErrSignature, mall.ErrRateLimited, mall.ErrQuota, mall.ErrInvalid, mall.ErrNotFound,
		mall.ErrConflict, mall.ErrAlreadyDone, mall.ErrRejected, mall.ErrUnavailable, mall.ErrCancelled, mall.ErrUnknownOutcome, mall.ErrReply, mall.ErrNotSupported, mall.ErrPIIBudget,
	}
	for i, a := range kinds {
		for j, b := range kinds {
			assert.Equal(t, i == j, errors.Is(&mall.Error{Kind: a}, b), "%q and %q", a, b)
		}
		assert.Equal(t, "mall: "+string(a), a.Error())
	}
}

// TestErrorTextIsOneLine prints a method that would begin a line of its own.
func TestErrorTextIsOneLine(t *testing.T) {
	t.Parallel()
	e := &mall.Error{Op: "call", Method: "a\r\nforged", Message: "b\u2028c"}
	assert.Equal(t, "call: a  forged: b c", e.Error())
}
