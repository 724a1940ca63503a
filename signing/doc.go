// Package signing makes and checks the signatures of Chinese e-commerce open
// platforms, and encrypts and decrypts what they encrypt. It does no I/O, reads
// no clock and imports the standard library only. Everything in it is safe for
// concurrent use.
//
// Prepare each secret once as a [Key], describe what is signed as one of the
// [Message] types, and call [Sign], [Check] or [Explain]:
//
//	key, err := signing.NewKey(appSecret)
//	err = signing.Check(signing.DoudianPush{AppKey: appKey, Body: body}, sign, key)
//
// # Schemes
//
//	Doudian   DoudianCall     HMAC-SHA256 or MD5   over canonical JSON, see CanonicalJSON
//	          DoudianSPI      HMAC-SHA256 or MD5   two signatures, see DoudianSPI.Check
//	          DoudianPush     MD5
//	Taobao    TOPCall         MD5, HMAC-MD5 or HMAC-SHA256; Qimen with a body
//	          TOPSPI          MD5                  see ParseTOPSPI
//	          TMCConnect      MD5
//	          TOPCipher       AES-CBC, HMAC-MD5 for the search index
//	Kuaishou  KuaishouCall    HMAC-SHA256 or MD5
//	          KuaishouCipher  AES-CBC              pushes, which are not signed
//	1688      Ali1688Call     HMAC-SHA1
//	          Ali1688Push     HMAC-SHA1
//	          TunaFrame       MD5
//
// Where a platform demands MD5 or SHA-1, its callers have no choice. Use the
// stronger method where there are two.
//
// # Rules that hold for every scheme
//
// Sign values before they are encoded, and send the text that was signed: text
// that is made a second time may differ. Check bytes as they arrived.
//
// [Check] compares in constant time, and an empty secret or signature never
// passes. No error holds a secret, a computed signature or payload.
//
// A signature proves who sent a message, not when. Where the platform signs a
// time, the caller has to compare it with a clock.
//
// When a signature does not match, [Explain] shows how it is made, step by step
// and without the secret. Package signingtest runs files of known cases.
//
// # Adding a scheme
//
// A scheme is a [Message] type in the file of its platform. Its method appendText
// appends what is signed, rule says how that is digested and where the secret
// stands, and steps tells it to a reader. Where the text is made of parameters, a
// listRule says which of them and in what order. Each scheme has vectors in
// testdata, which signingtest runs by the name of the scheme, a fuzz test against a
// second implementation, and its sources beside the type.
package signing
