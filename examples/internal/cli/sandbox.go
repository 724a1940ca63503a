package cli

import (
	"github.com/mallwire/mall/client/sandbox"
	"github.com/mallwire/mall/internal/platforms"
)

// Sandbox is the platforms' stand-in within this process.
type Sandbox struct {
	*sandbox.Sandbox
	server *sandbox.Server
}

// OpenSandbox starts one. Close it.
func OpenSandbox(opts ...sandbox.Option) (*Sandbox, error) {
	box := sandbox.New(opts...)
	server, err := box.Start("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return &Sandbox{box, server}, nil
}

// Close stops it.
func (s *Sandbox) Close() { _ = s.server.Close() }

// Control is the URL of its control interface.
func (s *Sandbox) Control() string { return s.server.Manifest().Control }

// Accounts are its shops of the platform, and those of them that ship for others.
func (s *Sandbox) Accounts(p platforms.Platform) (shops, factories []platforms.Account) {
	return p.Accounts(s.server.Manifest())
}
