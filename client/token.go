package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mallwire/mall"
)

// Token is what a merchant grants an app: an access token and, on most platforms,
// the refresh token that brings the next one.
//
// Access and Refresh do not survive json.Marshal, which writes "[redacted]": a
// store keeps them with [mall.Secret.Reveal].
type Token struct {
	ShopID   string
	ShopName string // as the platform tells it; may be empty
	Access   mall.Secret
	Refresh  mall.Secret // empty: cannot be renewed
	// Expires is when Access ends. Zero: not known; used until the platform
	// refuses it.
	Expires time.Time
	// RefreshExpires is when Refresh ends and the merchant must authorise again.
	// Zero: not known.
	RefreshExpires time.Time
	// Version counts the saved states of a shop's token, from 1.
	Version int64
	// RenewalSent is when a renewal was begun whose result has not been saved.
	// Zero: none. While it is recent, another process is at work; later, the
	// outcome of that renewal is unknown.
	RenewalSent time.Time
}

// TokenKey says whose token is kept.
type TokenKey struct {
	Platform mall.Platform
	AppKey   string
	ShopID   string
}

// TokenStore keeps tokens between calls and, unless it is memory, between
// processes. It must be safe for concurrent use. Both methods are called rarely
// and outside of any lock but the shop's own.
type TokenStore interface {
	// Load returns the token last saved, or ErrNoToken.
	Load(ctx context.Context, key TokenKey) (Token, error)
	// Save keeps t if, and only if, t.Version is one more than the version that
	// is kept (zero when none is), else it returns ErrTokenConflict and changes
	// nothing. Test and change must be one step: two processes that renew at the
	// same time must not both succeed.
	Save(ctx context.Context, key TokenKey, t Token) error
}

// Errors of a [TokenStore]. A store may return them as they are or below a
// [*mall.Error], as those of this package do.
var (
	ErrNoToken       = errors.New("client: no token is stored")
	ErrTokenConflict = errors.New("client: the token was changed by somebody else")
)

const (
	opLoad = "load token"
	opSave = "save token"
)

func noToken(key TokenKey) error {
	return &mall.Error{
		Op: opLoad, Platform: key.Platform, Kind: mall.ErrNotFound, Message: "none is stored", Err: ErrNoToken,
	}
}

func tokenConflict(key TokenKey) error {
	return &mall.Error{
		Op: opSave, Platform: key.Platform, Kind: mall.ErrConflict, Message: "somebody else changed it",
		Err: ErrTokenConflict,
	}
}

// ErrRenewalUnknown tells that a renewal was sent and its answer was lost. The
// old refresh token may be spent. The library asks again where the platform's
// rules allow it; otherwise the merchant must authorise again.
var ErrRenewalUnknown = errors.New("client: the outcome of a token renewal is unknown")

// NewMemoryTokens returns a store that forgets everything with the process.
func NewMemoryTokens() TokenStore { return &memoryTokens{tokens: map[TokenKey]Token{}} }

type memoryTokens struct {
	mu     sync.Mutex
	tokens map[TokenKey]Token
}

// Format writes how many tokens there are for every verb: tokens are secrets.
func (m *memoryTokens) Format(w fmt.State, _ rune) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(w, "%d tokens in memory", len(m.tokens))
}

func (m *memoryTokens) Load(_ context.Context, key TokenKey) (Token, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t, ok := m.tokens[key]
	if !ok {
		return Token{}, noToken(key)
	}
	return t, nil
}

func (m *memoryTokens) Save(_ context.Context, key TokenKey, t Token) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.tokens[key].Version+1 != t.Version {
		return tokenConflict(key)
	}
	m.tokens[key] = t
	return nil
}
