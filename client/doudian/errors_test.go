package doudian

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
)

// kinds are the kinds that the tables may use.
var kinds = []mall.Kind{
	mall.ErrAuth, mall.ErrReauthorize, mall.ErrPermission, mall.ErrSignature, mall.ErrRateLimited, mall.ErrQuota,
	mall.ErrInvalid, mall.ErrNotFound, mall.ErrConflict, mall.ErrAlreadyDone, mall.ErrRejected, mall.ErrUnavailable,
}

// TestErrorTables walks every line of every table through the decoder.
func TestErrorTables(t *testing.T) {
	for _, r := range refusals {
		sub := r.sub
		if sub == "" {
			sub = "isv.something-else:424242"
		}
		assert.Equal(t, r.kind, head{Code: "x", SubCode: sub}.with(r.code).failure("some.method").Kind, "%s %s", r.code,
			sub)
	}
	for method, table := range numbers {
		for number, kind := range table {
			assert.Equal(t, kind, kindOf(method, "50002", "isv.business-failed:"+number), "%s %s", method, number)
			assert.Equal(t, strings.TrimLeft(number, "-0123456789"), "", "%s: %q is not a number", method, number)
		}
	}
	for number, kind := range everywhere {
		assert.Equal(t, kind, kindOf("some.method", "50002", "isv.business-failed:"+number))
	}
	for number, kind := range oldKinds {
		assert.Equal(t, kind, head{ErrNo: "x", Message: "m"}.withOld(number).failure("some.method").Kind, number)
	}
	for _, table := range []map[string]mall.Kind{everywhere, oldKinds} {
		for number, kind := range table {
			assert.Contains(t, kinds, kind, number)
		}
	}
}

// TestNumbersDependOnTheMethod: the same number means different things in
// different methods.
func TestNumbersDependOnTheMethod(t *testing.T) {
	assert.Equal(t, mall.ErrUnavailable, kindOf("order.orderDetail", "50002", "isv.business-failed:20004"))
	assert.Equal(t, mall.ErrRejected, kindOf("order.review", "50002", "isv.business-failed:20004"))
	assert.Equal(t, mall.ErrNotFound, kindOf("order.orderDetail", "40004", "isv.parameter-invalid:20001"))
	assert.Equal(t, mall.ErrConflict, kindOf("logistics.cancelOrder", "50002", "isv.business-failed:20001"))
}

// TestSubCodeForms: a sub code may have a blank after its colon, and its number
// may be negative.
func TestSubCodeForms(t *testing.T) {
	h := head{Code: "50001", SubCode: "dop.token-generate-failed: app-secret-invalid"}
	assert.Equal(t, mall.ErrSignature, h.failure("token.create").Kind)
	assert.Equal(t, mall.ErrNotFound, kindOf("logistics.trackNoRouteDetail", "50002", "isv.business-failed:-10004"))
}

func TestUnknownCodeHasNoKind(t *testing.T) {
	assert.Empty(t, kindOf("order.orderDetail", "123456", "isv.new"))
	assert.Empty(t, head{ErrNo: "4711"}.failure("x").Kind)
}

func TestSuccess(t *testing.T) {
	assert.Nil(t, head{Code: "10000"}.failure("x"))
	assert.Nil(t, head{Code: "50002", SubCode: "isv.business-failed:300008"}.failure("order.batchDecrypt"),
		"partly failed: its entries tell")
	assert.NotNil(t, head{Code: "50002", SubCode: "isv.business-failed:300008"}.failure("order.merge"))
}

func (h head) with(code string) head {
	h.Code = wireText(code)
	return h
}

func (h head) withOld(number string) head {
	h.ErrNo = wireText(number)
	return h
}
