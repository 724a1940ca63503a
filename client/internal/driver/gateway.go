package driver

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/mallwire/mall"
)

// Gateway checks the address of a gateway, that of the platform for an empty
// text, and takes off its trailing slash. A secret goes over it, so it must be
// encrypted or stay on this machine.
func Gateway(p mall.Platform, text, platforms string) (string, error) {
	if text == "" {
		return platforms, nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", fmt.Errorf("%s: Config.Gateway is not a plain URL such as %s", p, platforms)
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", fmt.Errorf("%s: Config.Gateway must begin with https://; http:// is for this machine only", p)
	}
	return strings.TrimRight(text, "/"), nil
}
