package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// AES in CBC mode with PKCS#5 padding, as both Kuaishou's pushes and TOP's
// secret fields use it. Neither authenticates: whoever has the key can write,
// and a changed text may open as something else.

func appendEncrypt(dst []byte, block cipher.Block, iv string, plain []byte) []byte {
	n := len(dst)
	dst = append(dst, plain...)
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	for range pad {
		dst = append(dst, byte(pad))
	}
	cipher.NewCBCEncrypter(block, []byte(iv)).CryptBlocks(dst[n:], dst[n:])
	return dst
}

// decryptInPlace returns the plain text in the memory of text. Every padding
// byte counts, and all faults are one error after the same work.
func decryptInPlace(text []byte, block cipher.Block, iv []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, ErrDecrypt
	}
	// The mode of crypto/cipher is not used: each new one copies the whole key
	// schedule, which costs as much as opening a push. Backwards, each block
	// finds the one before it still encrypted, as it needs it.
	le := binary.LittleEndian
	for i := len(text) - aes.BlockSize; i >= 0; i -= aes.BlockSize {
		before := iv
		if i > 0 {
			before = text[i-aes.BlockSize : i]
		}
		b := text[i : i+aes.BlockSize]
		block.Decrypt(b, b)
		le.PutUint64(b, le.Uint64(b)^le.Uint64(before))
		le.PutUint64(b[8:], le.Uint64(b[8:])^le.Uint64(before[8:]))
	}
	last := text[len(text)-aes.BlockSize:]
	pad := int(last[aes.BlockSize-1])
	good := subtle.ConstantTimeLessOrEq(1, pad) & subtle.ConstantTimeLessOrEq(pad, aes.BlockSize)
	for i, b := range last {
		padding := subtle.ConstantTimeLessOrEq(aes.BlockSize-i, pad)
		good &= subtle.ConstantTimeSelect(padding, subtle.ConstantTimeByteEq(b, byte(pad)), 1)
	}
	if good != 1 {
		return nil, ErrDecrypt
	}
	return text[:len(text)-pad], nil
}
