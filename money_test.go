package mall_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/mallwire/mall"
)

func TestParseYuanReadsExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]mall.Fen{
		"0": 0, "-0": 0, "0.00": 0, "-0.00": 0,
		"12.5": 1250, "12.50": 1250, "12": 1200, "-0.01": -1, "0.1": 10, "1280": 128000,
		"007.07": 707, "1.2300": 123, "1.10000000000000000000000000000": 110,
		"0.29": 29, "1.15": 115, "4.35": 435, "19.99": 1999, "1136.65": 113665, // cut short by float64 times 100
		"90071992547409.93":            9007199254740993, // beyond the integers of float64
		"92233720368547758":            9223372036854775800,
		"92233720368547758.0":          9223372036854775800,
		"92233720368547758.07":         math.MaxInt64,
		"-92233720368547758.07":        -math.MaxInt64,
		"-92233720368547758.08":        math.MinInt64,
		strings.Repeat("0", 100) + "1": 100,
	} {
		got, err := mall.ParseYuan(text)
		require.NoError(t, err, "%q", text)
		assert.Equal(t, want, got, "%q", text)
	}
}

func TestParseYuanRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-", ".", "-.", ".5", "5.", "-5.", "1.2.3", "+1", "--1", "1-", " 1", "1 ", "1\n", "1e3", "1E3", "0x10",
		"1,280.00", "1_000", "¥1", "1元", "１２", "NaN", "Inf", "nil",
		"0.001", "1.019", "-0.0000000001", "1.00a",
		"92233720368547758.08", "-92233720368547758.09", "92233720368547759", "-92233720368547759",
		"92233720368547758.1", "922337203685477580", "99999999999999999999999999", "-99999999999999999999999999",
	} {
		got, err := mall.ParseYuan(text)
		require.ErrorIs(t, err, mall.ErrInvalid, "%q", text)
		assert.Zero(t, got, "%q", text)
	}
}

func TestParseYuanNamesTheTextButNotAllOfIt(t *testing.T) {
	t.Parallel()
	_, err := mall.ParseYuan("12,5")
	require.ErrorContains(t, err, `"12,5"`)
	_, err = mall.ParseYuan(strings.Repeat("x", 10_000))
	require.Error(t, err)
	assert.Less(t, len(err.Error()), 100)
}

func TestFenString(t *testing.T) {
	t.Parallel()
	for fen, want := range map[mall.Fen]string{
		0: "0.00", 1: "0.01", -1: "-0.01", 10: "0.10", 99: "0.99", 100: "1.00", -100: "-1.00", 1250: "12.50", -1250: "-12.50",
		math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		assert.Equal(t, want, fen.String())
	}
}

func TestFenSurvivesItsText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		fen := mall.Fen(rapid.Int64().Draw(t, "fen"))
		back, err := mall.ParseYuan(fen.String())
		if err != nil || back != fen {
			t.Fatalf("%d is written %q and read as %d, %v", int64(fen), fen, int64(back), err)
		}
	})
}

func FuzzParseYuan(f *testing.F) {
	for _, s := range []string{"12.5", "-0.01", "", "-", "1.000", "92233720368547758.07", "-92233720368547758.08", "1e9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := mall.ParseYuan(s)
		if err != nil {
			if v != 0 {
				t.Fatalf("%q is refused, yet gives %d", s, int64(v))
			}
			return
		}
		back, err := mall.ParseYuan(v.String())
		if err != nil || back != v {
			t.Fatalf("round trip of %q: %d then %d, %v", s, int64(v), int64(back), err)
		}
	})
}
