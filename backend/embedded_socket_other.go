//go:build !unix

package backend

import "net"

// stopListening does nothing: this system cannot stop a listening socket without closing it. Nobody
// accepts on the socket.
func stopListening(net.Listener) {}
