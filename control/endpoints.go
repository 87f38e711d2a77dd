package control

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

// The errors of a request that waits for something that cannot come any more.
var (
	errEnded = &failure{http.StatusConflict, errors.New("the modem has ended")}
	// errGone is also the error when the client has gone, which then reads no answer.
	errGone = &failure{http.StatusConflict, errors.New("modemsim is ending")}
)

// body reads the body of a request, which has to come within requestTime. It must not be empty:
// missing says what belongs there.
func body(w http.ResponseWriter, r *http.Request, missing string) (string, error) {
	conn := http.NewResponseController(w)
	if err := conn.SetReadDeadline(time.Now().Add(requestTime)); err != nil {
		return "", err
	}
	text, err := io.ReadAll(r.Body)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.Header().Set("Connection", "close") // the rest of the body is never read
		return "", failed(http.StatusRequestTimeout, "the body did not come within %s", requestTime)
	}
	if err == nil {
		err = conn.SetReadDeadline(time.Time{}) // the request may wait longer for its answer
	}
	if err == nil && len(text) == 0 {
		err = errors.New(missing)
	}
	return string(text), err
}

// do runs lines of the scenario language.
func (m *controlled) do(w http.ResponseWriter, r *http.Request, _ url.Values) error {
	lines, err := body(w, r, "there is no line (send one as the body, such as: set signal 12)")
	if err != nil {
		return err
	}
	return refused(m.Do(lines))
}

// refused marks the error of a valid line that cannot be done in this state.
func refused(err error) error {
	if err == nil || errors.As(err, new(*scenarios.Error)) {
		return err
	}
	return &failure{http.StatusConflict, err}
}

func (m *controlled) state(w http.ResponseWriter, _ *http.Request, _ url.Values) error {
	s := m.State()
	if s.Power == "" {
		return errEnded
	}
	return answer(w, s)
}

// transcript answers with the transcript or its end, and with what is added to it if the client
// follows it.
func (m *controlled) transcript(w http.ResponseWriter, r *http.Request, query url.Values) error {
	follow := false
	if text := query.Get("follow"); text != "" {
		var err error
		if follow, err = strconv.ParseBool(text); err != nil {
			return fmt.Errorf("follow: %q is neither 1 nor 0", text)
		}
	}
	out, err := rowWriter(w, query.Get("format"))
	if err != nil {
		return err
	}
	if !follow {
		writeRows(out, m.Transcript()) // an error means that the client has gone
		return nil
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	early, rows := m.Follow(ctx)
	flush := http.NewResponseController(w).Flush
	// The status is sent at once: there may be no row yet.
	if writeRows(out, early) != nil || flush() != nil {
		return nil
	}
	for row := range rows {
		if out.WriteRow(row) != nil || len(rows) == 0 && flush() != nil {
			return nil
		}
	}
	return nil
}

// rowWriter writes the rows of an answer in a format: text, also when it is "", or json.
func rowWriter(w http.ResponseWriter, format string) (transcript.Writer, error) {
	switch format {
	case "", "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		return transcript.NewTextWriter(w), nil
	case "json":
		w.Header().Set("Content-Type", "application/x-ndjson")
		return transcript.NewJSONWriter(w), nil
	}
	return nil, fmt.Errorf("format: %q is neither text nor json", format)
}

func writeRows(w transcript.Writer, rows transcript.Rows) error {
	for _, row := range rows {
		if err := w.WriteRow(row); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until an event happens the next time.
func (m *controlled) wait(w http.ResponseWriter, r *http.Request, query url.Values) error {
	event, err := eventOf(w, r, query)
	if err != nil {
		return err
	}
	timeout, err := duration(query, "timeout")
	if err != nil {
		return err
	}
	ctx := r.Context()
	if timeout > 0 {
		limited, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		ctx = limited
	}
	met, err := m.Wait(ctx, event)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return failed(http.StatusRequestTimeout, "no %s within %s (last event: %s)", event, timeout, m.State().LastEvent)
	case errors.Is(err, context.Canceled):
		return errGone
	case err != nil:
		return &failure{http.StatusConflict, err}
	}
	fmt.Fprintln(w, transcript.Printable(met.String()))
	return nil
}

// eventOf returns the event that a request names in its query or its body.
func eventOf(w http.ResponseWriter, r *http.Request, query url.Values) (string, error) {
	event := query.Get("event")
	if event == "" {
		text, err := body(w, r, "there is no event (send one as the body, such as: ftp:done)")
		if err != nil {
			return "", err
		}
		event = strings.TrimSpace(text)
	}
	_, err := scenarios.ParseEvent(event)
	if err != nil && strings.Contains(r.URL.RawQuery, "+") {
		err = fmt.Errorf("%w (in an address + is a blank: write %%2B, or send the event as the body)", err)
	}
	return event, err
}

// duration parses a duration of a query. It is 0 if there is none.
func duration(query url.Values, key string) (time.Duration, error) {
	text := query.Get(key)
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("%s: %q is not a time such as 500ms, 10s or 2m", key, text)
	}
	return d, nil
}

// load resets the modem and starts another scenario.
func (m *controlled) load(w http.ResponseWriter, r *http.Request, query url.Values) error {
	script, err := scenarioOf(w, r, query)
	if err != nil {
		return err
	}
	settings, script, err := m.Prepare(script)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.Load(settings, script); err != nil {
		return &failure{http.StatusConflict, err}
	}
	m.verdict = nil
	return nil
}

// scenarioOf reads the scenario that comes with the program under ?name=, or
// the one in the body, whose name in messages is ?file=. What does not print in that is escaped:
// verdicts and logs show it.
func scenarioOf(w http.ResponseWriter, r *http.Request, query url.Values) (*scenarios.Script, error) {
	if name := query.Get("name"); name != "" {
		text, err := scenarios.Source(name)
		if err != nil {
			return nil, &failure{http.StatusNotFound, err}
		}
		return scenarios.Parse(strings.TrimSuffix(name, ".scn")+".scn", strings.NewReader(text))
	}
	text, err := body(w, r, "there is no scenario (send its text as the body, or the name of one that comes with modemsim as ?name=)")
	if err != nil {
		return nil, err
	}
	file := query.Get("file")
	if file == "" {
		file = "scenario"
	}
	return scenarios.Parse(transcript.Printable(file), strings.NewReader(text))
}

// Verdict is a verdict as the control socket sends it.
type Verdict struct {
	Passed   bool      `json:"passed"`
	Text     string    `json:"text"` // one line
	Failures []Failure `json:"failures"`
	Notes    []string  `json:"notes"`
	Speed    float64   `json:"speed"`
	Seed     uint64    `json:"seed"`
	Report   string    `json:"report"` // for a person; only the notes if the run passed
}

// Failure is a line of the scenario that failed.
type Failure struct {
	Where string `json:"where"` // FILE:LINE
	Rule  string `json:"rule"`
	What  string `json:"what"`
}

func newVerdict(v sim.Verdict, rows transcript.Rows) *Verdict {
	shown := &Verdict{
		Passed: v.Passed, Text: v.String(), Failures: []Failure{}, Notes: append([]string{}, v.Notes...), Speed: v.Speed, Seed: v.Seed,
		Report: v.Report(rows),
	}
	for _, f := range v.Failures {
		shown.Failures = append(shown.Failures, Failure(f))
	}
	return shown
}

// judge ends the run, at once or when it is over, and answers with its verdict.
// Later requests get the same verdict until another scenario is loaded.
func (m *controlled) judge(w http.ResponseWriter, r *http.Request, query url.Values) error {
	wait, err := duration(query, "wait")
	if err != nil {
		return err
	}
	why, ended := m.awaitEnd(r.Context(), wait)
	if !ended {
		return errGone
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.verdict == nil {
		rows := m.Transcript() // before the verdict adds to it
		m.verdict = newVerdict(m.Judge(why), rows)
	}
	return answer(w, m.verdict)
}

// awaitEnd waits until the run is over, at most for a given time, and returns
// why it has ended. It returns false if the client has gone.
func (m *controlled) awaitEnd(ctx context.Context, most time.Duration) (why string, ended bool) {
	if most == 0 {
		return "the verdict was asked for", true
	}
	limit := time.NewTimer(most)
	defer limit.Stop()
	select {
	case <-m.Over():
	case <-m.Done():
	case <-ctx.Done():
	case <-limit.C:
		return fmt.Sprintf("the run was not over after %s", most), true
	}
	select { // after its last run the server closes at once
	case <-m.Over():
		return "the scenario ended the run", true
	case <-m.Done():
		return "the modem has ended", true
	default:
		return "", false
	}
}
