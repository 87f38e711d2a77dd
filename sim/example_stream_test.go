package sim_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/scenarios"
	"github.com/modemsim/modemsim/sim"
	"github.com/modemsim/modemsim/sim/commands"
)

// notebook makes two commands: AT+NOTE asks for a text, AT+NOTES sends all of them in data mode.
func notebook() (note, notes commands.Row) {
	var all strings.Builder
	note = commands.Row{Name: "+NOTE", Forms: commands.Execute, Do: func(c *commands.Call) error {
		text, err := c.Prompt()
		if err == nil {
			all.WriteString(text + "\n")
		}
		return err
	}}
	notes = commands.Row{Name: "+NOTES", Forms: commands.Execute, Do: func(c *commands.Call) error {
		return c.Connect(reading{strings.NewReader(all.String())})
	}}
	return note, notes
}

// A reading is a stream that brings the host a text.
type reading struct{ *strings.Reader }

func (reading) Write([]byte) (int, error)              { return 0, errors.ErrUnsupported }
func (reading) Finish(context.Context) (string, error) { return "", nil }
func (reading) Abort(commands.Cause) (string, error)   { return "", nil }
func (reading) Left(commands.Cause, <-chan struct{})   {}

// Result ends data mode: by the host's +++, or when all has been read.
func (reading) Result(why commands.Cause, _ error) commands.Final {
	if why == commands.Escaped {
		return commands.OK
	}
	return commands.NoCarrier
}

func (r reading) Traits() commands.Traits {
	return commands.Traits{
		Kind: "notes", ToHost: true, Size: r.Size(), Escape: commands.EscapeAborts,
		Events: commands.StreamEvents{Data: scenarios.EventFTPData, Cut: scenarios.EventFTPCut, Done: scenarios.EventFTPDone},
	}
}

// until reads up to a text, which it returns too, or to an error.
func until(host io.Reader, end string) string {
	var got []byte
	for b := make([]byte, 1); !strings.HasSuffix(string(got), end); {
		if _, err := io.ReadFull(host, b); err != nil {
			break
		}
		got = append(got, b[0])
	}
	return string(got)
}

// Commands of one's own that ask for a text and enter data mode, where a scenario cuts them off.
func ExampleCommand_dataMode() {
	note, notes := notebook()
	wire := port.NewPipe()
	m, err := sim.New(wire, sim.Command(note), sim.Command(notes), sim.ScenarioText("cut.scn", "on ftp:data@7 nth 2 cut"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	host := wire.Dial()
	defer host.Close()

	ask(host, "ATE0")
	fmt.Fprint(host, "AT+NOTE\r")
	fmt.Printf("%q\n", until(host, "> "))
	fmt.Fprint(host, "all is well\x1a")
	fmt.Printf("%q\n", until(host, "OK\r\n"))
	for range 2 {
		fmt.Fprint(host, "AT+NOTES\r")
		fmt.Printf("%q\n", until(host, "NO CARRIER\r\n"))
	}
	// Output:
	// "\r\n> "
	// "\r\nOK\r\n"
	// "\r\nCONNECT\r\nall is well\n\r\nNO CARRIER\r\n"
	// "\r\nCONNECT\r\nall is \r\nNO CARRIER\r\n"
}
