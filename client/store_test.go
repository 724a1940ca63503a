package client_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
)

func keyOf(shop string) client.TokenKey {
	return client.TokenKey{Platform: fakePlatform, AppKey: appKey, ShopID: shop}
}

func fileStore(t testing.TB, dir string) client.TokenStore {
	t.Helper()
	s, err := client.NewFileTokens(dir)
	require.NoError(t, err)
	return s
}

// Every store must pass this.
func TestStores(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(t *testing.T) client.TokenStore{
		"memory": func(*testing.T) client.TokenStore { return client.NewMemoryTokens() },
		"file":   func(t *testing.T) client.TokenStore { return fileStore(t, t.TempDir()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testStore(t, open)
		})
	}
}

func testStore(t *testing.T, open func(*testing.T) client.TokenStore) {
	full := client.Token{
		ShopID: "s1", ShopName: "小店 <1> & co", Access: "a", Refresh: "r", Version: 1,
		Expires: time.Now(), RefreshExpires: time.Now().Add(time.Hour), RenewalSent: time.Now().Add(-time.Minute),
	}
	t.Run("empty", func(t *testing.T) {
		_, err := open(t).Load(t.Context(), keyOf("s1"))
		require.ErrorIs(t, err, client.ErrNoToken)
	})
	t.Run("round trip", func(t *testing.T) {
		s := open(t)
		require.NoError(t, s.Save(t.Context(), keyOf("s1"), full))
		got, err := s.Load(t.Context(), keyOf("s1"))
		require.NoError(t, err)
		assert.True(t, got.Expires.Equal(full.Expires) && got.RefreshExpires.Equal(full.RefreshExpires) &&
			got.RenewalSent.Equal(full.RenewalSent))
		got.Expires, got.RefreshExpires, got.RenewalSent = full.Expires, full.RefreshExpires, full.RenewalSent
		assert.Equal(t, full, got)
	})
	t.Run("zero times stay zero", func(t *testing.T) {
		s := open(t)
		require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: 1}))
		got, err := s.Load(t.Context(), keyOf("s1"))
		require.NoError(t, err)
		assert.True(t, got.Expires.IsZero() && got.RefreshExpires.IsZero() && got.RenewalSent.IsZero())
	})
	t.Run("compare and swap", func(t *testing.T) {
		s := open(t)
		for _, wrong := range []int64{0, -1, 2, 7} {
			require.ErrorIs(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: wrong}), client.ErrTokenConflict)
		}
		for v := int64(1); v < 12; v++ {
			require.NoError(t,
				s.Save(t.Context(), keyOf("s1"), client.Token{Version: v, Access: mall.Secret(fmt.Sprint(v))}))
			for _, wrong := range []int64{v, v - 1, v + 2} {
				require.ErrorIs(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: wrong, Access: "wrong"}),
					client.ErrTokenConflict)
			}
			got, err := s.Load(t.Context(), keyOf("s1"))
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint(v), got.Access.Reveal())
		}
	})
	t.Run("keys are apart", func(t *testing.T) {
		s := open(t)
		keys := []client.TokenKey{
			{Platform: "p", AppKey: "a", ShopID: "s"}, {Platform: "p", AppKey: "as"}, {Platform: "pa", ShopID: "s"}, {Platform: "p", AppKey: "a-s"},
			{Platform: "p-a", ShopID: "s"}, {Platform: "p", AppKey: "a", ShopID: "S"}, {Platform: "p", AppKey: "a", ShopID: "s%2e"},
			{Platform: "p", AppKey: "a", ShopID: "s."}, {Platform: "p", AppKey: "a", ShopID: "../s"}, {Platform: "p", AppKey: "a", ShopID: ".."},
			{Platform: "p", AppKey: "a", ShopID: "/s"}, {Platform: "p", AppKey: "a", ShopID: `\s`}, {Platform: "p", AppKey: "a", ShopID: "店"},
			{Platform: "p", AppKey: "a", ShopID: "s\x00"}, {Platform: "p", AppKey: "a", ShopID: "s*"}, {},
			{Platform: "p", AppKey: "a", ShopID: strings.Repeat("长", 300)}, {Platform: "p", AppKey: "a", ShopID: strings.Repeat("长", 301)},
		}
		for i, k := range keys {
			require.NoError(t, s.Save(t.Context(), k, client.Token{Version: 1, Access: mall.Secret(fmt.Sprint(i))}),
				"%+v", k)
		}
		for i, k := range keys {
			got, err := s.Load(t.Context(), k)
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint(i), got.Access.Reveal())
		}
	})
	t.Run("one of many wins", func(t *testing.T) {
		s := open(t)
		for v := int64(1); v <= 20; v++ {
			assert.EqualValues(t, 1, race(t, 16, func(int) client.TokenStore { return s }, v))
		}
	})
}

// race has n writers save the same version and counts those that succeed.
func race(t *testing.T, n int, of func(int) client.TokenStore, version int64) (won int32) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			err := of(i).Save(t.Context(), keyOf("s1"), client.Token{ShopID: fmt.Sprint(i), Version: version})
			if err == nil {
				atomic.AddInt32(&won, 1)
			} else if !errors.Is(err, client.ErrTokenConflict) {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	return won
}

func TestFileStoreAcrossProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	stores := make([]client.TokenStore, 8)
	for i := range stores {
		stores[i] = fileStore(t, dir)
	}
	for v := int64(1); v <= 20; v++ {
		require.EqualValues(t, 1, race(t, len(stores), func(i int) client.TokenStore { return stores[i] }, v))
	}
}

// files are all regular files below dir.
func files(t *testing.T, dir string) (names []string) {
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	return names
}

func TestFileStoreIsPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "tokens")
	s := fileStore(t, dir)
	require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: 1, Access: "a"}))
	require.NoError(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		require.NoError(t, err)
		info, err := e.Info()
		require.NoError(t, err)
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = 0o700
		}
		assert.Equal(t, want, info.Mode().Perm(), name)
		return nil
	}))
	assert.Len(t, files(t, dir), 1, "drafts are removed")
}

func TestFileStoreStaysInItsFolder(t *testing.T) {
	t.Parallel()
	outer := t.TempDir()
	s := fileStore(t, filepath.Join(outer, "tokens"))
	for _, id := range []string{"..", "../..", "../../x", "/etc/x", "a/b", "", "."} {
		require.NoError(t, s.Save(t.Context(), keyOf(id), client.Token{Version: 1}))
	}
	for _, name := range files(t, outer) {
		below, err := filepath.Rel(filepath.Join(outer, "tokens"), name)
		require.NoError(t, err)
		assert.Equal(t, 2, len(strings.Split(below, string(filepath.Separator))), below)
		assert.NotContains(t, below, "..")
	}
	assert.Len(t, files(t, outer), 7)
}

// A crash leaves drafts; a half-written one is never taken for a token.
func TestFileStoreIgnoresAndClearsDrafts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := fileStore(t, dir)
	require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: 1, Access: "a1"}))
	folder := filepath.Dir(files(t, dir)[0])
	young, old := filepath.Join(folder, "draft-1"), filepath.Join(folder, "draft-2")
	for _, name := range []string{young, old, filepath.Join(folder, "notes.txt")} {
		require.NoError(t, os.WriteFile(name, []byte(`{"access_token":"hal`), 0o600))
	}
	long := time.Now().Add(-2 * time.Hour)
	require.NoError(t, os.Chtimes(old, long, long))
	got, err := s.Load(t.Context(), keyOf("s1"))
	require.NoError(t, err)
	assert.Equal(t, "a1", got.Access.Reveal())
	require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: 2, Access: "a2"}))
	assert.FileExists(t, young, "another process may be at work on it")
	assert.NoFileExists(t, old)
}

func TestFileStoreClearsOldVersions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := fileStore(t, dir)
	for v := int64(1); v <= 30; v++ {
		require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: v}))
		long := time.Now().Add(-2 * time.Hour)
		for _, name := range files(t, dir) {
			require.NoError(t, os.Chtimes(name, long, long))
		}
	}
	assert.Len(t, files(t, dir), 4)
	got, err := s.Load(t.Context(), keyOf("s1"))
	require.NoError(t, err)
	assert.EqualValues(t, 30, got.Version)
}

// A slow process cannot slip an old version in where young ones were.
func TestFileStoreKeepsYoungVersions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := fileStore(t, dir)
	for v := int64(1); v <= 10; v++ {
		require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: v}))
	}
	assert.Len(t, files(t, dir), 10)
}

func TestDamagedTokenFile(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"half":         `{"access_token":"canary-token","version":`,
		"wrong type":   `{"access_token":12345678901,"version":1}`,
		"empty":        ``,
		"other number": `{"access_token":"canary-token","version":9}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := fileStore(t, dir)
			require.NoError(t, s.Save(t.Context(), keyOf("s1"), client.Token{Version: 1}))
			require.NoError(t, os.WriteFile(files(t, dir)[0], []byte(text), 0o600))
			_, err := s.Load(t.Context(), keyOf("s1"))
			require.ErrorContains(t, err, "damaged")
			require.ErrorContains(t, err, files(t, dir)[0], "the file to look at")
			assert.NotContains(t, err.Error(), "canary")
			assert.NotContains(t, err.Error(), "12345678901")
			require.NotErrorIs(t, err, client.ErrNoToken, "that would lose the authorisation")
		})
	}
}

func TestFileStoreNeedsADirectory(t *testing.T) {
	t.Parallel()
	_, err := client.NewFileTokens("")
	require.Error(t, err)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = client.NewFileTokens(file)
	require.Error(t, err)
}
