package order_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
)

// diary is a platform that keeps all remarks and shows the newest.
type diary struct {
	*platform
	notes  []order.Remark // the newest last
	script []string       // what becomes of each call: "", "lost before", "lost after", "refused"
	after  func()         // called after each call
	blind  bool           // orders cannot be read after the first time
	reads  int
}

func newDiary(script ...string) *diary {
	return &diary{platform: newNumbered(rows(1, 10)), script: script}
}

func (d *diary) Get(ctx context.Context, id string) (order.Order, error) {
	if d.reads++; d.blind && d.reads > 1 {
		return order.Order{}, &mall.Error{Kind: mall.ErrUnavailable}
	}
	o, err := d.platform.Get(ctx, id)
	if len(d.notes) > 0 {
		if o.Remark = d.notes[len(d.notes)-1]; o.Remark.Flag == "" {
			o.Remark.Flag = order.FlagGrey
		}
	}
	return o, err
}

func (d *diary) Close(context.Context, string, string) error { return mall.ErrNotSupported }

func (d *diary) SetRemark(_ context.Context, _ string, r order.Remark) error {
	became := ""
	if len(d.script) > 0 {
		became, d.script = d.script[0], d.script[1:]
	}
	if became == "" || became == "lost after" {
		d.notes = append(d.notes, r)
	}
	if d.after != nil {
		d.after()
	}
	switch became {
	case "lost before", "lost after":
		return &mall.Error{Kind: mall.ErrUnknownOutcome}
	case "refused":
		return &mall.Error{Kind: mall.ErrRejected}
	}
	return nil
}

func TestARemarkIsWrittenOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for name, c := range map[string]struct {
		script []string
		notes  int
		kind   mall.Kind
	}{
		"no fault":                 {nil, 1, ""},
		"the answer is lost":       {[]string{"lost after"}, 1, ""},
		"the call is lost":         {[]string{"lost before"}, 1, ""},
		"then the answer is":       {[]string{"lost before", "lost after"}, 1, ""},
		"the call is lost twice":   {[]string{"lost before", "lost before"}, 0, mall.ErrUnknownOutcome},
		"it is refused":            {[]string{"refused"}, 0, mall.ErrRejected},
		"lost first, then refused": {[]string{"lost before", "refused"}, 0, mall.ErrUnknownOutcome},
	} {
		d := newDiary(c.script...)
		s, note := service(d), order.Remark{Text: "call first"}
		err := s.SetRemark(ctx, " o000 ", note)
		if c.kind == "" {
			require.NoError(t, err, name)
			require.NoError(t, s.SetRemark(ctx, "o000", note), "%s: repeated", name)
			require.NoError(t, s.SetRemark(ctx, "o000", order.Remark{Text: "call first ", Flag: order.FlagGrey}), "%s: as it is shown", name)
		} else {
			require.ErrorIs(t, err, c.kind, name)
		}
		assert.Len(t, d.notes, c.notes, name)
	}
	d := newDiary()
	require.NoError(t, service(d).SetRemark(ctx, "o000", order.Remark{}), "there is none")
	require.NoError(t, service(d).SetRemark(ctx, "o000", order.Remark{Text: "a"}))
	require.NoError(t, service(d).SetRemark(ctx, "o000", order.Remark{Text: "a", Flag: order.FlagRed}))
	require.NoError(t, service(d).SetRemark(ctx, "o000", order.Remark{}))
	assert.Len(t, d.notes, 3)
}

// What cannot be known is not repeated.
func TestARemarkThatCannotBeLookedForIsUnknown(t *testing.T) {
	t.Parallel()
	d := newDiary("lost after")
	d.blind = true
	err := service(d).SetRemark(t.Context(), "o000", order.Remark{Text: "a"})
	require.ErrorIs(t, err, mall.ErrUnknownOutcome)
	require.ErrorIs(t, err, mall.ErrUnavailable)
	assert.Len(t, d.notes, 1)

	d = newDiary("lost after")
	d.after = func() { d.notes = append(d.notes, order.Remark{Text: "of somebody else"}) }
	require.ErrorIs(t, service(d).SetRemark(t.Context(), "o000", order.Remark{Text: "a"}), mall.ErrUnknownOutcome)
	assert.Len(t, d.notes, 2)
	require.ErrorIs(t, service(newDiary()).SetRemark(t.Context(), "o999", order.Remark{Text: "a"}), mall.ErrNotFound)
}
