package driver

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/mallwire/mall"
	"github.com/mallwire/mall/client"
	"github.com/mallwire/mall/internal/settle"
)

// Open makes an app for a platform's New. Wrong lists what is wrong with the
// configuration, empty texts aside; it is reported together with what is wrong
// with opts.
func Open(d client.Driver, opts []client.Option, wrong ...string) (*client.App, error) {
	wrong = slices.DeleteFunc(wrong, func(text string) bool { return text == "" })
	app, err := client.New(d, opts...)
	if len(wrong) == 0 {
		return app, err
	}
	if e, ok := errors.AsType[*mall.Error](err); ok {
		wrong = append(wrong, e.Message)
	}
	return nil, settle.Failure(d.Protocol.Platform(), "open app", settle.Invalid("%s", strings.Join(wrong, "; ")))
}

// Gateway checks the configured address of a gateway and strips its trailing
// slash; an empty text means the platform's own address. Secrets go over the
// connection, so it must be encrypted or stay on this machine. If the address
// is wrong, the second result says why.
func Gateway(text, platforms string) (address, wrong string) {
	if text == "" {
		return platforms, ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", "Config.Gateway is not a plain URL such as " + platforms
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", "Config.Gateway must begin with https://; http:// is for this machine only"
	}
	return strings.TrimRight(text, "/"), ""
}
