package signing

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const benchSecret = "0b1d2f3a-4c5d-4e6f-8a9b-0c1d2e3f4a5b"

func benchKey(t testing.TB) *Key {
	k, err := NewKey(benchSecret)
	require.NoError(t, err)
	return k
}

// hotCase is one signer and the least it could cost: one prepared digest over
// the same bytes. For what is opened instead it is the bare block mode.
type hotCase struct {
	name   string
	target float64 // of the ratio
	sign   func(dst []byte) []byte
	raw    func(dst []byte) []byte
	allocs float64 // that may be needed
}

// hot makes the least that a signature could cost.
type hot struct {
	t testing.TB
	k *Key
}

func hotCases(t testing.TB) []hotCase {
	var all []hotCase
	for _, p := range trials {
		all = append(all, p.hot(hot{t, benchKey(t)})...)
	}
	require.Len(t, all, 10)
	return all
}

// text is all that m's digest is of.
func (h hot) text(m Message) []byte {
	r := m.rule()
	b := []byte{}
	if r.before {
		b = append(b, benchSecret...)
	}
	b, err := m.appendText(b)
	require.NoError(h.t, err)
	if r.after {
		b = append(b, benchSecret...)
	}
	return b
}

// md5 is one digest of m's text; the others are so too.
func (h hot) md5(m Message) func([]byte) []byte { return h.digest(md5.New(), m) }

func (h hot) hmacMD5(m Message) func([]byte) []byte {
	return h.digest(hmac.New(md5.New, []byte(benchSecret)), m)
}

func (h hot) hmacSHA1(m Message) func([]byte) []byte {
	return h.digest(hmac.New(sha1.New, []byte(benchSecret)), m)
}

func (h hot) hmacSHA256(m Message) func([]byte) []byte {
	return h.digest(hmac.New(sha256.New, []byte(benchSecret)), m)
}

func (h hot) digest(mac hash.Hash, m Message) func([]byte) []byte {
	text := h.text(m)
	return func(dst []byte) []byte {
		mac.Reset()
		mac.Write(text)
		return mac.Sum(dst)
	}
}

// BenchmarkSign reports as x-raw the ratio of a signature to one raw digest of
// the same bytes. Both are timed in turns, a batch each, and the median of the
// batches counts, so that a busy machine hits both alike.
func BenchmarkSign(b *testing.B) {
	const batch = 64
	for _, c := range hotCases(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 4096)
			var times, ratios []float64
			for b.Loop() {
				start := time.Now()
				for range batch {
					dst = c.sign(dst[:0])
				}
				middle := time.Now()
				for range batch {
					dst = c.raw(dst[:0])
				}
				ours, raw := middle.Sub(start), time.Since(middle)
				times = append(times, float64(ours)/batch)
				ratios = append(ratios, float64(ours)/float64(raw))
			}
			b.ReportMetric(median(times), "ns/op")
			b.ReportMetric(median(ratios), "x-raw")
			b.ReportMetric(c.target, "x-target")
		})
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
