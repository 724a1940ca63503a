package driver

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/internal/settle"
)

// Flags are what has to be known of a method before it is called.
type Flags uint8

const (
	// Repeatable says that calling twice is the same as calling once: reads,
	// writes that set a value, writes with an idempotency key.
	Repeatable Flags = 1 << iota
	// Anonymous says that the method takes no access token.
	Anonymous
	// Get says that the documented HTTP verb is GET, also of some writes.
	Get
	// Own is the first flag that a platform may give a meaning of its own; the
	// next one is Own<<1.
	Own

	// Write is a method that must not be repeated. It is also what a method is
	// taken for of which nothing is known.
	Write Flags = 0
)

// Methods are the methods of a platform that its driver knows. They are
// complete once the package's variables are, and only read from then on.
type Methods struct {
	platform mall.Platform
	flags    map[string]Flags
	declared []Declaration
}

// Declaration is an endpoint without its type parameters, for tests.
type Declaration struct {
	Name           string
	Params, Answer reflect.Type
}

// NewMethods returns the methods of a platform, as yet those that the driver
// does not call but applications may, by way of client.Call.
func NewMethods(p mall.Platform, others map[string]Flags) *Methods {
	m := &Methods{platform: p, flags: map[string]Flags{}}
	maps.Copy(m.flags, others)
	return m
}

// Flags are those of a method; of one that is not known, Write.
func (m *Methods) Flags(name string) Flags { return m.flags[name] }

// Facts are what the client has to know of a method.
func (m *Methods) Facts(name string) client.Facts {
	f := m.flags[name]
	return client.Facts{Repeatable: f&Repeatable != 0, Anonymous: f&Anonymous != 0}
}

// Known reports whether the driver knows a method.
func (m *Methods) Known(name string) bool { _, ok := m.flags[name]; return ok }

// Declared are the endpoints, in no particular order.
func (m *Methods) Declared() []Declaration { return slices.Clone(m.declared) }

// None is what a method takes that takes no parameters, and what one answers
// whose success says everything.
type None = struct{}

// Endpoint is a method with what it takes and what it answers. Make one with
// [Declare].
type Endpoint[P, A any] struct {
	Method
	methods *Methods
}

// Declare adds a method to those of a platform.
func Declare[P, A any](m *Methods, name string, f Flags) Endpoint[P, A] {
	m.flags[name] = f
	m.declared = append(m.declared, Declaration{name, reflect.TypeFor[P](), reflect.TypeFor[A]()})
	return Endpoint[P, A]{Method{m.platform, name}, m}
}

// Reading is the same method, of whose answer another part is read.
func Reading[B, P, A any](e Endpoint[P, A]) Endpoint[P, B] {
	return Declare[P, B](e.methods, e.Name, e.methods.flags[e.Name])
}

// Call calls the method for a shop, or for whoever c is. A failure does not say
// what was tried: whoever called the driver does, in words of its own.
func (e Endpoint[P, A]) Call(ctx context.Context, c client.Caller, params P) (A, error) {
	var given any = params
	if _, none := given.(None); none {
		given = nil
	}
	answer, err := client.Call[A](ctx, c, e.Name, given)
	if failure, ok := err.(*mall.Error); ok && failure.Op == settle.Call {
		failure.Op = ""
	}
	return answer, err
}
