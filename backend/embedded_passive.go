package backend

import (
	"errors"
	"maps"
	"net"
	"slices"
	"time"

	"github.com/modemsim/modemsim/backend/memnet"
)

// memoryPorts makes the library show the port of the listener that WrapPassiveListener returns: an
// exposed port of 0 makes it ask the listener. The library calls FetchNext many times for one PASV,
// so it keeps no state.
type memoryPorts struct{}

// FetchNext implements ftpserver.PasvPortGetter.
func (memoryPorts) FetchNext() (exposed, listened int, ok bool) { return 0, 0, true }

// NumberAttempts implements ftpserver.PasvPortGetter.
func (memoryPorts) NumberAttempts() int { return 1 }

// dataListener is a listener for a data connection.
type dataListener interface {
	net.Listener
	SetDeadline(time.Time) error
}

// WrapPassiveListener replaces the socket that the library has just opened on all interfaces by a
// listener that the session's client can reach. The library sets deadlines on the socket until the
// transfer, so it must stay open; stopListening makes the system refuse connections to it.
func (d *embeddedDriver) WrapPassiveListener(socket net.Listener) (net.Listener, error) {
	stopListening(socket)
	data, err := d.listenForData()
	if err != nil {
		socket.Close()
		return nil, err
	}
	l := &passiveListener{dataListener: data, socket: socket, server: d.Embedded}
	if !d.track(l) {
		l.Close()
		return nil, errShuttingOff
	}
	return l, nil
}

// listenInMemory listens on the next free port of the memory network that was not used as a control
// port.
func (e *Embedded) listenInMemory() (dataListener, error) {
	for {
		l, err := e.network.Listen(&net.TCPAddr{})
		if err != nil {
			return nil, err
		}
		if e.claim(l.Addr().(*net.TCPAddr).Port, dataPort) {
			return l.(*memnet.Listener), nil
		}
		l.Close()
	}
}

// track makes Close close l, which the library does not close if PASV fails half way. It returns
// false once Close has begun.
func (e *Embedded) track(l *passiveListener) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		e.passive[l] = struct{}{}
	}
	return !e.closed
}

// closePassive closes the listeners that no session has closed.
func (e *Embedded) closePassive() {
	e.mu.Lock()
	left := slices.Collect(maps.Keys(e.passive))
	e.mu.Unlock()
	for _, l := range left {
		if err := l.socket.Close(); err != nil { // the listener was closed by Close
			e.options.Log.Warn("socket of an unused passive listener", "err", err)
		}
	}
}

// passiveListener waits for the data connection of one transfer.
type passiveListener struct {
	dataListener
	socket net.Listener
	server *Embedded
}

// Accept sets a limit of its own: the library sets its deadline on the socket, where nobody waits.
func (l *passiveListener) Accept() (net.Conn, error) {
	if err := l.SetDeadline(time.Now().Add(dataSeconds * time.Second)); err != nil {
		return nil, err
	}
	return l.dataListener.Accept()
}

// Close closes the socket with the listener.
func (l *passiveListener) Close() error {
	l.server.mu.Lock()
	delete(l.server.passive, l)
	l.server.mu.Unlock()
	return errors.Join(l.dataListener.Close(), l.socket.Close())
}
