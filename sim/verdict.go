package sim

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/transcript"
)

// A Verdict says whether the host did what the scenario wants.
type Verdict struct {
	Passed   bool
	Failures []Failure
	// ExitWanted says that the scenario expected the program's exit code, and
	// got it: the code is then no failure.
	ExitWanted bool
	Notes      []string // what the reader should know: lateness, assumed behaviours, unknown commands
	Speed      float64  // of modem time; a verdict at another speed than 1 says so
	Seed       uint64
}

// A Failure is one line of the scenario that the run did not keep.
type Failure struct {
	Where string // FILE:LINE
	Rule  string // the line
	What  string // what was expected and what happened instead
}

// String is the failure on one line.
func (f Failure) String() string { return f.Where + ": " + f.What }

// String is the verdict on one line: "passed", or "failed: " and the first
// failure.
func (v Verdict) String() string {
	text := "passed"
	if !v.Passed {
		text = "failed: " + v.Failures[0].String()
		if more := len(v.Failures) - 1; more > 0 {
			text += fmt.Sprintf(" (and %d more)", more)
		}
	}
	if v.Speed != 1 {
		text += fmt.Sprintf(" (at %g times the speed)", v.Speed)
	}
	return text
}

// maxLate is how late a rule may act before the verdict's notes say so.
const maxLate = 50 * time.Millisecond

// lineFeedHint is a note for the author of such a host.
const lineFeedHint = `the host ends its lines with LF alone; the module wants CR (printf 'AT\r')`

// judging collects the parts of a verdict. Only the owner uses it.
type judging struct {
	failures   []Failure
	ended      string   // why the run is over; "": it is not
	given      *Verdict // when it has been asked for
	passed     bool     // by pass
	lateness   map[string]time.Duration
	assumed    map[string]bool // commands with assumed behaviour that the host used
	unknown    map[string]bool // commands that the module does not have
	lacking    map[string]bool // commands that the module has and modemsim does not
	exitWanted bool            // an expect exit was met
	lineFeeds  bool            // the host ends its lines with LF only
}

func newJudging() judging {
	return judging{lateness: map[string]time.Duration{}, assumed: map[string]bool{}, unknown: map[string]bool{}, lacking: map[string]bool{}}
}

// late records that a rule acted late, because the machine was too slow.
func (j *judging) late(where string, by time.Duration) {
	if by > maxLate {
		j.lateness[where] = max(by, j.lateness[where])
	}
}

// over reports whether the scenario has ended the run.
func (m *Modem) over() bool { return m.script.verdict.ended != "" }

// fail records that a rule was not kept. A scenario and a host may bring what a terminal would
// obey; whoever reads the verdict is shown it, without secrets.
func (m *Modem) fail(r *rule, format string, args ...any) {
	r.failed = true
	shown := func(text string) string { return transcript.Printable(m.transcript.Masked(text)) }
	f := Failure{Where: r.Where(), Rule: shown(r.Text), What: shown(fmt.Sprintf(format, args...))}
	m.script.verdict.failed(r, f)
	m.transcript.Failure(f.Where, f.What)
	m.log.Info("the scenario failed", "where", f.Where, "what", f.What)
}

// maxPerRule is how many failures of one rule the verdict has. The transcript has
// them all, and a note of the verdict counts them.
const maxPerRule = 3

// failed adds a failure of a rule.
func (j *judging) failed(r *rule, f Failure) {
	if r.failures++; r.failures <= maxPerRule {
		j.failures = append(j.failures, f)
	}
}

// repeated are the notes on rules that failed more often than the verdict shows.
func (s *script) repeated() []string {
	var notes []string
	for _, r := range s.rules {
		if r.failures > maxPerRule {
			notes = append(notes, fmt.Sprintf("%s failed %d times, the first %d are shown", r.Where(), r.failures, maxPerRule))
		}
	}
	return notes
}

// finish ends the run.
func (m *Modem) finish(why string) {
	if m.over() {
		return
	}
	m.script.verdict.ended = why
	m.transcript.note("the run is over: %s", why)
	close(m.script.over)
}

// Over returns a channel that is closed when the scenario ends the run: by pass,
// fail or within.
func (m *Modem) Over() <-chan struct{} { return m.present.Load().over }

// exitWait is how long Exited waits for what the program left unfinished.
const exitWait = 5 * time.Second

// Exited reports that the host program has ended with an exit code, which is the
// event exit. It first waits for an FTP reply in flight, for some seconds at most,
// until ctx is done, and not for one that is known to come later than that.
func (m *Modem) Exited(ctx context.Context, code int) {
	if p, ok := m.lines.(port.Settler); ok {
		p.Settle()
	}
	for end := time.Now().Add(exitWait); ctx.Err() == nil && time.Now().Before(end) && m.underWay(end); {
		time.Sleep(5 * time.Millisecond)
	}
	m.call(func() error { // the error of a modem that has ended says nothing more
		m.note(Event{Kind: scenarios.EventExit, N: int64(code)})
		return nil
	})
}

// underWay reports whether a command runs that may end before a time, or a transfer
// has not yet ended at the server.
func (m *Modem) underWay(end time.Time) (under bool) {
	m.call(func() error {
		if w := m.ch.waiting; w != nil && w.until.After(end) {
			return nil
		}
		under = m.ch.busy || len(m.ch.streams) > 0 && m.writer == nil
		if settled := m.state.FTP.Settled; settled != nil && !under {
			select {
			case <-settled:
			default:
				under = true
			}
		}
		return nil
	})
	return under
}

// Judge ends the run, because the host has, and returns the verdict: what is
// still expected fails, and so does every promise of the scenario that was not
// kept. why says what ended the run, such as "the program ended after 12 s".
func (m *Modem) Judge(why string) Verdict {
	var v Verdict
	if err := m.call(func() error { v = m.judge(why); return nil }); err != nil {
		m.judging.Lock() // the owner has ended: only other calls touch it
		defer m.judging.Unlock()
		v = m.judge(why)
	}
	return v
}

func (m *Modem) judge(why string) Verdict {
	if v := m.script.verdict.given; v != nil {
		return *v
	}
	if !m.script.verdict.passed {
		for _, x := range m.script.expects {
			x.timer.stop()
			m.fail(x.rule, "%s, but %s (last event: %s)", x.open(), why, m.script.last)
		}
	}
	m.script.expects = nil
	m.checkPromises()
	if !m.over() {
		m.script.verdict.ended = why
		m.transcript.note("the run is over: %s", why)
	}
	failures := slices.Clone(m.script.verdict.failures)
	m.script.verdict.given = &Verdict{
		Passed:     len(failures) == 0,
		Failures:   failures,
		ExitWanted: m.script.verdict.exitWanted,
		Notes:      append(m.script.repeated(), m.script.verdict.notes()...),
		Speed:      m.speed,
		Seed:       m.seed,
	}
	return *m.script.verdict.given
}

// notes returns the notes of the verdict, in a fixed order.
func (j *judging) notes() []string {
	var notes []string
	for _, where := range sorted(j.lateness) {
		notes = append(notes, fmt.Sprintf("modem late by %d ms at %s", j.lateness[where].Milliseconds(), where))
	}
	if len(j.assumed) > 0 {
		notes = append(notes, "assumed behaviour was used: "+strings.Join(sorted(j.assumed), " "))
	}
	if len(j.unknown) > 0 {
		notes = append(notes, "the module does not have: "+strings.Join(sorted(j.unknown), " "))
	}
	if len(j.lacking) > 0 {
		notes = append(notes, "the module has, modemsim does not: "+strings.Join(sorted(j.lacking), " "))
	}
	if j.lineFeeds {
		notes = append(notes, lineFeedHint)
	}
	return notes
}

func sorted[V any](set map[string]V) []string {
	var keys []string
	for k := range set {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
