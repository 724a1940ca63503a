package doudian

import (
	"context"
	"errors"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/internal/driver"
	"github.com/mallwire/mall/internal/wire"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// AnswerAddress calls order.addressConfirm, which answers a buyer's request to
// change the address (push 111). When the review is over, the platform names
// its outcome: 50040 approved, 50041 refused, 50042 cancelled by an after-sale
// case. So "already done" depends on the answer that was wanted.
func (d orders) AnswerAddress(ctx context.Context, orderID string, v change.Verdict) error {
	code := wire.Int(0)
	if !v.Accept {
		var ok bool
		if code, ok = addressReasons.Wire(v.Code); !ok {
			return addressConfirm.Refuse(mall.ErrInvalid, "the platform has no reason %q", v.Code)
		}
	}
	_, err := addressConfirm.Call(ctx, d.shop, confirmParams{Approved: code, OrderID: plainID(orderID)})
	if failure, ok := errors.AsType[*mall.Error](err); ok && !v.Accept {
		_, number, _ := strings.Cut(failure.SubCode, ":")
		switch number {
		case "50040":
			failure.Kind = mall.ErrConflict
		case "50041":
			failure.Kind = mall.ErrAlreadyDone
		}
	}
	return err
}

// ChangeAddress calls order.addressModify with plain texts or, as the logistics
// methods accept them, ciphers; that this method takes ciphers is unconfirmed.
func (d orders) ChangeAddress(ctx context.Context, orderID string, to order.Receiver) error {
	p := modifyParams{OrderID: plainID(orderID), Name: sendable(to.Name), Phone: sendable(to.Phone)}
	if to.Province.Name != "" {
		p.Address = &modifyAddress{
			Detail: sendable(to.Address), Province: area(to.Province), City: area(to.City),
			Town: area(to.District), Street: area(to.Street),
		}
	}
	_, err := addressModify.Call(ctx, d.shop, p)
	return err
}

// sendable returns the plain text, or the cipher where there is none.
func sendable(p order.Protected) string {
	if p.Plain != "" {
		return p.Plain.Reveal()
	}
	return p.Cipher
}

func area(r order.Region) wireArea { return wireArea{ID: r.Code, Name: r.Name} }

// AddressReview calls order.addresSwitchConfig (the platform's spelling). It
// does not tell whether reviews are live.
func (d orders) AddressReview(ctx context.Context) (change.Review, error) {
	answer, err := addressConfig.Call(ctx, d.shop, none{})
	if err != nil {
		return "", err
	}
	return addressReviews.Neutral(answer.Authorized), nil
}

// SetAddressReview calls order.AddressAppliedSwitch.
func (d orders) SetAddressReview(ctx context.Context, r change.Review, live bool) error {
	params := switchParams{}
	if r == change.ReviewHere {
		params.Allowed = 1
	}
	if live {
		params.Review = 1
	}
	_, err := addressSwitch.Call(ctx, d.shop, params)
	return err
}

// addressReasons maps the values of is_approved that refuse; 0 approves.
// Source: sevencat/ecommerce_sdk:ecommerce_sdk/douyin/OrderAddressConfirm.cs.
var addressReasons = driver.NewEnum(map[wire.Int]string{
	1001: "picking",    // 订单已进入拣货环节
	1002: "allocating", // 订单已进入配货环节
	1003: "warehouse",  // 订单已进入仓库环节
	1004: "outbound",   // 订单已进入出库环节
	1005: "shipping",   // 订单已进入发货环节
})

// addressReviews maps authorized_status. Source:
// sevencat/ecommerce_sdk:ecommerce_sdk/douyin/OrderAddresSwitchConfig.cs.
var addressReviews = driver.NewEnum(map[wire.Int]change.Review{
	0: change.ReviewOff,
	1: change.ReviewElsewhere, // review on, but not by this app
	2: change.ReviewHere,
})

// endpoints and wire types

var (
	addressConfirm = endpoint[confirmParams, none]("order.addressConfirm", write)
	addressModify  = endpoint[modifyParams, none]("order.addressModify", repeatable) // overwrites
	addressConfig  = endpoint[none, switchAnswer]("order.addresSwitchConfig", repeatable)
	addressSwitch  = endpoint[switchParams, none]("order.AddressAppliedSwitch", repeatable) // overwrites
)

type confirmParams struct {
	Approved wire.Int `json:"is_approved"`
	OrderID  string   `json:"order_id"` // without the trailing letter A
}

type switchParams struct {
	Allowed int64 `json:"is_allowed"`
	Review  int64 `json:"review_type"` // 0 asynchronous, 1 real time
}

type switchAnswer struct {
	Authorized wire.Int `json:"authorized_status"`
}

type modifyParams struct {
	OrderID string         `json:"order_id"`
	Address *modifyAddress `json:"post_addr,omitempty"`
	Name    string         `json:"post_receiver,omitempty"`
	Phone   string         `json:"post_tel,omitempty"`
}

func (p modifyParams) texts() []string {
	texts := []string{p.Name, p.Phone}
	if p.Address != nil {
		texts = append(texts, p.Address.Detail)
	}
	return texts
}

// modifyAddress is always sent whole, empty members included.
type modifyAddress struct {
	Detail   string   `json:"address_detail"`
	City     wireArea `json:"city"`
	Landmark string   `json:"land_mark"` // unused, but required
	Province wireArea `json:"province"`
	Street   wireArea `json:"street"`
	Town     wireArea `json:"town"` // the district
}

// wireArea is a region in a request.
type wireArea struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}
