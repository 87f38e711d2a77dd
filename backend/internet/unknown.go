package internet

import (
	"context"
	"net"
	"slices"
	"sync"
)

// Hiding is a network that does not know some of the names of another one.
type Hiding struct {
	Network
	unknownNames
}

// Hide returns a network that knows the names of another one, until [Hiding.Unknown] says
// otherwise.
func Hide(n Network) *Hiding { return &Hiding{Network: n} }

// LookupHost implements [Network].
func (h *Hiding) LookupHost(ctx context.Context, name string) ([]string, error) {
	if h.has(name) {
		return nil, NotFound(name)
	}
	return h.Network.LookupHost(ctx, name)
}

// LookupAddr implements [Network].
func (h *Hiding) LookupAddr(ctx context.Context, address string) ([]string, error) {
	found, err := h.Network.LookupAddr(ctx, address)
	if err != nil {
		return nil, err
	}
	if found = slices.DeleteFunc(found, h.has); len(found) == 0 {
		return nil, NotFound(address)
	}
	return found, nil
}

// unknownNames are the names that a network is not to know. The zero value is none.
type unknownNames struct {
	mu    sync.Mutex
	names map[string]bool // in their canonical form
}

// Unknown makes the network not know a name.
func (u *unknownNames) Unknown(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.names == nil {
		u.names = make(map[string]bool)
	}
	u.names[canonical(name)] = true
}

// Known ends [unknownNames.Unknown].
func (u *unknownNames) Known(name string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.names, canonical(name))
}

// KnowAll ends every [unknownNames.Unknown].
func (u *unknownNames) KnowAll() {
	u.mu.Lock()
	defer u.mu.Unlock()
	clear(u.names)
}

func (u *unknownNames) has(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.names[canonical(name)]
}

// NotFound returns the error of a lookup that finds nothing: a *net.DNSError with IsNotFound.
func NotFound(what string) error {
	return &net.DNSError{Err: "no such host", Name: what, IsNotFound: true}
}
