package sandbox

import (
	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client/sandbox/internal/stage"
)

// Side is one platform of a sandbox; see [Sandbox.On]. Every method returns
// [ErrUnknownPlatform] if the sandbox does not stand in for that platform, or
// the platform does not have what the method is about.
type Side struct {
	sandbox  *Sandbox
	platform stage.Platform // nil: the platform is unknown
	name     mall.Platform
}

// On returns one platform of the sandbox. The result may be kept, and is safe
// for concurrent use.
func (s *Sandbox) On(platform mall.Platform) Side {
	for _, p := range s.platforms {
		if p.Name() == platform {
			return Side{s, p, platform}
		}
	}
	return Side{s, nil, platform}
}

// known returns an error if the platform is unknown.
func (d Side) known() error {
	if d.platform == nil {
		return stage.Errorf(ErrUnknownPlatform, "%q", d.name)
	}
	return nil
}

// lock takes the sandbox's lock, unless the platform is unknown.
func (d Side) lock() error {
	if err := d.known(); err != nil {
		return err
	}
	d.sandbox.mu.Lock()
	return nil
}

func (d Side) unlock() { d.sandbox.mu.Unlock() }

// shop returns a shop of the platform; the lock is held.
func (d Side) shop(id string) (*stage.Shop, error) { return d.sandbox.shop(d.platform, id) }

// order returns an order of the platform; the lock is held.
func (d Side) order(id string) (*stage.Record, error) { return d.sandbox.order(d.platform, id) }

// lockFor takes the sandbox's lock and returns the platform as T, which only
// some platforms are. what names it in the error.
func lockFor[T any](d Side, what string) (power T, err error) {
	if err := d.known(); err != nil {
		return power, err
	}
	power, ok := d.platform.(T)
	if !ok {
		return power, stage.Errorf(ErrUnknownPlatform, "%s has no %s here", d.name, what)
	}
	d.sandbox.mu.Lock()
	return power, nil
}
