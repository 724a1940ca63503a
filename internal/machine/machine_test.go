package machine

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
)

type (
	state  string
	event  string
	effect string
	facts  struct{ warm, dry, left bool }
)

var (
	warm = Guard[facts]{Name: "it is warm", Reason: "太冷", Holds: func(f facts) bool { return f.warm }}
	dry  = Guard[facts]{Name: "it is dry", Holds: func(f facts) bool { return f.dry }}
	away = Guard[facts]{Name: "nobody is away", Holds: func(f facts) bool { return !f.left }}
)

var table = Table[state, event, facts, effect]{
	{ID: "1", Event: "leave", From: []state{"home"}, To: "garden", Guards: []Guard[facts]{warm, dry}, Effects: []effect{"hat"},
		Set: func(f *facts) { f.left = true }, Code: "WEATHER"},
	{ID: "2", Event: "leave", From: []state{"home", "hall"}, To: "street", Guards: []Guard[facts]{warm}},
	{ID: "3", Event: "ring", From: []state{"home", "garden"}, Guards: []Guard[facts]{away}, Effects: []effect{"open"}},
}

func TestTheFirstRowThatFitsIsTaken(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state state
		event event
		facts facts
		id    string
		to    state
	}{
		"the first":                       {"home", "leave", facts{warm: true, dry: true}, "1", "garden"},
		"the second, as the first fails":  {"home", "leave", facts{warm: true}, "2", "street"},
		"the second, as the state has it": {"hall", "leave", facts{warm: true, dry: true}, "2", "street"},
		"one that stays":                  {"garden", "ring", facts{}, "3", "garden"},
	} {
		f := c.facts
		row, err := table.Next(c.state, c.event, &f)
		require.NoError(t, err, name)
		assert.Equal(t, c.id, row.ID, name)
		assert.Equal(t, c.to, row.To, name)
		assert.Equal(t, c.id == "1", f.left, name)
	}
}

func TestARefusalChangesNothingAndSaysWhy(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state state
		event event
		facts facts
		want  mall.Refusal
	}{
		"the first code":       {"home", "leave", facts{dry: true}, mall.Refusal{Code: "WEATHER", Guard: "it is warm", Reason: "太冷"}},
		"a row without a code": {"hall", "leave", facts{dry: true}, mall.Refusal{Code: "GUARD", Guard: "it is warm", Reason: "太冷"}},
		"no such event there":  {"street", "ring", facts{}, mall.Refusal{Code: "NO_TRANSITION"}},
		"no such event":        {"home", "sing", facts{}, mall.Refusal{Code: "NO_TRANSITION"}},
	} {
		f := c.facts
		row, err := table.Next(c.state, c.event, &f)
		c.want.State, c.want.Event = string(c.state), string(c.event)
		refusal, ok := errors.AsType[*mall.Refusal](err)
		require.True(t, ok, name)
		assert.Equal(t, c.want, *refusal, name)
		assert.Equal(t, c.state, row.To, name)
		assert.Equal(t, c.facts, f, name)
		failure, ok := errors.AsType[*mall.Error](err)
		require.True(t, ok, name)
		assert.Equal(t, mall.ErrConflict, failure.Kind, name)
		assert.ErrorContains(t, err, refusal.Error(), name)
	}
}

// The row that came furthest is nearest to what the caller wanted.
func TestTheGuardOfTheFurthestRowIsNamed(t *testing.T) {
	t.Parallel()
	rows := Table[state, event, facts, effect]{
		{Event: "leave", From: []state{"home"}, Guards: []Guard[facts]{dry}, Code: "FIRST"},
		{Event: "leave", From: []state{"home"}, Guards: []Guard[facts]{away, warm}, Code: "SECOND"},
	}
	_, err := rows.Next("home", "leave", &facts{})
	refusal, ok := errors.AsType[*mall.Refusal](err)
	require.True(t, ok)
	assert.Equal(t, "FIRST", refusal.Code)
	assert.Equal(t, "it is warm", refusal.Guard)
}

func TestEffectsBelongToTheCaller(t *testing.T) {
	t.Parallel()
	row, err := table.Next("home", "ring", &facts{})
	require.NoError(t, err)
	row.Effects[0] = "spoilt"
	again, err := table.Next("home", "ring", &facts{})
	require.NoError(t, err)
	assert.Equal(t, []effect{"open"}, again.Effects)
}
