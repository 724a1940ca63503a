package order

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mallwire/mall"
)

// Checkpoints keeps for each shop the moment up to which all changes have been
// handed over. An app keeps it where it keeps its orders. It must be safe for
// concurrent use; calls for one shop come one at a time.
//
// A checkpoint that was not stored, or is older than it might be, costs
// repeats and never an order. So two processes may follow one shop, and a
// checkpoint may be set back to read something again.
type Checkpoints interface {
	// Load returns the checkpoint of a shop; the zero time if there is none.
	Load(ctx context.Context, shop ShopKey) (time.Time, error)
	// Save stores it. When it returns nil the checkpoint must survive whatever
	// the handed over orders survive.
	Save(ctx context.Context, shop ShopKey, until time.Time) error
}

// NewMemoryCheckpoints returns a store in memory, which begins empty.
func NewMemoryCheckpoints() Checkpoints { return &memoryCheckpoints{until: map[ShopKey]time.Time{}} }

type memoryCheckpoints struct {
	mu    sync.Mutex
	until map[ShopKey]time.Time
}

func (m *memoryCheckpoints) Load(_ context.Context, shop ShopKey) (time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.until[shop], nil
}

func (m *memoryCheckpoints) Save(_ context.Context, shop ShopKey, until time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.until[shop] = until
	return nil
}

// NewFileCheckpoints returns a store of one small file for each shop in dir, which
// is made if need be. A file is replaced as a whole and synced to the disk
// before and after, so a process killed at any moment leaves the old checkpoint
// or the new one. A damaged file is an error: taking it for "no checkpoint"
// would read from somewhere else than the app believes.
func NewFileCheckpoints(dir string) (Checkpoints, error) {
	if dir == "" {
		return nil, &mall.Error{Op: "open checkpoint folder", Kind: mall.ErrInvalid, Message: "no directory is named"}
	}
	err := os.MkdirAll(dir, 0o700)
	var entries []os.DirEntry
	if err == nil {
		entries, err = os.ReadDir(dir)
	}
	if err != nil {
		return nil, &mall.Error{Op: "open checkpoint folder", Kind: mall.ErrInvalid, Message: err.Error(), Err: err}
	}
	for _, e := range entries { // drafts of processes that were killed
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), draftPrefix) && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return fileCheckpoints(dir), nil
}

// draftPrefix begins the names of files that are being written.
const draftPrefix = ".draft-"

// fileCheckpoints is the folder.
type fileCheckpoints string

type storedCheckpoint struct {
	ShopKey
	Until time.Time `json:"until"`
}

func (dir fileCheckpoints) Load(_ context.Context, shop ShopKey) (time.Time, error) {
	name := dir.file(shop)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, diskError(opLoad, shop, err)
	}
	var s storedCheckpoint
	if json.Unmarshal(text, &s) != nil || s.ShopKey != shop || s.Until.IsZero() {
		return time.Time{}, &mall.Error{Op: opLoad, Platform: shop.Platform, Kind: mall.ErrInvalid,
			Message: "the checkpoint file " + name + " is damaged; without it the shop begins anew"}
	}
	return s.Until, nil
}

func (dir fileCheckpoints) Save(_ context.Context, shop ShopKey, until time.Time) error {
	text, err := json.Marshal(storedCheckpoint{shop, until.UTC()})
	if err == nil {
		err = replaceFile(dir.file(shop), append(text, '\n'))
	}
	if err != nil {
		return diskError(opSave, shop, err)
	}
	return nil
}

const opLoad, opSave = "load checkpoint", "save checkpoint"

// diskError is a failure of the file system: what is stored stays as it was.
func diskError(op string, shop ShopKey, err error) error {
	return &mall.Error{Op: op, Platform: shop.Platform, Kind: mall.ErrUnavailable, Message: err.Error(), Err: err}
}

// replaceFile gives the file name a new content, or leaves it as it is.
func replaceFile(name string, text []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(name), draftPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	_, err = draft.Write(text)
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), name)
	}
	if err != nil {
		_ = os.Remove(draft.Name())
		return err
	}
	if folder, err := os.Open(filepath.Dir(name)); err == nil {
		_ = folder.Sync() // the name survives a power cut too, where folders can be synced
		_ = folder.Close()
	}
	return nil
}

// file is the name for a shop. All but digits, lower-case letters and
// underscores is written in hex, so that no id can leave the folder or be taken
// for another, also where names ignore case.
func (dir fileCheckpoints) file(shop ShopKey) string {
	var b strings.Builder
	for i, part := range []string{string(shop.Platform), shop.ShopID} {
		if i > 0 {
			b.WriteByte('-')
		}
		for _, c := range []byte(part) {
			if c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02x", c)
			}
		}
	}
	return filepath.Join(string(dir), b.String()+".json")
}
