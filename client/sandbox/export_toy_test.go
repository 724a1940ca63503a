package sandbox

import "github.com/mallwire/mall/client/sandbox/internal/stage"

// With adds a platform to those of [New].
func With(make func(stage.World) stage.Platform) Option {
	return func(s *Sandbox) {
		w := &world{s: s}
		w.platform = make(w)
		w.name = w.platform.Name()
		s.platforms = append(s.platforms, w.platform)
	}
}
