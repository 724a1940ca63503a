package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/order/change"
)

// Verifier says whose requests are taken: one kind of request of one platform
// to one URL. The types of this package that are named after a platform and end in
// Push or SPI are the verifiers. The set is closed, since a verifier that forgets a check would let forged
// requests in: see "Adding a platform" above.
type Verifier interface {
	// start checks the settings and returns the verifier ready for work. The
	// endpoint is never nil: it names the platform beside an error too.
	start() (endpoint, error)
}

// endpoint is a verifier at work. Its methods are called from many goroutines.
type endpoint interface {
	platform() mall.Platform
	// limit is how long after a request came its answer is due.
	limit() time.Duration
	// verify returns what the request says, not yet decoded, once the request is
	// shown to be the platform's, and the kind of call where an endpoint serves
	// several. The content may be part of body, which is used again afterwards.
	verify(r *http.Request, body []byte, now time.Time) (content []byte, call Kind, err error)
	// acknowledges reports whether the content may be answered with success before
	// it is handled.
	acknowledges(content []byte) bool
	// open decodes the content. The tasks keep no part of it.
	open(content []byte, call Kind, c mall.Codec) ([]task, error)
	// success and failure are the bodies of the answers. What failure says of err
	// goes to whoever sent the request.
	success() []byte
	failure(err error) []byte
}

// task is one event of a request.
type task struct {
	event   Event  // what an observer is told
	key     string // the same when the event is repeated
	payload any    // what a function of [Handlers] is given
	err     error  // why there is no payload
	// hint takes the place of payload where a push is not signed: what the app is
	// told has to be read first.
	hint *hint
	// verdict writes the answer to a payload that asks for one.
	verdict func(change.Verdict) ([]byte, error)
}

// secretsOf prepares the secrets of an app, of which there are several while one
// is being changed. The error names all that is wrong with fields AppKey and
// field of the verifier.
func secretsOf[K any](
	verifier, appKey, field string, secrets []mall.Secret, prepare func(string) (K, error),
) ([]K, error) {
	var errs []error
	if appKey == "" || strings.TrimSpace(appKey) != appKey {
		errs = append(errs, fmt.Errorf("%s.AppKey is empty or has spaces around it", verifier))
	}
	if len(secrets) == 0 {
		errs = append(errs, fmt.Errorf("%s.%s is empty", verifier, field))
	}
	keys := make([]K, 0, len(secrets))
	for i, s := range secrets {
		text := s.Reveal()
		if strings.TrimSpace(text) == "" {
			text = "" // prepare refuses it
		}
		key, err := prepare(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s[%d]: %w", verifier, field, i, err))
		}
		keys = append(keys, key)
	}
	return keys, errors.Join(errs...)
}
