package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/exchange"
)

// A Fleet is one or more modems that run, with one FTP server and perhaps a control socket for all
// of them. It has to be finished or closed.
type Fleet struct {
	config     Config
	modems     []*Modem
	begun      time.Time
	ftpAddress *net.TCPAddr
	control    *control.Server // nil: none
	opened     []io.Closer
}

// Start starts the modems of a Config. On an error, which is an [Error] where a part of it could
// not be had, nothing is left running.
func Start(c Config) (_ *Fleet, err error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	f := &Fleet{config: c, begun: time.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	far, err := f.openFar()
	if err != nil {
		return nil, err
	}
	if err := f.listenControl(); err != nil {
		return nil, err
	}
	if err := f.startModems(far); err != nil {
		return nil, err
	}
	f.serveControl()
	return f, nil
}

// openFar opens what the modems reach, and returns the options of it.
func (f *Fleet) openFar() ([]sim.Option, error) {
	files, err := f.config.openFiles(f)
	if err != nil {
		return nil, err
	}
	server, err := f.config.FTP.open(f, files)
	if err != nil {
		return nil, err
	}
	network, err := f.config.Net.open(f, files)
	if err != nil {
		return nil, err
	}
	return []sim.Option{sim.FTP(server), sim.Internet(network), sim.Network(exchange.New())}, nil
}

// startModems opens all wires first, since they are what others may have taken already. The modems
// send each other messages, and none of another fleet.
func (f *Fleet) startModems(far []sim.Option) error {
	for i := range f.config.count() {
		m := &Modem{Number: i + 1, Seed: f.config.Seed + uint64(i)}
		f.modems = append(f.modems, m)
	}
	for _, m := range f.modems {
		if err := m.openWire(f.config.Wire); err != nil {
			return &Error{PartWire, f.shownNumber(m), err}
		}
	}
	for _, m := range f.modems {
		if err := m.start(f.config, far); err != nil {
			return f.about(m, err)
		}
	}
	return nil
}

// Modems returns the modems in the order of their numbers.
func (f *Fleet) Modems() []*Modem { return f.modems }

// FTPAddress returns where other clients reach the embedded FTP server; nil: nowhere.
func (f *Fleet) FTPAddress() *net.TCPAddr { return f.ftpAddress }

// ControlAddress returns where the control socket is; "": there is none.
func (f *Fleet) ControlAddress() string {
	if f.control == nil {
		return ""
	}
	return f.control.Address()
}

// listenControl opens the control socket. It ends after the modems, so that those who follow a
// transcript see its end.
func (f *Fleet) listenControl() (err error) {
	if f.config.Control == "" {
		return nil
	}
	if f.control, err = control.Listen(f.config.Control); err != nil {
		return &Error{Part: PartControl, Err: err}
	}
	f.opened = append(f.opened, f.control)
	return nil
}

// serveControl answers for the fleet's modems at the control socket.
func (f *Fleet) serveControl() {
	if f.control == nil {
		return
	}
	var modems []*control.Modem
	for _, m := range f.modems {
		modems = append(modems, &control.Modem{Modem: m.Modem, Prepare: func(script *scenarios.Script) (scenarios.Settings, *scenarios.Script, error) {
			return f.config.compose(m.Number, script)
		}})
	}
	f.control.Serve(modems...)
}

// shownNumber is the number of a modem in messages: 0 when it is the only one.
func (f *Fleet) shownNumber(m *Modem) int {
	if len(f.modems) == 1 {
		return 0
	}
	return m.Number
}

// about says which of several modems an error is about.
func (f *Fleet) about(m *Modem, err error) error {
	if n := f.shownNumber(m); n != 0 {
		return fmt.Errorf("%s%w", modemPrefix(n), err)
	}
	return err
}

// Scenario returns the name of the scenario, or the names of those of the modems; "": there is
// none.
func (f *Fleet) Scenario() string {
	var names []string
	for _, scenario := range f.config.Scenarios {
		names = append(names, scenario.Name)
	}
	return strings.Join(names, " ")
}

// judged reports whether the modems run scenarios.
func (f *Fleet) judged() bool { return len(f.config.Scenarios) > 0 }

// Over returns a channel that is closed when the scenario of every modem has ended its run. Without
// scenarios it is nil: the run outlives those that are loaded while it lasts.
func (f *Fleet) Over() <-chan struct{} {
	if !f.judged() {
		return nil
	}
	over := make(chan struct{})
	go func() {
		for _, m := range f.modems {
			select {
			case <-m.Over():
			case <-m.Done(): // of one that ended by itself it never is
				return
			}
		}
		close(over)
	}()
	return over
}

// isOver reports whether the scenario of every modem has ended its run.
func (f *Fleet) isOver() bool {
	return f.judged() && !slices.ContainsFunc(f.modems, func(m *Modem) bool {
		select {
		case <-m.Over():
			return false
		default:
			return true
		}
	})
}

// gone returns a channel that gives each modem that has ended.
func (f *Fleet) gone() <-chan *Modem {
	gone := make(chan *Modem, len(f.modems))
	for _, m := range f.modems {
		go func() {
			<-m.Done()
			gone <- m
		}()
	}
	return gone
}

// Wait waits for what ends a run without a program: the scenarios, a signal, ctx, or a modem that
// ends by itself, which is an error.
func (f *Fleet) Wait(ctx context.Context, signals <-chan os.Signal) (e Ending, err error) {
	select {
	case <-signals:
		e.Cause = BySignal
	case <-ctx.Done():
		e.Cause = ByContext
	case <-f.Over():
		e.Cause = ByScenario
	case m := <-f.gone():
		err = f.about(m, ErrGone)
	}
	e.After = time.Since(f.begun)
	return e, err
}

// each does something with every modem at once, and waits for that.
func (f *Fleet) each(do func(i int, m *Modem)) {
	var all sync.WaitGroup
	for i, m := range f.modems {
		all.Go(func() { do(i, m) })
	}
	all.Wait()
}

// Close ends the modems and then what they shared, the last opened first.
func (f *Fleet) Close() error {
	errs := make([]error, len(f.modems))
	f.each(func(i int, m *Modem) { errs[i] = m.close() })
	err := errors.Join(errs...)
	for _, c := range slices.Backward(f.opened) {
		err = errors.Join(err, c.Close())
	}
	f.opened = nil
	return err
}

// The environment of a program that runs with the modems.
const (
	EnvTTY     = "MODEMSIM_TTY"  // the path of modem 1
	EnvTTYs    = "MODEMSIM_TTYS" // the paths of all modems, one a line
	EnvControl = "MODEMSIM_CTL"  // the control socket, where there is one
)

// Environment returns what a program that runs with the modems finds in its environment beside the
// rest, each as KEY=VALUE.
func (f *Fleet) Environment() []string {
	var paths []string
	for _, m := range f.modems {
		paths = append(paths, m.Path)
	}
	env := []string{EnvTTY + "=" + paths[0], EnvTTYs + "=" + strings.Join(paths, "\n")}
	if f.control != nil {
		env = append(env, EnvControl+"="+f.ControlAddress())
	}
	return env
}
