package cli

import (
	"flag"
	"fmt"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/internal/platforms"
)

// PlatformFlag adds -platform to flags: the name of a platform or, where all of
// them may be meant, "all", which then is the default. The help of the program
// lists the variables of an account for that use; zero: it takes none.
func (env Env) PlatformFlag(flags *flag.FlagSet, all bool, use platforms.Use) *PlatformChoice {
	known := platforms.All()
	c := &PlatformChoice{Platforms: known[:1], all: all}
	if all {
		c.Platforms = known
	}
	flags.Var(c, "platform", "使用的平台："+c.names())
	if use == 0 {
		return c
	}
	help := flags.Usage
	flags.Usage = func() {
		help()
		fmt.Fprintln(env.Stderr, "\n环境变量，都不设置时使用内置沙箱：")
		table := Table{}
		for _, p := range known {
			needed, optional := p.Names(use)
			table.Add("  "+p.Title, p.Prefix()+"…", strings.Join(needed, " ")+"；可选 "+strings.Join(optional, " "))
		}
		table.Print(env.Stderr)
	}
	return c
}

// PlatformChoice is what -platform says.
type PlatformChoice struct {
	Platforms []platforms.Platform // at least one
	all       bool
}

// One is the platform of a program that uses one.
func (c *PlatformChoice) One() platforms.Platform { return c.Platforms[0] }

func (c *PlatformChoice) names() string {
	var names []string
	for _, p := range platforms.All() {
		names = append(names, string(p.Name))
	}
	if c.all {
		names = append(names, "all")
	}
	return strings.Join(names, "、")
}

// String and Set make it a flag.Value.
func (c *PlatformChoice) String() string {
	switch {
	case len(c.Platforms) == 0:
		return ""
	case c.all && len(c.Platforms) > 1:
		return "all"
	}
	return string(c.Platforms[0].Name)
}

// Set takes what follows -platform.
func (c *PlatformChoice) Set(text string) error {
	name := mall.Platform(strings.ToLower(strings.TrimSpace(text)))
	if c.all && name == "all" {
		c.Platforms = platforms.All()
		return nil
	}
	p, ok := platforms.Find(name)
	if !ok {
		return Usagef("可以是 %s", c.names())
	}
	c.Platforms = []platforms.Platform{p}
	return nil
}
