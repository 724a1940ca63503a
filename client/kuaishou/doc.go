// Package kuaishou drives Kuaishou shop (快手小店).
//
//	app, err := kuaishou.New(kuaishou.Config{AppKey: key, AppSecret: secret, SignSecret: signSecret})
//	if err != nil {
//		return err
//	}
//	for o, err := range app.Shop("1000000001").Orders.All(ctx, order.Query{From: since}) {
//		...
//	}
//
// A shop's id is the seller's number (sellerId), which pushes call userId.
package kuaishou
