package internet

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
)

// Map returns a network whose connections to the keys of a table, each NAME:PORT or IP:PORT, go to
// its values, each HOST:PORT, by ordinary sockets. Everything else is as in n; so are the other
// ports of such a name. The address of the name is one for documentation.
func Map(n Network, table map[string]string) (Network, error) {
	m := &mapped{Network: n, names: newNames(mappedRanges), targets: make(map[netip.AddrPort]string)}
	keys := slices.Sorted(maps.Keys(table)) // so that the addresses are the same in every run
	for _, key := range keys {
		if err := m.add(key, table[key]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// mapped is the network of [Map].
type mapped struct {
	Network
	names   *names // those that are mapped; complete before the first call
	targets map[netip.AddrPort]string
}

// add maps one name or address and port.
func (m *mapped) add(key, target string) error {
	host, port, err := hostPort(key)
	if err != nil {
		return fmt.Errorf("%q is not NAME:PORT or IP:PORT: %w", key, err)
	}
	if _, _, err := hostPort(target); err != nil {
		return fmt.Errorf("%q is not HOST:PORT: %w", target, err)
	}
	address, err := netip.ParseAddr(host)
	if err != nil {
		name := canonical(host)
		if name == "" {
			return fmt.Errorf("%q is not the name of a host", host)
		}
		address = m.names.address(name)
		if owner, _ := m.names.name(address); owner != name {
			return fmt.Errorf("%s: there are no more than %d mapped names", host, hostsInRange*len(mappedRanges))
		}
	}
	at := netip.AddrPortFrom(address.Unmap(), port)
	if m.targets[at] != "" {
		return fmt.Errorf("%s is mapped twice", key)
	}
	m.targets[at] = target
	return nil
}

// hostPort splits an address whose port is a number above 0.
func hostPort(address string) (host string, port uint16, err error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	n, err := strconv.ParseUint(service, 10, 16)
	switch {
	case err != nil || n == 0:
		return "", 0, fmt.Errorf("port %q is not 1 to 65535", service)
	case host == "":
		return "", 0, errors.New("the host is missing")
	}
	return host, uint16(n), nil
}

// DialContext implements [Network].
func (m *mapped) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return m.Network.DialContext(ctx, network, address)
	}
	if target, ok := m.targets[netip.AddrPortFrom(at.Addr().Unmap(), at.Port())]; ok {
		return new(net.Dialer).DialContext(ctx, network, target)
	}
	if name, ok := m.names.name(at.Addr()); ok {
		found, err := m.Network.LookupHost(ctx, name)
		if err != nil {
			return nil, &net.OpError{Op: "dial", Net: network, Addr: net.TCPAddrFromAddrPort(at), Err: err}
		}
		address = net.JoinHostPort(found[0], strconv.Itoa(int(at.Port())))
	}
	return m.Network.DialContext(ctx, network, address)
}

// LookupHost implements [Network].
func (m *mapped) LookupHost(ctx context.Context, name string) ([]string, error) {
	if a, ok := m.names.lookup(canonical(name)); ok {
		return []string{a.String()}, nil
	}
	return m.Network.LookupHost(ctx, name)
}

// LookupAddr implements [Network].
func (m *mapped) LookupAddr(ctx context.Context, address string) ([]string, error) {
	if a, err := netip.ParseAddr(address); err == nil {
		if name, ok := m.names.name(a); ok {
			return []string{name}, nil
		}
	}
	return m.Network.LookupAddr(ctx, address)
}
