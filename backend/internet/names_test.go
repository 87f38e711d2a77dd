package internet

import (
	"fmt"
	"testing"
)

// Its address is the same in every run and in every spelling, and leads back to the name.
func TestNames(t *testing.T) {
	e := newEmbedded(t, Options{})
	wantUnknown(t, "198.51.100.112", e.LookupAddr)
	wantFound(t, "www.example.com", "198.51.100.112", e.LookupHost)
	wantFound(t, "WWW.Example.com.", "198.51.100.112", e.LookupHost)
	wantFound(t, "198.51.100.112", "www.example.com", e.LookupAddr)
	wantFound(t, "::ffff:198.51.100.112", "www.example.com", e.LookupAddr)
	wantFound(t, "192.0.2.9", "192.0.2.9", e.LookupHost)
	for _, name := range []string{"", ".", "a..b", "two words", "a/b", "ä.example", fmt.Sprintf("%0300d", 1), fmt.Sprintf("%064d", 1)} {
		wantUnknown(t, name, e.LookupHost)
	}
	if _, err := e.LookupAddr(t.Context(), "no address"); err == nil {
		t.Error("an address that is none was found")
	}
}

// Every name has an address of its own as long as there are some, then it shares one.
func TestEndlessNames(t *testing.T) {
	e := newEmbedded(t, Options{})
	owners := make(map[string]string)
	for i := range 2000 {
		name := fmt.Sprintf("host%d.example", i)
		found, err := e.LookupHost(t.Context(), name)
		must(t, err)
		owner := owners[found[0]]
		if owner == "" {
			owners[found[0]], owner = name, name
		} else if i < 2*hostsInRange {
			t.Errorf("%s has the address of %s", name, owner)
		}
		wantFound(t, found[0], owner, e.LookupAddr)
	}
	if len(owners) != 2*hostsInRange {
		t.Errorf("%d addresses", len(owners))
	}
}

// A name that is made unknown is so both ways, for that network alone, until it is known again.
func TestUnknownNames(t *testing.T) {
	e := newEmbedded(t, Options{})
	hiding := Hide(e)
	for _, n := range []interface {
		Network
		Unknown(string)
		Known(string)
		KnowAll()
	}{hiding, e} {
		wantFound(t, "www.example.com", "198.51.100.112", n.LookupHost)
		n.Unknown("WWW.example.com.")
		wantUnknown(t, "www.example.com", n.LookupHost)
		wantUnknown(t, "198.51.100.112", n.LookupAddr)
		if n == Network(hiding) {
			wantFound(t, "www.example.com", "198.51.100.112", e.LookupHost)
		}
		n.Known("www.EXAMPLE.com")
		wantFound(t, "www.example.com", "198.51.100.112", n.LookupHost)
		wantFound(t, "198.51.100.112", "www.example.com", n.LookupAddr)
		n.Unknown("www.example.com")
		n.KnowAll()
		wantFound(t, "www.example.com", "198.51.100.112", n.LookupHost)
	}
	wantUnknown(t, "203.0.113.1", hiding.LookupAddr)
}
