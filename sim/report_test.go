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
	if rows := strings.Count(report, "\n        0.000000 > AT"); rows != 20 || !strings.Contains(report, "AT+CSQ=10\\r") || !strings.Contains(report, "AT+CSQ=29\\r") {
		t.Errorf("%d exchanges, want the last 20:\n%s", rows, report)
	}
	if strings.Contains(report, "ftp") {
		t.Errorf("FTP lines in\n%s", report)
	}
	if !strings.HasPrefix(report, "x.scn:3: not over\n    within 5s\nthe last exchanges (> host, < modem, # note):\n") || !strings.HasSuffix(report, "\nseed: 7\nnote: late\n") {
		t.Errorf("the report is\n%s", report)
	}
}

func TestReportOfAPassedRunIsItsNotes(t *testing.T) {
	v := sim.Verdict{Passed: true, Speed: 1, Notes: []string{"one", "two"}}
	if got, want := v.Report(transcript.Rows{{Text: "a remark"}}), "note: one\nnote: two\n"; got != want {
		t.Errorf("the report is %q, want %q", got, want)
	}
}
