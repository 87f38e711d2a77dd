package main

import (
	"errors"
	"io/fs"
	"math"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/run"
)

// wireFlags are the flags of the wire.
type wireFlags struct {
	listen  string
	connect string
	link    string
	mode    fileMode
	group   string
	given   func(flag string) bool
}

func (f *wireFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.listen, "listen", "pty", "the `WIRE`: pty, tcp:HOST:PORT, unix:PATH or rfc2217:HOST:PORT (HOST: 127.0.0.1; PORT 0: a free one, printed)")
	flags.StringVar(&f.connect, "connect", "", "connect to a host that listens: tcp:HOST:PORT, unix:PATH or rfc2217:HOST:PORT; or serial:DEVICE[,BAUD], a cable; an `ADDRESS`")
	flags.StringVar(&f.link, "link", "", "symbolic link to the pty at `PATH`, for as long as the modem runs")
	flags.Var(&f.mode, "mode", "permissions of the pty or the unix socket as `MODE`, such as 0666")
	flags.StringVar(&f.group, "group", "", "`GROUP` that the pty or the unix socket belongs to")
	f.given = flags.Changed
}

// The networks of a [port.Address].
const (
	overPTY     = run.NetworkPTY
	overTCP     = "tcp"
	overUnix    = "unix"
	overRFC2217 = "rfc2217"
	overSerial  = "serial"
)

// address reads --listen or --connect and finds what does not fit it.
func (f *wireFlags) address() (port.Address, error) {
	flag, text := "--listen", f.listen
	switch connects := f.given("connect"); {
	case connects && f.given("listen"):
		return port.Address{}, wrong("leave one of the two out", "--listen and --connect do not go together")
	case connects:
		flag, text = "--connect", f.connect
	case f.given("link") && f.link == "":
		return port.Address{}, wrong("leave it out, or write a path such as /tmp/modem", "--link: the path is empty")
	}
	a := port.Address{Network: overPTY, Path: f.link}
	if text != overPTY {
		if !hasNetwork(text) {
			return a, notAnAddress(flag, text)
		}
		var err error
		if a, err = port.ParseAddress(text); err != nil {
			return a, wrong("", "%s: %s", flag, withoutPackage(err))
		}
	}
	return a, f.fits(flag, a)
}

// hasNetwork reports whether a text begins as an address does.
func hasNetwork(text string) bool {
	network, _, _ := strings.Cut(text, ":")
	return slices.Contains([]string{overTCP, overUnix, overRFC2217, overSerial}, network)
}

// notAnAddress returns the failure for a flag whose value is not an address. For an absolute path
// it suggests one.
func notAnAddress(flag, text string) error {
	hint := "write pty, tcp:HOST:PORT, rfc2217:HOST:PORT or unix:PATH"
	switch device := strings.HasPrefix(text, "/dev/"); {
	case flag == "--connect" && device:
		hint = "write --connect serial:" + text
	case strings.HasPrefix(text, "/") && !device:
		hint = "write " + flag + " unix:" + text
	case flag == "--connect":
		hint = "write tcp:HOST:PORT, rfc2217:HOST:PORT, unix:PATH or serial:DEVICE"
	}
	return wrong(hint, "%s: %q is not an address", flag, text)
}

// fits checks that an address suits its flag, and that the other flags suit the address.
func (f *wireFlags) fits(flag string, a port.Address) error {
	switch n := a.Network; {
	case flag == "--listen" && n == overSerial:
		return wrong("write --connect "+f.listen, "--listen %s: nobody can connect to a cable", f.listen)
	case flag == "--connect" && n == overPTY:
		return wrong("leave --connect out", "--connect pty: a pty is what hosts open")
	case flag == "--connect" && a.Host != "" && a.Port == 0:
		return wrong("write "+n+":HOST:PORT", "--connect %s: there is no port to connect to", f.connect)
	case f.link != "" && n != overPTY:
		return wrong("leave --link out", "--link is for a pty and does not fit %s %s", flag, a)
	case (f.mode != 0 || f.group != "") && n != overPTY && (n != overUnix || flag != "--listen"):
		return wrong("leave them out", "--mode and --group are for a pty and a unix socket and do not fit %s %s", flag, a)
	}
	return nil
}

// numberHint says how to put the number of a modem into a name.
func numberHint(such string) string {
	return "write %d where the number of the modem goes, such as " + such
}

// wire returns the wire that the flags describe, with an address from them.
func (f *wireFlags) wire(a port.Address) run.Wire {
	return run.Wire{Address: a, Connect: f.given("connect"), Mode: fs.FileMode(f.mode), Group: f.group}
}

// separate checks that several modems can have an address each.
func (f *wireFlags) separate(a port.Address, count int) error {
	switch {
	case count == 1:
		return nil
	case a.Path != "" && !strings.Contains(a.Path, "%d"):
		return wrong(numberHint("/tmp/modem%d"), "--count %d needs as many paths, and %s is one", count, a.Path)
	case a.Port+count-1 > math.MaxUint16:
		return wrong("start at a lower one", "--count %d: there are no %d ports from %d on", count, count, a.Port)
	}
	return nil
}

// wireFailure returns the failure for a wire that cannot be opened. Where the machine has run out
// of something, it says what to raise.
func wireFailure(err error) error {
	at := new(fs.PathError)
	switch {
	case errors.Is(err, syscall.ENOSPC) && errors.As(err, &at) && at.Path == "/dev/ptmx":
		return wrong("raise their number: sysctl -w kernel.pty.max=N", "%w: the machine has no more ptys", err)
	case errors.Is(err, syscall.ENOSPC):
		return wrong("raise the number of watches: sysctl -w fs.inotify.max_user_watches=N", "%w", err)
	}
	return wrong("", "%w", err)
}

// withoutPackage returns the text of an error of package port without the name of the package,
// which here reads as that of a TCP port.
func withoutPackage(err error) string { return strings.TrimPrefix(err.Error(), "port: ") }
