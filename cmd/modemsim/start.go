package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/run"
)

func bindCount(flags *pflag.FlagSet, count *int) {
	flags.IntVar(count, "count", 1, "start `N` modems; %d in a path of --link, --listen, --connect and --transcript is the number of the modem, from 1")
}

// config returns the Config that the flags and some scenarios describe: one scenario for all
// modems, one each, or none. Whatever can be wrong with them is found here, before anything is
// started.
func (f *modemFlags) config(names ...string) (run.Config, error) {
	if err := f.check(); err != nil {
		return run.Config{}, err
	}
	if len(names) > 1 && len(names) != f.count {
		return run.Config{}, wrong("write one for all, or as many as there are modems", "--count %d: got %d scenarios", f.count, len(names))
	}
	a, err := f.address()
	if err != nil {
		return run.Config{}, err
	}
	server, err := f.server()
	if err != nil {
		return run.Config{}, err
	}
	server.Embedded.Failed = func(err error) { fmt.Fprintf(f.log, "modemsim: %s\n", run.OneLine(err)) }
	c := run.Config{
		Count: f.count, Wire: f.wire(a), Profile: f.profile, Set: f.settings(), FTP: server, Net: f.network(),
		Speed: f.speed, Baud: f.baud, Seed: f.seed, Control: f.ctl, Log: f.logger, Transcript: f.transcripts,
	}
	if !f.given("seed") {
		c.Seed = rand.Uint64N(1_000_000_000) // short enough to be typed again
	}
	for _, name := range names {
		scenario, err := run.LoadScenario(name)
		if err != nil {
			return run.Config{}, usage(err)
		}
		c.Scenarios = append(c.Scenarios, scenario)
	}
	err = c.Check()
	switch {
	case errors.As(err, new(*run.SameNumberError)):
		return run.Config{}, wrong("leave the setting number out, and each counts up from that of modem 1; or set it in a scenario for each", "--count %d: %w", f.count, err)
	case err != nil:
		return run.Config{}, usage(err)
	}
	return c, nil
}

// settings returns the changes of --set in order, and then that of --ip.
func (f *modemFlags) settings() []run.Setting {
	var all []run.Setting
	for _, change := range f.set {
		key, value, _ := strings.Cut(change, "=")
		all = append(all, run.Setting{Key: key, Value: value})
	}
	if f.ip != "" {
		all = append(all, run.Setting{Key: "ip", Value: f.ip})
	}
	return all
}

// start starts the modems.
func (f *modemFlags) start(c run.Config) (*run.Fleet, error) {
	f.useProcessors()
	fleet, err := run.Start(c)
	if err != nil {
		return nil, f.startFailure(err)
	}
	return fleet, nil
}

// useProcessors leaves one processor to one modem. A byte passes through several goroutines one
// after the other. With more processors the runtime wakes a thread at each hand-over, which costs
// more than it gains (docs/performance.md). Several modems have something to do at once.
func (f *modemFlags) useProcessors() {
	if f.count == 1 && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(1)
	}
}

// startFailure names the flag that kept modems from starting, and what to do about it.
func (f *modemFlags) startFailure(err error) error {
	part := new(run.Error)
	if !errors.As(err, &part) {
		return err
	}
	if errors.Is(err, syscall.EMFILE) {
		return wrong("raise the limit of open files: ulimit -n", "%w", err)
	}
	switch part.Part {
	case run.PartWire:
		return wireFailure(err)
	case run.PartControl:
		return wrong("", "--ctl: %w", err)
	case run.PartFTPListen:
		return wrong("write an IPv4 address of this machine and a free port, such as 127.0.0.1:2121", "--ftp-listen %s: %w", f.ftpListen, err)
	}
	return usage(err)
}

// printSummary prints which modems answer where, their scenario, FTP server and seeds.
func (f *modemFlags) printSummary(w io.Writer, fleet *run.Fleet) {
	if f.quiet {
		return
	}
	one, several := "answers at", "answer at"
	if f.connect != "" {
		one, several = "connects to", "connect to"
	}
	modems := fleet.Modems()
	first, last := modems[0], modems[len(modems)-1]
	where, seed := fmt.Sprintf("an %s %s %s", f.profile, one, first.Path), fmt.Sprintf("seed %d", first.Seed)
	if first != last {
		where = fmt.Sprintf("%d modems (%s) %s %s ... %s", last.Number, f.profile, several, first.Path, last.Path)
		seed = fmt.Sprintf("seeds %d to %d", first.Seed, last.Seed)
	}
	if scenario := fleet.Scenario(); scenario != "" {
		where += "; scenario " + scenario
	}
	fmt.Fprintf(w, "modemsim: %s; FTP: %s; %s\n", where, f.describe(fleet), seed)
}
