//go:build !unix

package backend

import "net"

// stopListening does nothing: this system has no way to stop a listening socket without closing it. Nobody accepts on it.
func stopListening(net.Listener) {}
