package change_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order"
	"github.com/mallwire/mall/order/change"
)

// moving is a platform with all powers over addresses.
type moving struct {
	*platform
	verdicts []change.Verdict
	to       []order.Receiver
	review   change.Review
	live     bool
	err      error
	errs     []error // of the calls of ChangeAddress, one after the other; then err
}

func (m *moving) AnswerAddress(_ context.Context, _ string, v change.Verdict) error {
	m.verdicts = append(m.verdicts, v)
	return m.err
}

func (m *moving) ChangeAddress(_ context.Context, _ string, to order.Receiver) error {
	m.to = append(m.to, to)
	if n := len(m.to); n <= len(m.errs) {
		return m.errs[n-1]
	}
	return m.err
}

func (m *moving) AddressReview(context.Context) (change.Review, error) { return m.review, m.err }

func (m *moving) SetAddressReview(_ context.Context, r change.Review, live bool) error {
	m.review, m.live = r, live
	return m.err
}

func TestAnswerAddress(t *testing.T) {
	t.Parallel()
	m := &moving{platform: &platform{}}
	s := over(m)
	require.True(t, change.Can[change.AddressChanger](s))
	require.NoError(t, s.AnswerAddress(t.Context(), " o1 ", change.Verdict{Accept: true}))
	require.NoError(t, s.AnswerAddress(t.Context(), "o1", change.Verdict{}))
	require.NoError(t, s.AnswerAddress(t.Context(), "o1", change.Verdict{Code: "picking"}))
	assert.Equal(t, []change.Verdict{{Accept: true}, {Code: "shipping"}, {Code: "picking"}}, m.verdicts)

	require.ErrorIs(t, s.AnswerAddress(t.Context(), " ", change.Verdict{}), mall.ErrInvalid)
	require.ErrorIs(t, s.AnswerAddress(t.Context(), "o1", change.Verdict{Accept: true, Code: "picking"}), mall.ErrInvalid)
	assert.Len(t, m.verdicts, 3, "nothing was sent")
	m.err = mall.ErrAlreadyDone
	require.ErrorIs(t, s.AnswerAddress(t.Context(), "o1", change.Verdict{}), mall.ErrAlreadyDone)
}

// A receiver whose answer was lost is sent again, which the driver finds to be
// done or does.
func TestALostChangeOfAddressIsSettled(t *testing.T) {
	t.Parallel()
	lost := &mall.Error{Kind: mall.ErrUnknownOutcome}
	to := order.Receiver{Phone: order.Protected{Plain: "19900000000"}}
	for name, c := range map[string]struct {
		errs []error
		want []error
	}{
		"it was carried out":            {[]error{lost, mall.ErrAlreadyDone}, nil},
		"it was not":                    {[]error{lost, nil}, nil},
		"it is lost again":              {[]error{lost, lost}, []error{mall.ErrUnknownOutcome}},
		"nothing can be known":          {[]error{lost, mall.ErrUnavailable}, []error{mall.ErrUnknownOutcome}},
		"it is refused the second time": {[]error{lost, mall.ErrRejected}, []error{mall.ErrUnknownOutcome}},
		"it was in force all the time":  {[]error{mall.ErrAlreadyDone}, []error{mall.ErrAlreadyDone}},
		"it is refused":                 {[]error{mall.ErrRejected}, []error{mall.ErrRejected}},
	} {
		m := &moving{platform: &platform{}, errs: c.errs}
		err := over(m).ChangeAddress(t.Context(), "o1", to)
		assert.Len(t, m.to, len(c.errs), name)
		for _, kind := range c.want {
			require.ErrorIs(t, err, kind, name)
		}
		assert.NotErrorIs(t, err, mall.ErrUnavailable, "%s: that would say that nothing was changed", name)
		if c.want == nil {
			require.NoError(t, err, name)
		}
	}
}

func TestChangeAddressAsksForWholeAddresses(t *testing.T) {
	t.Parallel()
	m := &moving{platform: &platform{}}
	s := over(m)
	region := func(name string) order.Region { return order.Region{Code: "1", Name: name} }
	whole := order.Receiver{Address: order.Protected{Plain: "示例路1号"}, Province: region("江苏省"), City: region("苏州市"), District: region("吴中区")}
	for name, to := range map[string]order.Receiver{
		"phone only":  {Phone: order.Protected{Plain: "19900000001"}},
		"cipher only": {Name: order.Protected{Cipher: "#a#"}},
		"address":     whole,
	} {
		require.NoError(t, s.ChangeAddress(t.Context(), "o1", to), name)
	}
	require.Len(t, m.to, 3)
	lacking := func(f func(*order.Receiver)) order.Receiver { r := whole; f(&r); return r }
	for name, to := range map[string]order.Receiver{
		"nothing":     {},
		"a mask":      {Name: order.Protected{Mask: "示*"}},
		"no district": lacking(func(r *order.Receiver) { r.District = order.Region{} }),
		"no street":   lacking(func(r *order.Receiver) { r.Address = order.Protected{} }),
		"one region":  {City: region("苏州市")},
		"town alone":  {Street: region("示例街道"), Phone: order.Protected{Plain: "19900000001"}},
	} {
		require.ErrorIs(t, s.ChangeAddress(t.Context(), "o1", to), mall.ErrInvalid, name)
	}
	require.ErrorIs(t, s.ChangeAddress(t.Context(), "", whole), mall.ErrInvalid)
	assert.Len(t, m.to, 3, "nothing was sent")
}

func TestAddressReview(t *testing.T) {
	t.Parallel()
	m := &moving{platform: &platform{}}
	s := over(m)
	require.NoError(t, s.SetAddressReview(t.Context(), change.ReviewHere, true))
	assert.True(t, m.live)
	got, err := s.AddressReview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, change.ReviewHere, got)
	for _, review := range []change.Review{"", change.ReviewElsewhere, "x"} {
		require.ErrorIs(t, s.SetAddressReview(t.Context(), review, false), mall.ErrInvalid)
	}
	assert.Equal(t, change.ReviewHere, m.review)
}

func TestMissingAddressPowers(t *testing.T) {
	t.Parallel()
	s := over(&platform{})
	_, review := s.AddressReview(t.Context())
	for name, err := range map[string]error{
		"answer": s.AnswerAddress(t.Context(), "o1", change.Verdict{}),
		"change": s.ChangeAddress(t.Context(), "o1", order.Receiver{}),
		"review": review,
		"set":    s.SetAddressReview(t.Context(), change.ReviewOff, false),
	} {
		require.ErrorIs(t, err, mall.ErrNotSupported, name)
	}
	assert.False(t, change.Can[change.AddressChanger](s) || change.Can[change.AddressReviewer](s))
}
