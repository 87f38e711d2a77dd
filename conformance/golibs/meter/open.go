// Package meter opens examples/meter with go.bug.st/serial.
package meter

import (
	"github.com/modemsim/modemsim/examples/meter"
	"go.bug.st/serial"
)

// Open opens the modem at a serial port.
func Open(path string) (*meter.Modem, error) {
	line, err := serial.Open(path, &serial.Mode{BaudRate: 115200})
	if err != nil {
		return nil, err
	}
	return meter.New(line), nil
}
