// Command session runs a modem until its standard input ends, ends it, and prints what is left of
// it. It is built with failing operations.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/transcript"
)

var (
	wire    = flag.String("wire", "pty", "pty, or an address")
	link    = flag.String("link", "", "of the pty")
	save    = flag.String("save", "", "folder of uploads")
	record  = flag.String("transcript", "", "file of the transcript")
	ctl     = flag.String("ctl", "", "control socket")
	script  = flag.String("scenario", "", "file of the scenario")
	sockets = flag.Bool("sockets", false, "reach the FTP server over TCP")
)

func main() {
	flag.Parse()
	err := session()
	l := leave()
	if err != nil {
		fmt.Fprintln(os.Stderr, "session:", run.OneLine(err))
	}
	if err := json.NewEncoder(os.Stdout).Encode(l); err != nil {
		os.Exit(3)
	}
	if err != nil {
		os.Exit(1)
	}
}

// session runs the modem and returns all that went wrong.
func session() (err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	c := run.Config{Seed: 1, Control: *ctl, Transcript: openTranscript, Log: func(int) *slog.Logger { return log }}
	c.FTP.Embedded.Log = log
	if c.Wire, err = wireOf(*wire, *link); err != nil {
		return err
	}
	if *sockets {
		var server *backend.Embedded
		if server, err = backend.NewEmbedded(backend.EmbeddedOptions{User: "user", Password: "pass", Save: *save, Log: log}); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, server.Close()) }()
		address, err := server.Listen("127.0.0.1:0")
		if err != nil {
			return err
		}
		c.FTP.Server = address.String()
	} else {
		c.FTP.Embedded.Save = *save
	}
	scenario, err := run.LoadScenario(*script)
	if err != nil {
		return err
	}
	c.Scenarios = []run.Scenario{scenario}
	fleet, err := run.Start(c)
	if err != nil {
		return err
	}
	fmt.Println(fleet.Modems()[0].Path)
	_, _ = io.Copy(io.Discard, os.Stdin)
	fleet.Modems()[0].Exited(context.Background(), 0) // takes what the host left in the wire
	o := fleet.Finish(run.Ending{})
	fmt.Fprintln(os.Stderr, o.String())
	fmt.Fprint(os.Stderr, o.Modems[0].Report)
	return errors.Join(o.Errors()...)
}

func wireOf(address, link string) (w run.Wire, err error) {
	if address == "pty" {
		w.Address.Path = link
		return w, nil
	}
	w.Address, err = port.ParseAddress(address)
	return w, err
}

func openTranscript(int) ([]transcript.Writer, error) {
	file, err := os.Create(*record)
	if err != nil {
		return nil, err
	}
	return []transcript.Writer{closing{transcript.NewTextWriter(file), file}}, nil
}

type closing struct {
	transcript.Writer
	io.Closer
}

// left is what is left after the modem's end.
type left struct {
	Operations int64
	Goroutines []string
	Files      []string // behind open descriptors
}

// leave returns what is left, once that changes no more.
func leave() (l left) {
	l.Operations = syscall.StopFailing()
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		l.Goroutines, l.Files = goroutines(), files()
		if len(l.Goroutines)+len(l.Files) == 0 {
			break
		}
	}
	return l
}

// goroutines returns the stacks of all others.
func goroutines() []string {
	buf := make([]byte, 1<<20)
	return strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")[1:]
}

// files returns what is open beside the standard streams, what the runtime polls with, and the
// record of the failure.
func files() (list []string) {
	for fd := 3; fd < 100; fd++ {
		to, err := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
		own := strings.HasPrefix(to, "anon_inode:[event") || strings.HasPrefix(to, "/sys/fs/cgroup") || to == os.Getenv("FAIL_TO")
		if err == nil && !own {
			list = append(list, to)
		}
	}
	return list
}
