package settle_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

var (
	errLost    = &mall.Error{Method: "m", Kind: mall.ErrUnknownOutcome, Message: "no answer"}
	errDone    = &mall.Error{Method: "m", Kind: mall.ErrAlreadyDone, Code: "1", Message: "done"}
	errRefused = &mall.Error{Method: "m", Kind: mall.ErrRejected, Code: "2", Message: "no", RequestID: "r"}
	errAway    = &mall.Error{Method: "m", Kind: mall.ErrUnavailable, Message: "away"}
	errOther   = &mall.Error{Kind: mall.ErrConflict, Message: "something else is there"}
)

// strict are rules that look at everything a state may explain.
func strict() settle.Rules {
	return settle.Rules{Platform: mall.Doudian, Op: "ship order", Weigh: func(err error) settle.Doubt {
		switch {
		case errors.Is(err, mall.ErrUnknownOutcome), errors.Is(err, mall.ErrAlreadyDone):
			return settle.Open
		case errors.Is(err, mall.ErrRejected):
			return settle.Refused
		}
		return settle.Clear
	}}
}

// scripted answers as many attempts and looks as it is given.
type scripted struct {
	answers []error
	finds   []any // settle.Finding or error
	sent    int
	looked  int
}

func (s *scripted) send(context.Context) error { s.sent++; return s.answers[s.sent-1] }

func (s *scripted) look(context.Context, int, error, bool) (settle.Finding, error) {
	s.looked++
	switch f := s.finds[s.looked-1].(type) {
	case error:
		return settle.Finding{}, f
	default:
		return f.(settle.Finding), nil
	}
}

func TestOne(t *testing.T) {
	t.Parallel()
	nothing, done, other := settle.Finding{}, settle.Finding{Done: true, Text: "it shows"},
		settle.Finding{Err: errOther}
	for name, c := range map[string]struct {
		answers []error
		finds   []any
		want    mall.Kind // empty: success
	}{
		"carried out":                           {answers: []error{nil}},
		"not sent":                              {answers: []error{errAway}, want: mall.ErrUnavailable},
		"lost, done":                            {[]error{errLost}, []any{done}, ""},
		"lost, something else":                  {[]error{errLost}, []any{other}, mall.ErrConflict},
		"lost, out of sight":                    {[]error{errLost}, []any{errAway}, mall.ErrUnknownOutcome},
		"lost, sent again":                      {[]error{errLost, nil}, []any{nothing}, ""},
		"lost twice, done":                      {[]error{errLost, errLost}, []any{nothing, done}, ""},
		"lost twice, something else":            {[]error{errLost, errLost}, []any{nothing, other}, mall.ErrConflict},
		"lost twice":                            {[]error{errLost, errLost}, []any{nothing, nothing}, mall.ErrUnknownOutcome},
		"lost, then not sent":                   {[]error{errLost, errAway}, []any{nothing, nothing}, mall.ErrUnknownOutcome},
		"lost, then refused":                    {[]error{errLost, errRefused}, []any{nothing, nothing}, mall.ErrUnknownOutcome},
		"lost, then refused, as it arrived":     {[]error{errLost, errRefused}, []any{nothing, done}, ""},
		"lost, then done before":                {[]error{errLost, errDone}, []any{nothing, done}, ""},
		"lost, then done before, but not shown": {[]error{errLost, errDone}, []any{nothing, nothing}, mall.ErrUnknownOutcome},
		"lost, then out of sight":               {[]error{errLost, errLost}, []any{nothing, errAway}, mall.ErrUnknownOutcome},
		"done before, by us":                    {[]error{errDone}, []any{done}, mall.ErrAlreadyDone},
		"done before, otherwise":                {[]error{errDone}, []any{other}, mall.ErrConflict},
		"done before, out of sight":             {[]error{errDone}, []any{errAway}, mall.ErrUnknownOutcome},
		"done before, not shown, sent again":    {[]error{errDone, nil}, []any{nothing}, ""},
		"done before, never shown":              {[]error{errDone, errDone}, []any{nothing, nothing}, mall.ErrConflict},
		"done before, shown late":               {[]error{errDone, errDone}, []any{nothing, done}, mall.ErrAlreadyDone},
		"done before, not shown, refused":       {[]error{errDone, errRefused}, []any{nothing, nothing}, mall.ErrRejected},
		"done before, not shown, lost":          {[]error{errDone, errLost}, []any{nothing, nothing}, mall.ErrUnknownOutcome},
		"refused, it had been done":             {[]error{errRefused}, []any{done}, mall.ErrAlreadyDone},
		"refused, something else":               {[]error{errRefused}, []any{other}, mall.ErrConflict},
		"refused, for another reason":           {[]error{errRefused}, []any{nothing}, mall.ErrRejected},
		"refused, out of sight":                 {[]error{errRefused}, []any{errAway}, mall.ErrRejected},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scripted{answers: c.answers, finds: c.finds}
			err := strict().One(t.Context(), s.send, s.look)
			assert.Equal(t, len(c.answers), s.sent, "attempts")
			assert.Equal(t, len(c.finds), s.looked, "looks")
			if c.want == "" {
				assert.NoError(t, err)
				return
			}
			e, ok := errors.AsType[*mall.Error](err)
			require.True(t, ok)
			assert.Equal(t, c.want, e.Kind, "%v", err)
			if c.want == mall.ErrUnknownOutcome {
				assert.NotErrorIs(t, err, mall.ErrRejected, "no failure of the second attempt is taken for the first")
				assert.NotErrorIs(t, err, mall.ErrAlreadyDone)
			}
		})
	}
}

// TestWhatLookingAdds: the platform's codes stay, and the message tells all.
func TestWhatLookingAdds(t *testing.T) {
	t.Parallel()
	try := func(finds any, answers ...error) string {
		s := &scripted{answers: answers, finds: []any{settle.Finding{}, finds}[2-len(answers):]}
		return strict().One(t.Context(), s.send, s.look).Error()
	}
	assert.Equal(t, "ship order: doudian m: state conflict: code 2: something else is there; no (request r)",
		try(settle.Finding{Err: errOther}, errRefused))
	assert.Equal(t, "ship order: doudian m: already done: code 2: it shows; no (request r)",
		try(settle.Finding{Done: true, Text: "it shows"}, errRefused))
	assert.Equal(t, "ship order: doudian m: outcome unknown: code 2: the last answer was: "+errRefused.Error()+" (request r)",
		try(settle.Finding{}, errLost, errRefused))
	assert.Equal(t, "ship order: doudian m: outcome unknown: the last answer was: "+errLost.Error()+"; looking failed: "+errAway.Error(), try(errAway, errLost))
	assert.Empty(t, errOther.Code, "a shared error is not changed")
}

func TestWithoutLooking(t *testing.T) {
	t.Parallel()
	twice := settle.Rules{Platform: mall.Doudian, Op: "cancel waybill", Repeat: func(second error) (error, bool) {
		if errors.Is(second, mall.ErrAlreadyDone) {
			return nil, true
		}
		return second, settle.Word(second)
	}}
	for name, c := range map[string]struct {
		rules   settle.Rules
		answers []error
		want    error
	}{
		"not repeatable":            {strict(), []error{errLost}, mall.ErrUnknownOutcome},
		"refused":                   {twice, []error{errRefused}, mall.ErrRejected},
		"lost, carried out":         {twice, []error{errLost, nil}, nil},
		"lost, done by the first":   {twice, []error{errLost, errDone}, nil},
		"lost, the platform's word": {twice, []error{errLost, errRefused}, mall.ErrRejected},
		"lost, not judged at all":   {twice, []error{errLost, errAway}, mall.ErrUnknownOutcome},
		"lost twice":                {twice, []error{errLost, errLost}, mall.ErrUnknownOutcome},
	} {
		s := &scripted{answers: c.answers}
		assert.ErrorIs(t, c.rules.One(t.Context(), s.send, nil), c.want, name)
		assert.Equal(t, len(c.answers), s.sent, name)
	}
}

// TestBatch: only what is in doubt is sent again, and one reading serves a round.
func TestBatch(t *testing.T) {
	t.Parallel()
	var sent [][]int
	send := func(_ context.Context, which []int) []error {
		sent = append(sent, which)
		errs := make([]error, len(which))
		for j, i := range which {
			switch {
			case i == 1:
				errs[j] = errRefused
			case i > 1 && len(sent) == 1:
				errs[j] = errLost
			}
		}
		return errs
	}
	readings := 0
	looks := func() settle.Look {
		readings++
		return func(_ context.Context, i int, _ error, _ bool) (settle.Finding, error) {
			return settle.Finding{Done: i == 2}, nil
		}
	}
	outcomes := strict().Batch(t.Context(), 5, send, looks)
	assert.Equal(t, [][]int{{0, 1, 2, 3, 4}, {3, 4}}, sent)
	assert.Equal(t, []error{nil, errRefused, nil, nil, nil}, outcomes)
	assert.Equal(t, 1, readings, "nothing of the second round failed")
	assert.Empty(t, strict().Batch(t.Context(), 0, send, looks))
	assert.Len(t, sent, 2, "nothing to send")
}

// TestCallerLeaves: nobody is kept waiting, and a lost answer stays in doubt.
func TestCallerLeaves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer error
		when   string
		want   mall.Kind
	}{
		{errLost, "send", mall.ErrUnknownOutcome}, {errRefused, "send", mall.ErrRejected}, {errLost, "look", mall.ErrUnknownOutcome},
	} {
		ctx, leave := context.WithCancel(t.Context())
		sent, looked := 0, 0
		err := strict().One(ctx, func(context.Context) error {
			if sent++; c.when == "send" {
				leave()
			}
			return c.answer
		}, func(context.Context, int, error, bool) (settle.Finding, error) {
			looked++
			leave()
			return settle.Finding{}, nil
		})
		name := fmt.Sprintf("%v, leaves at %s", c.answer.Error(), c.when)
		assert.ErrorIs(t, err, c.want, name)
		assert.Equal(t, 1, sent, name)
		assert.Equal(t, c.when == "look", looked == 1, name)
		leave()
	}
}
