package wire

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestEmbedded: a text is read as encoding/json reads it, whoever wrote it.
func TestEmbedded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`""`, `"\u0022\\\/\b\f\n\r\t"`, `"\ud83d\ude00 \"😀\" \ud83d"`,
		`"{\"a\":\"\\\"\\u4e2d\"}"`, `"中\u6587"`} {
		var want string
		var got Embedded
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.NoError(t, json.Unmarshal([]byte(text), &got))
		assert.Equal(t, want, string(got), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got Embedded
		if err := json.Unmarshal(text, &got); err != nil || string(got) != want {
			t.Fatalf("got %q for %s: %v", got, text, err)
		}
	})
}
