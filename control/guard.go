package control

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// A guard refuses requests that a web page has caused a browser to send.
//
// A page sends to an address of its choice, and by DNS rebinding its own name leads to any machine:
// then the browser takes the answers for the page's. What it cannot change is the Host that it
// sends, the name in the page's address. So over TCP the host has to be an IP address, which needs
// no name service, localhost, or a name that --ctl gave.
type guard struct {
	names []string // hosts that are accepted beside IP addresses
	any   bool     // the host does not matter: no browser reaches a unix socket
}

// check returns the error of a request that is refused.
func (g guard) check(r *http.Request) error {
	if !g.any && !g.knows(r.Host) {
		return failed(http.StatusMisdirectedRequest, "the host %q is not one of this control socket's (use an IP address, localhost, or the name in --ctl)", r.Host)
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return failed(http.StatusForbidden, "a web page asks (Sec-Fetch-Site: %s): use modemsim ctl, curl or a program", site)
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return failed(http.StatusForbidden, "a web page asks (Origin: %s): use modemsim ctl, curl or a program", origin)
		}
	}
	return nil
}

// knows reports whether a host, with or without a port, is accepted.
func (g guard) knows(hostPort string) bool {
	host := hostPort
	if h, _, err := net.SplitHostPort(hostPort); err == nil {
		host = h
	}
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	for _, name := range g.names {
		if strings.EqualFold(host, name) {
			return true
		}
	}
	return false
}

// guardOf returns the guard of a server that listens at an address, as [resolve] returns it.
func guardOf(network, at string) (guard, error) {
	if network == "unix" {
		return guard{any: true}, nil
	}
	host, _, err := net.SplitHostPort(at)
	if err != nil {
		return guard{}, fmt.Errorf("%s: %w", at, err)
	}
	return guard{names: []string{"localhost", host}}, nil
}
