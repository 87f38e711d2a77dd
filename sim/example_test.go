package sim_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/modemsim/modemsim/backend"
	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// ask sends a command line and returns its echo and the lines of the answer up to a final result.
func ask(host io.ReadWriter, line string) []string {
	fmt.Fprint(host, line+"\r")
	var answer []string
	for in := bufio.NewScanner(host); in.Scan(); {
		text := strings.Trim(in.Text(), "\r") // the echo ends with CR CR LF
		if text != "" {
			answer = append(answer, text)
		}
		switch text {
		case "OK", "ERROR", "+CME ERROR: 100", "CONNECT":
			return answer
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

// A modem takes anything that can be read and written, such as a connection.
func ExampleNew() {
	near, far := net.Pipe()
	m, err := sim.New(far, sim.Profile("adh8066-2012"), sim.Set("signal", "17"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	defer near.Close()

	fmt.Println(strings.Join(ask(near, "AT+CSQ"), " | "))
	// Output:
	// AT+CSQ | +CSQ: 17,99 | OK
}

// led makes a command that modemsim does not have: AT+LED=1,"red" lights a lamp of the module.
func led() commands.Row {
	lamp := "off"
	return commands.Row{
		Name:   "+LED",
		Forms:  commands.Set | commands.Read | commands.Test,
		Params: []commands.Param{commands.Number("on", 0, 1), commands.String("color").Optional()},
		Do: func(c *commands.Call) error {
			switch {
			case c.Form == commands.Read:
				c.Answer("+LED", "%s", commands.Quote(lamp))
			case c.Args.Number(0) == 0:
				lamp = "off"
			case c.Args.Given(1):
				lamp = c.Args.Text(1)
			default:
				return commands.CMENotAllowed // there is no color to begin with
			}
			return nil
		},
	}
}

// An AT command of one's own.
func ExampleCommand() {
	wire := port.NewPipe()
	m, err := sim.New(wire, sim.Command(led()))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	host := wire.Dial()
	defer host.Close()

	for _, line := range []string{"ATE0", "AT+LED=?", `AT+LED=1,"red"`, "AT+LED?", "AT+LED=2"} {
		fmt.Println(strings.Join(ask(host, line), " | "))
	}
	// Output:
	// ATE0 | OK
	// +LED: (0,1), | OK
	// OK
	// +LED: "red" | OK
	// ERROR
}

// A line of the scenario language takes effect at once, or waits for what it names.
func ExampleModem_Do() {
	wire := port.NewPipe()
	m, err := sim.New(wire)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	host := wire.Dial()
	defer host.Close()

	for _, line := range []string{"set signal 3", "on AT+CREG? once reply +CME ERROR: 100", "set singal 3"} {
		if err := m.Do(line); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(strings.Join(ask(host, "AT+CSQ"), " | "))
	fmt.Println(strings.Join(ask(host, "AT+CREG?"), " | "))
	// Output:
	// live:1: set: unknown setting "singal" (did you mean "signal"?)
	// AT+CSQ | +CSQ: 3,99 | OK
	// AT+CREG? | +CME ERROR: 100
}

// Wait returns when the event has happened, and State tells what the modem is at then.
func ExampleModem_Wait() {
	wire := port.NewPipe()
	m, err := sim.New(wire)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	host := wire.Dial()
	defer host.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	time.AfterFunc(10*time.Millisecond, func() { ask(host, "AT+AIPA=1") })
	event, err := m.Wait(ctx, "gprs:active")
	fmt.Println(event, err)
	s := m.State()
	fmt.Println(s.Power, s.Registration, s.Address, s.FTP)
	// Output:
	// gprs:active 192.0.2.66 <nil>
	// on home 192.0.2.66 closed
}

// A test of code that takes an io.ReadWriteCloser. In a real test, test is its *testing.T, and a
// bubble of testing/synctest may be around it all.
func ExampleRunOn() {
	test := &trialT{}
	defer test.end() // package testing does that

	wire := port.NewPipe()
	m := sim.RunOn(test, wire, sim.ScenarioText("signal.scn", "expect 10s AT+CSQ"))
	host := wire.Dial()
	defer host.Close()
	m.Do("set signal 4")
	fmt.Println(strings.Join(ask(host, "AT+CSQ"), " | "))
	// Output:
	// AT+CSQ | +CSQ: 4,99 | OK
}

// What Next waits for counts from its return on, so that nothing is missed.
func ExampleFixture_Next() {
	test := &trialT{}
	defer test.end() // package testing does that

	wire := port.NewPipe()
	m := sim.RunOn(test, wire)
	host := wire.Dial()
	defer host.Close()

	active := m.Next("gprs:active")
	go ask(host, "AT+AIPA=1")
	fmt.Println(active(10 * time.Second))
	fmt.Println(m.State().Address)
	// Output:
	// gprs:active 192.0.2.66
	// 192.0.2.66
}

// A file that the host finds on the FTP server, and one that it has left there.
func ExampleFixture_Stored() {
	test := &trialT{}
	defer test.end() // package testing does that

	wire := port.NewPipe()
	m := sim.RunOn(test, wire)
	host := wire.Dial()
	defer host.Close()

	m.Put("orders.txt", []byte("measure"))
	for _, line := range []string{"ATE0", "AT+AIPA=1", `AT+AFTPO="192.0.2.1",21,"user","secret"`, `AT+AFTPSIZE="orders.txt"`, "AT+AFTPPASV=1", `AT+AFTPSTOR="reading.txt"`, "AT+AFTPDATA"} {
		fmt.Println(strings.Join(ask(host, line), " | "))
	}
	stored := m.Next("ftp:stored")
	fmt.Fprint(host, "1234 kWh+++")
	fmt.Println(stored(10 * time.Second))
	reading, ok := m.Stored("reading.txt")
	fmt.Printf("%s, %v\n", reading, ok)
	// Output:
	// ATE0 | OK
	// +AIPA: 1,192.0.2.66,0 | OK
	// +AFTPO: Login On | OK
	// +AFTPS: 213 7 | +AFTPSIZE: 7 | OK
	// +AFTPS: 227 Entering Passive Mode (192,0,2,1,192,1) | +AFTPPASV: 1 | OK
	// +AFTPS: 150 Connection accepted | +AFTPSTOR: "reading.txt" File Data Ready | OK
	// CONNECT
	// ftp:stored reading.txt
	// 1234 kWh, true
}
