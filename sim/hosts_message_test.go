package sim_test

import (
	"strings"
	"testing"
	"time"
)

// The parts of the host programs that are about messages.
func init() {
	programs = append(programs,
		program{"Arduino library, a text", `expect 5m sms:sent 5550100 "Hello, it is 12:00."`, arduinoText},
		program{"phone, texts", "on sms:sent once sms +15550101 See you\nexpect 5m sms:sent +15550100 \"Hello\"", phoneTexts},
	)
}

// arduinoText types a message at its pace, 10 ms a character, without a look at the prompt: it
// pauses after each line, and looks for OK in all that has come in the end.
func arduinoText(t *testing.T, s *session) {
	u := newUART(t, s.line)
	for tries := 30; ; tries-- { // until the module is there
		u.slowly("at+creg?\r\n")
		if got, _ := u.until(time.Second, "0,1\r\n"); strings.HasSuffix(got, "0,1\r\n") {
			break
		} else if tries == 0 {
			t.Fatalf("not registered: %q", got)
		}
	}
	for _, line := range []string{"at+cmgf=1\r\n", "at+cmgs=\"5550100\"\r\n", "Hello, it is 12:00."} {
		u.slowly(line)
		time.Sleep(500 * time.Millisecond)
	}
	u.slowly("\x1a")
	if got := u.drain(10 * time.Second); !strings.Contains(got, "\r\n+CMGS: ") || !strings.HasSuffix(got, "\r\nOK\r\n") {
		t.Fatalf("the text: %q", got)
	}
}

// phoneTexts waits for the prompt, and shows a message that comes as +CMT, whose number it finds at
// a fixed offset.
func phoneTexts(t *testing.T, s *session) {
	u := newUART(t, s.line)
	ask := func(line string) bool {
		u.puts(line + "\r")
		got, _ := u.until(time.Second, "OK\r\n", "ERROR\r\n")
		return strings.HasSuffix(got, "OK\r\n")
	}
	for tries := 60; !ask("AT"); tries-- {
		if tries == 0 {
			t.Fatal("no answer to AT")
		}
	}
	for _, line := range []string{"ATE0", "AT+CMGF=1", "AT+CNMI=2,2,0,0,0", "AT&W"} {
		if !ask(line) {
			t.Fatalf("%s is refused", line)
		}
	}
	for tries := 30; ; tries-- { // until the module is registered
		u.puts("AT+CMGS=\"+15550100\"\r")
		got, _ := u.until(10*time.Second, ">", "ERROR\r\n", "ERROR: 331\r\n")
		if strings.HasSuffix(got, ">") {
			break
		} else if tries == 0 {
			t.Fatalf("no prompt: %q", got)
		}
		u.drain(time.Second)
	}
	u.puts("Hello\x1a")
	u.expect("OK\r\n", time.Minute)
	lines := strings.Split(strings.Trim(u.expect("See you\r\n", 10*time.Second), "\r\n"), "\r\n")
	if len(lines) != 2 || lines[0][:7] != `+CMT: "` || lines[0][7:16] != "+15550101" {
		t.Fatalf("the message that came: %q", lines)
	}
}

// What is typed a character at a time is what is sent: corrected by a backspace, with the echo on,
// and held together by the modem when a message comes in the middle of the command or of the text.
func TestTextTypedByHand(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, withRules(`expect 1m sms:sent +15550100 "Hello"`))
		d.ok(t, "ATE1")
		d.ok(t, "AT+CMGF=1;+CNMI=2,2")
		d.byHand(t, "at+cmgs=\"+15550100\"", "sms +15550101 one")
		d.type_(t, "\r")
		d.want(t, "the prompt", "\r\r\n> ")
		d.byHand(t, "Hellp\bo", "sms +15550101 two")
		d.type_(t, "\x1a")
		got := string(d.host.take())
		answer := strings.Index(got, "\r\n+CMGS: ")
		one, two := strings.Index(got, "\r\none\r\n"), strings.Index(got, "\r\ntwo\r\n")
		if answer < 0 || one < answer || two < one || !strings.Contains(got, frames("OK")) {
			t.Errorf("the text is answered with %q", got)
		}
		d.wantPassed(t)
	})
}

// byHand types 200 ms a character and fails unless each is echoed alone; in the middle of it a
// line of the scenario language runs.
func (d *dialog) byHand(t *testing.T, text, line string) {
	t.Helper()
	for i := range len(text) {
		if i == len(text)/2 {
			d.run(t, line)
		}
		pass(200 * time.Millisecond)
		d.type_(t, text[i:i+1])
		d.want(t, text[:i+1], text[i:i+1])
	}
}
