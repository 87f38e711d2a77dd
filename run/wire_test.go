package run

import (
	"testing"

	"github.com/modemsim/modemsim/port"
)

func TestAddressesOfAFleet(t *testing.T) {
	for _, c := range []struct{ listen, third string }{
		{"tcp:127.0.0.1:5000", "tcp:127.0.0.1:5002"},
		{"tcp:127.0.0.1:0", "tcp:127.0.0.1:0"},
		{"rfc2217:[::1]:5000", "rfc2217://[::1]:5002"},
		{"unix:/run/modem%d", "unix:/run/modem3"},
		{"unix:/run/%d/modem%d", "unix:/run/3/modem3"},
		{"serial:/dev/ttyUSB%d,9600", "serial:/dev/ttyUSB3,9600"},
	} {
		a, err := port.ParseAddress(c.listen)
		if err != nil {
			t.Fatal(err)
		}
		if got := (Wire{Address: a}).addressOf(3).String(); got != c.third {
			t.Errorf("%s: the third is %s, want %s", c.listen, got, c.third)
		}
	}
}
