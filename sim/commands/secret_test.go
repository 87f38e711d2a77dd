package commands

import (
	"slices"
	"testing"
)

// Of a line that can be read the secrets are told; of one that cannot be, that nothing may be shown.
func TestLineSecrets(t *testing.T) {
	for line, want := range map[string][]string{
		"AT+CSQ\r":                     nil,
		"AT+AFTPPASS=\"s3cret\"\r":     {`"s3cret"`},
		"at+aftppass = \"s3cret\"\r\n": {`"s3cret"`},
		"AT+AIPDCONT=\"a\",\"u\",\"s3cret\";+AFTPPASS=\"t4\"\r": {`"s3cret"`, `"t4"`},
		"AT+AIPDCONT=\"a\",\"u\"\r":                             nil,
		"AT+AFTPPASS?\r":                                        nil,
		"AT+AFTPO?;+AFTPPASS=?\r":                               nil,
		"\nxAT+AFTPPASS=\"s3cret\"\r":                           {`"s3cret"`},
	} {
		got, whole := module.LineSecrets(line)
		if slices.Sort(got); !slices.Equal(slices.Compact(got), want) || !whole {
			t.Errorf("%q: %q, whole %v, want %q", line, got, whole, want)
		}
	}
	for _, line := range []string{
		"AT+AFTPPASS=\"s3cret", "AT+AFTPPASS=\"s3X\bcret\"\r", "AT+AFTPPASS\"s3cret\"\r", "AT=;+AIPDCONT=\"a\",\"u\",\"s3cret\"\r",
		"AT+X=\";+aftppass=s3cret\r", "AT+AFTPO=\"192.0.2.1\",21,\"u\",\"s3cret",
	} {
		if got, whole := module.LineSecrets(line); whole {
			t.Errorf("%q: %q, as if nothing else of it were secret", line, got)
		}
	}
}

func TestMayHoldSecret(t *testing.T) {
	for piece, want := range map[string]bool{"AT+AFTPPASS": true, "at + aft\x01ppass=": true, "x;+AIPDCONT=\"a": true, "AT+CSQ\r": false, "": false} {
		if got := module.MayHoldSecret(piece); got != want {
			t.Errorf("%q: %v, want %v", piece, got, want)
		}
	}
}
