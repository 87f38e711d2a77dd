package sim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

func TestReportShowsTheLastExchangesWithoutFTP(t *testing.T) {
	var rows transcript.Rows
	for i := range 30 {
		rows = append(rows,
			transcript.Row{Dir: transcript.FromHost, Kind: transcript.Line, Text: fmt.Sprintf("AT+CSQ=%d\r", i)},
			transcript.Row{Kind: transcript.FTPSent, Text: "NOOP"}, transcript.Row{Kind: transcript.FTPReceived, Text: "200 fine"})
	}
	v := sim.Verdict{Speed: 1, Seed: 7, Failures: []sim.Failure{{Where: "x.scn:3", Rule: "within 5s", What: "not over"}}, Notes: []string{"late"}}
	report := v.Report(rows)
	if rows := strings.Count(report, "\n        0.000000 > AT"); rows != 12 || !strings.Contains(report, "AT+CSQ=18\\r") || !strings.Contains(report, "AT+CSQ=29\\r") {
		t.Errorf("%d exchanges, want the last 12:\n%s", rows, report)
	}
	if strings.Contains(report, "ftp") {
		t.Errorf("FTP lines in\n%s", report)
	}
	if !strings.HasPrefix(report, "the last exchanges (> host, < modem, # note):\n") || !strings.HasSuffix(report, "\nseed: 7\nx.scn:3: not over\n    within 5s\nnote: late\n") {
		t.Errorf("the report is\n%s", report)
	}
}

func TestReportOfAPassedRunIsItsNotes(t *testing.T) {
	v := sim.Verdict{Passed: true, Speed: 1, Notes: []string{"one", "two"}}
	if got, want := v.Report(transcript.Rows{{Text: "a remark"}}), "note: one\nnote: two\n"; got != want {
		t.Errorf("the report is %q, want %q", got, want)
	}
}

// A host that goes on sending after NO CARRIER does not bury the cause.
func TestReportOfAHostThatGoesOnSending(t *testing.T) {
	var rows transcript.Rows
	for range 400 {
		sent := transcript.Row{Dir: transcript.FromHost, Kind: transcript.Line, Text: strings.Repeat("log line\r\n", 400)}
		echo := sent
		echo.Dir = transcript.ToHost
		rows = append(rows, sent, echo)
	}
	v := sim.Verdict{Speed: 1, Failures: []sim.Failure{{Where: "x.scn:3", Rule: "expect 2m ftp:stored", What: "expected ftp:stored"}}}
	report := v.Report(rows)
	lines := strings.Split(strings.TrimSuffix(report, "\n"), "\n")
	if n := strings.Count(report, " (4000 bytes, echoed)"); n != 12 || len(lines) != 1+12+1+2 || len(report) > 1400 {
		t.Errorf("%d rows, %d lines, %d bytes:\n%s", n, len(lines), len(report), report)
	}
	if got := lines[len(lines)-2]; got != "x.scn:3: expected ftp:stored" {
		t.Errorf("the last line but one is %q", got)
	}
}
