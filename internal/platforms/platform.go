// Package platforms says what is different about each platform for the example
// programs, for client/sandbox/open and for the tests that go through all
// platforms. None of them names a platform elsewhere: a new one is a file here and
// an entry of [All].
package platforms

import (
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/webhook"
)

// Platform is what a program has to know of one platform.
type Platform struct {
	Name    mall.Platform
	Title   string // what people call it: "抖店"
	English string // "Doudian"
	// Variables are what an account consists of, in the order of listing.
	Variables []Variable
	// SignedWith names the variables that a signature depends on.
	SignedWith []string
	// SelfUse tells that a merchant's own app obtains its token without a browser
	// (自用型).
	SelfUse bool
	// App makes the app of an account.
	App func(Account, ...client.Option) (*client.App, error)
	// Verifiers check what the platform sends: "push" and, where it also asks
	// questions, "spi".
	Verifiers func(Account, *client.App) map[string]webhook.Verifier
	// Sandbox holds what programs and tests put into the platform's sandbox.
	Sandbox Sandbox
	// PublicSandbox tells that the platform has a sandbox of its own, which the
	// driver can be pointed to.
	PublicSandbox bool
	// Absent are the capabilities that the platform offers to nobody, Notes the
	// marks of the READMEs' footnotes.
	Absent []Row
	Notes  map[Row]string
}

// All returns every platform that has a driver.
func All() []Platform { return []Platform{doudianShop(), kuaishouShop()} }

// Planned returns the platforms whose signatures are here and whose drivers are
// not yet.
func Planned() []Platform {
	return []Platform{
		{Name: mall.Taobao, Title: "淘宝/天猫", English: "Taobao/Tmall"},
		{Name: mall.Ali1688, Title: "1688", English: "1688", Absent: []Row{TheirSandbox}},
	}
}

// Find returns the platform of that name.
func Find(name mall.Platform) (Platform, bool) {
	all := All()
	i := slices.IndexFunc(all, func(p Platform) bool { return p.Name == name })
	if i < 0 {
		return Platform{}, false
	}
	return all[i], true
}

// Prefix is what the names of the platform's environment variables begin with:
// "MALL_DOUDIAN_".
func (p Platform) Prefix() string { return "MALL_" + strings.ToUpper(string(p.Name)) + "_" }

// Asks tells whether the platform asks the app questions (SPI).
func (p Platform) Asks() bool { return p.Verifies("spi") }

// Verifies tells whether there is a verifier of that name.
func (p Platform) Verifies(name string) bool {
	return p.Verifiers != nil && p.Verifiers(Account{Platform: p}, nil)[name] != nil
}

// Variable is one environment variable of an account.
type Variable struct {
	Name   string // after the prefix: "APP_KEY"
	Need   Use    // what it may not be missing for
	Number bool   // it consists of digits
	Note   string // what people mix up about it, in Chinese
}

// Use is what an account is for; several may be or-ed.
type Use int

// The uses of an account.
const (
	ForShop   Use = 1 << iota // calls that belong to a shop
	ForPushes                 // checking what the platform sends
	ForGrant                  // sending a merchant to the page where access is granted
	ForSelf                   // asking for the token of a merchant's own app

	Always = ForShop | ForPushes | ForGrant | ForSelf
)

// Names returns the variables that an account for that use needs, and those
// that it may have.
func (p Platform) Names(use Use) (needed, optional []string) {
	for _, v := range p.Variables {
		switch {
		case v.Need&use != 0:
			needed = append(needed, v.Name)
		case v.Need == 0:
			optional = append(optional, v.Name)
		}
	}
	return needed, optional
}
