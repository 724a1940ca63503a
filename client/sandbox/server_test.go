package sandbox_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox"
)

func TestServer(t *testing.T) {
	t.Parallel()
	s := sandbox.New()
	srv, err := s.Start("127.0.0.1:0")
	require.NoError(t, err)
	m := srv.Manifest()
	assert.Equal(t, srv.URL()+"/control", m.Control)
	w := &wire{t: t, s: s, base: srv.URL(), app: m.Platforms[mall.Doudian], http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	assert.Equal(t, works, w.standing(m.Platforms[mall.Doudian].Shops[0].AccessToken))
	assert.Equal(t, 200, w.control("GET", "/", "", nil))

	_, err = s.Start(srv.URL()[len("http://"):])
	require.Error(t, err, "the port is taken")
	require.NoError(t, srv.Close())
	<-srv.Done()
	require.NoError(t, srv.Close(), "again")
	assert.Error(t, w.query(nil).err)
}

// TestServerCloseCutsDelaysShort: the call that was held is still answered.
func TestServerCloseCutsDelaysShort(t *testing.T) {
	t.Parallel()
	s := sandbox.New(sandbox.WithClock(still))
	srv, err := s.Start("localhost:0")
	require.NoError(t, err)
	w := &wire{t: t, s: s, base: srv.URL(), app: srv.Manifest().Platforms[mall.Doudian], http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	w.arm(sandbox.Fault{Kind: sandbox.FaultDelay, DelayMS: 300_000})
	r := w.build("order.searchList", w.shop(shop1).AccessToken, map[string]any{"page": 0, "size": 1, "create_time_start": noon.Unix()})
	var a answer
	var wg sync.WaitGroup
	wg.Go(func() { a = w.send(r) })
	require.Eventually(t, func() bool { return len(s.Received()) == 1 }, 10*time.Second, time.Millisecond)
	require.NoError(t, srv.Close())
	wg.Wait()
	assert.Equal(t, "10000", a.outcome())
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
	s = sandbox.New(sandbox.WithoutExamples(), sandbox.WithClock(still))
	s.Advance(36 * time.Hour)
	assert.True(t, s.Now().Equal(noon.Add(36*time.Hour)))
	s.SetNow(noon)
	assert.True(t, s.Now().Equal(noon))
}
