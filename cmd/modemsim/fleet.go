package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/control"
)

// maxCount is how many modems a process starts at most: more than a machine
// has ptys, and few enough that identities differ in their last digits.
const maxCount = 10000

func bindCount(flags *pflag.FlagSet, count *int) {
	flags.IntVar(count, "count", 1, "start `N` modems; %d in a path of --link, --listen, --connect and --transcript is the number of the modem, from 1")
}

// A fleet is the modems of the process, of which there may be one, with what
// they stand on together.
type fleet struct {
	stations   []*station
	ftpAddress *net.TCPAddr    // where other clients reach the embedded server; nil: nowhere
	ctl        *control.Server // nil: none
	opened     []io.Closer
}

// start starts a modem for each world. On an error nothing is left.
func (f *modemFlags) start(worlds []world) (_ *fleet, err error) {
	fl := &fleet{}
	defer func() {
		if err != nil {
			err = errors.Join(err, fl.Close())
		}
	}()
	a, err := f.address()
	if err != nil {
		return nil, err
	}
	f.useProcessors()
	if !f.given("seed") {
		f.seed = rand.Uint64N(1_000_000_000) // short enough to be typed again
	}
	server, err := f.server(fl)
	if err != nil {
		return nil, err
	}
	if err := f.listenControl(fl); err != nil {
		return nil, err
	}
	for i, w := range worlds {
		fl.stations = append(fl.stations, &station{number: i + 1, world: w, seed: f.seed + uint64(i)})
	}
	for _, s := range fl.stations { // what may be taken comes first
		if err := f.lay(s, a); err != nil {
			return nil, fl.by(s, err)
		}
	}
	for _, s := range fl.stations {
		if err := f.launch(s, server); err != nil {
			return nil, fl.by(s, err)
		}
	}
	f.serveControl(fl)
	return fl, nil
}

// useProcessors leaves one processor to one modem. A byte passes through several
// goroutines one after the other. With more processors the runtime wakes a
// thread at each hand-over, which costs more than it gains
// (docs/performance.md). Several modems have something to do at once.
func (f *modemFlags) useProcessors() {
	if f.count == 1 && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}

// by says which of several modems an error is about.
func (fl *fleet) by(s *station, err error) error {
	if len(fl.stations) == 1 {
		return err
	}
	return fmt.Errorf("modem %d: %w", s.number, err)
}

// judged reports whether the modems live through scenarios.
func (fl *fleet) judged() bool { return fl.stations[0].world.scenario != "" }

// over is closed when the scenario of every modem has ended its run. Without
// scenarios the run outlives those that are loaded while it lasts.
func (fl *fleet) over() <-chan struct{} {
	if !fl.judged() {
		return nil
	}
	over := make(chan struct{})
	go func() {
		for _, s := range fl.stations {
			select {
			case <-s.modem.Over():
			case <-s.modem.Done(): // of one that ended by itself it never is
				return
			}
		}
		close(over)
	}()
	return over
}

// isOver is whether that has happened, by what the modems have been told.
func (fl *fleet) isOver() bool {
	return fl.judged() && !slices.ContainsFunc(fl.stations, func(s *station) bool {
		select {
		case <-s.modem.Over():
			return false
		default:
			return true
		}
	})
}

// gone gives the first modem that has ended by itself.
func (fl *fleet) gone() <-chan *station {
	gone := make(chan *station, len(fl.stations))
	for _, s := range fl.stations {
		go func() {
			<-s.modem.Done()
			gone <- s
		}()
	}
	return gone
}

// each does something with every modem at once, and waits for that.
func (fl *fleet) each(do func(i int, s *station)) {
	var all sync.WaitGroup
	for i, s := range fl.stations {
		all.Go(func() { do(i, s) })
	}
	all.Wait()
}

// Close ends the modems and then what they stood on, the last opened first.
func (fl *fleet) Close() error {
	errs := make([]error, len(fl.stations))
	fl.each(func(i int, s *station) { errs[i] = s.Close() })
	err := errors.Join(errs...)
	for _, c := range slices.Backward(fl.opened) {
		err = errors.Join(err, c.Close())
	}
	fl.opened = nil
	return err
}

// environment is what a program under exec finds.
func (fl *fleet) environment() []string {
	var paths []string
	for _, s := range fl.stations {
		paths = append(paths, s.wire.path)
	}
	env := append(os.Environ(), "MODEMSIM_TTY="+paths[0], "MODEMSIM_TTYS="+strings.Join(paths, "\n"))
	if fl.ctl != nil {
		env = append(env, controlEnv+"="+fl.controlAddress())
	}
	return env
}
