package sim_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/sim"
)

// notesOf is what the verdict of a scenario notes after a line of the host, and the transcript.
func notesOf(t *testing.T, scenario, line string) (notes []string, transcript string) {
	bubble(t, func(t *testing.T) {
		d := startModem(t, sim.ScenarioText("notes.scn", scenario))
		d.ask(t, line)
		notes = d.modem.Judge("the test ended").Notes
		transcript = d.modem.Transcript().String()
	})
	return notes, transcript
}

// A refused command is one that the module does not have, or one with a wrong parameter.
func TestNotesOfRefusedCommands(t *testing.T) {
	for line, want := range map[string]struct{ note, verdict string }{
		"AT+CFUN?":   {"ERROR: the module does not have +CFUN", "the module does not have: AT+CFUN?"},
		"AT+CREG=99": {"ERROR: the parameter n is not one of (0-2)", ""},
	} {
		notes, transcript := notesOf(t, "", line)
		if !strings.Contains(transcript, want.note+"\n") {
			t.Errorf("%s: no %q in\n%s", line, want.note, transcript)
		}
		if got := strings.Join(notes, "\n"); got != want.verdict {
			t.Errorf("%s: notes %q, want %q", line, got, want.verdict)
		}
	}
}

// A command that a rule answers was not refused, nor answered by assumption.
func TestNotesOfAnsweredCommands(t *testing.T) {
	for scenario, line := range map[string]string{
		"on AT+MYCMD? reply +MYCMD: 42": "AT+MYCMD?",
		"on AT+MYCMD ignore":            "AT+MYCMD",
		"on AT+CFUN=1 reply OK":         "AT+CFUN=1",
		"on ATD123 reply BUSY":          "ATD123",
	} {
		if notes, _ := notesOf(t, scenario, line); len(notes) > 0 {
			t.Errorf("%s: notes %q", scenario, notes)
		}
	}
	notes, _ := notesOf(t, "on AT+MYCMD? once reply 42", "AT+MYCMD?;+MYCMD?")
	if want := []string{"the module does not have: AT+MYCMD?"}; !slices.Equal(notes, want) {
		t.Errorf("answered once: notes %q, want %q", notes, want)
	}
}

// Forms and values of documented commands may be assumed.
func TestNotesOfAssumedParts(t *testing.T) {
	for line, want := range map[string]string{
		"ATD123":        "ATD",
		"ATS6?":         "ATS6?",
		"ATS7?S6=3S11=": "",
		"AT&V":          "AT&V",
		"AT+SFUN=VER":   "AT+SFUN=",
		"AT+SFUN=OFF":   "",
		"AT+SFUN=?":     "AT+SFUN=?",
		"AT+AIPA=?":     "AT+AIPA=?",
		"AT+AIPA=1":     "",
		"AT+AFTPUSER?":  "AT+AFTPUSER?",
		"AT+CREG=?":     "",
		"AT+CGPADDR=1":  "AT+CGPADDR=",
	} {
		if want != "" {
			want = "assumed behaviour was used: " + want
		}
		if notes, _ := notesOf(t, "", line); strings.Join(notes, "\n") != want {
			t.Errorf("%s: notes %q, want %q", line, notes, want)
		}
	}
}
