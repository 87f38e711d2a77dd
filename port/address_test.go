package port

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestParseAddress(t *testing.T) {
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Address{
		"tcp:127.0.0.1:4000":            {Network: "tcp", Host: "127.0.0.1", Port: 4000},
		"tcp://127.0.0.1:4000":          {Network: "tcp", Host: "127.0.0.1", Port: 4000},
		"tcp:":                          {Network: "tcp", Host: "127.0.0.1"},
		"tcp::0":                        {Network: "tcp", Host: "127.0.0.1"},
		"tcp::4000":                     {Network: "tcp", Host: "127.0.0.1", Port: 4000},
		"tcp:host.example":              {Network: "tcp", Host: "host.example"},
		"tcp:0.0.0.0:4000":              {Network: "tcp", Host: "0.0.0.0", Port: 4000},
		"tcp:[::1]:4000":                {Network: "tcp", Host: "::1", Port: 4000},
		"tcp:[::1]":                     {Network: "tcp", Host: "::1"},
		"rfc2217:127.0.0.1:4000":        {Network: "rfc2217", Host: "127.0.0.1", Port: 4000},
		"rfc2217://127.0.0.1:4000":      {Network: "rfc2217", Host: "127.0.0.1", Port: 4000},
		"rfc2217://127.0.0.1:4000,9600": {Network: "rfc2217", Host: "127.0.0.1", Port: 4000, Baud: 9600},
		"unix:/run/modem":               {Network: "unix", Path: "/run/modem"},
		"unix:modem":                    {Network: "unix", Path: filepath.Join(here, "modem")},
		"serial:/dev/ttyUSB0":           {Network: "serial", Path: "/dev/ttyUSB0", Baud: 115200},
		"serial:/dev/ttyUSB0,9600":      {Network: "serial", Path: "/dev/ttyUSB0", Baud: 9600},
	} {
		got, err := ParseAddress(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
			continue
		}
		if again, err := ParseAddress(got.String()); err != nil || again != got {
			t.Errorf("%s reads as %+v, %v, want %+v", got, again, err, got)
		}
	}
}

func TestInvalidAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  `"" is not an address: write tcp:HOST:PORT, rfc2217:HOST:PORT, unix:PATH or serial:DEVICE`,
		"pty":                               `"pty" is not an address`,
		"/dev/ttyUSB0":                      `"/dev/ttyUSB0" is not an address`,
		"127.0.0.1:4000":                    `"127.0.0.1:4000" is not an address`,
		"udp:127.0.0.1:4000":                "is not an address",
		"tcp:4000":                          "tcp:4000: a port alone needs a colon in front (:4000): write tcp:HOST:PORT (such as tcp:127.0.0.1:4000)",
		"tcp:127.0.0.1:4000:1":              "it is not HOST:PORT; an IPv6 address stands in brackets ([::1]:4000): write tcp:HOST:PORT",
		"tcp:::1:4000":                      "an IPv6 address stands in brackets",
		"tcp:127.0.0.1:65536":               `port "65536" is not a number from 0 to 65535`,
		"tcp:127.0.0.1:-1":                  `port "-1" is not a number from 0 to 65535`,
		"tcp:127.0.0.1:http":                `port "http" is not a number from 0 to 65535`,
		"tcp:127.0.0.1:4000,9600":           `port "4000,9600" is not a number`,
		"rfc2217:127.0.0.1:4000,x":          `the speed "x" is not 300 to 921600: write rfc2217:HOST:PORT`,
		"rfc2217:127.0.0.1:4000,10":         `the speed "10" is not 300 to 921600`,
		"unix:":                             "unix:: the socket has no path: write unix:PATH",
		"unix:/" + strings.Repeat("x", 108): "the path of a socket has at most ",
		"serial:":                           "does not name a device: write serial:",
		"serial:/dev/ttyUSB0,fast":          `the speed "fast" is not`,
	} {
		a, err := ParseAddress(text)
		if err == nil {
			t.Errorf("%q passes as %+v", text, a)
			continue
		}
		checkLine(t, err, want)
		checkLine(t, err, "port: ")
		for _, open := range []func(string) error{
			func(text string) error { _, err := Listen(text, SocketOptions{}); return err },
			func(text string) error { _, err := Connect(text); return err },
		} {
			if got := open(text); got == nil || got.Error() != err.Error() {
				t.Errorf("%q opens with %v, want %v", text, got, err)
			}
		}
	}
}
