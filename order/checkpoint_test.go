package order_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/mallwire/mall/order"
)

func TestCheckpoints(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b")
	files, err := order.NewFileCheckpoints(dir)
	require.NoError(t, err)
	for name, store := range map[string]order.Checkpoints{"memory": order.NewMemoryCheckpoints(), "files": files} {
		keys := []order.ShopKey{
			{Platform: "somewhere", ShopID: "1"}, {Platform: "somewhere", ShopID: "11"}, {Platform: "somewhere1", ShopID: "1"}, {Platform: "elsewhere", ShopID: "1"},
			{Platform: "somewhere", ShopID: "../../x"}, {Platform: "somewhere", ShopID: "A"}, {Platform: "somewhere", ShopID: "a"}, {Platform: "somewhere-1", ShopID: ""},
			{Platform: "somewhere", ShopID: "%41"}, {},
		}
		for i, key := range keys {
			until, err := store.Load(t.Context(), key)
			require.NoError(t, err)
			require.True(t, until.IsZero(), "%s: %v", name, key)
			require.NoError(t, store.Save(t.Context(), key, noon))
			require.NoError(t, store.Save(t.Context(), key, noon.Add(time.Duration(i)*time.Nanosecond)))
		}
		for i, key := range keys {
			until, err := store.Load(t.Context(), key)
			require.NoError(t, err)
			assert.True(t, until.Equal(noon.Add(time.Duration(i)*time.Nanosecond)), "%s: %v", name, key)
		}
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 10, "one file for each shop and no draft")
	info, err := entries[0].Info()
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// A file that cannot be trusted is not "no checkpoint".
func TestDamagedCheckpointIsAnError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	store, err := order.NewFileCheckpoints(dir)
	require.NoError(t, err)
	key := order.ShopKey{Platform: "somewhere", ShopID: "1"}
	require.NoError(t, store.Save(t.Context(), key, noon))
	name := filepath.Join(dir, "somewhere-1.json")
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, damage := range []string{"", "{}", string(text[:len(text)/2]), strings.Replace(string(text), `"1"`, `"2"`, 1), "null"} {
		require.NoError(t, os.WriteFile(name, []byte(damage), 0o600))
		_, err := store.Load(t.Context(), key)
		assert.ErrorContains(t, err, "is damaged", damage)
	}
	require.NoError(t, store.Save(t.Context(), key, noon), "it can be written anew")
	require.NoError(t, os.Remove(name))
	require.NoError(t, os.Mkdir(name, 0o700))
	_, err = store.Load(t.Context(), key)
	assert.ErrorContains(t, err, "load checkpoint: somewhere")
	assert.ErrorContains(t, store.Save(t.Context(), key, noon), "save checkpoint")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "a draft that could not take its place is removed")
}

// Drafts of killed processes go, those of living ones stay.
func TestOldDraftsAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, age := range map[string]time.Duration{".draft-old": 2 * time.Hour, ".draft-new": 0, "mine.txt": 2 * time.Hour} {
		name = filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(name, nil, 0o600))
		require.NoError(t, os.Chtimes(name, time.Now().Add(-age), time.Now().Add(-age)))
	}
	_, err := order.NewFileCheckpoints(dir)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(dir, ".draft-old"))
	assert.FileExists(t, filepath.Join(dir, ".draft-new"))
	assert.FileExists(t, filepath.Join(dir, "mine.txt"))
	_, err = order.NewFileCheckpoints(filepath.Join(dir, "mine.txt"))
	assert.Error(t, err)
}
