package sim_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/modemsim/modemsim/backend/internet"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

func TestReport(t *testing.T) {
	got := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Method + " " + r.URL.Path + " " + string(body)
	}))
	defer server.Close()
	network, err := internet.Map(internet.Direct(), map[string]string{"api.example.com:80": server.Listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	wire := port.NewPipe()
	sim.RunOn(t, wire, sim.Internet(network))
	modem := wire.Dial()
	defer modem.Close()
	if err := report(modem, "21.5"); err != nil {
		t.Fatal(err)
	}
	if request := <-got; request != "POST /reading 21.5" {
		t.Errorf("the server got %q", request)
	}
}

// report is what a host program does to post a reading through a socket in data mode.
func report(modem io.ReadWriter, reading string) error {
	in := bufio.NewScanner(modem)
	for _, step := range []struct{ line, want string }{
		{"AT+AIPA=1\r", "OK"},
		{"AT+AIPO=1,,\"api.example.com\",80,0,,1,2\r", "CONNECT"},
		{fmt.Sprintf("POST /reading HTTP/1.0\r\nContent-Length: %d\r\n\r\n%s", len(reading), reading), "HTTP/1.0 200 OK"},
	} {
		if _, err := io.WriteString(modem, step.line); err != nil {
			return err
		}
		for in.Scan() && in.Text() != step.want {
			if strings.Contains(in.Text(), "ERROR") {
				return fmt.Errorf("%q: %s", step.line, in.Text())
			}
		}
	}
	return in.Err()
}
