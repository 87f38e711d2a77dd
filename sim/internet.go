package sim

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/scenarios"
)

var errNoNetwork = errors.New("this modem has no network")

// network is the network of one modem, which has names that it alone does not know.
func (c *config) network() *internet.Hiding {
	if c.internet == nil {
		return nil
	}
	return internet.Hide(c.internet)
}

// actNet changes what the name server knows, for this modem.
func (m *Modem) actNet(a scenarios.NetAction) error {
	switch {
	case m.internet == nil:
		return fmt.Errorf("net: %w (sim.Internet gives it one)", errNoNetwork)
	case a.Known:
		m.internet.Known(a.Name)
	default:
		m.internet.Unknown(a.Name)
	}
	return nil
}

// Dial implements [commands.Engine].
func (m engine) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	switch {
	case m.internet != nil:
		return m.internet.DialContext(ctx, network, address)
	case m.ftp.Dial != nil:
		return m.ftp.Dial(ctx, network, address)
	}
	return nil, errNoNetwork
}

// LookupHost implements [commands.Engine].
func (m engine) LookupHost(ctx context.Context, name string) (address string, err error) {
	if m.internet == nil {
		return "", errNoNetwork
	}
	addresses, err := m.internet.LookupHost(ctx, name)
	if err != nil {
		return "", err
	}
	for _, text := range addresses {
		if a, err := netip.ParseAddr(text); err == nil && a.Unmap().Is4() {
			return a.Unmap().String(), nil
		}
	}
	return "", internet.NotFound(name)
}

// LookupAddr implements [commands.Engine].
func (m engine) LookupAddr(ctx context.Context, address string) (name string, err error) {
	if m.internet == nil {
		return "", errNoNetwork
	}
	names, err := m.internet.LookupAddr(ctx, address)
	switch {
	case err != nil:
		return "", err
	case len(names) == 0:
		return "", internet.NotFound(address)
	}
	return names[0], nil
}
