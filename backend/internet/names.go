package internet

import (
	"hash/fnv"
	"net/netip"
	"strings"
	"sync"
)

// names gives each name an address of its ranges, and keeps which.
type names struct {
	ranges []netip.Prefix // of 24 bits

	mu        sync.Mutex
	addresses map[string]netip.Addr
	owners    map[netip.Addr]string
}

// The ranges for documentation (RFC 5737), which are nobody's. Names that are mapped have one of
// their own, so that their addresses are never those of others.
var (
	embeddedRanges = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24")}
	mappedRanges   = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
)

func newNames(ranges []netip.Prefix) *names {
	return &names{ranges: ranges, addresses: make(map[string]netip.Addr), owners: make(map[netip.Addr]string)}
}

// hostsInRange is how many addresses of a range are given: neither the first nor the last.
const hostsInRange = 254

// address returns the address of a name in its canonical form, the same in every run: its hash says
// which, and of two names with the same hash the one that is asked for later has the next that is
// free. When all are taken, names share that of their hash, so that endless names take no more
// memory.
func (n *names) address(name string) netip.Addr {
	n.mu.Lock()
	defer n.mu.Unlock()
	if a, known := n.addresses[name]; known {
		return a
	}
	size := hostsInRange * len(n.ranges)
	hash := fnv.New32a()
	hash.Write([]byte(name))
	first := int(hash.Sum32() % uint32(size))
	for i := range size {
		a := n.at((first + i) % size)
		if n.owners[a] == "" {
			n.addresses[name], n.owners[a] = a, name
			return a
		}
	}
	return n.at(first)
}

// at is the i-th address of the ranges.
func (n *names) at(i int) netip.Addr {
	b := n.ranges[i/hostsInRange].Addr().As4()
	b[3] = byte(1 + i%hostsInRange)
	return netip.AddrFrom4(b)
}

// lookup returns the address of a name that has one already.
func (n *names) lookup(name string) (netip.Addr, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	a, ok := n.addresses[name]
	return a, ok
}

// name returns the name that has an address.
func (n *names) name(a netip.Addr) (string, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	name, ok := n.owners[a.Unmap()]
	return name, ok
}

// canonical returns the form in which names are compared, or "" for what cannot be the name of a
// host (RFC 1035 2.3.4).
func canonical(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if len(name) > 253 {
		return ""
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, notInNames) {
			return ""
		}
	}
	return name
}

// notInNames reports whether a character is in no name of a host. The underscore is in some.
func notInNames(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}
