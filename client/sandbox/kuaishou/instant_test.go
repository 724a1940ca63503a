package kuaishou

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// TestInstantDecrypt decrypts a ciphertext that no order contains, while it is
// valid.
func TestInstantDecrypt(t *testing.T) {
	t.Parallel()
	k := newPlatform(oneTime{})
	now := oneTime{}.Now()
	good := k.sealInstant("19900000000", now.Add(time.Minute))
	open := func(at time.Time) (list []struct {
		Plain string `json:"decryptedData"`
		Code  int    `json:"errorCode"`
	}) {
		r := k.instantDecryptBatch(&stage.Call{
			Params: fmt.Sprintf(`{"decryptDataList":[{"encryptedData":%q},{"encryptedData":"nothing"}]}`, good),
			Now:    at,
		})
		require.Equal(t, codeOK, r.Code)
		require.NoError(t, json.Unmarshal(r.Data, &list))
		return list
	}
	list := open(now)
	assert.Equal(t, "19900000000", list[0].Plain)
	assert.Equal(t, 500001, list[1].Code)
	assert.Equal(t, 500001, open(now.Add(time.Minute))[0].Code, "its time is over")
}
