package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"slices"

	"github.com/modemsim/modemsim/control"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// A station is a running modem with everything that it stands on.
type station struct {
	modem      *sim.Modem
	path       string          // what a host opens
	ftpAddress *net.TCPAddr    // where other clients reach the embedded server; nil: nowhere
	ctl        *control.Server // nil: none
	opened     []io.Closer
}

// start starts a modem. On an error nothing is left.
func (f *modemFlags) start(w world) (_ *station, err error) {
	s := &station{}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if !f.seeded() {
		f.seed = rand.Uint64N(1_000_000_000) // short enough to be typed again
	}
	server, err := f.server(s)
	if err != nil {
		return nil, err
	}
	record, err := f.record(s)
	if err != nil {
		return nil, err
	}
	if err := f.listenControl(s); err != nil {
		return nil, err
	}
	options := []sim.Option{
		sim.Settings(w.settings), sim.FTP(server), sim.Log(f.log()), sim.Seed(f.seed), sim.Speed(f.speed), sim.Baud(f.baud), sim.TranscriptTo(record),
	}
	for _, script := range w.rules {
		options = append(options, sim.Scenario(script))
	}
	if err := s.open(f.wire(), options); err != nil {
		return nil, err
	}
	f.serveControl(s)
	return s, nil
}

// over is closed when the scenario ends the run. Without one the run outlives
// those that are loaded while it lasts.
func (s *station) over(scenario string) <-chan struct{} {
	if scenario == "" {
		return nil
	}
	return s.modem.Over()
}

// open makes the pty, and the modem that holds it from then on.
func (s *station) open(wire port.PTYOptions, options []sim.Option) error {
	pty, err := openPTY(wire)
	if err != nil {
		return usage(err)
	}
	s.path = pty.Path()
	s.modem, err = sim.New(pty, options...)
	if err != nil {
		return errors.Join(err, pty.Close())
	}
	s.opened = append(s.opened, s.modem)
	return nil
}

// tty is a pty with the path that hosts open.
type tty interface {
	io.ReadWriteCloser
	Path() string
}

// openPTY makes a pty; under a link it is one that scenarios can unplug.
func openPTY(o port.PTYOptions) (tty, error) {
	if o.Link != "" {
		return port.OpenPluggable(o)
	}
	return port.OpenPTY(o)
}

func (f *modemFlags) wire() port.PTYOptions {
	return port.PTYOptions{Link: f.link, Mode: fs.FileMode(f.mode), Group: f.group}
}

// log is where the modem logs to: errors always, events with --verbose.
func (f *modemFlags) log() *slog.Logger {
	level := slog.LevelError
	if f.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
}

// record is where the transcript goes: the file of --transcript, and with
// --verbose its FTP lines to the log; nil for nowhere.
func (f *modemFlags) record(s *station) (io.Writer, error) {
	var records []io.Writer
	if f.verbose {
		records = append(records, ftpLog{f.log()})
	}
	if f.transcript.name != "" {
		file, err := f.transcript.open()
		if err != nil {
			return nil, wrong("name a file in a folder that you can write to", "--transcript: %w", err)
		}
		s.opened = append(s.opened, file)
		records = append(records, file)
	}
	if len(records) == 0 {
		return nil, nil
	}
	return io.MultiWriter(records...), nil
}

// A recordFile is the file of --transcript. Several runs follow each other in it.
type recordFile struct {
	name  string
	begun bool
}

func (r *recordFile) open() (*os.File, error) {
	flag := os.O_TRUNC
	if r.begun {
		flag = os.O_APPEND
	}
	r.begun = true
	return os.OpenFile(r.name, os.O_WRONLY|os.O_CREATE|flag, 0o666)
}

// Close ends the modem and then what it stood on, the last opened first.
func (s *station) Close() error {
	var err error
	for _, c := range slices.Backward(s.opened) {
		err = errors.Join(err, c.Close())
	}
	s.opened = nil
	return err
}

// greet says on standard error what answers at the path, and what it is to
// live through; "": no scenario.
func (f *modemFlags) greet(w io.Writer, s *station, scenario string) {
	if f.quiet {
		return
	}
	fmt.Fprintf(w, "modemsim: an %s answers at %s; ", f.profile, s.path)
	if scenario != "" {
		fmt.Fprintf(w, "scenario %s; ", scenario)
	}
	fmt.Fprintf(w, "FTP: %s; seed %d\n", f.describe(s), f.seed)
}
