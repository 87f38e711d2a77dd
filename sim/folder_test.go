package sim_test

import (
	"strings"
	"testing"
)

// A mark in percent counts with the size of the file that the server sends, whatever names the
// folders that lead to it had.
func TestPercentOfAFileInAFolder(t *testing.T) {
	content := strings.Repeat("0123456789", 1000)
	for name, commands := range map[string][]string{
		"absolute":                 {`+AFTPCD="/a/b"`},
		"relative":                 {`+AFTPCD="/a"`, `+AFTPCD="b"`},
		"relative to the login":    {`+AFTPCD="a"`, `+AFTPCD="b/"`},
		"the same":                 {`+AFTPCD="/a/b"`, `+AFTPCD="."`},
		"up and down":              {`+AFTPCD="/a/b"`, `+AFTPCD=".."`, `+AFTPCD="../a/b"`},
		"above the root":           {`+AFTPCD=".."`, `+AFTPCD="a"`, `+AFTPCD="b"`},
		"a refused one in between": {`+AFTPCD="/a/b"`, `+AFTPCD="none"`},
		"an absolute file":         {`+AFTPCD="/b"`, "/a/b/f"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := startModem(t)
				d.run(t, "on ftp:data@50% once cut")
				d.put(t, "/a/b/f", []byte(content))
				d.put(t, "/b/f", []byte("0123456789"))
				d.logIn(t)
				file := "f"
				for _, c := range commands {
					if strings.HasPrefix(c, "/") {
						file = c
					} else {
						d.ask(t, "AT"+c)
					}
				}
				d.ok(t, "AT+AFTPPASV=1")
				d.ok(t, `AT+AFTPRETR="`+file+`"`)
				d.type_(t, "AT+AFTPDATA\r")
				d.want(t, name, frames("CONNECT")+content[:5000]+frames("NO CARRIER"))
			})
		})
	}
}
