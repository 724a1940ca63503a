package client

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/settle"
)

// NewFileTokens returns a store that keeps each token in a folder of its own
// below dir, readable by the owner only. Folders are made as needed. Several
// processes of one machine may share dir, which must lie on a file system with
// hard links.
//
// Each version is a new file that appears complete or not at all, and a name
// can be taken only once; that is what makes Save a compare-and-swap and a
// token survive a crash in the middle of it.
func NewFileTokens(dir string) (TokenStore, error) {
	if dir == "" {
		return nil, settle.Failure("", opStore, settle.Invalid("no directory is named"))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &mall.Error{Op: opStore, Kind: mall.ErrInvalid, Message: err.Error(), Err: err}
	}
	return fileTokens{dir}, nil
}

type fileTokens struct{ dir string }

const opStore = "open token store"

// fault is what the file system would not do.
func (fileTokens) fault(op string, key TokenKey, doing string, err error) error {
	return &mall.Error{
		Op: op, Platform: key.Platform, Kind: mall.ErrUnavailable, Message: doing + ": " + err.Error(), Err: err,
	}
}

// storedToken is a token in a file, secrets in clear.
type storedToken struct {
	ShopID         string    `json:"shop_id"`
	ShopName       string    `json:"shop_name,omitempty"`
	Access         string    `json:"access_token"`
	Refresh        string    `json:"refresh_token,omitempty"`
	Expires        time.Time `json:"expires,omitzero"`
	RefreshExpires time.Time `json:"refresh_expires,omitzero"`
	Version        int64     `json:"version"`
	RenewalSent    time.Time `json:"renewal_sent,omitzero"`
}

// A few old versions of a token stay for a while, so that a slow process that
// saves on top of one of them finds the name taken. Drafts older than that are
// what a crash has left behind.
const (
	keepVersions = 4
	keepFor      = time.Hour
	draftPrefix  = "draft-"
)

func (f fileTokens) Load(_ context.Context, key TokenKey) (Token, error) {
	for {
		versions, err := f.versions(key)
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(versions) == 0 {
			return Token{}, noToken(key)
		}
		if err != nil {
			return Token{}, f.fault(opLoad, key, "read its folder", err)
		}
		latest := versions[len(versions)-1]
		text, err := os.ReadFile(f.path(key, latest))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a newer one has come and this one was cleared away
		}
		if err != nil {
			return Token{}, f.fault(opLoad, key, "read its file", err)
		}
		var s storedToken
		if json.Unmarshal(text, &s) != nil || s.Version != latest { // the decoder's error would quote the file
			return Token{}, f.fault(opLoad, key, "read its file", errors.New(f.path(key, latest)+" is damaged"))
		}
		return Token{
			ShopID: s.ShopID, ShopName: s.ShopName, Access: mall.Secret(s.Access), Refresh: mall.Secret(s.Refresh),
			Expires: s.Expires, RefreshExpires: s.RefreshExpires, Version: s.Version, RenewalSent: s.RenewalSent,
		}, nil
	}
}

func (f fileTokens) Save(_ context.Context, key TokenKey, t Token) error {
	versions, err := f.versions(key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.fault(opSave, key, "read its folder", err)
	}
	var latest int64
	if len(versions) > 0 {
		latest = versions[len(versions)-1]
	}
	if t.Version != latest+1 {
		return tokenConflict(key)
	}
	text, err := json.Marshal(storedToken{
		ShopID: t.ShopID, ShopName: t.ShopName, Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(),
		Expires: t.Expires, RefreshExpires: t.RefreshExpires, Version: t.Version, RenewalSent: t.RenewalSent,
	})
	if err != nil {
		return f.fault(opSave, key, "encode it", err)
	}
	if err := os.MkdirAll(f.folder(key), 0o700); err != nil {
		return f.fault(opSave, key, "make its folder", err)
	}
	err = publish(text, f.path(key, t.Version))
	if errors.Is(err, fs.ErrExist) {
		return tokenConflict(key)
	}
	if err != nil {
		return f.fault(opSave, key, "write its file", err)
	}
	f.tidy(key, versions)
	return nil
}

// publish makes a file appear under name with its whole text. It fails with
// fs.ErrExist where the name is taken.
func publish(text []byte, name string) error {
	draft, err := os.CreateTemp(filepath.Dir(name), draftPrefix+"*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = draft.Write(text)
	err = errors.Join(err, draft.Sync(), draft.Close())
	if err != nil {
		return err
	}
	if err := os.Link(draft.Name(), name); err != nil {
		return err
	}
	if folder, err := os.Open(filepath.Dir(name)); err == nil {
		_ = folder.Sync() // the name survives a power cut too, where folders can be synced
		_ = folder.Close()
	}
	return nil
}

// tidy removes what is no longer needed. It does no harm if something stays.
func (f fileTokens) tidy(key TokenKey, versions []int64) {
	var stale []string
	for _, v := range versions[:max(0, len(versions)-keepVersions+1)] {
		stale = append(stale, f.path(key, v))
	}
	entries, _ := os.ReadDir(f.folder(key))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), draftPrefix) {
			stale = append(stale, filepath.Join(f.folder(key), e.Name()))
		}
	}
	for _, name := range stale {
		if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > keepFor {
			_ = os.Remove(name)
		}
	}
}

// versions lists the versions of a token that are kept, oldest first.
func (f fileTokens) versions(key TokenKey) ([]int64, error) {
	entries, err := os.ReadDir(f.folder(key))
	if err != nil {
		return nil, err
	}
	var versions []int64
	for _, e := range entries {
		number, ok := strings.CutSuffix(e.Name(), ".json")
		if v, err := strconv.ParseInt(number, 10, 64); ok && err == nil {
			versions = append(versions, v)
		}
	}
	slices.Sort(versions)
	return versions, nil
}

func (f fileTokens) path(key TokenKey, version int64) string {
	return filepath.Join(f.folder(key), strconv.FormatInt(version, 10)+".json")
}

// folder is where the versions of a token are.
func (f fileTokens) folder(key TokenKey) string {
	name := fileSafe(string(key.Platform)) + "-" + fileSafe(key.AppKey) + "-" + fileSafe(key.ShopID)
	if len(name) > 200 { // file systems stop at 255
		sum := sha256.Sum256([]byte(name))
		name = name[:100] + "+" + hex.EncodeToString(sum[:])
	}
	return filepath.Join(f.dir, name)
}

// fileSafe writes everything but lower-case letters, digits and underscores in
// hex, so that no id can leave the directory or be taken for another, also
// where file names ignore case.
func fileSafe(id string) string {
	var b strings.Builder
	for _, c := range []byte(id) {
		if c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02x", c)
		}
	}
	return b.String()
}
