package control

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend/memnet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// A request that comes slowly ends within a limit, and one that waits for its answer does not.
func TestSlowClients(t *testing.T) {
	const head = "POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n"
	for name, c := range map[string]struct {
		pieces []string // sent with a second between
		after  time.Duration
		answer string // its status and text; "" is none
	}{
		"nothing":              {nil, requestTime, ""},
		"half a head":          {[]string{"POST /do HTTP/1.1\r\nHo"}, requestTime, "400 400 Bad Request"},
		"a head, drop by drop": {strings.Split(head, ""), requestTime, "400 400 Bad Request"},
		"half a body":          {[]string{head + "ftp:"}, requestTime, "408 the body did not come within 10s"},
		"a body in time":       {[]string{head, "ftp", ":do", "ne"}, time.Hour, "409 modemsim is ending"},
		"a body too slow":      {append([]string{head}, strings.Split("ftp:d", "")...), requestTime, "408 the body did not come within 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				wire := port.NewPipe()
				m, err := sim.New(wire)
				if err != nil {
					t.Fatal(err)
				}
				defer m.Close()
				network := memnet.New()
				listener, err := network.Listen(&net.TCPAddr{Port: 80})
				if err != nil {
					t.Fatal(err)
				}
				s := &Server{listener: listener, guard: guard{any: true}}
				s.Serve(&Modem{Modem: m})
				conn, err := network.DialContext(t.Context(), "tcp", "192.0.2.1:80")
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				began := time.Now()
				go func() {
					for _, piece := range c.pieces {
						if _, err := io.WriteString(conn, piece); err != nil {
							return
						}
						time.Sleep(time.Second)
					}
				}()
				go func() {
					time.Sleep(time.Hour)
					s.cancel()
				}()
				got := ""
				if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
					text, err := io.ReadAll(answer.Body)
					if err != nil {
						t.Error(err)
					}
					got = fmt.Sprintf("%d %s", answer.StatusCode, strings.TrimSpace(string(text)))
				}
				if took := time.Since(began); got != c.answer || took < c.after || took > c.after+time.Second {
					t.Errorf("%q after %s, want %q after %s", got, took, c.answer, c.after)
				}
				conn.Close()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				time.Sleep(2 * time.Hour)
			})
		})
	}
}
