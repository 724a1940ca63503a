package signing

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// AES in CBC mode with PKCS#5 padding, for the schemes that encrypt. It does not
// authenticate: whoever has the key can write a text, and a text that was changed
// may decrypt to another.

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

// decryptInPlace overwrites text with its plain text and returns it. It checks
// every byte of the padding, and takes the same time for every fault.
func decryptInPlace(text []byte, block cipher.Block, iv []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, ErrDecrypt
	}
	// The CBC decrypter of crypto/cipher is not used, since making one copies the
	// whole key schedule, which costs as much as decrypting a push. The blocks are
	// decrypted from the last to the first: each needs the one before it still
	// encrypted.
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
