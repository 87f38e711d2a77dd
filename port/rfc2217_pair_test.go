package port

import (
	"slices"
	"testing"
)

// A pair is a server and a client, connected to each other.
type pair struct {
	t              *testing.T
	server, client protocol
	events         []Event // of the end that received last
}

func newPair(t *testing.T) *pair {
	p := &pair{t: t, server: newRFC2217Server(), client: newRFC2217Client(115200)}
	p.pass(p.server.start(), p.client.start())
	return p
}

// pass carries bytes between both until neither has more to send.
func (p *pair) pass(toClient, toServer []byte) {
	p.t.Helper()
	p.events = nil
	for rounds := 0; len(toClient)+len(toServer) > 0; rounds++ {
		if rounds > 10 {
			p.t.Fatalf("they do not end; the server says %s, the client %s", commands(toClient), commands(toServer))
		}
		fromClient, answer := p.client.receive(toClient)
		fromServer, reply := p.server.receive(toServer)
		p.events = append(append(p.events, fromServer...), fromClient...)
		toServer, toClient = answer, reply
	}
}

func (p *pair) wants(what string, want ...string) {
	p.t.Helper()
	if got := told(p.events); !slices.Equal(got, want) {
		p.t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

// The server plays the access server whose line leads to a host, the client the modem: what one
// puts on its lines arrives at the other.
func TestRFC2217Pair(t *testing.T) {
	p := newPair(t)
	p.wants("at the start, of a modem without power", "speed 115200", "format 8N1", "dtr false", "rts false")

	modem := func(s Signals) { t.Helper(); p.pass(nil, p.client.signal(s)) }
	modem(Signals{CTS: true, DSR: true})
	p.wants("the modem has power", "rts true")
	modem(Signals{CTS: true, DSR: true, DCD: true})
	p.wants("a carrier", "dtr true")
	modem(Signals{DSR: true, DCD: true})
	p.wants("the modem is full", "rts false")
	modem(Signals{CTS: true, DSR: true})
	p.wants("no carrier", "dtr false", "rts true")
	modem(Signals{CTS: true, DSR: true, RI: true})
	p.wants("a ring, for which the cable has no wire")

	host := func(s Signals) { t.Helper(); p.pass(p.server.signal(s), nil) }
	host(Signals{CTS: true, DSR: true})
	p.wants("the host is there: as it was taken to be")
	host(Signals{CTS: true})
	p.wants("it drops DTR", "dtr false")
	host(Signals{DSR: true})
	p.wants("it drops RTS and has DTR", "dtr true", "rts false")
	host(Signals{DSR: true, RI: true, DCD: true})
	p.wants("lines that it has not")
	host(Signals{CTS: true, DSR: true})
	p.wants("it has RTS", "rts true")

	all := make([]byte, 0, 512)
	for b := range 256 {
		all = append(all, byte(b), byte(b))
	}
	want := told([]Event{{Kind: Data, Data: all}})
	p.pass(p.server.encode(all), nil)
	p.wants("bytes of the host", want...)
	p.pass(nil, p.client.encode(all))
	p.wants("bytes of the modem", want...)
}
