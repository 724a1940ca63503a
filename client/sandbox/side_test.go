package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

// TestUnknownPlatforms: every method of Side refuses an unknown platform, one
// that was left out and the zero Side.
func TestUnknownPlatforms(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Only(other(t)))
	for name, side := range map[string]sandbox.Side{"unknown": box.On("elsewhere"), "left out": box.On(mall.Doudian),
		"zero": {}} {
		tries := map[string]func() error{
			"AddShop":           func() error { _, err := side.AddShop("", ""); return err },
			"ChangeToken":       func() error { _, err := side.ChangeToken("1", "expire"); return err },
			"SetScopes":         func() error { _, err := side.SetScopes("1", nil); return err },
			"IssueCode":         func() error { _, err := side.IssueCode("1"); return err },
			"AddOrder":          func() error { _, err := side.AddOrder("1", nil); return err },
			"AddOrders":         func() error { _, err := side.AddOrders("1", 1, 0); return err },
			"UpdateOrder":       func() error { return side.UpdateOrder("1", nil) },
			"Order":             func() error { _, err := side.Order("1"); return err },
			"Orders":            func() error { _, err := side.Orders("1"); return err },
			"Products":          func() error { _, err := side.Products("1"); return err },
			"UpdateProduct":     func() error { return side.UpdateProduct("1", "2", nil) },
			"UpdateSKU":         func() error { return side.UpdateSKU("1", "2", nil) },
			"AskAfterSale":      func() error { _, err := side.AskAfterSale(sandbox.AfterSale{}); return err },
			"MoveAfterSale":     func() error { return side.MoveAfterSale("1", "withdraw", "") },
			"AfterSales":        func() error { _, err := side.AfterSales("1"); return err },
			"AskAddress":        func() error { _, err := side.AskAddress("1", sandbox.Receiver{}); return err },
			"AnswerSpecChange":  func() error { _, err := side.AnswerSpecChange("1", true); return err },
			"RequestSpecChange": func() error { _, err := side.RequestSpecChange(t.Context(), sandbox.ServiceRequest{}); return err },
			"RequestIntercept":  func() error { _, err := side.RequestIntercept(t.Context(), sandbox.ServiceRequest{}); return err },
			"Operations":        func() error { _, err := side.Operations("1"); return err },
			"Dropship":          func() error { return side.Dropship("be_merchant", "1", "") },
			"SetLimit":          func() error { return side.SetLimit(sandbox.Limit{}) },
			"AddPush":           func() error { _, err := side.AddPush("1", "1", map[string]any{}); return err },
			"SetCallbacks":      func() error { return side.SetCallbacks(sandbox.Callbacks{}) },
			"Callbacks":         func() error { _, err := side.Callbacks(); return err },
			"CallSPI":           func() error { _, err := side.CallSPI(t.Context(), nil, sandbox.SPIOptions{}); return err },
		}
		for method, try := range tries {
			assert.ErrorIs(t, try(), sandbox.ErrUnknownPlatform, "%s: %s", name, method)
		}
	}
}
