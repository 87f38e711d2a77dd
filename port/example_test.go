package port_test

import (
	"fmt"

	"github.com/modemsim/modemsim/port"
)

// A wire in memory: the modem's end reports what the host does, in order.
func ExampleNewPipe() {
	wire := port.NewPipe()
	defer wire.Close()
	host := wire.Dial()
	host.SetSpeed(9600)
	fmt.Fprint(host, "AT\r")
	host.SetDTR(false)

	for range 4 {
		switch e, err := wire.Next(); {
		case err != nil:
			fmt.Println(err)
		case e.Kind == port.Open:
			fmt.Println("open")
		case e.Kind == port.Speed:
			fmt.Println("speed", e.Baud)
		case e.Kind == port.Data:
			fmt.Printf("data %q\n", e.Data)
		case e.Kind == port.DTR:
			fmt.Println("dtr", e.On)
		}
	}
	wire.Write([]byte("\r\nOK\r\n"))
	answer := make([]byte, 10)
	n, err := host.Read(answer)
	fmt.Printf("%q %v\n", answer[:n], err)
	// Output:
	// open
	// speed 9600
	// data "AT\r"
	// dtr false
	// "\r\nOK\r\n" <nil>
}
