package sim_test

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/modemsim/modemsim/port"
	"github.com/modemsim/modemsim/sim"
)

// A texter is the code under test: it answers short messages.
type texter struct {
	modem io.ReadWriter
	in    *bufio.Reader
}

// line returns the next line that holds something.
func (x *texter) line() string {
	for {
		text, err := x.in.ReadString('\n')
		if text = strings.TrimSpace(text); text != "" || err != nil {
			return text
		}
	}
}

// say sends a command, or a text, and returns the answer up to OK or an error.
func (x *texter) say(text string) (answer []string) {
	fmt.Fprint(x.modem, text)
	for {
		answer = append(answer, x.line())
		if last := answer[len(answer)-1]; last == "OK" || last == "" || strings.Contains(last, "ERROR") {
			return answer
		}
	}
}

// answerStatus answers one message that says STATUS: it waits for the notice, reads the message,
// sends another and deletes the first.
func (x *texter) answerStatus() {
	for _, command := range []string{"ATE0\r", "AT+CMGF=1\r", "AT+CNMI=2,1\r"} {
		x.say(command)
	}
	place := strings.TrimPrefix(x.line(), `+CMTI: "SM",`)
	message := x.say("AT+CMGR=" + place + "\r") // header, text, OK
	if message[1] == "STATUS" {
		fmt.Fprintf(x.modem, "AT+CMGS=%q\r", strings.Split(message[0], `"`)[3])
		x.in.ReadString('>') // the prompt
		x.say("OK, 1234 kWh\x1a")
	}
	x.say("AT+CMGD=" + place + "\r")
}

// A test of code that answers short messages.
func ExampleRunOn_messages() {
	test := &trialT{}
	defer test.end() // package testing does that

	wire := port.NewPipe()
	m := sim.RunOn(test, wire)
	modem := wire.Dial()
	defer modem.Close()

	ready := m.Next("AT+CNMI=2,1")
	go (&texter{modem, bufio.NewReader(modem)}).answerStatus()
	ready(10 * time.Second)
	answered := m.Next(`sms:sent +15550100 "OK*"`)
	deleted := m.Next("sms:deleted")
	m.Do("sms +15550100 STATUS")
	fmt.Println(answered(10 * time.Second))
	fmt.Println(deleted(10 * time.Second))
	fmt.Printf("%+v\n", m.State().Messages)
	// Output:
	// sms:sent +15550100 "OK, 1234 kWh"
	// sms:deleted 1
	// {Stored:0 Unread:0 Waiting:0}
}
