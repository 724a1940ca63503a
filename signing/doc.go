// Package signing makes and checks the signatures of Chinese e-commerce open
// platforms, and opens their ciphers. Bytes go in, text comes out: it does no
// I/O, reads no clock, imports the standard library only, and everything in it
// is safe for concurrent use.
//
// Prepare each secret once as a [Key], describe what is signed as one of the
// [Message] types, and call [Sign], [Check] or [Explain]:
//
//	key, err := signing.NewKey(appSecret)
//	err = signing.Check(signing.DoudianPush{AppKey: appKey, Body: body}, sign, key)
//
// # Schemes
//
//	Doudian   DoudianCall   HMAC-SHA256 or MD5   canonical JSON, see CanonicalJSON
//	          DoudianSPI    HMAC-SHA256 or MD5   two signatures, see CheckDoudianSPI
//	          DoudianPush   MD5
//	Taobao    TOPCall       MD5, HMAC-MD5 or HMAC-SHA256; Qimen with a body
//	          TOPSPI        MD5                  see ParseTOPSPI
//	          TMCConnect    MD5
//	          TOPCipher     AES-CBC, HMAC-MD5 search index
//	Kuaishou  KuaishouCall  HMAC-SHA256 or MD5
//	          pushes        AES-CBC, no signature: KuaishouCipher
//	1688      Ali1688Call   HMAC-SHA1
//	          Ali1688Push   HMAC-SHA1
//	          TunaFrame     MD5
//
// Where a platform demands MD5 or SHA-1, nothing better can be had from this
// side; use its stronger method where it has one.
//
// # Rules that hold everywhere
//
// Sign the values as they are, encode them afterwards, and send what was
// signed: text that is made a second time may differ. Check bytes as they
// arrived. Comparison takes constant time, an empty secret or signature never
// passes, and no error holds a secret, a computed signature or payload. A
// signature proves who sent a message, not when: where the platform signs a
// time, looking at it is the caller's part.
package signing
