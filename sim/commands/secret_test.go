package commands

import (
	"strings"
	"testing"

	"github.com/modemsim/modemsim/transcript"
)

// typed masks what a host types to the module.
var typed = LineMasker{Table: module, Erase: '\b'}

// maskedLine is a line as records show it; "hidden" when nothing of it may be shown.
func maskedLine(m LineMasker, line string) string {
	parts, whole := m.LineSecrets(line)
	if !whole {
		return "hidden"
	}
	shown, _ := transcript.Masked(line, parts)
	return shown
}

// Of a line that can be read the secrets are masked; of one that cannot be, nothing is shown.
func TestLineSecrets(t *testing.T) {
	for line, want := range map[string]string{
		"AT+CSQ\r":                     "AT+CSQ\r",
		"AT+AFTPPASS=\"s3cret\"\r":     "AT+AFTPPASS=***\r",
		"at+aftppass = \"s3cret\"\r\n": "at+aftppass = ***\r\n",
		"AT+AIPDCONT=\"a\",\"u\",\"s3cret\";+AFTPPASS=\"t4\"\r": "AT+AIPDCONT=\"a\",\"u\",***;+AFTPPASS=***\r",
		"AT+AIPDCONT=\"a\",\"u\"\r":                             "AT+AIPDCONT=\"a\",\"u\"\r",
		"AT+AFTPPASS?\r":                                        "AT+AFTPPASS?\r",
		"AT+AFTPO?;+AFTPPASS=?\r":                               "AT+AFTPO?;+AFTPPASS=?\r",
		"\nxAT+AFTPPASS=\"s3cret\"\r":                           "\nxAT+AFTPPASS=***\r",
		"\"AT+AFTPPASS=\"s3cret\"\r":                            "\"AT+AFTPPASS=***\r",
		"AT+AFTPPASS=s3cret;+CSQ\r":                             "AT+AFTPPASS=***\r",
		"AT+COPS=0MAT+CPIN=\"1234\"\r":                          "AT+COPS=***\r",
		"AD+CPIN=\"1234\"\r":                                    "AD***\r",
		"AT+CPIN=\"12\t34\"\r":                                  "AT+CPIN=***\r",
		"AT+CPIN=\"12\x0034\"\r":                                "AT+CPIN=***\r",
		"AT+CPIN=12 34\r":                                       "AT+CPIN=***\r",
		"AT+CPIN=\xb1\xb2\xb3\xb4\r":                            "AT+CPIN=***\r",
		"AT+CPI\x7fN=\"12\x7f34\"\r":                            "AT+CPI\x7fN=***\r",
		"\xc1\xd4+CPIN=\"1234\"\r":                              "\xc1\xd4+CPIN=***\r",
		"AT+AFTPPASS=\"s3cret":                                  "hidden",
		"AT+AFTPPASS=\"s3X\bcret\"\r":                           "hidden",
		"AT+AFTPPASS=\"s3\"\b\b\b\b+CSQ\r":                      "hidden",
		"AT+AFTPPASS\"s3cret\"\r":                               "hidden",
		"AT=;+AIPDCONT=\"a\",\"u\",\"s3\"\r":                    "hidden",
		"AT+X=\";+aftppass=s3cret\r":                            "hidden",
		"+AFTPPASS=\"s3cret\"AT+CSQ\r":                          "hidden",
		"AT+AFTPRETR=\"file\r":                                  "AT+AFTPRETR=\"file\r",
		"AT+CSX\bQ\r":                                           "AT+CSX\bQ\r",
	} {
		if got := maskedLine(typed, line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// Another character may delete.
func TestLineSecretsUnderS5(t *testing.T) {
	const line = `AT+CPIM#N="12x#34"`
	if got := maskedLine(LineMasker{Table: module, Erase: '#'}, line); got != "hidden" {
		t.Errorf("it shows %s", got)
	}
}

// The name of a command with a secret may be mistyped, or cannot be read.
func TestLineSecretsOfNamesThatAreWrong(t *testing.T) {
	for line, want := range map[string]string{
		`ATCPIN="1234"`:                    "hidden",
		`AT+CPN="1234"`:                    `AT+CPN=***`,
		`AT+CPN=1234;+CSQ`:                 `AT+CPN=***`,
		`AT+CPNI="1234"`:                   `AT+CPNI=***`,
		`AT+CPIN"1234"`:                    "hidden",
		`AT+CPN"1234"`:                     "hidden",
		`AT+CPIN1234`:                      `AT+CPIN***`,
		`AT+CPN1234`:                       `AT+CPN***`,
		`AT+C@IN="1234"`:                   "hidden",
		`AT;CPIN="1234"`:                   "hidden",
		`AT+CPIN2="1234"`:                  `AT+CPIN2=***`,
		`AT+AFTPASS="s3cret"`:              `AT+AFTPASS=***`,
		`ATAFTPPASS="s3cret"`:              "hidden",
		`ATAIPDCONT="apn","user","s3cret"`: `ATAIPD***`,
		`AT+AFTPRETRR="file"`:              `AT+AFTPRETRR="file"`,
		`AT+AFTPSTAT?`:                     `AT+AFTPSTAT?`,
		`ATK;+CPIN="1234"`:                 `ATK;+CPIN=***`,
		`AT+XYZ="+CPIN=1234"`:              `AT+XYZ=***`,
		`AT+XYZ="+CSQ"`:                    `AT+XYZ="+CSQ"`,
		`AT+CPINR?`:                        `AT+CPINR?`,
		`ATD>"name";`:                      `ATD>"name";`,
		`AT*X="1234"`:                      `AT*X="1234"`,
		`ATQ0="x"`:                         `ATQ0="x"`,
	} {
		if got := maskedLine(typed, line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// The commands of call meters take a PIN2, and what is dialled may hold a password.
func TestLineSecretsOfMetersAndNumbers(t *testing.T) {
	for line, want := range map[string]string{
		`AT+CACM?`:                     `AT+CACM?`,
		`AT+CACM="1234`:                "hidden",
		`AT+CSQ;+CACM="1234"`:          `AT+CSQ;+CACM=***`,
		`AT+CAMM="00ff",1234`:          `AT+CAMM=***`,
		`AT+CPUC="EUR","0.1","1234"`:   `AT+CPUC="EUR","0.1",***`,
		`AT+CCFC=0,3,"5551234"`:        `AT+CCFC=0,3,"5551234"`,
		`ATD**04*1234*4321*4321#;`:     `ATD***`,
		`ATD**052*12345678*4321*4321#`: `ATD***`,
		`ATD**03*330*1234*4321*4321#;`: `ATD***`,
		`ATD*99***1#`:                  `ATD*99***1#`,
		`ATD*100#;`:                    `ATD*100#;`,
		`ATD0412345;`:                  `ATD0412345;`,
	} {
		if got := maskedLine(typed, line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// What a fault damages may be any command: of one that the module does not take, no argument is
// shown.
func TestLineSecretsOfDamagedLines(t *testing.T) {
	damaged := LineMasker{Table: module, Erase: '\b', Damaged: true}
	for line, want := range map[string]string{
		`AT+CSQ`:                            `AT+CSQ`,
		`AT+CQS`:                            `AT+CQS`,
		`AT+DQHN="1234"`:                    `AT+DQHN=***`,
		`AT+DQHN-1234c`:                     `AT+DQHN-***`,
		`AT+CREG=1`:                         `AT+CREG=1`,
		`AT+CREG="1234"`:                    `AT+CREG=***`,
		`AT+COPS=0MAT+DQHN="1234"`:          `AT+COPS=***`,
		`AT@DQHN="1234"`:                    "hidden",
		`cret"`:                             "hidden",
		`DQHN="1234"AT+CSQ`:                 "hidden",
		`AT+AFTPRETR="file"`:                `AT+AFTPRETR="file"`,
		`AT+AIPDCONT="apn","user"-"s3cret"`: `AT+AIPDCONT=***`,
	} {
		if got := maskedLine(damaged, line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestMayHoldSecret(t *testing.T) {
	for piece, want := range map[string]bool{
		"AT+AFTPPASS": true, "at + aft\x01ppass=": true, "x;+AIPDCONT=\"a": true, "\xab\xc3PIN": true, "AT+CSQ\b": true, "AT+CSQ\r": false, "": false,
	} {
		if got := typed.MayHoldSecret(piece); got != want {
			t.Errorf("%q: %v, want %v", piece, got, want)
		}
	}
}

// The secrets of a line are told as a server, an answer or a note may repeat them.
func TestSecrets(t *testing.T) {
	for body, want := range map[string]string{
		`+CSQ`:                  ``,
		`+cpin = "1234"`:        `"1234"`,
		`+AFTPPASS="pa\22s\09"`: `"pa"s	"|"pa\"s\t"|"pa\22s\09"`,
		`+CPIN1234`:             `+CPIN1234|1234`,
	} {
		if got := strings.Join(typed.Secrets(body), "|"); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

// A command in the log has its secrets masked.
func TestShown(t *testing.T) {
	for line, want := range map[string]string{
		`+CPIN="1234","5678"`: `+CPIN=***,***`,
		`+CPN="1234"`:         `+CPN=***`,
		`+CPIN1234`:           `+CPIN***`,
		`+CPIN?`:              `+CPIN?`,
		`E1`:                  `E1`,
		`S3=13`:               `S3=13`,
	} {
		cmd, _, err := Next(line)
		if got := typed.Shown(cmd); got != want || err != nil {
			t.Errorf("%s: %s, want %s; error %v", line, got, want, err)
		}
	}
}

// Each line that a host types is searched for secrets, which allocates nothing when it has none.
func TestLineSecretsAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { typed.LineSecrets("AT\r") }); n != 0 {
		t.Errorf("LineSecrets allocates %v times", n)
	}
}
