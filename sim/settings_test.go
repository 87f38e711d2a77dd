package sim_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Section F: a failure of +AIPA shows as ip-error says; one of +AFTP* is plain ERROR; +AIPESTAT has
// the number always.
func TestIPError(t *testing.T) {
	for setting, want := range map[string]string{
		"ERROR": "ERROR", "ERROR: <id>": "ERROR: 301", "ERROR:<id>": "ERROR:301", "+CME ERROR: <id>": "+CME ERROR: 301",
	} {
		t.Run(setting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "ip-error "+setting, "apn good"))
				d.ok(t, "ATE0")
				d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "ERROR")
				d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 301", "OK")
				// a bad value is a syntax error, plain whatever the setting says (C.7)
				d.expect(t, "AT+AIPA=2", "ERROR")
				d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 300", "OK")
				d.expect(t, "AT+AIPA=1", want)
				d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 301", "OK")
			})
		})
	}
}

// An extended result stays a word under V0, and Q1 suppresses it (C.4).
func TestIPErrorUnderV0AndQ1(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "ip-error ERROR: <id>", "apn good"))
		d.ok(t, "ATE0")
		d.ask(t, "ATV0")
		if got := d.ask(t, "AT+AIPA=1"); got != "ERROR: 301\r\n" {
			t.Errorf("under V0 %q", got)
		}
		d.ask(t, "ATQ1")
		if got := d.ask(t, "AT+AIPA=1"); got != "" {
			t.Errorf("under Q1 %q", got)
		}
	})
}

// A required APN: any other gives ERROR, number 301.
func TestRequiredAPN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "apn internet.example"))
		d.ok(t, "ATE0")
		d.expect(t, "AT+AIPA=1", "ERROR")
		d.ok(t, `AT+AIPDCONT="other"`)
		d.expect(t, "AT+AIPA=1", "ERROR")
		d.expect(t, "AT+AIPESTAT", "+AIPESTAT: 301", "OK")
		d.expect(t, "AT+AIPA?", "+AIPA: 0", "OK")
		d.ok(t, `AT+AIPDCONT="internet.example"`)
		d.expect(t, "AT+AIPA=1", "+AIPA: 1,192.0.2.66,0", "OK")
	})
}

// The firmware of 2012 has two fields more, and shows failures with their number.
func TestAIPAExtra(t *testing.T) {
	for extra, want := range map[string]string{"0": "0", "1": "0,0", "2": "0,0,0"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "aipa-extra "+extra))
			d.ok(t, "ATE0")
			d.expect(t, "AT+AIPA=1", "+AIPA: 1,192.0.2.66,"+want, "OK")
			d.expect(t, "AT+AIPA?", "+AIPA: 1,192.0.2.66,"+want, "OK")
			d.expect(t, "AT+AIPA=0", "+AIPA: 0,0", "OK")
			d.expect(t, "AT+AIPA?", "+AIPA: 0", "OK")
		})
	}
}

// The firmware of 2008 has no space after the colon.
func TestColonSpace(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "colon-space off"))
		d.ok(t, "ATE0")
		d.expect(t, "AT+CSQ", "+CSQ:25,99", "OK")
		d.expect(t, "AT+CREG?", "+CREG:0,1", "OK")
		d.expect(t, "AT+AIPA=?", "+AIPA:(0,1)", "OK")
		d.expect(t, "AT+AIPA=1", "+AIPA:1,192.0.2.66,0", "OK")
		d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "+AFTPO:Login On", "OK")
		d.expect(t, "AT+AFTPTYPE=0", "+AFTPS:200 Type set to I", "+AFTPTYPE:0", "OK")
	})
}

// The prefix of Login On: +AFTPO: by default after +AFTPO, always +AFTPS: after +AFTPPASS.
func TestLoginPrefix(t *testing.T) {
	for _, prefix := range []string{"+AFTPO:", "+AFTPS:"} {
		bubble(t, func(t *testing.T) {
			d := startModem(t, with(t, "login-prefix "+prefix))
			d.ok(t, "ATE0")
			d.ok(t, "AT+AIPA=1")
			d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, prefix+" Login On", "OK")
			d.ok(t, "AT+AFTPC")
			d.expect(t, `AT+AFTPO="203.0.113.5",21`, "+AFTPO: USERNAME REQUIRED", "OK")
			d.expect(t, `AT+AFTPUSER="user"`, "+AFTPO: PASSWORD REQUIRED", "OK")
			d.expect(t, `AT+AFTPPASS="pass"`, "+AFTPS: Login On", "OK")
		})
	}
}

// The server's words or the manual's, where the manual has some.
func TestFTPText(t *testing.T) {
	ask := func(t *testing.T, d *dialog) string {
		d.logIn(t)
		var all string
		for _, line := range []string{
			"AT+AFTPTYPE=0", `AT+AFTPSIZE="f"`, "AT+AFTPREST=2", "AT+AFTPPASV=1", `AT+AFTPRETR="f"`, "AT+AFTPDATA",
		} {
			all += d.ask(t, line)
		}
		return all
	}
	manual := frames("+AFTPS: 200 Type set to I", "+AFTPTYPE: 0", "OK",
		"+AFTPS: 213 7", "+AFTPSIZE: 7", "OK",
		"+AFTPS: 350 Rest supported. Restarting at 2", "+AFTPREST: 2", "OK",
		"+AFTPS: 227 Entering Passive Mode (203,0,113,5,192,1)", "+AFTPPASV: 1", "OK",
		"+AFTPS: 150 Connection accepted", `+AFTPRETR: "f" File Data Ready`, "OK",
		"CONNECT") + "ntent" + frames("NO CARRIER")
	for setting, words := range map[string][]string{
		"auto": {manual}, "manual": {manual},
		"server": {"+AFTPS: 200 ", "+AFTPS: 213 7", "+AFTPS: 350 ", "+AFTPS: 227 ", "(203,0,113,5,192,1)", "+AFTPS: 150 "},
	} {
		t.Run(setting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "ftp-text "+setting))
				d.put(t, "f", []byte("content"))
				got := ask(t, d)
				for _, w := range words {
					if !strings.Contains(got, w) {
						t.Errorf("no %q in\n%s", w, show([]byte(got)))
					}
				}
				if (got == manual) == (setting == "server") {
					t.Errorf("the modem sent\n%s", show([]byte(got)))
				}
			})
		})
	}
}

// With auto, a server of its own is quoted.
func TestFTPTextOfAnotherServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := &network{reply: otherReply("200 ", "200 As you wish.")}
		d := startNetwork(t, n)
		d.logIn(t)
		d.expect(t, "AT+AFTPTYPE=1", "+AFTPS: 200 Type set to A", "+AFTPTYPE: 1", "OK")
		d.run(t, "set ftp-text server")
		d.expect(t, "AT+AFTPTYPE=1", "+AFTPS: 200 As you wish.", "+AFTPTYPE: 1", "OK")
	})
}

// The server's refusal is shown before ERROR under ftp-error-detail, and only then.
func TestFTPErrorDetail(t *testing.T) {
	const login = `AT+AFTPO="203.0.113.5",21,"user","pass"`
	for setting, detail := range map[string]bool{"off": false, "on": true} {
		refused := func(text string) []string {
			if detail {
				return []string{"+AFTPS: " + text, "ERROR"}
			}
			return []string{"ERROR"}
		}
		t.Run(setting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "ftp-error-detail "+setting), reply("RETR", 550, "No such file."),
					reply("TYPE", 504, "Not that one."))
				d.logIn(t)
				d.ok(t, "AT+AFTPPASV=1")
				d.expect(t, `AT+AFTPRETR="f"`, refused("550 No such file.")...)
				d.expect(t, "AT+AFTPTYPE=1", refused("504 Not that one.")...)
				d.expect(t, "AT+AFTPTYPE?", "+AFTPTYPE: 0", "OK")
				// what no server said has no detail
				d.expect(t, `AT+AFTPRETR="f"`, "ERROR")
				d.expect(t, login, "ERROR")
			})
			bubble(t, func(t *testing.T) {
				d := startModem(t, with(t, "ftp-error-detail "+setting), reply("PASS", 530, "Login incorrect."))
				d.ok(t, "ATE0")
				d.ok(t, "AT+AIPA=1")
				d.expect(t, login, refused("530 Login incorrect.")...)
				// a failed login closes the connection
				d.expect(t, "AT+AFTPO?", "+AFTPC: 0", "OK")
			})
		})
	}
}

// Input while a command runs is lost, or kept for later under input-while-busy.
func TestInputWhileBusy(t *testing.T) {
	const login = `AT+AFTPO="203.0.113.5",21,"user","pass"`
	for setting, later := range map[string]string{
		"lost":   frames("+AFTPO: Login On", "OK"),
		"queued": frames("+AFTPO: Login On", "OK", "+CSQ: 25,99", "OK", "+CPIN: READY", "OK"),
	} {
		t.Run(setting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startNetwork(t, &network{dial: 5 * time.Second}, with(t, "input-while-busy "+setting))
				d.ok(t, "ATE0")
				d.ok(t, "AT+AIPA=1")
				d.type_(t, login+"\r\n")
				pass(time.Second)
				d.type_(t, "AT+CSQ\r\n")
				pass(time.Second)
				d.type_(t, "AT+CPIN?\r")
				pass(2 * time.Second)
				d.want(t, "while it runs", "")
				pass(2 * time.Second)
				d.want(t, "after it", later)
				d.expect(t, "AT", "OK")
			})
		})
	}
}

// +AIPA and +AFTP* are not abortable: input does not end them, whenever it comes.
func TestFTPCommandsAreNotAbortable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startNetwork(t, &network{dial: 20 * time.Second})
		d.ok(t, "ATE0")
		d.ok(t, "AT+AIPA=1")
		start := time.Now()
		d.type_(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`+"\r")
		for range 10 {
			pass(time.Second)
			d.type_(t, "x")
		}
		d.want(t, "while it runs", "")
		pass(10 * time.Second)
		d.want(t, "after it", frames("+AFTPO: Login On", "OK"))
		if took := time.Since(start); took != 20*time.Second {
			t.Errorf("it took %v", took)
		}
		synctest.Wait()
	})
}

// section F: AT+AIPA=1 while active answers with the running seconds; the APN was asked for at the
// activation.
func TestActivateAgainWithAnotherAPN(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, with(t, "apn good"))
		d.ok(t, "ATE0")
		d.ok(t, `AT+AIPDCONT="good"`)
		d.ok(t, "AT+AIPA=1")
		d.ok(t, `AT+AIPDCONT="other"`)
		pass(3 * time.Second)
		d.expect(t, "AT+AIPA=1", "+AIPA: 1,192.0.2.66,3", "OK")
	})
}
