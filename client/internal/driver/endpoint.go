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

// Flags describe a method as far as a call needs to know it.
type Flags uint8

const (
	// Repeatable says that calling twice has the effect of calling once: reads,
	// writes that set a value, writes with an idempotency key.
	Repeatable Flags = 1 << iota
	// Anonymous says that the method takes no access token.
	Anonymous
	// Get says that the documented HTTP verb is GET, which some writes have
	// too.
	Get
	// Own is the first flag whose meaning is left to a platform's driver; the
	// next one is Own<<1.
	Own

	// Write is a method that must not be repeated. Unknown methods count as
	// such.
	Write Flags = 0
)

// Methods are the methods that a platform's driver knows. They are complete
// once the driver's package variables are initialised, and read-only from then
// on.
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

// NewMethods returns a set that holds the methods that the driver does not call
// but applications may, with client.Call. [Declare] adds the endpoints.
func NewMethods(p mall.Platform, others map[string]Flags) *Methods {
	m := &Methods{platform: p, flags: map[string]Flags{}}
	maps.Copy(m.flags, others)
	return m
}

// Flags returns the flags of a method; Write for an unknown one.
func (m *Methods) Flags(name string) Flags { return m.flags[name] }

// Facts returns what the client has to know of a method.
func (m *Methods) Facts(name string) client.Facts {
	f := m.flags[name]
	return client.Facts{Repeatable: f&Repeatable != 0, Anonymous: f&Anonymous != 0}
}

// Known reports whether the driver knows a method.
func (m *Methods) Known(name string) bool { _, ok := m.flags[name]; return ok }

// Declared returns the endpoints, in no particular order.
func (m *Methods) Declared() []Declaration { return slices.Clone(m.declared) }

// None is the parameters of a method that takes none, and the answer of one
// whose success says everything.
type None = struct{}

// Endpoint is a method with the types of its parameters P and its answer A.
// Make one with [Declare].
type Endpoint[P, A any] struct {
	Method
	methods *Methods
}

// Declare adds an endpoint to the methods of a platform.
func Declare[P, A any](m *Methods, name string, f Flags) Endpoint[P, A] {
	m.flags[name] = f
	m.declared = append(m.declared, Declaration{name, reflect.TypeFor[P](), reflect.TypeFor[A]()})
	return Endpoint[P, A]{Method{m.platform, name}, m}
}

// Reading returns the same method with another type of answer, for another part
// of the reply.
func Reading[B, P, A any](e Endpoint[P, A]) Endpoint[P, B] {
	return Declare[P, B](e.methods, e.Name, e.methods.flags[e.Name])
}

// Call calls the method for a shop, or for another caller. Its errors leave Op
// empty: the domain's service fills in what was tried, in its own words.
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
