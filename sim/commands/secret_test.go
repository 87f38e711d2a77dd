package commands

import (
	"strings"
	"testing"
)

// Of a line with a secret only that is hidden; where it cannot be told what the secret is, the
// whole line.
func TestMaskLine(t *testing.T) {
	for line, want := range map[string]string{
		"AT+CSQ\r":                     "AT+CSQ\r",
		"AT+AFTPPASS=\"s3cret\"\r":     "AT+AFTPPASS=***\r",
		"at+aftppass = \"s3cret\"\r\n": "at+aftppass = ***\r\n",
		"AT+AIPDCONT=\"a\",\"u\",\"s3cret\";+AFTPPASS=\"s3cret\"\r": "AT+AIPDCONT=\"a\",\"u\",***;+AFTPPASS=***\r",
		"AT+AIPDCONT=\"a\",\"u\"\r":                                 "AT+AIPDCONT=\"a\",\"u\"\r",
		"AT+AFTPPASS?\r":                                            "AT+AFTPPASS?\r",
		"AT+AFTPO?;+AFTPPASS=?\r":                                   "AT+AFTPO?;+AFTPPASS=?\r",
		"\nxAT+AFTPPASS=\"s3cret\"\r":                               "\nxAT+AFTPPASS=***\r",
	} {
		secrets, _ := module.Secrets(strings.TrimLeft(strings.TrimRight(line, "\r\n"), "\nxATat"))
		if got := module.MaskLine(line, secrets); got != want {
			t.Errorf("%q is shown %q, want %q", line, got, want)
		}
	}
	for _, line := range []string{
		"AT+AFTPPASS=\"s3cret", "AT+AFTPPASS=\"s3X\bcret\"\r", "AT+AFTPPASS\"s3cret\"\r", "AT=;+AIPDCONT=\"a\",\"u\",\"s3cret\"\r",
		"AT+X=\";+aftppass=s3cret\r", "AT+AFTPO=\"192.0.2.1\",21,\"u\",\"s3cret", "+AFTPPASS=\"s3cret\"\r",
	} {
		secrets, _ := module.Secrets(line[2:])
		for _, known := range [][]string{nil, secrets} {
			if got := module.MaskLine(line, known); strings.Contains(strings.ReplaceAll(got, "\b", ""), "cret") && !strings.HasPrefix(got, "(") {
				t.Errorf("%q is shown %q", line, got)
			}
		}
	}
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		`+AIPDCONT: "a","u","S3cret"`: `+AIPDCONT: "a","u",***`, `"s3cret""s3cret"`: `******`, `"s3cre"`: `"s3cre"`, "": "",
	} {
		if got := Mask(text, []string{`"s3cret"`}); got != want {
			t.Errorf("%s is shown %s, want %s", text, got, want)
		}
	}
}
