package kuaishou

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

// kinds are the kinds that the tables may use.
var kinds = []mall.Kind{
	mall.ErrAuth, mall.ErrReauthorize, mall.ErrPermission, mall.ErrSignature, mall.ErrRateLimited, mall.ErrQuota,
	mall.ErrInvalid, mall.ErrNotFound, mall.ErrConflict, mall.ErrAlreadyDone, mall.ErrRejected, mall.ErrUnavailable,
}

// TestErrorTables walks every line of both tables.
func TestErrorTables(t *testing.T) {
	for number, want := range numbers {
		kind, _ := classify(number, "")
		assert.Equal(t, want, kind, number)
		assert.Contains(t, kinds, kind, number)
	}
	for _, w := range words {
		for _, number := range []string{"21", "28", "4711"} {
			kind, _ := classify(number, "some words, "+w.text+" and more")
			assert.Equal(t, w.kind, kind, "%s %s: the text goes before the number", number, w.text)
		}
		assert.Contains(t, kinds, w.kind)
	}
	kind, _ := classify("4711", "what nobody has seen")
	assert.Empty(t, kind)
}

// TestRefusals reads recorded refusals.
func TestRefusals(t *testing.T) {
	var cases []struct {
		Kind    mall.Kind
		Seconds int
		Body    json.RawMessage
	}
	text, err := os.ReadFile("testdata/errors.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &cases))
	require.GreaterOrEqual(t, len(cases), 16)
	for _, c := range cases {
		_, err := decode[one](t, "open.order.detail", string(c.Body), 200)
		var failure *mall.Error
		require.ErrorAs(t, err, &failure, "%s", c.Body)
		assert.Equal(t, c.Kind, failure.Kind, "%s", c.Body)
		assert.Equal(t, time.Duration(c.Seconds)*time.Second, failure.RetryAfter)
		assert.NotEmpty(t, failure.Message)
	}
}

// TestReclassed: words in a refusal change its kind.
func TestReclassed(t *testing.T) {
	for _, c := range []struct {
		err  error
		want mall.Kind
	}{
		{&mall.Error{Kind: mall.ErrRejected, Code: "21", Message: "订单不存在"}, mall.ErrNotFound},
		{&mall.Error{Code: "123456", Message: "该订单不存在。"}, mall.ErrNotFound},
		{&mall.Error{Kind: mall.ErrRejected, Code: "21", Message: "订单已关闭"}, mall.ErrRejected},
		{&mall.Error{Kind: mall.ErrPermission, Code: "22", Message: "订单不存在"}, mall.ErrPermission},
		{&mall.Error{Kind: mall.ErrUnknownOutcome, Message: "订单不存在"}, mall.ErrUnknownOutcome},
	} {
		err := reclassed(c.err, mall.ErrNotFound, "", "订单不存在")
		e, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok)
		assert.Equal(t, c.want, e.Kind, "%v", c.err)
	}
	assert.NoError(t, reclassed(nil, mall.ErrNotFound, "x"))
	assert.ErrorIs(t, reclassed(context.Canceled, mall.ErrNotFound, "context"), context.Canceled)
}

// TestCode28: sources disagree whether 28 means an expired token or a wrong
// signature, so its text decides.
func TestCode28(t *testing.T) {
	for text, want := range map[string]mall.Kind{
		"access token expired":           mall.ErrAuth,
		"The token has EXPIRED":          mall.ErrAuth,
		"TOKEN过期":                        mall.ErrAuth,
		"sign error":                     mall.ErrSignature,
		"":                               mall.ErrSignature,
		"验签失败, expired":                  mall.ErrSignature,
		"refreshToken.discarded":         mall.ErrReauthorize,
		"AUTHORIZATION_REVOKED, expired": mall.ErrReauthorize,
	} {
		kind, _ := classify("28", text)
		assert.Equal(t, want, kind, text)
	}
	kind, _ := classify("21", "the coupon has expired")
	assert.Equal(t, mall.ErrRejected, kind, "of no other number")
}

// TestMessageFields: the kind of an error comes from the same text as its
// message, whichever field holds it.
func TestMessageFields(t *testing.T) {
	for _, name := range []string{"error_msg", "errorMsg", "sub_msg", "msg"} {
		_, err := decode[one](t, "open.order.detail", `{"result":4711,"`+name+`":"TOKEN过期"}`, 200)
		require.ErrorIs(t, err, mall.ErrAuth, name)
	}
	_, err := decode[one](t, "open.order.detail", `{"result":21,"msg":"success","error_msg":"当前库存不足，请减少预留数量"}`, 200)
	require.ErrorIs(t, err, mall.ErrRejected)
}
