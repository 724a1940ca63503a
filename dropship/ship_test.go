package dropship_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall/dropship"
	"github.com/mallwire/mall/order"
)

func TestMayShip(t *testing.T) {
	for _, c := range []struct {
		a   dropship.Assignment
		who dropship.Role
		why dropship.Reason
	}{
		{dropship.Assignment{State: dropship.StateUnassigned, OrderStatus: order.StatusToShip}, dropship.RoleMerchant, ""},
		{dropship.Assignment{State: dropship.StateCancelled, OrderStatus: order.StatusPartShipped}, dropship.RoleMerchant, ""},
		{dropship.Assignment{State: dropship.StateAssigned, OrderStatus: order.StatusToShip, Role: dropship.RoleMerchant}, dropship.RoleFactory, ""},
		{dropship.Assignment{State: dropship.StateAssigned, Role: dropship.RoleFactory}, dropship.RoleFactory, ""},
		{dropship.Assignment{State: dropship.StateAssigned, Role: dropship.RoleFactory, RefundOpen: true}, dropship.RoleFactory, dropship.ReasonRefundOpen},
		{dropship.Assignment{State: dropship.StateAssigned, OrderStatus: order.StatusClosed}, dropship.RoleFactory, dropship.ReasonRefundOpen},
		{dropship.Assignment{State: dropship.StateAssigned, OrderStatus: order.StatusShipped}, "", dropship.ReasonShipped},
		{dropship.Assignment{State: dropship.StateReturned, OrderStatus: order.StatusShipped}, "", dropship.ReasonShipped},
		{dropship.Assignment{State: dropship.StateUnassigned, OrderStatus: order.StatusClosed}, "", dropship.ReasonClosed},
		{dropship.Assignment{State: dropship.StateUnassigned, OrderStatus: order.StatusPaid}, dropship.RoleMerchant, dropship.ReasonNotToShip},
		{dropship.Assignment{State: dropship.StateUnassigned, PlatformOrderStatus: "77"}, dropship.RoleMerchant, dropship.ReasonNotToShip},
		{dropship.Assignment{PlatformState: "9", OrderStatus: order.StatusToShip}, "", dropship.ReasonUnknownState},
	} {
		who, ok, why := c.a.MayShip()
		assert.Equal(t, c.who, who, "%+v", c.a)
		assert.Equal(t, c.why, why, "%+v", c.a)
		assert.Equal(t, c.why == "", ok, "%+v", c.a)
	}
	for stage, why := range map[string]dropship.Reason{
		"cancel_wait_recall": dropship.ReasonRecall, "return_unknown": dropship.ReasonUnknownOutcome,
	} {
		who, ok, got := dropship.Flow{ToShip: true}.MayShip(stage)
		assert.Equal(t, why, got)
		assert.False(t, ok)
		assert.Empty(t, who)
	}
}
