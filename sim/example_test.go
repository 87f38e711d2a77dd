package sim_test

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// ask sends a command line and returns its echo and the lines of the answer up to OK.
func ask(host *port.Host, line string) []string {
	fmt.Fprint(host, line+"\r")
	var answer []string
	for in := bufio.NewScanner(host); in.Scan(); {
		text := strings.Trim(in.Text(), "\r") // the echo ends with CR CR LF
		if text != "" {
			answer = append(answer, text)
		}
		if text == "OK" {
			break
		}
	}
	return answer
}

// A modem on a wire in memory, with an FTP server in the same process.
func Example() {
	server, err := backend.NewEmbedded(backend.EmbeddedOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	wire := port.NewPipe()
	m, err := sim.New(wire, sim.FTP(sim.Embedded(server)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	host := wire.Dial()
	defer host.Close()

	for _, line := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`, `AT+AFTPSIZE="firmware.bin"`} {
		fmt.Println(strings.Join(ask(host, line), " | "))
	}
	// Output:
	// ATE0 | OK
	// +AIPA: 1,192.0.2.66,0 | OK
	// +AFTPO: Login On | OK
	// +AFTPS: 213 65536 | +AFTPSIZE: 65536 | OK
}

// In a bubble of testing/synctest an hour of the modem's time takes no time.
func TestAnHourOnline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wire := port.NewPipe()
		m, err := sim.New(wire)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		host := wire.Dial()
		defer host.Close()

		ask(host, "AT+AIPA=1")
		time.Sleep(time.Hour)
		answer := ask(host, "AT+AIPA?")
		if answer[1] != "+AIPA: 1,192.0.2.66,3600" {
			t.Errorf("answered %q", answer)
		}
	})
}
