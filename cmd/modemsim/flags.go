package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/scenarios"
)

// modemFlags are the flags of every command that starts a modem.
type modemFlags struct {
	listen string
	link   string
	mode   fileMode
	group  string
	ftpFlags
	profile    string
	set        []string
	ip         string
	seed       uint64
	seeded     func() bool // --seed was given
	transcript string
	verbose    bool
	quiet      bool
	json       bool // of run alone
}

func (f *modemFlags) bind(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringVar(&f.listen, "listen", "pty", "the wire: `pty`")
	flags.StringVar(&f.link, "link", "", "symbolic link to the pty at `PATH`, there while the modem is")
	flags.Var(&f.mode, "mode", "permissions of the pty as `MODE`, such as 0666")
	flags.StringVar(&f.group, "group", "", "`GROUP` that the pty belongs to")
	f.ftpFlags.bind(flags)
	flags.StringVar(&f.profile, "profile", "adh8066", "the module, one `NAME` of "+strings.Join(scenarios.Profiles(), ", "))
	flags.StringArrayVar(&f.set, "set", nil, "change one setting, as `KEY=VALUE`; 'modemsim settings' lists them; may be repeated")
	flags.StringVar(&f.ip, "ip", "", "the module's own `ADDRESS`; the same as --set ip=ADDRESS")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of every random choice, a `NUMBER` (default: a random one, printed)")
	flags.StringVar(&f.transcript, "transcript", "", "write what passes the port to `FILE`")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log events and FTP lines to standard error")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "say nothing but errors on standard error")
	f.seeded = func() bool { return flags.Changed("seed") }
}

// check finds what is wrong with the flags before anything is started, and
// gives the settings that they make.
func (f *modemFlags) check() (scenarios.Settings, error) {
	if f.listen != "pty" {
		return scenarios.Settings{}, wrong("leave --listen out", "--listen %s: the only wire is a pty", f.listen)
	}
	if err := f.ftpFlags.check(); err != nil {
		return scenarios.Settings{}, err
	}
	return f.settings()
}

// settings are those of the profile, changed by --set in order and then by --ip.
func (f *modemFlags) settings() (scenarios.Settings, error) {
	s := scenarios.Default()
	profile, err := scenarios.LoadProfile(f.profile)
	if err == nil {
		err = profile.Apply(&s)
	}
	if err != nil {
		return s, wrong("", "--profile: %w", err)
	}
	for _, change := range f.set {
		key, value, ok := strings.Cut(change, "=")
		if !ok {
			return s, wrong("write --set KEY=VALUE, such as --set signal=12", "--set %s: there is no =", change)
		}
		if err := s.Set(key, value); err != nil {
			return s, wrong("'modemsim settings' lists the settings and their values", "--set: %w", err)
		}
	}
	if f.ip != "" {
		if err := s.Set("ip", f.ip); err != nil {
			return s, wrong("", "--%w", err)
		}
	}
	return s, nil
}

// fileMode is a flag of permissions, written in octal. 0 is none given.
type fileMode fs.FileMode

func (m *fileMode) String() string {
	if *m == 0 {
		return ""
	}
	return fmt.Sprintf("%04o", uint32(*m))
}

func (m *fileMode) Set(text string) error {
	n, err := strconv.ParseUint(text, 8, 32)
	if err != nil || n == 0 || n > 0o777 {
		return errors.New("permissions are 0001 to 0777 in octal, such as 0666")
	}
	*m = fileMode(n)
	return nil
}

func (*fileMode) Type() string { return "MODE" }
