package sandbox_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/client/sandbox/internal/wiretest"
)

func TestServer(t *testing.T) {
	t.Parallel()
	s := sandbox.New()
	srv, err := s.Start("127.0.0.1:0")
	require.NoError(t, err)
	m := srv.Manifest()
	assert.Equal(t, srv.URL()+"/control", m.Control)
	w := served(t, s, srv.URL())
	assert.Equal(t, wiretest.Works, w.Standing(m.Platforms[mall.Doudian].Shops[0].AccessToken))
	assert.Equal(t, 200, w.Control("GET", "/", "", nil))

	_, err = s.Start(srv.URL()[len("http://"):])
	require.Error(t, err, "the port is taken")
	require.NoError(t, srv.Close())
	<-srv.Done()
	require.NoError(t, srv.Close(), "again")
	assert.Error(t, w.Query(nil).Err)
}

// TestServerCloseCutsDelaysShort: a delayed call is still answered.
func TestServerCloseCutsDelaysShort(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(wiretest.Still))
	srv, err := s.Start("localhost:0")
	require.NoError(t, err)
	w := served(t, s, srv.URL())
	w.arm(sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 300_000})
	r := w.Build("order.searchList", w.Shop(wiretest.Shop1).AccessToken,
		map[string]any{"page": 0, "size": 1, "create_time_start": wiretest.Noon.Unix()})
	var a wiretest.Answer
	var wg sync.WaitGroup
	wg.Go(func() { a = w.Send(r) })
	require.Eventually(t, func() bool { return len(s.Received()) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, srv.Close())
	wg.Wait()
	assert.Equal(t, "10000", a.Outcome())
}

func TestStartRefuses(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithoutExamples())
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "example.com:80", "192.0.2.1:0"} {
		_, err := s.Start(addr)
		assert.ErrorIs(t, err, sandbox.ErrNotLoopback, addr)
	}
	for _, addr := range []string{"", "127.0.0.1", "127.0.0.1:x"} {
		_, err := s.Start(addr)
		assert.Error(t, err, addr)
	}
	srv, err := sandbox.New(sandbox.WithoutExamples(), sandbox.WithPublicAddress()).Start("0.0.0.0:0")
	require.NoError(t, err)
	require.NoError(t, srv.Close())
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithoutExamples())
	assert.WithinDuration(t, time.Now(), s.Now(), time.Minute, "the machine's by default")
	s = sandbox.New(sandbox.WithoutExamples(), sandbox.WithClock(wiretest.Still))
	s.Advance(36 * time.Hour)
	assert.True(t, s.Now().Equal(wiretest.Noon.Add(36*time.Hour)))
	s.SetNow(wiretest.Noon)
	assert.True(t, s.Now().Equal(wiretest.Noon))
}
