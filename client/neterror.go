package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"syscall"

	"github.com/mallwire/mall"
)

// transportError says what went wrong below the protocol. It never passes the
// original on: a *url.Error prints the whole query, net/http quotes a broken
// reply, and what a proxy or a transport of the app's own says is not known.
func transportError(caller, attempt context.Context, err error) *mall.Error {
	switch {
	case caller.Err() != nil:
		return &mall.Error{
			Kind: mall.ErrCancelled, Message: "the caller gave up while the call was under way", Err: contextError(caller),
		}
	case attempt.Err() != nil:
		return &mall.Error{
			Kind: mall.ErrUnavailable, Message: "no complete reply within the time limit of an attempt", Err: attempt.Err(),
		}
	}
	if address, ok := errors.AsType[*url.Error](err); ok && address.Op == "parse" {
		return &mall.Error{Kind: mall.ErrInvalid, Message: "the gateway's address is not a URL"}
	}
	failure := &mall.Error{Kind: mall.ErrUnavailable, Message: "the connection failed"}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		failure.Message = "the gateway's name " + dns.Name + " was not resolved"
		failure.Err = &net.DNSError{
			Err: "lookup failed", Name: dns.Name, IsTimeout: dns.IsTimeout, IsTemporary: dns.IsTemporary,
			IsNotFound: dns.IsNotFound,
		}
	} else if op, ok := errors.AsType[*net.OpError](err); ok {
		clean := &net.OpError{Op: op.Op, Net: op.Net, Addr: op.Addr, Err: errors.New("failed")}
		if errno, ok := errors.AsType[syscall.Errno](err); ok {
			clean.Err = errno
		} else if op.Timeout() {
			clean.Err = context.DeadlineExceeded
		}
		failure.Message, failure.Err = "the connection failed: "+clean.Error(), clean
	} else if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		failure.Message, failure.Err = "the gateway's certificate is not trusted", certificate
	} else if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		failure.Message, failure.Err = "the connection was cut before the reply was complete", io.ErrUnexpectedEOF
	}
	return failure
}

// neverConnected reports errors that come before a connection stands.
func neverConnected(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}
