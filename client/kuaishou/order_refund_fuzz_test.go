package kuaishou

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// FuzzCase: reading any record gives a case with an id or a typed error, and so
// does choosing the method for a decision.
func FuzzCase(f *testing.F) {
	f.Add([]byte(`{"refundId":2600000000000002,"oid":2500000000000007,"handlingWay":10,"status":10,"negotiateStatus":1,"updateTime":1790000000123}`))
	f.Add([]byte(`{"refundId":"1","handlingWay":1,"status":40,"logisticsInfo":{"expressNo":1,"expressCode":"6"},"returnFreightInfo":{"returnFreightAmount":1,"returnFreightStatus":10}}`))
	f.Add([]byte(`{"refundId":1,"handlingWay":3,"status":40,"exchangeInfo":[],"logisticsInfo":null}`))
	f.Fuzz(func(t *testing.T, record []byte) {
		w, err := orders{}.readCase(caseDetail.Method, record)
		if err == nil && w.ID == "" {
			t.Fatal("a case without an id")
		}
		if err != nil {
			if _, ok := errors.AsType[*mall.Error](err); !ok {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		for _, v := range []order.Decision{{}, {ReasonCode: "1"}, {Agree: true}, {Agree: true, Instead: order.CaseRefund},
			{Agree: true, PayReturnFreight: true}} {
			a, err := w.answer(order.Case{ID: string(w.ID)}, v)
			if (err == nil) != (a.method.Name != "" && a.params != nil && a.send != nil) {
				t.Fatalf("%s with %v: %v", a.method, a.params, err)
			}
			if _, ok := errors.AsType[*mall.Error](err); err != nil && !ok {
				t.Fatalf("untyped error %v", err)
			}
			if _, err := json.Marshal(a.params); err != nil && w.ID != "" {
				if _, ok := errors.AsType[*mall.Error](err); !ok {
					t.Fatalf("%T does not encode: %v", a.params, err)
				}
			}
		}
	})
}
