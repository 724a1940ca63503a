package doudian_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestPushWireForm(t *testing.T) {
	t.Parallel()
	w, r := quiet(t)
	_, err := w.Box.On(mall.Doudian).AddPush(wiretest.Shop1, "113",
		json.RawMessage(`{"p_id":6920000000000000001,"remark":"<改>&"}`))
	require.NoError(t, err)
	id := w.Box.Pushes()[0].ID
	for _, tt := range []struct {
		rules string
		body  string
	}{
		{`{}`, `[{"tag":"113","msg_id":"ID","data":"{\"p_id\":6920000000000000001,\"remark\":\"<改>&\"}"}]`},
		{`{"push_bare_object":true}`, `{"tag":"113","msg_id":"ID","data":"{\"p_id\":6920000000000000001,\"remark\":\"<改>&\"}"}`},
		{`{"push_bare_object":false,"push_camel_msg_id":true}`, `[{"tag":"113","msgId":"ID","data":"{\"p_id\":6920000000000000001,\"remark\":\"<改>&\"}"}]`},
		{`{"push_number_tag":true,"push_object_data":true}`, `[{"tag":113,"msgId":"ID","data":{"p_id":6920000000000000001,"remark":"<改>&"}}]`},
	} {
		require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":`+tt.rules+`}`, nil))
		r.Says(500, "") // so that it comes again
		assert.Equal(t, 1, w.Box.Deliver(t.Context()).Failed)
		got := r.Taken()
		require.Len(t, got, 1)
		assert.Equal(t, strings.ReplaceAll(tt.body, "ID", id), got[0].Body)
		assert.True(t, got[0].Genuine)
		w.Box.Advance(time.Hour)
	}
}
