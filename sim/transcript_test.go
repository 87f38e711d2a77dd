package sim_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/transcript"
)

// secretLines are lines that hold the secret s3cret in a place where a host may write it.
var secretLines = map[string]string{
	"+AFTPO":                      `AT+AFTPO="203.0.113.5",21,"user","s3cret"`,
	"+AFTPO while open":           `AT+AFTPO="203.0.113.5",21,"user","s3cret"`,
	"+AFTPPASS":                   `AT+AFTPPASS="s3cret"`,
	"+AIPDCONT":                   `AT+AIPDCONT="apn","user","s3cret"`,
	"+AIPDCONT without a user":    `AT+AIPDCONT="apn",,"s3cret"`,
	"lower case and blanks":       `at + aftppass = "s3cret"`,
	"unquoted":                    `AT+AFTPPASS=s3cret`,
	"half quoted":                 `AT+AFTPPASS="s3cret`,
	"quoted at the end":           `AT+AFTPPASS=s3cret"`,
	"more behind the quotes":      `AT+AFTPPASS="s3cret"s3cret`,
	"without the equals sign":     `AT+AFTPPASS"s3cret"`,
	"with a blank for it":         `AT+AFTPPASS "s3cret"`,
	"edited in the secret":        "AT+AFTPPASS=\"s3X\bcret\"",
	"edited away":                 "AT+AFTPPASS=\"s3cret\"" + strings.Repeat("\b", 100) + "+CSQ",
	"a control character in it":   "AT+AFTPPASS=\"s3\x01cret\"",
	"before another command":      `AT+AFTPPASS="s3cret";+CSQ`,
	"behind another command":      `AT+CSQ;+AFTPPASS="s3cret"`,
	"behind an unknown command":   `AT+NONE;+AFTPPASS="s3cret"`,
	"behind a bad one":            `AT+CREG=7;+AIPDCONT="apn","user","s3cret"`,
	"behind an open string":       `AT+NONE=";+AFTPPASS=s3cret`,
	"twice in a line":             `AT+AIPDCONT="a","u","s3cret";+AFTPPASS="s3cret"`,
	"in a line that is too long":  `AT+AFTPPASS="s3cret"` + strings.Repeat(" ", 300),
	"without the prefix":          `+AFTPPASS="s3cret"`,
	"with junk before the prefix": `xyzAT+AFTPPASS="s3cret"`,
	"a quote before the prefix":   `"AT+AFTPPASS="s3cret"`,
}

// Secrets never appear, neither in what the host sent nor in its echo nor in the answer nor in the
// wire to the server.
func TestTranscriptSecrets(t *testing.T) {
	for name, line := range secretLines {
		t.Run(name, func(t *testing.T) { noSecret(t, line, "s3cret") })
	}
}

// noSecret fails when a line, repeated by A/, in a whole session or cut off by a close, shows a
// secret.
func noSecret(t *testing.T, line string, secrets ...string) {
	t.Helper()
	bubble(t, func(t *testing.T) {
		var out bytes.Buffer
		d := startModem(t, sim.TranscriptTo(&out))
		d.ok(t, "AT+AIPA=1;+CMEE=2")
		for _, before := range []string{"", `AT+AFTPO="203.0.113.5",21`, `AT+AFTPUSER="user"`} {
			if before != "" {
				d.ask(t, before)
			}
			d.ask(t, line)
			d.type_(t, "A/")
			d.ask(t, "AT+AFTPPASS?")
		}
		d.ok(t, "ATE0")
		d.ask(t, line)
		d.ask(t, "ATQ1")
		d.ask(t, line)
		d.ask(t, "ATQ0")
		for n := range len(line) {
			d.type_(t, line[:n+1])
			d.reopen(t)
			d.ask(t, "")
		}
		synctest.Wait()
		shown := d.modem.Transcript().JSON() + d.modem.Transcript().String() + out.String()
		for _, s := range secrets {
			if i := strings.Index(strings.ToLower(shown), strings.ToLower(s)); i >= 0 {
				start := strings.LastIndexByte(shown[:i], '\n') + 1
				row, _, _ := strings.Cut(shown[start:], "\n")
				t.Errorf("the transcript shows %q: %s", s, row)
			}
		}
	})
}

// What is not a secret is shown: the line with its secret masked, its echo, the answer, the wire to
// the server.
func TestTranscriptRows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var out bytes.Buffer
		d := startNetwork(t, &network{late: lateReply("226 ", time.Second)}, sim.TranscriptTo(&out))
		d.put(t, "f", []byte("content\r\n\x00\\"))
		d.ask(t, "AT+CSQ")
		d.ask(t, "ATE0")
		pass(1500 * time.Millisecond)
		d.ask(t, "AT+AIPA=1")
		d.type_(t, `AT+AIPDCONT="apn","u`)
		pass(time.Second)
		d.type_(t, "ser\",\"s3cret\"\r\n")
		d.type_(t, "junk\r")
		d.run(t, "urc RING")
		d.ask(t, `AT+AFTPO="203.0.113.5",21,"user","s3cret"`)
		d.ask(t, "AT+AFTPPASV=1")
		d.ask(t, `AT+AFTPRETR="f"`)
		d.ask(t, "AT+AFTPDATA")
		pass(time.Second)
		rows(t, d.modem.Transcript().String(),
			`0.000000 # host opens the port`,
			`0.000000 > AT+CSQ\r`,
			`0.000000 < AT+CSQ\r`,
			`0.000000 < \r\n+CSQ: 25,99\r\n`,
			`0.000000 < \r\nOK\r\n`,
			`0.000000 > ATE0\r`,
			`0.000000 < ATE0\r`,
			`0.000000 < \r\nOK\r\n`,
			`1.500000 > AT+AIPA=1\r`,
			`1.500000 < \r\n+AIPA: 1,192.0.2.66,0\r\n`,
			`1.500000 < \r\nOK\r\n`,
			`2.500000 > AT+AIPDCONT="apn","user",***\r`,
			`2.500000 < \r\n+AIPDCONT: "apn","user",***\r\n`,
			`2.500000 < \r\nOK\r\n`,
			`2.500000 > \njunk\r`,
			`2.500000 < \r\nRING\r\n`,
			`2.500000 # live:1: urc RING`,
			`2.500000 > AT+AFTPO="203.0.113.5",21,"user",***\r`,
			`2.500000 # ftp < 220 modemsim FTP server ready`,
			`2.500000 # ftp > USER user`,
			`2.500000 # ftp < 331 OK`,
			`2.500000 # ftp > PASS ****`,
			`2.500000 # ftp < 230 Password ok, continue`,
			`2.500000 # ftp > TYPE I`,
			`2.500000 # ftp < 200 Type set to binary`,
			`2.500000 < \r\n+AFTPO: Login On\r\n`,
			`2.500000 < \r\nOK\r\n`,
			`2.500000 > AT+AFTPPASV=1\r`,
			`2.500000 # ftp > PASV`,
			`2.500000 # ftp < 227 Entering Passive Mode (203,0,113,5,192,1)`,
			`2.500000 < \r\n+AFTPS: 227 Entering Passive Mode (203,0,113,5,192,1)\r\n`,
			`2.500000 < \r\n+AFTPPASV: 1\r\n`,
			`2.500000 < \r\nOK\r\n`,
			`2.500000 > AT+AFTPRETR="f"\r`,
			`2.500000 # ftp > RETR f`,
			`2.500000 # ftp < 150 Using transfer connection`,
			`2.500000 < \r\n+AFTPS: 150 Connection accepted\r\n`,
			`2.500000 < \r\n+AFTPRETR: "f" File Data Ready\r\n`,
			`2.500000 < \r\nOK\r\n`,
			`2.500000 > AT+AFTPDATA\r`,
			`2.500000 < \r\nCONNECT\r\n`,
			`3.500000 # ftp < 226 Closing transfer connection`,
			`3.500000 < data 0+11 content\r\n\x00\\`,
			fmt.Sprintf(`3.500000 # download complete: 11 bytes, SHA-256 %x, server: 226 Closing transfer connection`,
				sha256.Sum256([]byte("content\r\n\x00\\"))),
			`3.500000 < \r\nNO CARRIER\r\n`,
		)
		if out.String() != d.modem.Transcript().String() {
			t.Error("what was written differs from what is remembered")
		}
	})
}

// rows compares a transcript with the rows wanted; one that begins with "~" may be anywhere.
func rows(t *testing.T, text string, want ...string) {
	t.Helper()
	var got []string
	for line := range strings.Lines(text) {
		got = append(got, strings.TrimSpace(line))
	}
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			t.Errorf("row %d, want %s, in\n%s", i+1, w, text[max(0, len(text)-6000):])
			return
		}
	}
	if len(got) > len(want) {
		t.Errorf("%d more rows in\n%s", len(got)-len(want), text)
	}
}

// Data is one row for 64 KiB with offset, length and the first 16 bytes, and a SHA-256 of all at
// the end, however it came over the port.
func TestTranscriptOfData(t *testing.T) {
	const size = 2*65536 + 100
	content := noise(size, 13)
	shown := regexp.MustCompile(`(?m)^ +[0-9.]+ ([<>] data \d+\+\d+) .*$`)
	for name, chunk := range map[string]int{"in one piece": size, "in small pieces": 1000} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.put(t, "f", content)
				d.logIn(t)
				d.retrieve(t, "f")
				d.ask(t, "AT+AFTPDATA")
				d.upload(t, "up")
				for rest := content; len(rest) > 0; rest = rest[min(chunk, len(rest)):] {
					d.type_(t, string(rest[:min(chunk, len(rest))]))
				}
				d.type_(t, "+++")
				var got []string
				for _, m := range shown.FindAllStringSubmatch(d.modem.Transcript().String(), -1) {
					got = append(got, m[1])
				}
				want := "< data 0+65536,< data 65536+65536,< data 131072+100,> data 0+65536,> data 65536+65536,> data 131072+100"
				if strings.Join(got, ",") != want {
					t.Errorf("rows %q, want %s", got, want)
				}
				d.wantNote(t, fmt.Sprintf("download complete: %d bytes, SHA-256 %x, server: 226", size, sha256.Sum256(content)))
				d.wantNote(t, fmt.Sprintf("upload complete: %d bytes, SHA-256 %x, server: 226", size, sha256.Sum256(content)))
			})
		})
	}
}

// The host's close, and the partial line that it leaves.
func TestTranscriptOfAClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.type_(t, "AT+CS")
		d.host.Close()
		synctest.Wait()
		rows(t, d.modem.Transcript().String(),
			`0.000000 # host opens the port`, `0.000000 > AT+CS`, `0.000000 < AT+CS`, `0.000000 # host closes the port`)
	})
}

// Only the end is remembered: some 256 KiB, from the start of a row on. What is written has
// everything.
func TestTranscriptTail(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var out bytes.Buffer
		d := startModem(t, sim.TranscriptTo(&out))
		for range 3000 {
			d.ask(t, "AT+CLAC")
		}
		tail := d.modem.Transcript().String()
		if len(tail) < 256<<10 || len(tail) > 513<<10 {
			t.Errorf("%d bytes are remembered", len(tail))
		}
		if !regexp.MustCompile(`^ *[0-9.]+ [<>#] `).MatchString(tail) {
			t.Errorf("it starts %.60q", tail)
		}
		if !strings.HasSuffix(out.String(), tail) || !strings.Contains(out.String(), "host opens the port") {
			t.Error("what is remembered is not the end of what was written")
		}
	})
}

// A host that does not read: whole replies are dropped and the transcript says so; the modem goes
// on (design).
func TestRepliesThatNobodyReads(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		for range 1000 {
			if _, err := host.Write([]byte("AT+CLAC\r")); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		d.host = record(host)
		synctest.Wait()
		got := string(d.host.take())
		for _, frame := range []string{frames("OK"), d.ask(t, "AT+CLAC")} {
			got = strings.ReplaceAll(got, strings.TrimSuffix(frame, frames("OK")), "")
		}
		if got = strings.ReplaceAll(got, frames("OK"), ""); got != "" {
			t.Errorf("parts of replies: %.200q", got)
		}
		d.expect(t, "AT", "OK")
		d.wantNote(t, "bytes, the host did not read")
	})
}

// A transcript that cannot be written ends there; the modem goes on.
func TestTranscriptThatCannotBeWritten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.TranscriptTo(failing{}))
		d.ok(t, "ATE0")
		d.wantNote(t, "ATE0")
	})
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, fmt.Errorf("disk full") }

// In command mode at most 64 KiB are queued.
func TestCommandModeQueue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		for range 2000 {
			host.Write([]byte("AT+CLAC\r"))
		}
		synctest.Wait()
		d.host = record(host)
		synctest.Wait()
		// the wire holds 18048 bytes, and the writer has 16 KiB in hand
		if n := len(d.host.take()); n > 64<<10+18048+16<<10 {
			t.Errorf("%d bytes were queued", n)
		}
	})
}

// The echo that a host does not read is not noted character by character, which would show a
// secret.
func TestTranscriptOfDroppedEcho(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		for range 1000 {
			host.Write([]byte("AT+CLAC\r"))
		}
		host.Write([]byte(`AT+AFTPPASS="wxyz"` + "\r"))
		synctest.Wait()
		tail := d.modem.Transcript().String()
		tail = tail[max(0, len(tail)-2000):]
		if dropped := regexp.MustCompile(`(?m)dropped.*: [wxyz]$`).FindAllString(tail, -1); len(dropped) > 0 {
			t.Errorf("the secret in rows of one character: %q", dropped)
		}
	})
}

// Secrets where the line does not tell that they are ones.
func TestTranscriptSecretsThatAreHardToSee(t *testing.T) {
	for name, c := range map[string][]string{
		"an escape in it":     {`AT+AIPDCONT="apn","user","s3\63ret"`, "s3cret", `s3\63ret`},
		"short and unquoted":  {`AT+AFTPPASS=Qz`, "Qz"},
		"a parameter missing": {`AT+AFTPO="203.0.113.5","user","s3cret"`, "s3cret"},
		"a comma, unquoted":   {`AT+AFTPPASS=s3,cret`, "cret"},
		"edited in the name":  {"AT+AFTPPAX\bSS=\"s3cret\"", "s3cret"},
		"one too many":        {`AT+AFTPO="203.0.113.5",21,"user","s3cret","t4cret"`, "s3cret", "t4cret"},
	} {
		t.Run(name, func(t *testing.T) { noSecret(t, c[0], c[1:]...) })
	}
}

// What was dropped is noted also when the host leaves without ever reading.
func TestDroppedRepliesAreNotedAtTheClose(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.ok(t, "ATE0")
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		for range 1000 {
			host.Write([]byte("AT+CLAC\r"))
		}
		synctest.Wait()
		host.Close()
		synctest.Wait()
		d.wantNote(t, "bytes, the host did not read")
	})
}

// Echo that nobody gets is not noted character by character either.
func TestTranscriptOfEchoThatNobodyGets(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{dial: 5 * time.Second}, with(t, "input-while-busy queued"))
		d.ok(t, "AT+AIPA=1")
		d.type_(t, openLine+"\r")
		d.type_(t, `AT+AFTPPASS="wxyz"`+"\r")
		d.host.Close()
		pass(time.Minute)
		for line := range strings.Lines(d.modem.Transcript().String()) {
			if line = strings.TrimSpace(line); strings.Contains(line, "dropped") && strings.IndexByte("wxyz", line[len(line)-1]) >= 0 {
				t.Errorf("row %s", line)
			}
		}
	})
}

// A secret need not be UTF-8.
func TestTranscriptSecretsInLatin1(t *testing.T) {
	for _, line := range []string{"+AFTPPASS=\"s3\xe4cret\"", "AT+AFTPPASS=\"s3\xe4cret\"", "AT+AFTPPASS=\"s3\xe4cret\"" + strings.Repeat(" ", 300)} {
		noSecret(t, line, "cret\"")
	}
}

// An echo of which the start was dropped does not show the rest of a secret.
func TestTranscriptOfHalfAnEcho(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t)
		d.host.Close()
		synctest.Wait()
		host := d.pipe.Dial()
		for range 1000 {
			host.Write([]byte("AT+CLAC\r"))
		}
		host.Write([]byte(`AT+AFTPPASS="s3`))
		synctest.Wait()
		d.host = record(host)
		synctest.Wait()
		d.type_(t, `cret-tail"`+"\r")
		if s := d.modem.Transcript().String(); strings.Contains(s, "cret-tail") {
			t.Errorf("the end:\n%s", s[len(s)-500:])
		}
	})
}

// A rule that changes the answer to a line, or holds it back, does not bring the line's secret to
// light.
func TestTranscriptSecretsInAlteredAnswers(t *testing.T) {
	for _, rule := range []string{
		"split echo 16", "split info 27", "truncate echo 17", "truncate info 29", "garble echo 3", "garble info 3", "repeat info",
		"delay echo next", "delay info next", "delay echo 5s", "urc 26 RING", "drop final",
	} {
		t.Run(rule, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				for _, line := range []string{`AT+AFTPPASS="s3cret"`, `AT+AIPDCONT="apn","user","s3cret"`} {
					var out bytes.Buffer
					d := startModem(t, sim.TranscriptTo(&out))
					_, rows := d.modem.Follow(t.Context())
					d.run(t, "on AT+AFTPPASS= "+rule)
					d.run(t, "on AT+AIPDCONT= "+rule)
					d.ask(t, line)
					pass(10 * time.Second)
					d.ask(t, "AT+CSQ")
					followed, _ := drain(rows)
					shown := out.String() + d.modem.Transcript().JSON() + followed.String() + d.modem.Judge("the test ended").Report(d.modem.Transcript())
					for _, part := range []string{"s3cr", "3cre", "cret"} {
						if i := strings.Index(shown, part); i >= 0 {
							t.Errorf("%s: %q is shown: %s", line, part, shown[max(0, i-60):min(len(shown), i+20)])
						}
					}
				}
			})
		})
	}
}

// A secret in a line that is recorded in several rows is in none of them: the line is very long, or
// the port closes within it.
func TestTranscriptSecretsInLinesOfSeveralRows(t *testing.T) {
	for name, parts := range map[string][]string{
		"cut in the name":           {strings.Repeat(" ", 4096-6) + `AT+AFTPPASS="s3cret"` + "\r"},
		"cut in the secret":         {strings.Repeat(" ", 4096-16) + `AT+AFTPPASS="s3cret"` + "\r"},
		"cut behind the name":       {strings.Repeat(" ", 4096-11) + `AT+AFTPPASS` + strings.Repeat(" ", 5000) + `="s3cret"` + "\r"},
		"lines that end with LF":    {strings.Repeat("AT\n", 1363) + "AT+AFTPPASS=\"s3cret\"\n" + strings.Repeat("AT\n", 1363)},
		"the port closed within it": {`AT+AFTPPASS="s3`, `cret"` + "\r"},
		"closed in the name":        {`AT+AFT`, `PPASS="s3cret"` + "\r"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				for i, part := range parts {
					if i > 0 {
						d.reopen(t)
					}
					d.type_(t, part)
				}
				d.reopen(t)
				d.ask(t, "")
				if s := d.modem.Transcript().String(); strings.Contains(s, "s3c") || strings.Contains(s, `cret"`) {
					t.Errorf("the end:\n%s", s[max(0, len(s)-500):])
				}
			})
		})
	}
}

// The reply of a server that repeats the password is shown without it.
func TestTranscriptOfAServerThatRepeatsThePassword(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, reply("PASS", 530, "no user with password s3cret"))
		d.ok(t, "AT+AIPA=1")
		d.ask(t, `AT+AFTPO="203.0.113.5",21,"user","s3cret"`)
		d.wantNote(t, `ERROR: 530 "no user with password ***"`)
		if s := d.modem.Transcript().String(); strings.Contains(s, "s3cret") {
			t.Errorf("the transcript is\n%s", s)
		}
	})
}

// Rows of rules and of failures carry their line of the scenario; what is loaded is marked.
func TestTranscriptTellsTheLineOfTheScenario(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("x.scn", "on AT+CSQ log seen\non AT+CSQ once drop\non AT+CREG? forbid 5s AT+CSQ\n"))
		d.ask(t, "AT+CSQ")
		d.ask(t, "AT+CREG?")
		d.ask(t, "AT+CSQ")
		var got []string
		for _, row := range d.modem.Transcript() {
			if row.Where != "" {
				got = append(got, fmt.Sprintf("%s %s %s", row.Kind, row.Where, row.Text))
			}
		}
		want := []string{
			"note x.scn:1 seen", "note x.scn:2 on AT+CSQ once drop", "note x.scn:3 on AT+CREG? forbid 5s AT+CSQ",
			"failure x.scn:3 forbidden, but it happened: AT+CSQ", "note x.scn:1 seen",
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		settings := scenarios.Default()
		if err := d.modem.Load(settings, &scenarios.Script{}); err != nil {
			t.Fatal(err)
		}
		if rows := d.modem.Transcript(); !slices.ContainsFunc(rows, func(r transcript.Row) bool { return r.Kind == transcript.Loaded }) {
			t.Errorf("no mark of what was loaded in\n%s", rows)
		}
	})
}
