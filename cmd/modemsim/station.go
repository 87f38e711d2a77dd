package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// A station is a running modem with what it alone stands on.
type station struct {
	number int // from 1
	world  world
	seed   uint64
	wire   wire
	modem  *sim.Modem
	opened []io.Closer
}

// lay makes the station's wire, one like that at a.
func (f *modemFlags) lay(s *station, a port.Address) (err error) {
	if s.wire, err = f.open(numbered(a, s.number)); err != nil {
		return noWire(err)
	}
	s.opened = append(s.opened, s.wire)
	return nil
}

// launch starts the station's modem, which then has the wire.
func (f *modemFlags) launch(s *station, server sim.FTPServer) error {
	log := f.logger(s.number)
	record, err := f.record(s, log)
	if err != nil {
		return err
	}
	options := []sim.Option{
		sim.Settings(s.world.settings), sim.FTP(server), sim.Log(log), sim.Seed(s.seed), sim.Speed(f.speed), sim.Baud(f.baud), sim.TranscriptTo(record),
	}
	for _, script := range s.world.rules {
		options = append(options, sim.Scenario(script))
	}
	if s.modem, err = sim.New(s.wire.ReadWriteCloser, options...); err != nil {
		return err
	}
	s.opened = append(s.opened, s.modem)
	return nil
}

// Close ends the modem and then what it stood on, the last opened first. The
// modem has closed its wire, which takes that a second time.
func (s *station) Close() error {
	var err error
	for _, c := range slices.Backward(s.opened) {
		err = errors.Join(err, c.Close())
	}
	s.opened = nil
	return err
}

// record is where the transcript goes: the file of --transcript, and with
// --verbose its FTP lines to the log; nil for nowhere.
func (f *modemFlags) record(s *station, log *slog.Logger) (io.Writer, error) {
	var records []io.Writer
	if f.verbose {
		records = append(records, ftpLog{log})
	}
	if f.transcript.name != "" {
		file, err := f.transcript.open(s.number)
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

// A recordFile is the file of --transcript; %d in its name is the number of
// the modem. Several runs follow each other in it.
type recordFile struct {
	name  string
	begun map[int]bool // by the number of the modem
}

func (r *recordFile) open(n int) (*os.File, error) {
	flag := os.O_TRUNC
	if r.begun[n] {
		flag = os.O_APPEND
	}
	if r.begun == nil {
		r.begun = make(map[int]bool)
	}
	r.begun[n] = true
	return os.OpenFile(numberIn(r.name, n), os.O_WRONLY|os.O_CREATE|flag, 0o666)
}

// greet says on standard error what answers where, and what it is to live
// through; "": no scenario.
func (f *modemFlags) greet(w io.Writer, fl *fleet, scenario string) {
	if f.quiet {
		return
	}
	one, several := "answers at", "answer at"
	if f.connect != "" {
		one, several = "connects to", "connect to"
	}
	first, last := fl.stations[0], fl.stations[len(fl.stations)-1]
	where, seed := fmt.Sprintf("an %s %s %s", f.profile, one, first.wire.path), fmt.Sprintf("seed %d", first.seed)
	if first != last {
		where = fmt.Sprintf("%d modems (%s) %s %s ... %s", last.number, f.profile, several, first.wire.path, last.wire.path)
		seed = fmt.Sprintf("seeds %d to %d", first.seed, last.seed)
	}
	if scenario != "" {
		where += "; scenario " + scenario
	}
	fmt.Fprintf(w, "modemsim: %s; FTP: %s; %s\n", where, f.describe(fl), seed)
}
