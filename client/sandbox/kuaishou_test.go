package sandbox_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/doudian"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
	"github.com/mallwire/mall/client/sandbox/kuaishou"
)

// TestControlRules: a request changes the rules of several platforms, all of them
// or none.
func TestControlRules(t *testing.T) {
	t.Parallel()
	w := serve(t, every())
	type allRules struct {
		CallsPerSecond float64 `json:"calls_per_second"`
		Doudian        doudian.Rules
		Kuaishou       kuaishou.Rules
	}
	fresh := sandbox.New(sandbox.WithoutExamples())
	want := allRules{10_000, wiretest.RulesOf[doudian.Rules](t, fresh), wiretest.RulesOf[kuaishou.Rules](t, fresh)}
	want.Doudian.VirtualPhones, want.Doudian.MergeStatuses = false, []int64{1}
	var rules allRules
	require.Equal(t, 200, w.Control("POST", "/rules", `{"doudian":{"virtual_phones":false,"merge_statuses":[1]}}`,
		&rules))
	assert.Equal(t, want, rules)
	rules = allRules{}
	require.Equal(t, 200, w.Control("GET", "/rules", "", &rules))
	assert.Equal(t, want, rules)
	require.Equal(t, 400, w.Control("POST", "/rules",
		`{"doudian":{"merge_statuses":[5]},"kuaishou":{"price_unit":0}}`, nil))
	require.Equal(t, 400, w.Control("POST", "/rules", `{"elsewhere":{}}`, nil))
	require.Equal(t, 400, w.Control("POST", "/rules", `{"doudian":{"merge_statuses":[5]},"calls_per_second":-1}`, nil))
	rules = allRules{}
	require.Equal(t, 200, w.Control("GET", "/rules", "", &rules))
	assert.Equal(t, want, rules, "what was refused changed nothing")
}
