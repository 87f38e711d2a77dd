package run

import (
	"errors"
	"testing"
)

// What went wrong with one modem of a fleet is said once in its test case, and what went wrong with
// all in each.
func TestErrorsOfOneModem(t *testing.T) {
	broken := ModemOutcome{Modem: 2, Err: errors.New("close failed")}
	for _, c := range []struct {
		all  error
		want string
	}{
		{nil, "modem 2: close failed"},
		{errors.New("no report"), "modem 2: close failed; no report"},
	} {
		o := Outcome{Modems: []ModemOutcome{{Modem: 1}, broken}, Err: c.all}
		if got := o.Of(broken).String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
