package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/modemsim/modemsim/run"
	"github.com/modemsim/modemsim/scenarios"
)

// modemFlags are the flags of every command that starts a modem.
type modemFlags struct {
	wireFlags
	count int
	ftpFlags
	netFlags
	profile    string
	set        []string
	ip         string
	baud       int
	speed      float64
	seed       uint64
	transcript transcriptFlag
	ctl        string
	verbose    bool
	quiet      bool
	json       bool      // of run alone
	log        io.Writer // where modems and wires log to
}

func (f *modemFlags) bind(flags *pflag.FlagSet) {
	flags.SortFlags = false
	f.count, f.log = 1, os.Stderr
	f.wireFlags.bind(flags)
	f.ftpFlags.bind(flags)
	f.netFlags.bind(flags)
	flags.StringVar(&f.profile, "profile", run.DefaultProfile, "the module, one `NAME` of "+strings.Join(scenarios.Profiles(), ", "))
	flags.StringArrayVar(&f.set, "set", nil, "change one setting, as `KEY=VALUE`; 'modemsim settings' lists them; may be repeated")
	flags.StringVar(&f.ip, "ip", "", "the module's own `ADDRESS`; the same as --set ip=ADDRESS")
	flags.IntVar(&f.baud, "baud", 0, "pace both directions like a UART at `N` baud; 0: as fast as it goes")
	flags.Float64Var(&f.speed, "speed", 1, "modem time runs `X` times faster; limits on the host's time do not change")
	flags.Uint64Var(&f.seed, "seed", 0, "seed of every random choice, a `NUMBER` (default: a random one, printed)")
	flags.StringVar(&f.transcript.name, "transcript", "", "write what passes the port to `FILE`, as JSON lines if its name ends in .jsonl; what is in it goes at the start, and others may truncate it later")
	bindControl(flags, &f.ctl)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log events and FTP lines to standard error")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "print only errors and the verdict to standard error, not that a wire waits or was lost")
}

// check checks the flags as far as that can be done before anything is started.
func (f *modemFlags) check() error {
	switch {
	case f.count < 1 || f.count > run.MaxCount:
		return wrong("", "--count %d is not 1 to %d", f.count, run.MaxCount)
	case f.seed > math.MaxUint64-uint64(f.count-1):
		return wrong("start at a lower one", "--count %d: there are no %d seeds from %d on", f.count, f.count, f.seed)
	case f.count > 1 && f.transcript.name != "" && !strings.Contains(f.transcript.name, "%d"):
		return wrong(numberHint("record%d.txt"), "--transcript: %d modems do not fit into one file", f.count)
	case f.baud != 0 && (f.baud < minBaud || f.baud > maxBaud):
		return wrong("", "--baud %d is neither 0 nor %d to %d", f.baud, minBaud, maxBaud)
	case !(f.speed > 0 && f.speed <= maxSpeed): // not a number is refused too
		return wrong("write --speed 10 for modem time that runs ten times faster", "--speed %v is out of range: above 0, at most %d", f.speed, maxSpeed)
	}
	a, err := f.address()
	if err == nil {
		err = f.separate(a, f.count)
	}
	if err != nil {
		return err
	}
	if err := f.ftpFlags.check(f.net == run.NetEmbedded); err != nil {
		return err
	}
	if err := f.netFlags.check(); err != nil {
		return err
	}
	return f.checkSettings()
}

// checkSettings checks --profile, --set and --ip.
func (f *modemFlags) checkSettings() error {
	if _, err := scenarios.LoadProfile(f.profile); err != nil {
		return wrong("", "--profile: %w", err)
	}
	scratch := scenarios.Default()
	for _, change := range f.set {
		key, value, ok := strings.Cut(change, "=")
		if !ok {
			return wrong("write --set KEY=VALUE, such as --set signal=12", "--set %s: = is missing", change)
		}
		if err := scratch.Set(key, value); err != nil {
			return wrong("'modemsim settings' lists the settings and their values", "--set: %w", err)
		}
	}
	if f.ip == "" {
		return nil
	}
	if err := scratch.Set("ip", f.ip); err != nil {
		return wrong("", "--%w", err)
	}
	return nil
}

const (
	minBaud  = 300
	maxBaud  = 921600
	maxSpeed = 1000 // beyond that, the times of a scenario are too short to differ
)

// fileMode is a flag of permissions, written in octal; 0 means not given.
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

// numberError returns package pflag's error about a malformed number in plain words.
func numberError(err error) error {
	invalid, number := new(pflag.InvalidValueError), new(strconv.NumError)
	if !errors.As(err, &invalid) || !errors.As(err, &number) {
		return err
	}
	what := "out of range"
	if number.Err == strconv.ErrSyntax {
		what = map[string]string{"ParseInt": "not a whole number", "ParseUint": "not a whole number from 0 on", "ParseFloat": "not a number"}[number.Func]
	}
	return fmt.Errorf("invalid argument %q for \"--%s\" flag: %s", invalid.GetValue(), invalid.GetFlag().Name, what)
}
