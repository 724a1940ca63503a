package wire

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInstant(t *testing.T) {
	at := time.Unix(1735670000, 0).UTC()
	for text, want := range map[string]time.Time{
		`1735670000`: at, `"1735670000"`: at, `"2025-01-01T02:33:20+08:00"`: at, `"2024-12-31T18:33:20Z"`: at,
		`"2025-01-01 02:33:20"`: at, `"2025/01/01 02:33:20"`: at,
		`"2025-01-01"`: at.Truncate(time.Hour).Add(-2 * time.Hour),
		`0`:            {}, `""`: {}, `null`: {},
	} {
		var got Instant
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		assert.Equal(t, want, got.Time, text)
	}
	for _, text := range []string{`"2025-01-01T02:33"`, `"Tomorrow"`, `{}`, `[]`, `1.5`} {
		var got Instant
		err := json.Unmarshal([]byte(text), &got)
		require.Error(t, err, text)
		assert.NotContains(t, err.Error(), "Tomorrow", "values are not quoted")
	}
}

func TestMillis(t *testing.T) {
	at := time.UnixMilli(1735670000123).UTC()
	for text, want := range map[string]time.Time{`1735670000123`: at, `"1735670000123"`: at, `0`: {}, `""`: {},
		`null`: {}} {
		var got Millis
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		assert.Equal(t, want, got.Time, text)
	}
	for _, text := range []string{`"2025-01-01"`, `{}`, `1.5`} {
		var got Millis
		require.Error(t, json.Unmarshal([]byte(text), &got), text)
	}
}
