package sim_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// A secret is in no row either when the command is mistyped, or another one has swallowed it.
func TestTranscriptSecretsInLinesThatAreWrong(t *testing.T) {
	for name, line := range map[string]string{
		"DEL in the name":          "AT+AFTP\x7fPASS=\"s3cret\"",
		"another prefix":           `AD+AFTPPASS="s3cret"`,
		"behind a line without CR": `AT+COPS=0MAT+AFTPPASS="s3cret"`,
		"a letter missing":         `AT+AFTPASS="s3cret"`,
		"letters swapped":          `AT+AFTPPSAS="s3cret"`,
		"without the plus sign":    `ATAFTPPASS="s3cret"`,
		"dialled":                  `ATAIPDCONT="apn","user","s3cret"`,
		"nothing between":          `AT+AFTPPASSs3cret`,
		"a semicolon, unquoted":    `AT+AFTPPASS=x;s3cret`,
		"one that is lacking":      `AT+CACM="s3cret"`,
		"a code that is dialled":   `ATD**04*s3cret*s3cret*s3cret#;`,
	} {
		t.Run(name, func(t *testing.T) { noSecret(t, line, "s3cret") })
	}
}

// Nor is one among characters that the line reader drops.
func TestTranscriptSecretsAmongWhatTheReaderDrops(t *testing.T) {
	for line, taken := range map[string]bool{
		"AT+CPIN=\"86\t42\"": true, "AT+CPIN=\"86\x0042\"": true, "AT+CPI\x7fN=\"86\x7f42\"": true, "AT+CPIM\bN=\"86x\b42\"": true,
		"AT+CPIN=86 42": false, "AT+CPIN=\xb8\xb6\xb4\xb2": false, "AT+CPIN=\"8642\"" + strings.Repeat("\b", 20) + "+CGMI": true,
		"AT+CPN=\"8642\"" + strings.Repeat("\b", 20) + "+CGMI": true, "AT+CPN=\"8642\"": false, "AT+CPIN8642": false, "ATCPIN=\"8642\"": false,
	} {
		for _, rule := range []string{"log x", "on AT+CPIN= split echo 16", "on AT+CPIN= garble echo 3", "on AT+CPIN= delay echo next"} {
			t.Run(fmt.Sprintf("%q %s", line, rule), func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					var log bytes.Buffer
					d := startModem(t, with(t, "pin 8642"), sim.ScenarioText("x.scn", rule), sim.Log(slog.New(slog.NewTextHandler(&log, debug))))
					if answer := d.ask(t, line); rule == "log x" && strings.HasSuffix(answer, frames("OK")) != taken {
						t.Errorf("the modem answers %q", answer)
					}
					d.ask(t, "AT")
					wantHidden(t, "8642", log.String(), d.modem)
				})
			})
		}
	}
}

// debug lets a log have everything.
var debug = &slog.HandlerOptions{Level: slog.LevelDebug}

// dropped is what the line reader does not read, and what stands in a row or a log for it.
var dropped = regexp.MustCompile(`\\?\\[tn]|\\?\\x(0[0-9A-Fa-f]|7[Ff])|.\\?(\\x08|\x08)|[ \x00-\x1f\x7f]`)

// wantHidden fails when a log, the rows of a modem or its report show a secret.
func wantHidden(t *testing.T, secret, log string, modem *sim.Modem) {
	t.Helper()
	rows := modem.Transcript()
	shown := map[string]string{"the log": log, "the report": modem.Judge("the test ended").Report(rows), "the text": rows.String()}
	for i, r := range rows {
		var b strings.Builder
		for k := range len(r.Text) {
			b.WriteByte(r.Text[k] & 0x7f)
		}
		shown[fmt.Sprintf("row %d", i)] = b.String()
	}
	for where, text := range shown {
		if i := strings.Index(strings.ToLower(dropped.ReplaceAllString(text, "")), secret); i >= 0 {
			t.Errorf("%s shows %q:\n%s", where, secret, text)
			return
		}
	}
}

// A server may repeat a password in another way: without its escape, or in other letters.
func TestTranscriptOfAServerThatRepeatsAnEscapedPassword(t *testing.T) {
	for line, c := range map[string]struct{ text, where string }{
		`AT+AFTPO="203.0.113.5",21,"user","pa\22ss"`: {`not pa"ss`, `ERROR: 530 "not ***"`},
		`AT+AFTPO="203.0.113.5",21,"user","S3cret"`:  {"not s3CRET", `ERROR: 530 "not ***"`},
		`AT+AFTPO="203.0.113.5",21,"user","pa\5css"`: {`not pa\ss`, `ERROR: 530 "not ***"`},
	} {
		bubble(t, func(t *testing.T) {
			var log bytes.Buffer
			d := startModem(t, with(t, "ftp-error-detail on"), reply("PASS", 530, c.text), sim.Log(slog.New(slog.NewTextHandler(&log, debug))))
			d.ok(t, "AT+AIPA=1")
			d.ask(t, line)
			d.wantNote(t, c.where)
			shown := d.modem.Transcript().String() + log.String()
			for _, row := range d.modem.Transcript() {
				shown += "\n" + row.Text
			}
			if _, secret, _ := strings.Cut(c.text, " "); strings.Contains(shown, secret) || strings.Contains(shown, strconv.Quote(secret)) {
				t.Errorf("%s is shown:\n%s", secret, shown)
			}
		})
	}
}

// While a line fault is at work, the command may be any: no argument of one that the module does
// not take is shown.
func TestTranscriptSecretsUnderNoise(t *testing.T) {
	for seed := range uint64(20) {
		bubble(t, func(t *testing.T) {
			var log bytes.Buffer
			d := startModem(t, sim.Seed(seed), sim.Fault(faults.Noise{In: 12}), sim.Log(slog.New(slog.NewTextHandler(&log, debug))))
			for range 200 {
				d.ask(t, `AT+CPIN="86428642"`)
			}
			wantHidden(t, "8642", log.String(), d.modem)
		})
	}
}

// A rule that names a command with its secret shows it neither when it fires nor when it fails.
func TestTranscriptSecretsInRules(t *testing.T) {
	for _, rule := range []string{
		`on AT+CPIN="8642" ignore`,
		`on AT+CSQ or AT+CPIN="8642" reply OK`,
		`on AT+CPIN=8642 reply OK`,
		`on AT+CPIN="8642" log the host sends AT+CPIN="8642", which is 8642`,
		"on AT+CSQ log x\nthen 5s log at+cpin=\"8642\"",
		"on AT+CSQ log x\nthen type AT+CPIN=\"8642\"",
		`forbid AT+CPIN="8642"`,
		`expect 5s AT+CPIN="8642",8642`,
		"on AT+CPN=\"8642\" reply OK\non AT+CSQ once expect 5s AT+CPN=\"8642\"",
		`on AT+CPIN="8642" once fail AT+CPIN=8642`,
		`on AT+CPIN="8642" reset`,
	} {
		for _, line := range []string{`AT+CPIN="8642"`, "AT+CSQ"} {
			t.Run(rule+" "+line, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					var log bytes.Buffer
					d := startModem(t, with(t, "pin 8642"), sim.ScenarioText("x.scn", rule), sim.Log(slog.New(slog.NewTextHandler(&log, debug))))
					d.type_(t, line+"\r")
					pass(time.Minute)
					wantHidden(t, "8642", log.String(), d.modem)
				})
			})
		}
	}
}

// A server may repeat the password when no command waits for it any more.
func TestTranscriptOfAServerThatRepeatsThePasswordLater(t *testing.T) {
	for name, options := range map[string][]sim.Option{
		"as it closes":  {reply("PASS", 421, "bye, s3cret")},
		"as it goes on": {reply("TYPE", 200, "type I for s3cret"), with(t, "ftp-text server")},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var log bytes.Buffer
				d := startModem(t, append(options, sim.Log(slog.New(slog.NewTextHandler(&log, debug))))...)
				d.ok(t, "AT+AIPA=1")
				d.ask(t, `AT+AFTPO="203.0.113.5",21,"user","s3cret"`)
				d.ask(t, "AT+AFTPTYPE=0")
				pass(time.Minute)
				wantHidden(t, "s3cret", log.String(), d.modem)
			})
		})
	}
}
