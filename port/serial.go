package port

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strconv"
	"strings"

	"go.bug.st/serial"
)

const (
	serialBaud    = 115200 // the default
	minSerialBaud = 300
	maxSerialBaud = 921600
)

// parseSerial parses what follows "serial:", which is DEVICE or DEVICE,BAUD. The speed is 300 to
// 921600 bit/s and defaults to 115200.
func parseSerial(address string) (device string, baud int, err error) {
	device, speed, given := strings.Cut(address, ",")
	if device == "" {
		return "", 0, fmt.Errorf("serial:%s does not name a device: write serial:%s or serial:%[2]s,%d", address, serialExample, serialBaud)
	}
	if !given {
		return device, serialBaud, nil
	}
	baud, err = strconv.Atoi(speed)
	if err != nil || !serialSpeed(baud) {
		return "", 0, fmt.Errorf("serial:%s: the speed %q is not %d to %d: write serial:%s,%d", address, speed, minSerialBaud, maxSerialBaud, device, serialBaud)
	}
	return device, baud, nil
}

func serialSpeed(baud int) bool { return baud >= minSerialBaud && baud <= maxSerialBaud }

// serialExample is the name of a serial device on this system, for error messages.
var serialExample = func() string {
	switch runtime.GOOS {
	case "windows":
		return "COM3"
	case "darwin":
		return "/dev/cu.usbserial-1"
	}
	return "/dev/ttyUSB0"
}()

// openSerial opens a serial device at a speed in the range of parseSerial. The system raises the
// adapter's two outputs as it opens it. Errors do not name the device.
func openSerial(device string, baud int) (*serialLine, error) {
	p, err := serial.Open(device, serialMode(baud))
	if err != nil {
		return nil, serialError(err)
	}
	if err := p.SetReadTimeout(serialLook); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return newSerialLine(p), nil
}

func serialMode(baud int) *serial.Mode {
	return &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}
}

// serialError turns the error of an open into one that says what to do.
func serialError(err error) error {
	code, coded := serialCode(err)
	switch {
	case errors.Is(err, fs.ErrNotExist), coded && code == serial.PortNotFound:
		return fmt.Errorf("there is no such device: plug it in, or name another, such as %s", serialExample)
	case coded && code == serial.PermissionDenied:
		return errors.New("you may not open it: join the group dialout (sudo usermod -aG dialout $USER, then log in again), or run as root")
	case coded && code == serial.PortBusy:
		return errors.New("another program has it open: end that, or name another device")
	case coded && code == serial.InvalidSerialPort:
		return fmt.Errorf("it is not a serial device, or nothing is behind it: name one such as %s", serialExample)
	}
	return fmt.Errorf("%w: name a serial device, such as %s", err, serialExample)
}

// serialCode returns the library's code for an error; ok is false if the error comes from the
// system.
func serialCode(err error) (serial.PortErrorCode, bool) {
	var coded interface{ Code() serial.PortErrorCode }
	if !errors.As(err, &coded) {
		return 0, false
	}
	return coded.Code(), true
}
