package exchange

// A Circuit is a call between two modems. Its address is what tells it from others.
type Circuit struct {
	Caller *Line
	Number string // of the caller, as the other modem is shown it; "": it is not
}

// A Stage is how far a call between modems has come.
type Stage int

// The stages, in the order in which they happen; a call may be released at each of them.
const (
	Setup    Stage = iota // the caller has dialled
	Alerting              // the other modem rings
	Answered
	Released
)

// A Signal is what one end of a call tells the other.
type Signal struct {
	Circuit *Circuit
	From    *Line // of the end that tells it
	Stage   Stage
	Busy    bool // of Released: the other modem has a call
}

// Tell gives a signal to the modem that has a line. It reports whether the line is still there.
func (l *Line) Tell(s Signal) bool {
	l.exchange.mu.Lock()
	defer l.exchange.mu.Unlock()
	return l.exchange.lines[key(l.number)] == l && l.take(Item{Signal: &s})
}

// Call gives the signal Setup to the modem that has a number. It reports whether there is one.
func (x *Exchange) Call(number string, c *Circuit) bool {
	return x.Send(number, Item{Signal: &Signal{Circuit: c, From: c.Caller, Stage: Setup}})
}
