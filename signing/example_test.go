package signing_test

import (
	"fmt"

	"github.com/mallwire/mall/signing"
)

func Example() {
	key, err := signing.NewKey("0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b")
	if err != nil {
		fmt.Println(err)
		return
	}
	push := signing.DoudianPush{AppKey: "7000000000000000001", Body: []byte("[]")}
	fmt.Println(signing.Check(push, "1765db70e993aa8fd949fe1ae0ad9603", key))
	fmt.Println(signing.Check(push, "", key))
	// Output:
	// <nil>
	// signing: signature does not match
}

func ExampleAppendDoudianParams() {
	key, err := signing.NewKey("0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := signing.AppendDoudianParams(nil, map[string]any{"shop_order_id": "6920000000000000001"})
	if err != nil {
		fmt.Println(err)
		return
	}
	call := signing.DoudianCall{
		AppKey: "7000000000000000001", Method: "order.orderDetail", ParamJSON: body, Timestamp: "1735660800",
	}
	fmt.Printf("%s\n%s\n", body, call.AppendSign(nil, key))
	// Output:
	// {"shop_order_id":"6920000000000000001"}
	// 46b835af848c4db36ba16632aa17e822f71c11908cd3aff3e34368eeb479813d
}

func ExampleExplain() {
	key, err := signing.NewKey("secretXYZ")
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := signing.Explain(signing.TunaFrame{AppKey: "mykey", PubTime: "1700000000000"}, key)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(e)
	// Output:
	//  1. take the app key mykey
	//  2. append the content "" (empty)
	//  3. append pubTime 1700000000000
	//  4. put the secret before it
	// text:      ‹secret›mykey1700000000000
	// digest:    MD5, upper-case hex
	// signature: B9E65D4592778AE92A46050E139FABC6
}
