package sim

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim/commands"
	"github.com/modemsim/modemsim/sim/faults"
	"github.com/modemsim/modemsim/sim/gprs"
)

// A Modem is one module on one wire. New starts it; it runs until Close.
//
// Its methods may be called from any goroutine.
type Modem struct {
	wire     io.Closer
	lines    port.Lines
	ftp      FTPServer
	internet *internet.Hiding // nil: none
	log      *slog.Logger
	seed     uint64
	speed    float64
	known    commandSet // of the options; Load makes a table of it anew
	baud     int        // paces both directions; 0: no pacing

	// The mailbox takes what other goroutines post to the owner; done is closed
	// when the owner has ended.
	mailbox    chan func()
	done       chan struct{}
	life       context.Context // of everything that runs beside the owner
	end        context.CancelFunc
	background sync.WaitGroup
	closing    sync.Once
	judging    sync.Mutex // of a verdict when the owner has ended
	transcript record

	present atomic.Pointer[script] // the script, for Over

	// What follows belongs to the owner.
	state     *commands.State
	power     power
	downs     int    // how often the module has gone down
	goingDown bool   // it does when the running line has ended
	booting   *timer // ends the boot
	clock     clock
	timers    timers
	alarm     *time.Timer // of the first of them, while the owner waits
	row       int         // timers that have fired in a row
	stopping  bool
	portOpen  bool // a host may come
	observe   []func(Event)
	waiters   []*waiter
	faults    activeFaults // of the option Fault
	noisy     bool         // one of them, or the scenario's, has been at what the host types

	ch *channel // the conversation with the host
	output
	circuits
	incoming
	postOffice
	far  farEnd
	legs legs

	live   []*scenarios.Rule // the scenario, until the owner has loaded it
	script *script
}

// An Event is one thing that happened in the modem's life.
type Event = commands.Event

// New starts a modem on a wire: a port of package port, or anything that can
// be read and written. The modem closes the wire at its own end.
func New(wire io.ReadWriteCloser, options ...Option) (*Modem, error) {
	c := newConfig(options)
	settings, rules, err := c.compose()
	if err != nil {
		return nil, err
	}
	table, err := c.check(settings, rules, c.speed)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	state, err := commands.NewState(table, settings, start)
	if err != nil {
		return nil, fmt.Errorf("starting the modem: %w", err)
	}
	m := &Modem{
		wire: wire, lines: port.Of(wire), ftp: c.ftp, internet: c.network(), log: c.log, seed: c.seed, speed: c.speed, baud: c.baud,
		mailbox: make(chan func()),
		done:    make(chan struct{}),
		state:   state,
		observe: c.observe,
		clock:   clock{start: start, speed: c.speed},
		alarm:   time.NewTimer(time.Hour),
		live:    rules.Rules,
		known:   c.commandSet,
		script:  newScript(),
		output:  output{noise: faults.Chance(c.seed, "baud"), moduleBaud: settings.Baud, lineRate: state.NextRate},
	}
	if err := m.checkPort(rules.Rules); err != nil {
		return nil, err
	}
	m.ch = newChannel(m)
	m.state.ClockSet = m.startDays
	m.transcript = newRecord(m, c.records)
	m.addFaults(c.faults)
	if settings.Power == scenarios.PowerStart {
		m.power = powerOn
	} else if err := m.gprsEvent(gprs.PowerOff); err != nil {
		return nil, fmt.Errorf("starting the modem: %w", err)
	}
	m.present.Store(m.script)
	m.life, m.end = context.WithCancel(context.Background())
	if err := m.joinNetwork(c.exchange); err != nil {
		m.end()
		return nil, err
	}
	go m.run()
	return m, nil
}

// checkPort tells what the port of this modem keeps rules from.
func (m *Modem) checkPort(rules []*scenarios.Rule) error {
	if _, ok := m.lines.(port.Unplugger); !ok {
		return scenarios.CheckFixedPort(rules)
	}
	return nil
}

// Close ends the modem: a transfer is reset, the wire closed, everything that
// ran beside it has ended when Close returns.
func (m *Modem) Close() error {
	m.post(func() { m.stopping = true; m.ch.interrupt(commands.ErrReset) })
	<-m.done
	var err error
	m.closing.Do(func() {
		m.end()
		m.releaseLegs()
		m.line.Leave()
		err = m.wire.Close()
		m.background.Wait()
	})
	return err
}

// Done is closed when the modem has ended: by Close, or because its wire did.
func (m *Modem) Done() <-chan struct{} { return m.done }

// run is the owner: the one goroutine that reads and changes the modem's state.
func (m *Modem) run() {
	defer close(m.done)
	m.load(m.live)
	m.start()
	for len(m.script.typed) > 0 && !m.stopping { // before a host can open the port
		m.step()
	}
	m.openPort()
	for !m.stopping {
		m.step()
	}
	m.ch.dropStreams(commands.Dropped)
	m.ch.dropLinks(commands.Dropped)
	m.endFTP()
	m.attach(nil)
	m.transcript.End()
}

// openPort lets a host in, the first time that it is called.
func (m *Modem) openPort() {
	if m.portOpen {
		return
	}
	m.portOpen = true
	m.showCircuits()
	m.adoptRate()
	m.beside(m.readPort)
	if m.power == powerOn {
		m.startClocks()
		m.note(Event{Kind: scenarios.EventBoot})
	}
	m.heard()
}

// step lets one thing happen, and then updates the modem control lines and indicators.
func (m *Modem) step() {
	m.next()
	m.showCircuits()
	for _, text := range m.state.IndicatorURCs() {
		m.ch.urc(text)
	}
}

// timersInARow is how many timers go before a message that waits.
const timersInARow = 256

// next lets one thing happen. Timers that are due go before messages, but never
// so many in a row that the mailbox starves.
func (m *Modem) next() {
	now := time.Now()
	if t := m.timers.due(now); t != nil {
		m.timers.run(t)
		if m.row++; m.row >= timersInARow {
			m.row = 0
			select {
			case message := <-m.mailbox:
				message()
			default:
			}
		}
		return
	}
	m.row, m.script.burst = 0, 0
	message := m.await()
	now = time.Now()
	for i := 0; i < timersInARow; i++ {
		t := m.timers.due(now)
		if t == nil {
			break
		}
		m.timers.run(t)
	}
	if message != nil {
		message()
	}
}

// await waits for a message, or until a timer is due: then it returns nil.
func (m *Modem) await() func() {
	t := m.timers.first()
	if t == nil {
		return <-m.mailbox
	}
	m.alarm.Reset(time.Until(t.at))
	defer m.alarm.Stop()
	select {
	case message := <-m.mailbox:
		return message
	case <-m.alarm.C:
		return nil
	}
}

// post hands f to the owner. It is dropped when the owner has ended.
func (m *Modem) post(f func()) {
	select {
	case m.mailbox <- f:
	case <-m.done:
	}
}

// beside runs f in a goroutine that ends before Close returns.
func (m *Modem) beside(f func()) {
	m.background.Add(1)
	go func() {
		defer m.background.Done()
		f()
	}()
}

// note reports an event to observers and to the scenario's rules.
func (m *Modem) note(e Event) {
	// Of marks there are many.
	if m.log.Enabled(m.life, slog.LevelDebug) && e.Kind.Row().Arg != scenarios.MarkArg {
		m.log.Debug("event", "event", e.String())
	}
	for _, f := range m.observe {
		f(e)
	}
	m.happened(e)
	if e.Kind == scenarios.EventFTPReady {
		m.restarted(e)
	}
}

// Emit implements [commands.Engine].
func (m engine) Emit(e Event) { m.note(e) }
