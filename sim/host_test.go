package sim_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/faults"
)

// bubble runs f in a synctest bubble.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// with are the default settings with some set as in a profile: "ip-error ERROR:<id>".
func with(t *testing.T, sets ...string) sim.Option {
	t.Helper()
	s := scenarios.Default()
	for _, line := range sets {
		key, value, _ := strings.Cut(line, " ")
		if err := s.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	return sim.Settings(s)
}

// frames are what the modem sends for some texts under V1.
func frames(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString("\r\n" + text + "\r\n")
	}
	return b.String()
}

// want fails unless the modem has sent exactly this since the last look.
func (d *dialog) want(t *testing.T, why, want string) {
	t.Helper()
	synctest.Wait()
	if got := string(d.host.take()); got != want {
		t.Fatalf("%s: the modem sent\n%swant\n%s", why, show([]byte(got)), show([]byte(want)))
	}
}

// expect sends a line and fails unless the modem answers with these frames.
func (d *dialog) expect(t *testing.T, line string, texts ...string) {
	t.Helper()
	d.type_(t, line+"\r")
	d.want(t, line, frames(texts...))
}

// ok sends a line and fails unless its final result is OK.
func (d *dialog) ok(t *testing.T, line string) {
	t.Helper()
	if got := d.ask(t, line); !strings.HasSuffix(got, frames("OK")) {
		t.Fatalf("%s: the modem sent\n%swant OK at its end", line, show([]byte(got)))
	}
}

// type_ sends bytes and lets the modem take them.
func (d *dialog) type_(t *testing.T, text string) {
	t.Helper()
	if _, err := d.host.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// run runs a line of the scenario language.
func (d *dialog) run(t *testing.T, line string) {
	t.Helper()
	if err := d.modem.Do(line); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// pass lets time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// reopen lets another host open the port after this one closed it.
func (d *dialog) reopen(t *testing.T) {
	t.Helper()
	d.host.Close()
	synctest.Wait()
	d.host = record(d.pipe.Dial())
	synctest.Wait()
}

// logIn switches echo off and brings the FTP session up.
func (d *dialog) logIn(t *testing.T) {
	t.Helper()
	d.ok(t, "ATE0")
	d.ok(t, "AT+AIPA=1")
	d.expect(t, `AT+AFTPO="203.0.113.5",21,"user","pass"`, "+AFTPO: Login On", "OK")
}

// put puts a file on the server.
func (d *dialog) put(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := d.server.WriteFile(name, content); err != nil {
		t.Fatal(err)
	}
}

// retrieve makes a download ready, up to +AFTPDATA.
func (d *dialog) retrieve(t *testing.T, name string) {
	t.Helper()
	d.ok(t, "AT+AFTPPASV=1")
	d.expect(t, `AT+AFTPRETR="`+name+`"`, "+AFTPS: 150 Connection accepted", `+AFTPRETR: "`+name+`" File Data Ready`, "OK")
}

// store makes an upload ready, up to +AFTPDATA.
func (d *dialog) store(t *testing.T, name string) {
	t.Helper()
	d.ok(t, "AT+AFTPPASV=1")
	d.expect(t, `AT+AFTPSTOR="`+name+`"`, "+AFTPS: 150 Connection accepted", `+AFTPSTOR: "`+name+`" File Data Ready`, "OK")
}

// fetch downloads a file and fails unless exactly its content comes between CONNECT and NO CARRIER.
func (d *dialog) fetch(t *testing.T, name, content string) {
	t.Helper()
	d.retrieve(t, name)
	d.type_(t, "AT+AFTPDATA\r")
	pass(10 * time.Second) // for a network that is slow
	d.want(t, "AT+AFTPDATA", frames("CONNECT")+content+frames("NO CARRIER"))
}

// upload starts an upload, up to CONNECT.
func (d *dialog) upload(t *testing.T, name string) {
	t.Helper()
	d.store(t, name)
	d.expect(t, "AT+AFTPDATA", "CONNECT")
}

// wantStored fails unless the server has this complete upload.
func (d *dialog) wantStored(t *testing.T, name, content string) {
	t.Helper()
	synctest.Wait()
	got, ok := d.server.Stored(name)
	if !ok || string(got) != content {
		t.Fatalf("%s on the server: %s, want %s", name, brief(got, ok), brief([]byte(content), true))
	}
}

// wantNotStored fails when the server has a complete upload of this name.
func (d *dialog) wantNotStored(t *testing.T, name string) {
	t.Helper()
	synctest.Wait()
	if got, ok := d.server.Stored(name); ok {
		t.Fatalf("%s is stored: %s", name, brief(got, ok))
	}
}

// brief shows the start of a file.
func brief(p []byte, ok bool) string {
	if !ok {
		return "nothing"
	}
	return fmt.Sprintf("%d bytes %.60q", len(p), p)
}

// wantNote fails unless the transcript holds a text.
func (d *dialog) wantNote(t *testing.T, text string) {
	t.Helper()
	if s := d.modem.Transcript().String(); !strings.Contains(s, text) {
		t.Errorf("the transcript does not say %q; its end:\n%s", text, s[max(0, len(s)-2000):])
	}
}

// reply lets every command of a verb have this reply instead of the server's.
func reply(verb string, code int, text string) sim.Option {
	return sim.Fault(faults.FTPReply{Verb: verb, Code: code, Text: text})
}
