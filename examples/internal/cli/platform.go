package cli

import (
	"flag"
	"slices"
	"strings"

	"github.com/mallwire/mall"
)

// Platforms are those that the examples know, in the order of listing.
var Platforms = []mall.Platform{mall.Doudian, mall.Kuaishou}

// PlatformFlag adds -platform to flags: the name of a platform or, where all of
// them may be meant, "all", which then is the default.
func PlatformFlag(flags *flag.FlagSet, all bool) *PlatformChoice {
	c := &PlatformChoice{Platforms: Platforms[:1], all: all}
	usage := "platform to use: " + c.names()
	if all {
		c.Platforms = Platforms
	}
	flags.Var(c, "platform", usage)
	return c
}

// PlatformChoice is what -platform says.
type PlatformChoice struct {
	Platforms []mall.Platform // at least one
	all       bool
}

// One is the platform of a program that uses one.
func (c *PlatformChoice) One() mall.Platform { return c.Platforms[0] }

func (c *PlatformChoice) names() string {
	var names []string
	for _, p := range Platforms {
		names = append(names, string(p))
	}
	if c.all {
		names = append(names, "all")
	}
	return strings.Join(names, ", ")
}

// String and Set make it a flag.Value.
func (c *PlatformChoice) String() string {
	if c.all && len(c.Platforms) == len(Platforms) {
		return "all"
	}
	if len(c.Platforms) == 0 {
		return ""
	}
	return string(c.Platforms[0])
}

// Set takes what follows -platform.
func (c *PlatformChoice) Set(text string) error {
	p := mall.Platform(strings.ToLower(strings.TrimSpace(text)))
	switch {
	case c.all && p == "all":
		c.Platforms = Platforms
	case slices.Contains(Platforms, p):
		c.Platforms = []mall.Platform{p}
	default:
		return Usagef("it is one of %s", c.names())
	}
	return nil
}

// Accounts reads the accounts of the chosen platforms from the environment.
// Without any there is none, which is no error: the program then uses the
// sandbox.
func (env Env) Accounts(c *PlatformChoice) ([]Account, error) {
	var found []Account
	for _, p := range c.Platforms {
		a, ok, err := env.AccountFrom(p, true)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, a)
		}
	}
	return found, nil
}
