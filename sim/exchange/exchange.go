// Package exchange connects modems by their numbers, as a mobile network does: what one of them
// sends reaches the one that has the number.
package exchange

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/modemsim/modemsim/sim/messages"
)

// An Exchange connects modems. Modems of different exchanges hear nothing of each other. It may be
// used from any goroutine; the zero value is not ready, New makes one.
type Exchange struct {
	mu    sync.Mutex
	lines map[string]*Line // by number, without +
}

// New returns an exchange without modems.
func New() *Exchange { return &Exchange{lines: make(map[string]*Line)} }

// A Line is what a modem has of an exchange.
type Line struct {
	exchange *Exchange
	number   string
	arrives  func()
	waiting  []Item
}

// An Item is a message on its way to a modem, or a signal about a call.
type Item struct {
	Signal *Signal // nil: a message
	PDU    messages.PDU
	// Received is called by the modem that takes the message, from its own goroutine, with the time
	// at which it has; nil: nobody asks.
	Received func(when time.Time)
}

// maxWaiting is how many items wait for a modem that does not take them.
const maxWaiting = 10_000

// key is what numbers are compared by: +4912 and 4912 are the same.
func key(number string) string { return strings.TrimPrefix(number, "+") }

// Join gives a modem a line. arrives is called when something is there for it to take: from any
// goroutine, and it must neither wait nor use the exchange. The error says that another modem has
// the number.
func (x *Exchange) Join(number string, arrives func()) (*Line, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.lines[key(number)] != nil {
		return nil, taken(number)
	}
	l := &Line{exchange: x, number: number, arrives: arrives}
	x.lines[key(number)] = l
	return l, nil
}

// Has reports whether a number is that of the line.
func (l *Line) Has(number string) bool { return key(l.number) == key(number) }

// Renumber gives the line another number, which keeps what waits there. The modem calls it from the
// goroutine that calls Has. A line that was taken away stays away.
func (l *Line) Renumber(number string) error {
	x := l.exchange
	x.mu.Lock()
	defer x.mu.Unlock()
	switch other := x.lines[key(number)]; {
	case other != nil && other != l:
		return taken(number)
	case x.lines[key(l.number)] == l:
		delete(x.lines, key(l.number))
		x.lines[key(number)] = l
	}
	l.number = number
	return nil
}

// taken says that another modem has a number.
func taken(number string) error {
	return fmt.Errorf("another modem of this exchange has the number %s", number)
}

// Leave takes the line away. When it has returned, arrives is not called any more.
func (l *Line) Leave() {
	l.exchange.mu.Lock()
	defer l.exchange.mu.Unlock()
	if l.exchange.lines[key(l.number)] == l {
		delete(l.exchange.lines, key(l.number))
	}
}

// Send gives an item to the modem that has a number. It reports whether there is one, and the item
// has not been refused because too many wait.
func (x *Exchange) Send(number string, item Item) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	to := x.lines[key(number)]
	return to != nil && to.take(item)
}

// take puts an item behind those that wait, unless too many do.
func (l *Line) take(item Item) bool {
	if len(l.waiting) == maxWaiting {
		return false
	}
	l.waiting = append(l.waiting, item)
	l.arrives()
	return true
}

// Take returns what has come for the modem, in its order.
func (l *Line) Take() []Item {
	l.exchange.mu.Lock()
	defer l.exchange.mu.Unlock()
	items := l.waiting
	l.waiting = nil
	return items
}
